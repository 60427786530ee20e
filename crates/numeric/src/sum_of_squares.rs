use allcores_parallel::{Cancelled, Token};

use crate::element::Element;
use crate::split::Job;

/// The sum of the squares of `values`: an `f64` for floats, an [`Exact`](crate::Exact) for
/// integers. 0 for an empty array.
///
/// The same value as [`dot`](crate::dot()) of the array with itself, but memory is read once.
/// The same bits on any number of threads and on every instruction set. Up to 1 MiB it runs
/// on the calling thread alone.
///
/// ```
/// use allcores_numeric::sum_of_squares;
/// use allcores_parallel::Token;
/// assert_eq!(sum_of_squares(&Token::new(), &[1.0, 2.0, 3.0]), Ok(14.0));
/// let squares = sum_of_squares(&Token::new(), &[-128_i8; 3]).unwrap();
/// assert_eq!(squares.to_f64(), 49152.0);
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the last block began.
pub fn sum_of_squares<T: Element>(token: &Token, values: &[T]) -> Result<T::Sum, Cancelled> {
    T::sum_of_squares(Job::new(token), values)
}
