use allcores_parallel::Token;

use crate::element::{Element, same_length};
use crate::error::Error;
use crate::split::Job;

/// The sum of the products `left[i] * right[i]`: an `f64` for floats, an
/// [`Exact`](crate::Exact) for integers. 0 for empty arrays.
///
/// - `f64`: each product is rounded (never fused with the addition), then added up by the tree
///   of [`sum`](crate::sum()): the same bits as `np.sum(left * right)`.
/// - `f32`: products are exact in `f64`, added up by the same tree, rounded once to `f32`.
/// - Integers: exact; nothing wraps.
///
/// The same bits on any number of threads and on every instruction set. Up to 1 MiB (both
/// arrays together) it runs on the calling thread alone.
///
/// ```
/// use allcores_numeric::{Error, dot};
/// use allcores_parallel::Token;
/// assert_eq!(dot(&Token::new(), &[1.0, 2.0], &[3.0, 4.0]), Ok(11.0));
/// assert_eq!(dot(&Token::new(), &[1_u8, 2], &[200, 200]).unwrap().to_f64(), 600.0);
/// let uneven = dot(&Token::new(), &[1.0], &[1.0, 2.0]);
/// assert_eq!(uneven, Err(Error::Lengths { left: 1, right: 2 }));
/// ```
///
/// # Errors
/// [`Error::Lengths`] when the arrays differ in length; [`Error::Cancelled`] when the token
/// was cancelled before the last block began.
pub fn dot<T: Element>(token: &Token, left: &[T], right: &[T]) -> Result<T::Sum, Error> {
    same_length(left, right)?;
    Ok(T::dot(Job::new(token), left, right)?)
}
