//! Which kernel of columns, and which kernel of slices, an element type uses.

use std::marker::PhantomData;

use half::f16;

use super::arg::ArgExtremes;
use super::columns::reduce_columns;
use super::extreme::{Extremes, Wanted, flat};
use super::float_moments::FloatMoments;
use super::float_sums::FloatSums;
use super::integer_moments::IntegerMoments;
use super::integer_sums::{IntegerSums, LONGEST};
use super::lines::{reduce_lines, reduce_short_lines};
use super::row::Row;
use super::short::{self, Asked, Short};
use super::{Lines, Source};
use crate::arg_extreme::arg_extreme;
use crate::element::{Element, Kernels};
use crate::error::Error;
use crate::filter::Filter;
use crate::precision::Precision;
use crate::product::product;
use crate::split::Job;

/// The reductions of one element type along an axis. Lines, mask and output have been checked;
/// `NanPolicy::Raise` is the callers' business.
pub trait AxisKernels: Kernels + Row {
    #[doc(hidden)]
    fn sum_along(
        job: Job<'_>,
        source: Source<'_, Self>,
        precision: Precision,
        out: &mut [f64],
    ) -> Result<(), Error>;

    /// Floats along columns; a line that is a slice, integers and exact products are not its
    /// business.
    #[doc(hidden)]
    fn product_along(job: Job<'_>, source: Source<'_, Self>, out: &mut [f64]) -> Result<(), Error>;

    #[doc(hidden)]
    fn mean_along(job: Job<'_>, source: Source<'_, Self>, out: &mut [f64]) -> Result<(), Error>;

    /// The variance, or its root.
    #[doc(hidden)]
    fn variance_along(
        job: Job<'_>,
        source: Source<'_, Self>,
        ddof: usize,
        root: bool,
        out: &mut [f64],
    ) -> Result<(), Error>;
}

/// The product of each line.
pub(super) fn product_along<T: Element>(
    job: Job<'_>,
    source: Source<'_, T>,
    precision: Precision,
    out: &mut [f64],
) -> Result<(), Error> {
    let flat = |job: Job<'_>, values: &[T], filter: Filter<'_>| {
        product(job.token, values, filter, precision)
    };
    if source.lines.inner == 1 {
        return reduce_lines(job, source, out, flat);
    }
    if precision == Precision::Exact {
        return gather(job, source, out, flat);
    }
    T::product_along(job, source, out)
}

/// Least, greatest, or their difference.
pub(super) fn extreme_along<T: Element>(
    job: Job<'_>,
    source: Source<'_, T>,
    wanted: Wanted,
    out: &mut [T],
) -> Result<(), Error> {
    if source.lines.inner == 1 {
        let kernel = short::Extreme { wanted, elements: PhantomData };
        return reduce_short_lines(job, source, kernel, out, |job, values, filter| {
            flat(job, values, filter, wanted)
        });
    }
    reduce_columns(job, Extremes { wanted, flat: flat::<T> }, source, out)
}

/// Where the least, or the greatest, element is. The callers know that an index fits.
pub(super) fn arg_along<T: Element>(
    job: Job<'_>,
    source: Source<'_, T>,
    greatest: bool,
    out: &mut [u32],
) -> Result<(), Error> {
    if source.lines.inner == 1 {
        let kernel = short::ArgExtreme { greatest, elements: PhantomData };
        return reduce_short_lines(job, source, kernel, out, |job, values, filter| {
            let index = if greatest {
                arg_extreme::<T, true>(job, values, filter)?
            } else {
                arg_extreme::<T, false>(job, values, filter)?
            };
            Ok(index as u32)
        });
    }
    reduce_columns(job, ArgExtremes { greatest, elements: PhantomData }, source, out)
}

/// Calls `flat` for a copy of each line: for kernels that have none for columns.
pub(super) fn gather<T: Copy + Sync, O: Copy + Send>(
    job: Job<'_>,
    source: Source<'_, T>,
    out: &mut [O],
    flat: impl Fn(Job<'_>, &[T], Filter<'_>) -> Result<O, Error> + Sync,
) -> Result<(), Error> {
    let Lines { length, inner, .. } = source.lines;
    let blocks = allcores_parallel::Blocks {
        size: ((1 << 14) / length.max(1)).max(1),
        inline_up_to: (1 << 14) / length.max(1),
    };
    super::columns::run_bands(job, out, blocks, |start, band| {
        for (index, out) in band.iter_mut().enumerate() {
            let (outer, column) = ((start + index) / inner, (start + index) % inner);
            let (values, mask) = source.line(outer, column);
            *out = flat(job, &values, Filter { mask: mask.as_deref(), ..source.filter })?;
        }
        Ok(())
    })
}

