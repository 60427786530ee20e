//! Where the least and the greatest element are.

mod body;
mod ordered;
#[cfg(test)]
mod tests;

use allcores_parallel::Token;

pub(crate) use body::arg_extreme;
pub(crate) use ordered::Ordered;

use crate::element::Element;
use crate::error::Error;
use crate::filter::Filter;
use crate::split::Job;

/// The index of the least element that takes part; of equal ones the first, and −0 equals +0.
///
/// The first NaN that takes part wins, whatever else there is; with
/// [`NanPolicy::Omit`](crate::NanPolicy::Omit) it takes no part.
///
/// The same index on any number of threads and on every instruction set. Up to 1 MiB it runs
/// on the calling thread alone.
///
/// ```
/// use allcores_numeric::{Error, Filter, argmin};
/// use allcores_parallel::Token;
/// let token = Token::new();
/// assert_eq!(argmin(&token, &[3, -2, 7, -2], Filter::ALL), Ok(1));
/// assert_eq!(argmin(&token, &[1.0, f64::NAN, 0.0], Filter::ALL), Ok(1));
/// let filter = Filter { mask: Some(&[1, 0, 1, 1]), ..Filter::ALL };
/// assert_eq!(argmin(&token, &[3, -2, 7, -2], filter), Ok(3));
/// assert_eq!(argmin::<f64>(&token, &[], Filter::ALL), Err(Error::Empty));
/// ```
///
/// # Errors
/// [`Error::Empty`] when no element takes part; [`Error::Nan`] for a NaN under
/// [`NanPolicy::Raise`](crate::NanPolicy::Raise); [`Error::MaskLength`] for a mask of another
/// length; [`Error::Cancelled`] when the token was cancelled before the last block began.
pub fn argmin<T: Element>(token: &Token, values: &[T], filter: Filter<'_>) -> Result<usize, Error> {
    arg_extreme::<T, false>(Job::new(token), values, filter)
}

/// The index of the greatest element that takes part; everything else as [`argmin`].
///
/// ```
/// use allcores_numeric::{Filter, argmax};
/// use allcores_parallel::Token;
/// assert_eq!(argmax(&Token::new(), &[3, 7, -2, 7], Filter::ALL), Ok(1));
/// ```
///
/// # Errors
/// As [`argmin`].
pub fn argmax<T: Element>(token: &Token, values: &[T], filter: Filter<'_>) -> Result<usize, Error> {
    arg_extreme::<T, true>(Job::new(token), values, filter)
}
