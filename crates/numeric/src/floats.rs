//! The reductions over floats: everything is calculated in doubles and rounded once.

use allcores_parallel::Cancelled;
use half::f16;

use crate::description::{Describe, Description};
use crate::element::{Element, Kernels, MaybeNan, divisor};
use crate::exact_sum;
use crate::extreme::{Both, Extreme, Extremes};
use crate::filter::Filter;
use crate::first_nan::first_nan;
use crate::kept::filtered;
use crate::lanes::Lanes;
use crate::moments::OnePass;
use crate::precision::Precision;
use crate::split::{Job, reduce};
use crate::spread;
use crate::terms::{Changed, Float, Products, Rare, Second, Square, Terms, Values};
use crate::tree::{Counted, Tree};

macro_rules! float {
    ($($T:ident)+) => {$(
        impl Element for $T {}

        impl MaybeNan for $T {
            #[inline]
            fn is_nan(self) -> bool {
                self != self
            }
        }

        impl Kernels for $T {
            type Sum = f64;

            fn sum(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
                precision: Precision,
            ) -> Result<f64, Cancelled> {
                if precision == Precision::Exact {
                    return exact_sum::sum(job, values, filter);
                }
                filtered!(Values::new(values), filter, terms => total::<$T, _>(job, terms, precision))
            }

            fn mean(job: Job<'_>, values: &[Self], filter: Filter<'_>) -> Result<f64, Cancelled> {
                filtered!(Values::new(values), filter, terms => {
                    let counted = reduce(job, Tree(terms))?;
                    // 0 / 0 is the NaN of an empty array.
                    Ok(rounded::<$T>((0.0 + counted.sum) / count(terms, counted) as f64))
                })
            }

            fn weighted_mean(
                job: Job<'_>,
                values: &[Self],
                weights: &[f64],
                filter: Filter<'_>,
            ) -> Result<f64, Cancelled> {
                let (values, weights) = (Values::new(values), Values::new(weights));
                let sum = filtered!(Products(values, weights), filter, terms => reduce(job, Tree(terms)))?;
                let weight = filtered!(Second(values, weights), filter, terms => reduce(job, Tree(terms)))?;
                Ok(rounded::<$T>((0.0 + sum.sum) / (0.0 + weight.sum)))
            }

            fn variance(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
                ddof: usize,
                root: bool,
            ) -> Result<f64, Cancelled> {
                filtered!(Values::new(values), filter, terms => {
                    let moments = reduce(job, OnePass(terms))?;
                    let Some(divisor) = divisor(moments.count as usize, ddof) else {
                        return Ok(f64::NAN);
                    };
                    let squares = <$T as Float>::deviations(job, terms, moments)?;
                    let divisor = divisor as f64;
                    let value = if root { squares.root_over(divisor) } else { squares.over(divisor) };
                    Ok(rounded::<$T>(value))
                })
            }

            fn min(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
            ) -> Result<Option<Self>, Cancelled> {
                if !filter.is_all() {
                    let both = Self::min_max(job, values, filter)?;
                    return Ok(both.map(|(least, _)| least));
                }
                let found = reduce(job, Extreme::<_, false>(Values::new(values)))?;
                Ok((!values.is_empty()).then(|| canonical(found)))
            }

            fn max(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
            ) -> Result<Option<Self>, Cancelled> {
                if !filter.is_all() {
                    let both = Self::min_max(job, values, filter)?;
                    return Ok(both.map(|(_, greatest)| greatest));
                }
                let found = reduce(job, Extreme::<_, true>(Values::new(values)))?;
                Ok((!values.is_empty()).then(|| canonical(found)))
            }

            fn min_max(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
            ) -> Result<Option<(Self, Self)>, Cancelled> {
                filtered!(Values::new(values), filter, terms => {
                    let Both { least, greatest, any } = reduce(job, Extremes(terms))?;
                    if !any && filter.left_out_nans(values.len()) {
                        return Ok(Some((<$T>::NAN, <$T>::NAN)));
                    }
                    Ok(any.then(|| (canonical(least), canonical(greatest))))
                })
            }

            fn range(least: Self, greatest: Self) -> f64 {
                rounded::<$T>(f64::from(greatest) - f64::from(least))
            }

            fn dot(
                job: Job<'_>,
                left: &[Self],
                right: &[Self],
                filter: Filter<'_>,
                precision: Precision,
            ) -> Result<f64, Cancelled> {
                if precision == Precision::Exact {
                    return exact_sum::dot(job, left, right, filter);
                }
                let products = Products(Values::new(left), Values::new(right));
                filtered!(products, filter, terms => total::<$T, _>(job, terms, precision))
            }

            fn sum_of_squares(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
                precision: Precision,
            ) -> Result<f64, Cancelled> {
                if precision == Precision::Exact {
                    return exact_sum::sum_of_squares(job, values, filter);
                }
                filtered!(Values::new(values), filter, terms => {
                    total::<$T, _>(job, Changed(terms, Square), precision)
                })
            }

            fn sum_of_magnitudes(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
                precision: Precision,
            ) -> Result<f64, Cancelled> {
                if precision == Precision::Exact {
                    return exact_sum::sum_of_magnitudes(job, values, filter);
                }
                filtered!(Values::new(values), filter, terms => {
                    total::<$T, _>(job, Changed(terms, Rare::Absolute), precision)
                })
            }

            fn length(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
                precision: Precision,
            ) -> Result<f64, Cancelled> {
                if precision == Precision::Exact {
                    return exact_sum::length(job, values, filter);
                }
                filtered!(Values::new(values), filter, terms => {
                    Ok(rounded::<$T>(<$T as Float>::squares(job, terms)?.root_over(1.0)))
                })
            }

            fn largest(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
            ) -> Result<f64, Cancelled> {
                filtered!(Values::new(values), filter, terms => {
                    Ok(rounded::<$T>(spread::largest(job, terms)?))
                })
            }

            fn describe(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
                ddof: usize,
            ) -> Result<Description<Self>, Cancelled> {
                filtered!(Values::new(values), filter, terms => described(job, terms, ddof))
            }

            fn first_nan(
                job: Job<'_>,
                values: &[Self],
                mask: Option<&[u8]>,
            ) -> Result<Option<usize>, Cancelled> {
                first_nan(job, values, mask)
            }
        }
    )+};
}