/// Floats whose lines are slices.
fn float_lines<T: Element>(
    job: Job<'_>,
    source: Source<'_, T>,
    _: Asked,
    out: &mut [f64],
    flat: impl Fn(Job<'_>, &[T], Filter<'_>) -> Result<f64, Error> + Sync,
) -> Result<(), Error> {
    reduce_lines(job, source, out, flat)
}

/// Integers whose lines are slices, or columns of more elements than their totals hold.
fn integer_lines<T: Element + Short>(
    job: Job<'_>,
    source: Source<'_, T>,
    asked: Asked,
    out: &mut [f64],
    flat: impl Fn(Job<'_>, &[T], Filter<'_>) -> Result<f64, Error> + Sync,
) -> Result<(), Error> {
    if source.lines.inner == 1 {
        let kernel = short::Integers { asked, elements: PhantomData };
        return reduce_short_lines(job, source, kernel, out, flat);
    }
    gather(job, source, out, flat)
}

/// Whether there is no kernel of columns for the lines, which may be `longest` elements long.
fn by_line(lines: Lines, longest: usize) -> bool {
    lines.inner == 1 || lines.length > longest
}

macro_rules! axis_kernels {
    (
        $($T:ident)+,
        $Moments:ident,
        lines $lines:ident up to $longest:expr,
        sum |$job:ident, $source:ident, $precision:ident, $out:ident| $sum:expr,
        product |$product_job:ident, $product_source:ident, $product_out:ident| $product:expr,
        mean $mean:expr
    ) => {$(
        impl AxisKernels for $T {
            fn sum_along(
                $job: Job<'_>,
                $source: Source<'_, Self>,
                $precision: Precision,
                $out: &mut [f64],
            ) -> Result<(), Error> {
                if by_line($source.lines, $longest) {
                    return $lines($job, $source, Asked::Sum, $out, |job, values, filter| {
                        Ok(number(Self::sum(job, values, filter, $precision)?))
                    });
                }
                $sum
            }

            fn product_along(
                $product_job: Job<'_>,
                $product_source: Source<'_, Self>,
                $product_out: &mut [f64],
            ) -> Result<(), Error> {
                $product
            }

            fn mean_along(
                job: Job<'_>,
                source: Source<'_, Self>,
                out: &mut [f64],
            ) -> Result<(), Error> {
                if by_line(source.lines, $longest) {
                    return $lines(job, source, Asked::Mean, out, |job, values, filter| {
                        Ok(Self::mean(job, values, filter)?)
                    });
                }
                reduce_columns(job, $mean, source, out)
            }

            fn variance_along(
                job: Job<'_>,
                source: Source<'_, Self>,
                ddof: usize,
                root: bool,
                out: &mut [f64],
            ) -> Result<(), Error> {
                if by_line(source.lines, $longest) {
                    let asked = Asked::Variance { ddof, root };
                    return $lines(job, source, asked, out, |job, values, filter| {
                        Ok(Self::variance(job, values, filter, ddof, root)?)
                    });
                }
                let kernel = $Moments::<$T> { ddof, root, elements: PhantomData };
                reduce_columns(job, kernel, source, out)
            }
        }
    )+};
}

/// A sum as the double that stands in the result.
fn number(sum: impl Into<Sum>) -> f64 {
    match sum.into() {
        Sum::Double(sum) => sum,
        Sum::Exact(sum) => sum.to_f64(),
    }
}

/// Either kind of `Kernels::Sum`.
enum Sum {
    Double(f64),
    Exact(crate::exact::Exact),
}

impl From<f64> for Sum {
    fn from(sum: f64) -> Self {
        Sum::Double(sum)
    }
}

impl From<crate::exact::Exact> for Sum {
    fn from(sum: crate::exact::Exact) -> Self {
        Sum::Exact(sum)
    }
}

axis_kernels!(
    f16 f32 f64,
    FloatMoments,
    lines float_lines up to usize::MAX,
    sum |job, source, precision, out| {
        if precision == Precision::Exact {
            return gather(job, source, out, |job, values, filter| {
                Ok(Self::sum(job, values, filter, precision)?)
            });
        }
        reduce_columns(job, FloatSums::<Self, false>::new(false), source, out)
    },
    product |job, source, out| {
        reduce_columns(job, FloatSums::<Self, true>::new(false), source, out)
    },
    mean FloatSums::<Self, false>::new(true)
);

axis_kernels!(
    i8 u8 i16 u16 i32 u32 i64 u64,
    IntegerMoments,
    lines integer_lines up to LONGEST,
    sum |job, source, _precision, out| {
        reduce_columns(job, IntegerSums::<Self> { mean: false, elements: PhantomData }, source, out)
    },
    product |job, source, out| {
        gather(job, source, out, |job, values, filter| {
            product(job.token, values, filter, Precision::Exact)
        })
    },
    mean IntegerSums::<Self> { mean: true, elements: PhantomData }
);
