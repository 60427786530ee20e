use allcores_parallel::{Cancelled, Token};

use crate::element::Element;
use crate::split::Job;

/// The arithmetic mean of `values`; NaN for an empty array.
///
/// - `f64`: the sum by the tree of [`sum`](crate::sum()), divided by the length: the same bits
///   as `np.mean` on a flat contiguous array.
/// - `f32`: the same in `f64`, rounded once to `f32`.
/// - Integers: the exact sum divided by the length, with one rounding.
///
/// The same bits on any number of threads and on every instruction set. Up to 1 MiB it runs
/// on the calling thread alone.
///
/// ```
/// use allcores_numeric::mean;
/// use allcores_parallel::Token;
/// assert_eq!(mean(&Token::new(), &[250_u8, 251]), Ok(250.5));
/// assert!(mean::<f64>(&Token::new(), &[]).unwrap().is_nan());
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the last block began.
pub fn mean<T: Element>(token: &Token, values: &[T]) -> Result<f64, Cancelled> {
    T::mean(Job::new(token), values)
}
