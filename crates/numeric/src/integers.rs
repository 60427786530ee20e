//! The reductions over integers: exact, and rounded once where the result is a double.

use allcores_parallel::Cancelled;

use crate::any_integer::{AnyInteger, AnyRows};
use crate::description::Description;
use crate::element::{Element, Kernels, MaybeNan, divisor};
use crate::exact::Exact;
use crate::filter::Filter;
use crate::integer::Integer;
use crate::integer_sums::{
    Describe, Extreme, LeastAndGreatest, Magnitudes, Part, PowerTotals, Powers, ProductTotal, Total,
};
use crate::kept::filtered;
use crate::precision::Precision;
use crate::quotient::quotient;
use crate::select::{Select, selected};
use crate::split::{Job, reduce};
use crate::terms::{Products, Second, Values};
use crate::tree::Tree;

macro_rules! integer {
    ($($T:ident)+) => {$(
        impl Element for $T {}

        impl MaybeNan for $T {
            #[inline]
            fn is_nan(self) -> bool {
                false
            }
        }

        impl Kernels for $T {
            type Sum = Exact;

            fn sum(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
                _: Precision,
            ) -> Result<Exact, Cancelled> {
                selected!(filter.mask, select => {
                    reduce(job, Total(Part { values, select })).map(|(sum, _)| Exact::from(sum))
                })
            }

            fn mean(job: Job<'_>, values: &[Self], filter: Filter<'_>) -> Result<f64, Cancelled> {
                selected!(filter.mask, select => {
                    let (sum, count) = reduce(job, Total(Part { values, select }))?;
                    Ok(quotient(Exact::from(sum), count as u128))
                })
            }

            fn weighted_mean(
                job: Job<'_>,
                values: &[Self],
                weights: &[f64],
                filter: Filter<'_>,
            ) -> Result<f64, Cancelled> {
                weighted_mean(job, AnyInteger::$T(values), weights, filter)
            }

            fn variance(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
                ddof: usize,
                root: bool,
            ) -> Result<f64, Cancelled> {
                let powers = selected!(filter.mask, select => {
                    reduce(job, PowerTotals(Part { values, select }))?
                });
                let variance = variance(powers, ddof);
                Ok(if root { variance.sqrt() } else { variance })
            }

            fn min(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
            ) -> Result<Option<Self>, Cancelled> {
                selected!(filter.mask, select => {
                    reduce(job, Extreme::<_, _, false>(Part { values, select }))
                })
            }

            fn max(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
            ) -> Result<Option<Self>, Cancelled> {
                selected!(filter.mask, select => {
                    reduce(job, Extreme::<_, _, true>(Part { values, select }))
                })
            }

            fn min_max(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
            ) -> Result<Option<(Self, Self)>, Cancelled> {
                selected!(filter.mask, select => {
                    let (extremes, count) = reduce(job, LeastAndGreatest(Part { values, select }))?;
                    Ok((count > 0).then_some(extremes))
                })
            }

            fn range(least: Self, greatest: Self) -> Exact {
                Exact::from(i128::from(greatest) - i128::from(least))
            }

            fn dot(
                job: Job<'_>,
                left: &[Self],
                right: &[Self],
                filter: Filter<'_>,
                _: Precision,
            ) -> Result<Exact, Cancelled> {
                selected!(filter.mask, select => {
                    reduce(job, ProductTotal(Part { values: left, select }, right))
                })
            }

            fn sum_of_squares(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
                precision: Precision,
            ) -> Result<Exact, Cancelled> {
                Self::dot(job, values, values, filter, precision)
            }

            fn sum_of_magnitudes(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
                _: Precision,
            ) -> Result<f64, Cancelled> {
                selected!(filter.mask, select => {
                    let sum = reduce(job, Magnitudes(Part { values, select }))?;
                    Ok(Exact::from(sum).to_f64())
                })
            }

            fn length(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
                precision: Precision,
            ) -> Result<f64, Cancelled> {
                let squares = Self::sum_of_squares(job, values, filter, precision)?;
                Ok(crate::exact_sum::root(squares))
            }

            fn largest(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
            ) -> Result<f64, Cancelled> {
                let extremes = Self::min_max(job, values, filter)?;
                let magnitude = |value: Self| i128::from(value).unsigned_abs();
                Ok(extremes.map_or(0.0, |(least, greatest)| {
                    Exact::from(magnitude(least).max(magnitude(greatest))).to_f64()
                }))
            }

            fn describe(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
                ddof: usize,
            ) -> Result<Description<Self>, Cancelled> {
                selected!(filter.mask, select => described(job, Part { values, select }, ddof))
            }

            fn first_nan(
                _: Job<'_>,
                _: &[Self],
                _: Option<&[u8]>,
            ) -> Result<Option<usize>, Cancelled> {
                Ok(None)
            }
        }
    )+};
}

integer!(i8 u8 i16 u16 i32 u32 i64 u64);

impl MaybeNan for Exact {
    fn is_nan(self) -> bool {
        false
    }
}

fn described<T: Integer + Kernels<Sum = Exact>, P: Select>(
    job: Job<'_>,
    part: Part<'_, T, P>,
    ddof: usize,
) -> Result<Description<T>, Cancelled> {
    let (powers, extremes) = reduce(job, Describe(part))?;
    let variance = variance(powers, ddof);
    Ok(Description {
        count: powers.count,
        nan_count: 0,
        extremes: (powers.count > 0).then_some(extremes),
        mean: quotient(Exact::from(powers.sum), powers.count as u128),
        variance,
        std: variance.sqrt(),
        sum: Exact::from(powers.sum),
    })
}

fn weighted_mean(
    job: Job<'_>,
    values: AnyInteger<'_>,
    weights: &[f64],
    filter: Filter<'_>,
) -> Result<f64, Cancelled> {
    let (values, weights) = (AnyRows::new(values), Values::new(weights));
    let sum = filtered!(Products(values, weights), filter, terms => reduce(job, Tree(terms)))?;
    let weight = filtered!(Second(values, weights), filter, terms => reduce(job, Tree(terms)))?;
    let mean = (0.0 + sum.sum) / (0.0 + weight.sum);
    Ok(if mean.is_nan() { f64::NAN } else { mean })
}

/// One rounding. NaN without a divisor.
fn variance(powers: Powers, ddof: usize) -> f64 {
    let Some(divisor) = divisor(powers.count, ddof) else { return f64::NAN };
    // (squares - sum² / n) / divisor, with both sides times n to stay in integers:
    // below 2^60 · 2^188 for the largest array of the largest elements.
    let count = powers.count as u128;
    let sum = Exact::from(powers.sum);
    let numerator = Exact::from(count).times(powers.squares).minus(sum.times(sum));
    quotient(numerator, count * divisor as u128)
}