float!(f16 f32 f64);

fn total<T: Float, V: Terms>(
    job: Job<'_>,
    terms: V,
    precision: Precision,
) -> Result<f64, Cancelled> {
    let counted = match precision {
        Precision::Fast if !V::FILTERED => reduce(job, Lanes(terms))?,
        _ => reduce(job, Tree(terms))?,
    };
    // Adding zero turns the −0 of an empty or all −0 input into +0, as numpy does.
    Ok(rounded::<T>(0.0 + counted.sum))
}

fn count<V: Terms>(terms: V, counted: Counted) -> usize {
    if V::FILTERED { counted.count } else { terms.len() }
}

fn described<T: Float + Kernels<Sum = f64>, V: Terms>(
    job: Job<'_>,
    terms: V,
    ddof: usize,
) -> Result<Description<T>, Cancelled> {
    let summary = reduce(job, Describe(terms))?;
    let moments = summary.moments;
    let count = moments.count as usize;
    let (variance, std) = match divisor(count, ddof) {
        None => (f64::NAN, f64::NAN),
        Some(divisor) => {
            let squares = T::deviations(job, terms, moments)?;
            let divisor = divisor as f64;
            (rounded::<T>(squares.over(divisor)), rounded::<T>(squares.root_over(divisor)))
        }
    };
    Ok(Description {
        count,
        nan_count: summary.nans,
        extremes: (count > 0).then(|| (canonical(summary.least), canonical(summary.greatest))),
        mean: rounded::<T>((0.0 + moments.sum) / moments.count),
        variance,
        std,
        sum: rounded::<T>(0.0 + moments.sum),
    })
}

/// `value` rounded to `T`, as a double. There is one NaN only: which one comes out of an
/// addition depends on the order of its operands, which the levels may choose.
pub(crate) fn rounded<T: Float>(value: f64) -> f64 {
    if value.is_nan() { f64::NAN } else { T::narrow(value).widen() }
}

/// An extreme as an element again, which is exact, with one NaN only.
fn canonical<T: Float>(value: f64) -> T {
    T::narrow(if value.is_nan() { f64::NAN } else { value })
}
