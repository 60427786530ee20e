use std::fmt;

use allcores_parallel::Cancelled;

use crate::error::Error;
use crate::exact::Exact;
use crate::extreme::{Extreme, IntegerExtreme};
use crate::integer_sums::{PowerTotals, ProductTotal, Total};
use crate::moments::OnePass;
use crate::order::Ordered;
use crate::quotient::quotient;
use crate::split::{Job, reduce};
use crate::terms::{Float, Products, Squares, Terms, Values};
use crate::tree::Tree;

/// An element type of the kernels: `i8 u8 i16 u16 i32 u32 i64 u64 f32 f64`.
///
/// Sealed: no other type can implement it.
pub trait Element: Kernels + Ordered {}

/// The kernels of one element type. Not nameable outside, which seals [`Element`].
pub trait Kernels: Copy + Send + Sync + fmt::Debug + PartialEq + PartialOrd {
    /// What sums and products add up to: `f64` for floats, [`Exact`] for integers.
    type Sum: Copy + fmt::Debug + PartialEq;

    #[doc(hidden)]
    fn sum(job: Job<'_>, values: &[Self]) -> Result<Self::Sum, Cancelled>;
    #[doc(hidden)]
    fn mean(job: Job<'_>, values: &[Self]) -> Result<f64, Cancelled>;
    #[doc(hidden)]
    fn variance(job: Job<'_>, values: &[Self], ddof: usize) -> Result<f64, Cancelled>;
    /// The slice is not empty.
    #[doc(hidden)]
    fn min(job: Job<'_>, values: &[Self]) -> Result<Self, Cancelled>;
    /// The slice is not empty.
    #[doc(hidden)]
    fn max(job: Job<'_>, values: &[Self]) -> Result<Self, Cancelled>;
    /// The slices have one length.
    #[doc(hidden)]
    fn dot(job: Job<'_>, left: &[Self], right: &[Self]) -> Result<Self::Sum, Cancelled>;
    #[doc(hidden)]
    fn sum_of_squares(job: Job<'_>, values: &[Self]) -> Result<Self::Sum, Cancelled>;
}

macro_rules! float {
    ($($T:ident)+) => {$(
        impl Element for $T {}

        impl Kernels for $T {
            type Sum = f64;

            fn sum(job: Job<'_>, values: &[Self]) -> Result<f64, Cancelled> {
                tree_sum(job, Values::new(values)).map(rounded::<$T>)
            }

            fn mean(job: Job<'_>, values: &[Self]) -> Result<f64, Cancelled> {
                // 0 / 0 is the NaN of an empty array.
                let sum = tree_sum(job, Values::new(values))?;
                Ok(rounded::<$T>(sum / values.len() as f64))
            }

            fn variance(job: Job<'_>, values: &[Self], ddof: usize) -> Result<f64, Cancelled> {
                let Some(divisor) = divisor(values.len(), ddof) else {
                    job.token.begin_block()?;
                    return Ok(f64::NAN);
                };
                let moments = reduce(job, OnePass(Values::new(values)))?;
                Ok(rounded::<$T>(moments.squared_deviations() / divisor as f64))
            }

            fn dot(job: Job<'_>, left: &[Self], right: &[Self]) -> Result<f64, Cancelled> {
                let products = Products(Values::new(left), Values::new(right));
                tree_sum(job, products).map(rounded::<$T>)
            }

            fn sum_of_squares(job: Job<'_>, values: &[Self]) -> Result<f64, Cancelled> {
                tree_sum(job, Squares(Values::new(values))).map(rounded::<$T>)
            }

            fn min(job: Job<'_>, values: &[Self]) -> Result<Self, Cancelled> {
                reduce(job, Extreme::<_, false>(Values::new(values))).map(canonical::<$T>)
            }

            fn max(job: Job<'_>, values: &[Self]) -> Result<Self, Cancelled> {
                reduce(job, Extreme::<_, true>(Values::new(values))).map(canonical::<$T>)
            }
        }

        impl Narrow for $T {
            fn narrow(value: f64) -> Self {
                value as $T
            }
        }
    )+};
}

float!(f32 f64);

macro_rules! integer {
    ($($T:ident)+) => {$(
        impl Element for $T {}

        impl Kernels for $T {
            type Sum = Exact;

            fn sum(job: Job<'_>, values: &[Self]) -> Result<Exact, Cancelled> {
                reduce(job, Total(values)).map(Exact::from)
            }

            fn mean(job: Job<'_>, values: &[Self]) -> Result<f64, Cancelled> {
                let sum = reduce(job, Total(values))?;
                Ok(quotient(Exact::from(sum), values.len() as u128))
            }

            fn variance(job: Job<'_>, values: &[Self], ddof: usize) -> Result<f64, Cancelled> {
                let Some(divisor) = divisor(values.len(), ddof) else {
                    job.token.begin_block()?;
                    return Ok(f64::NAN);
                };
                let (sum, squares) = reduce(job, PowerTotals(values))?;
                // (squares - sum² / n) / divisor, with both sides times n to stay in integers:
                // below 2^60 · 2^188 for the largest array of the largest elements.
                let count = values.len() as u128;
                let sum = Exact::from(sum);
                let numerator = Exact::from(count).times(squares).minus(sum.times(sum));
                Ok(quotient(numerator, count * divisor as u128))
            }

            fn dot(job: Job<'_>, left: &[Self], right: &[Self]) -> Result<Exact, Cancelled> {
                reduce(job, ProductTotal(left, right))
            }

            fn sum_of_squares(job: Job<'_>, values: &[Self]) -> Result<Exact, Cancelled> {
                reduce(job, ProductTotal(values, values))
            }

            fn min(job: Job<'_>, values: &[Self]) -> Result<Self, Cancelled> {
                reduce(job, IntegerExtreme::<_, false>(values))
            }

            fn max(job: Job<'_>, values: &[Self]) -> Result<Self, Cancelled> {
                reduce(job, IntegerExtreme::<_, true>(values))
            }
        }
    )+};
}

integer!(i8 u8 i16 u16 i32 u32 i64 u64);

/// The way back from the doubles that a float's kernels calculate with.
trait Narrow: Float {
    fn narrow(value: f64) -> Self;
}

/// `value` rounded to `T`, as a double. There is one NaN only: which one comes out of an
/// addition depends on the order of its operands, which the levels may choose.
fn rounded<T: Narrow>(value: f64) -> f64 {
    if value.is_nan() { f64::NAN } else { T::narrow(value).widen() }
}

/// An extreme as an element again, which is exact, with one NaN only.
fn canonical<T: Narrow>(value: f64) -> T {
    T::narrow(if value.is_nan() { f64::NAN } else { value })
}

#[inline]
fn tree_sum<S: Terms>(job: Job<'_>, terms: S) -> Result<f64, Cancelled> {
    // Adding zero turns the −0 of an empty or all −0 input into +0, as numpy does.
    reduce(job, Tree(terms)).map(|sum| 0.0 + sum)
}

fn divisor(count: usize, ddof: usize) -> Option<usize> {
    count.checked_sub(ddof).filter(|&divisor| divisor > 0)
}

/// Both lengths, or the error that names them.
pub(crate) fn same_length<T>(left: &[T], right: &[T]) -> Result<(), Error> {
    if left.len() == right.len() {
        Ok(())
    } else {
        Err(Error::Lengths { left: left.len(), right: right.len() })
    }
}
