use allcores_parallel::{Cancelled, Token};

use crate::element::Element;
use crate::split::Job;

/// The sum of `values`: an `f64` for floats, an [`Exact`](crate::Exact) for integers.
///
/// - `f64`: the same bits as `np.sum` on a flat contiguous array, at most about
///   (18 + log2(n / 128)) units of 2^-53 off, relative to the sum of the magnitudes. The
///   order of the additions is a tree that depends on the length only. An empty or all −0
///   array gives +0; a NaN, or both infinities, give NaN.
/// - `f32`: the same tree in `f64`, rounded once to `f32`.
/// - Integers: exact; nothing wraps.
///
/// The same bits on any number of threads and on every instruction set. Up to 1 MiB it runs
/// on the calling thread alone.
///
/// ```
/// use allcores_numeric::sum;
/// use allcores_parallel::Token;
/// assert_eq!(sum(&Token::new(), &[1.0, 2.0, 3.5]), Ok(6.5));
/// let total = sum(&Token::new(), &[i64::MAX, i64::MAX]).unwrap();
/// assert_eq!(total.to_i128(), Some(2 * i128::from(i64::MAX)));
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the last block began.
pub fn sum<T: Element>(token: &Token, values: &[T]) -> Result<T::Sum, Cancelled> {
    T::sum(Job::new(token), values)
}
