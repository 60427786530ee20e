use allcores_parallel::Token;

use crate::element::{Element, MaybeNan};
use crate::error::Error;
use crate::filter::Filter;
use crate::first_nan::raise;
use crate::precision::Precision;
use crate::split::Job;

/// The sum of those `values` that `filter` leaves: an `f64` for floats, an
/// [`Exact`](crate::Exact) for integers.
///
/// - `f64`: the same bits as `np.sum` on a flat contiguous array, at most about
///   (18 + log2(n / 128)) units of 2^-53 off, relative to the sum of the magnitudes. The
///   order of the additions is a tree that depends on the length only. An empty or all −0
///   array gives +0; a NaN, or both infinities, give NaN. With a filter an element that is left
///   out counts as 0 in that tree: the bits of `np.nansum`.
/// - `f32` and `f16`: the same tree in `f64`, rounded once to the element's type.
/// - Integers: exact; nothing wraps, and `precision` makes no difference.
/// - [`Precision::Fast`]: 64 accumulators over blocks of 4,096 elements instead of the tree;
///   the error is about the same, the bits are not numpy's.
///
/// The same bits on any number of threads and on every instruction set. Up to 1 MiB it runs
/// on the calling thread alone.
///
/// ```
/// use allcores_numeric::{Filter, Precision, sum};
/// use allcores_parallel::Token;
/// let token = Token::new();
/// assert_eq!(sum(&token, &[1.0, 2.0, 3.5], Filter::ALL, Precision::Pairwise), Ok(6.5));
/// let total = sum(&token, &[i64::MAX, i64::MAX], Filter::ALL, Precision::Pairwise).unwrap();
/// assert_eq!(total.to_i128(), Some(2 * i128::from(i64::MAX)));
/// ```
///
/// # Errors
/// [`Error::MaskLength`]; [`Error::Nan`] under [`NanPolicy::Raise`](crate::NanPolicy);
/// [`Error::Cancelled`] when the token was cancelled before the last block began.
pub fn sum<T: Element>(
    token: &Token,
    values: &[T],
    filter: Filter<'_>,
    precision: Precision,
) -> Result<T::Sum, Error> {
    filter.check(values.len())?;
    let job = Job::new(token);
    let sum = T::sum(job, values, filter, precision)?;
    raise(job, values, filter, sum.is_nan())?;
    Ok(sum)
}
