//! Sums, dot products, sums of squares and norms of floats with one rounding at the end.
//!
//! [`accumulator`] holds any sum without rounding it; [`slices`] gets most numbers there eight
//! at a time. Exact sums may be put together in any order, so nothing here depends on how the
//! work was cut. What is left out by a filter adds nothing.
//!
//! The results are the exact values rounded once to the element type: nothing overflows or
//! underflows on the way. As with `Math.sumPrecise`, a sum of nothing or of −0 only is −0.

mod accumulator;
mod slices;
#[cfg(test)]
mod tests;

use allcores_parallel::{Blocks, Cancelled, map};
use half::f16;

use crate::exact::Exact;
use crate::filter::Filter;
use crate::kept::{Kept, filtered};
use crate::rounding::{Format, Formatted, Magnitude};
use crate::split::{Job, reduce};
use crate::terms::{Changed, Float, Products, Rare, Square, Values, Widen};

use accumulator::{Accumulator, Total};
use slices::{ExactTotal, Pairs, Single, SquareParts};

/// A float type whose sums can be exact.
pub(crate) trait ExactFloat: Float + Formatted {
    /// The sum of the products of two slices of one length.
    fn exact_products(
        job: Job<'_>,
        left: &[Self],
        right: &[Self],
        filter: Filter<'_>,
    ) -> Result<Accumulator, Cancelled>;

    fn exact_squares(
        job: Job<'_>,
        values: &[Self],
        filter: Filter<'_>,
    ) -> Result<Accumulator, Cancelled>;
}

impl ExactFloat for f64 {
    fn exact_products(
        job: Job<'_>,
        left: &[Self],
        right: &[Self],
        filter: Filter<'_>,
    ) -> Result<Accumulator, Cancelled> {
        let (left, right) = (Values::new(left), Values::new(right));
        if filter.is_all() {
            reduce(job, ExactTotal(Pairs(left, right)))
        } else {
            let (left, right) = (Kept::new(left, filter), Kept::new(right, filter));
            reduce(job, ExactTotal(Pairs(left, right)))
        }
    }

    fn exact_squares(
        job: Job<'_>,
        values: &[Self],
        filter: Filter<'_>,
    ) -> Result<Accumulator, Cancelled> {
        filtered!(Values::new(values), filter, terms => reduce(job, ExactTotal(SquareParts(terms))))
    }
}

/// Products of these are exact in doubles.
macro_rules! narrow {
    ($($T:ident)+) => {$(
        impl ExactFloat for $T {
            fn exact_products(
                job: Job<'_>,
                left: &[Self],
                right: &[Self],
                filter: Filter<'_>,
            ) -> Result<Accumulator, Cancelled> {
                let products = Products(Values::new(left), Values::new(right));
                filtered!(products, filter, terms => reduce(job, ExactTotal(Single(terms))))
            }

            fn exact_squares(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
            ) -> Result<Accumulator, Cancelled> {
                let squares = Changed(Values::new(values), Square);
                filtered!(squares, filter, terms => reduce(job, ExactTotal(Single(terms))))
            }
        }
    )+};
}

narrow!(f16 f32);

/// The sum; −0 when all that takes part is −0, or nothing does.
pub(crate) fn sum<T: ExactFloat>(
    job: Job<'_>,
    values: &[T],
    filter: Filter<'_>,
) -> Result<f64, Cancelled> {
    let sum =
        filtered!(Values::new(values), filter, terms => reduce(job, ExactTotal(Single(terms))))?;
    let total = sum.total();
    if total == Total::Zero && is_all_negative_zero(job, values, filter)? {
        return Ok(-0.0);
    }
    Ok(rounded(T::FORMAT, total))
}

/// The sum of the magnitudes.
pub(crate) fn sum_of_magnitudes<T: ExactFloat>(
    job: Job<'_>,
    values: &[T],
    filter: Filter<'_>,
) -> Result<f64, Cancelled> {
    let magnitudes = Changed(Values::new(values), Rare::Absolute);
    let sum = filtered!(magnitudes, filter, terms => reduce(job, ExactTotal(Single(terms))))?;
    Ok(rounded(T::FORMAT, sum.total()))
}

/// The dot product of two slices of one length. A pair takes part when the filter leaves both.
pub(crate) fn dot<T: ExactFloat>(
    job: Job<'_>,
    left: &[T],
    right: &[T],
    filter: Filter<'_>,
) -> Result<f64, Cancelled> {
    Ok(rounded(T::FORMAT, T::exact_products(job, left, right, filter)?.total()))
}

/// The sum of the squares.
pub(crate) fn sum_of_squares<T: ExactFloat>(
    job: Job<'_>,
    values: &[T],
    filter: Filter<'_>,
) -> Result<f64, Cancelled> {
    Ok(rounded(T::FORMAT, T::exact_squares(job, values, filter)?.total()))
}

/// The root of the sum of the squares: the exact root of the exact sum, rounded once.
pub(crate) fn length<T: ExactFloat>(
    job: Job<'_>,
    values: &[T],
    filter: Filter<'_>,
) -> Result<f64, Cancelled> {
    Ok(match T::exact_squares(job, values, filter)?.total() {
        Total::Finite { size, .. } => T::FORMAT.round(size.square_root()),
        total => rounded(T::FORMAT, total),
    })
}

/// The root of an integer that is not negative, rounded once.
pub(crate) fn root(square: Exact) -> f64 {
    let [a, b, c, d] = square.words().map(u128::from);
    // All four words fit into what an accumulator's total gives: the upper two and what they leave.
    let upper = d << 64 | c;
    let lower = b << 64 | a;
    let size = if upper == 0 {
        Magnitude::new(lower, 0)
    } else {
        let room = upper.leading_zeros();
        let moved = if room == 0 { 0 } else { lower >> (128 - room) };
        let top = upper << room | moved;
        Some(Magnitude { top, exponent: 128 - i64::from(room), more: lower << room != 0 })
    };
    size.map_or(0.0, |size| f64::FORMAT.round(size.square_root()))
}

fn rounded(format: Format, total: Total) -> f64 {
    match total {
        Total::Zero => 0.0,
        Total::Special(value) => value,
        Total::Finite { negative, size } => {
            let size = format.round(size);
            if negative { -size } else { size }
        }
    }
}

/// 512 KiB of doubles.
const BLOCKS: Blocks = Blocks { size: 1 << 16, inline_up_to: 1 << 17 };

/// Asked only when the sum is zero. Most arrays say no at once.
fn is_all_negative_zero<T: Widen>(
    job: Job<'_>,
    values: &[T],
    filter: Filter<'_>,
) -> Result<bool, Cancelled> {
    let is_other = |index: usize| {
        let value = values[index].widen();
        value.to_bits() != (-0.0_f64).to_bits()
            && filter.mask.is_none_or(|mask| mask[index] != 0)
            && !(value.is_nan() && filter.omits_nan())
    };
    if (0..values.len().min(BLOCKS.size)).any(is_other) {
        return Ok(false);
    }
    let found = map(job.token, values.len(), BLOCKS, |mut range| range.any(is_other))?;
    Ok(!found.contains(&true))
}
