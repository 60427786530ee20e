use allcores_parallel::Token;

use crate::element::{Element, MaybeNan, same_length};
use crate::error::Error;
use crate::filter::{Filter, NanPolicy};
use crate::precision::Precision;
use crate::split::Job;

/// The sum of the products `left[i] * right[i]` that `filter` leaves: an `f64` for floats, an
/// [`Exact`](crate::Exact) for integers. 0 for empty arrays.
///
/// - `f64`: each product is rounded (never fused with the addition), then added up by the tree
///   of [`sum`](crate::sum()): the same bits as `np.sum(left * right)`.
/// - `f32` and `f16`: products are exact in `f64`, added up by the same tree, rounded once to the
///   element's type.
/// - Integers: exact; nothing wraps.
///
/// A pair with a NaN on either side is what [`NanPolicy::Omit`] leaves out.
///
/// The same bits on any number of threads and on every instruction set. Up to 1 MiB (both
/// arrays together) it runs on the calling thread alone.
///
/// ```
/// use allcores_numeric::{Error, Filter, Precision, dot};
/// use allcores_parallel::Token;
/// let (token, precision) = (Token::new(), Precision::Pairwise);
/// assert_eq!(dot(&token, &[1.0, 2.0], &[3.0, 4.0], Filter::ALL, precision), Ok(11.0));
/// let product = dot(&token, &[1_u8, 2], &[200, 200], Filter::ALL, precision).unwrap();
/// assert_eq!(product.to_f64(), 600.0);
/// let uneven = dot(&token, &[1.0], &[1.0, 2.0], Filter::ALL, precision);
/// assert_eq!(uneven, Err(Error::Lengths { left: 1, right: 2 }));
/// ```
///
/// # Errors
/// [`Error::Lengths`] when the arrays differ in length; [`Error::MaskLength`]; [`Error::Nan`]
/// under [`NanPolicy::Raise`]; [`Error::Cancelled`] when the token was cancelled before the last
/// block began.
pub fn dot<T: Element>(
    token: &Token,
    left: &[T],
    right: &[T],
    filter: Filter<'_>,
    precision: Precision,
) -> Result<T::Sum, Error> {
    same_length(left, right)?;
    filter.check(left.len())?;
    let job = Job::new(token);
    let sum = T::dot(job, left, right, filter, precision)?;
    if filter.nan == NanPolicy::Raise && sum.is_nan() {
        let first = T::first_nan(job, left, filter.mask)?;
        if let Some(index) = first.into_iter().chain(T::first_nan(job, right, filter.mask)?).min() {
            return Err(Error::Nan { index });
        }
    }
    Ok(sum)
}
