use allcores_parallel::Token;

use crate::element::{Element, Kernels};
use crate::error::Error;
use crate::filter::{Filter, NanPolicy};
use crate::first_nan::raise;
use crate::split::Job;

/// The arithmetic mean of those `values` that `filter` leaves; NaN when it leaves none.
///
/// - `f64`: the sum by the tree of [`sum`](crate::sum()), divided by the number of elements: the
///   same bits as `np.mean` on a flat contiguous array, and as `np.nanmean`.
/// - `f32` and `f16`: the same in `f64`, rounded once to the element's type.
/// - Integers: the exact sum divided by the number of elements, with one rounding.
///
/// The same bits on any number of threads and on every instruction set. Up to 1 MiB it runs
/// on the calling thread alone.
///
/// ```
/// use allcores_numeric::{Filter, mean};
/// use allcores_parallel::Token;
/// assert_eq!(mean(&Token::new(), &[250_u8, 251], Filter::ALL), Ok(250.5));
/// assert!(mean::<f64>(&Token::new(), &[], Filter::ALL).unwrap().is_nan());
/// ```
///
/// # Errors
/// [`Error::MaskLength`]; [`Error::Nan`] under [`NanPolicy::Raise`](crate::NanPolicy);
/// [`Error::Cancelled`] when the token was cancelled before the last block began.
pub fn mean<T: Element>(token: &Token, values: &[T], filter: Filter<'_>) -> Result<f64, Error> {
    filter.check(values.len())?;
    let job = Job::new(token);
    let mean = T::mean(job, values, filter)?;
    raise(job, values, filter, mean.is_nan())?;
    Ok(mean)
}

/// The mean of `values` in which each element counts as often as its weight says: the sum of
/// the products divided by the sum of the weights, both by the tree of [`sum`](crate::sum()).
///
/// Elements and weights are taken as doubles (64-bit integers are rounded). The quotient is
/// IEEE 754's when the weights add up to 0. An element that is left out takes its weight along;
/// a NaN among the weights is one among the elements. Memory is read twice.
///
/// The same bits on any number of threads and on every instruction set.
///
/// ```
/// use allcores_numeric::{Filter, weighted_mean};
/// use allcores_parallel::Token;
/// let mean = weighted_mean(&Token::new(), &[1.0, 4.0], &[2.0, 1.0], Filter::ALL);
/// assert_eq!(mean, Ok(2.0));
/// ```
///
/// # Errors
/// [`Error::Lengths`], and those of [`mean`].
pub fn weighted_mean<T: Element>(
    token: &Token,
    values: &[T],
    weights: &[f64],
    filter: Filter<'_>,
) -> Result<f64, Error> {
    if values.len() != weights.len() {
        return Err(Error::Lengths { left: values.len(), right: weights.len() });
    }
    filter.check(values.len())?;
    let job = Job::new(token);
    let mean = T::weighted_mean(job, values, weights, filter)?;
    if filter.nan == NanPolicy::Raise && mean.is_nan() {
        let first = T::first_nan(job, values, filter.mask)?;
        let first_weight = f64::first_nan(job, weights, filter.mask)?;
        if let Some(index) = first.into_iter().chain(first_weight).min() {
            return Err(Error::Nan { index });
        }
    }
    Ok(mean)
}
