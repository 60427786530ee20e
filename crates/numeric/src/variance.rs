use allcores_parallel::{Cancelled, Token};

use crate::element::Element;
use crate::split::Job;

/// The sum of squared deviations from the mean, divided by `values.len() - ddof`.
///
/// `ddof` is 0 for the variance of a whole population and 1 for the estimate from a sample.
/// NaN when `ddof` is at least the length, so for an empty array too. Never negative.
///
/// - `f64`: one pass over memory, by blocks of 4,096 elements that are merged by Chan's
///   formula along a fixed tree. Within 1e-13 (relative) of the exact value unless the mean is
///   very many (1e6 and more) standard deviations away from zero. The bits are not numpy's.
///   An infinity, a NaN, or deviations whose squares overflow give NaN or infinity.
/// - `f32`: the same in `f64`, rounded once to `f32`.
/// - Integers: from the exact sums of the elements and of their squares, with one rounding:
///   the double that is nearest to the exact value.
///
/// The same bits on any number of threads and on every instruction set. Up to 1 MiB it runs
/// on the calling thread alone.
///
/// ```
/// use allcores_numeric::variance;
/// use allcores_parallel::Token;
/// assert_eq!(variance(&Token::new(), &[1.0, 2.0, 3.0, 4.0], 0), Ok(1.25));
/// assert_eq!(variance(&Token::new(), &[0_i32, 2], 1), Ok(2.0));
/// assert!(variance(&Token::new(), &[5_u8], 1).unwrap().is_nan());
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the last block began.
pub fn variance<T: Element>(token: &Token, values: &[T], ddof: usize) -> Result<f64, Cancelled> {
    T::variance(Job::new(token), values, ddof)
}
