use std::fmt;

use allcores_parallel::Cancelled;

use crate::description::Description;
use crate::error::Error;
use crate::filter::Filter;
use crate::precision::Precision;
use crate::product::ProductKernels;
use crate::scan::ScanKernels;
use crate::split::Job;

/// An element type of the kernels: `i8 u8 i16 u16 i32 u32 i64 u64 f16 f32 f64`.
///
/// Sealed: no other type can implement it.
pub trait Element:
    Kernels
    + crate::arg_extreme::Ordered
    + crate::axis::AxisKernels
    + crate::covariance::Pairwise
    + crate::histogram::Binned
    + crate::order::Ordered
    + crate::quantile::Quantiles
    + crate::truth::Truthy
{
}

/// Whether a value is the NaN of its type. Integers have none.
pub trait MaybeNan: Copy {
    /// Whether it is NaN.
    fn is_nan(self) -> bool;
}

/// The reductions of one element type. Not nameable outside, which seals [`Element`].
///
/// Two slices have one length, and a mask has it too. A filter is asked to omit NaNs or not;
/// `NanPolicy::Raise` is the callers' business.
pub trait Kernels:
    MaybeNan + ProductKernels + ScanKernels + Send + Sync + fmt::Debug + PartialEq + PartialOrd
{
    /// What sums and products add up to: `f64` for floats, [`Exact`](crate::Exact) for integers.
    type Sum: MaybeNan + fmt::Debug + PartialEq;

    #[doc(hidden)]
    fn sum(
        job: Job<'_>,
        values: &[Self],
        filter: Filter<'_>,
        precision: Precision,
    ) -> Result<Self::Sum, Cancelled>;
    #[doc(hidden)]
    fn mean(job: Job<'_>, values: &[Self], filter: Filter<'_>) -> Result<f64, Cancelled>;
    #[doc(hidden)]
    fn weighted_mean(
        job: Job<'_>,
        values: &[Self],
        weights: &[f64],
        filter: Filter<'_>,
    ) -> Result<f64, Cancelled>;
    /// The variance, or its root.
    #[doc(hidden)]
    fn variance(
        job: Job<'_>,
        values: &[Self],
        filter: Filter<'_>,
        ddof: usize,
        root: bool,
    ) -> Result<f64, Cancelled>;
    /// `None` when nothing takes part.
    #[doc(hidden)]
    fn min(job: Job<'_>, values: &[Self], filter: Filter<'_>) -> Result<Option<Self>, Cancelled>;
    /// `None` when nothing takes part.
    #[doc(hidden)]
    fn max(job: Job<'_>, values: &[Self], filter: Filter<'_>) -> Result<Option<Self>, Cancelled>;
    /// `None` when nothing takes part.
    #[doc(hidden)]
    fn min_max(
        job: Job<'_>,
        values: &[Self],
        filter: Filter<'_>,
    ) -> Result<Option<(Self, Self)>, Cancelled>;
    /// `greatest - least`.
    #[doc(hidden)]
    fn range(least: Self, greatest: Self) -> Self::Sum;
    #[doc(hidden)]
    fn dot(
        job: Job<'_>,
        left: &[Self],
        right: &[Self],
        filter: Filter<'_>,
        precision: Precision,
    ) -> Result<Self::Sum, Cancelled>;
    #[doc(hidden)]
    fn sum_of_squares(
        job: Job<'_>,
        values: &[Self],
        filter: Filter<'_>,
        precision: Precision,
    ) -> Result<Self::Sum, Cancelled>;
    #[doc(hidden)]
    fn sum_of_magnitudes(
        job: Job<'_>,
        values: &[Self],
        filter: Filter<'_>,
        precision: Precision,
    ) -> Result<f64, Cancelled>;
    /// The root of the sum of the squares.
    #[doc(hidden)]
    fn length(
        job: Job<'_>,
        values: &[Self],
        filter: Filter<'_>,
        precision: Precision,
    ) -> Result<f64, Cancelled>;
    /// The largest magnitude, 0 when nothing takes part.
    #[doc(hidden)]
    fn largest(job: Job<'_>, values: &[Self], filter: Filter<'_>) -> Result<f64, Cancelled>;
    #[doc(hidden)]
    fn describe(
        job: Job<'_>,
        values: &[Self],
        filter: Filter<'_>,
        ddof: usize,
    ) -> Result<Description<Self>, Cancelled>;
    /// Where the first NaN is that the mask leaves.
    #[doc(hidden)]
    fn first_nan(
        job: Job<'_>,
        values: &[Self],
        mask: Option<&[u8]>,
    ) -> Result<Option<usize>, Cancelled>;
}

/// `count - ddof` when that is a divisor.
pub(crate) fn divisor(count: usize, ddof: usize) -> Option<usize> {
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
