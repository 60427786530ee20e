//! Whether and how many elements are true, that is, not zero. A NaN is true, as in numpy.

mod body;
#[cfg(test)]
mod tests;
mod truthy;

use allcores_parallel::Token;

pub(crate) use truthy::Truthy;

use crate::element::Element;
use crate::error::Error;
use crate::filter::Filter;
use crate::split::Job;

/// Whether any element that takes part is not zero. False when none takes part.
///
/// A NaN counts as true; with [`NanPolicy::Omit`](crate::NanPolicy::Omit) it takes no part. The
/// call stops as soon as the answer is known. The same on any number of threads and on every
/// instruction set; up to 1 MiB it runs on the calling thread alone.
///
/// ```
/// use allcores_numeric::{Filter, any};
/// use allcores_parallel::Token;
/// assert_eq!(any(&Token::new(), &[0.0, -0.0], Filter::ALL), Ok(false));
/// assert_eq!(any(&Token::new(), &[0.0, f64::NAN], Filter::ALL), Ok(true));
/// ```
///
/// # Errors
/// [`Error::Nan`] for a NaN under [`NanPolicy::Raise`](crate::NanPolicy::Raise);
/// [`Error::MaskLength`] for a mask of another length; [`Error::Cancelled`] when the token was
/// cancelled before the last block began.
pub fn any<T: Element>(token: &Token, values: &[T], filter: Filter<'_>) -> Result<bool, Error> {
    body::exists::<T, false>(Job::new(token), values, filter)
}

/// Whether every element that takes part is not zero. True when none takes part. Everything
/// else as [`any`].
///
/// ```
/// use allcores_numeric::{Filter, all};
/// use allcores_parallel::Token;
/// assert_eq!(all(&Token::new(), &[1_u8, 2, 3], Filter::ALL), Ok(true));
/// assert_eq!(all(&Token::new(), &[1_u8, 0, 3], Filter::ALL), Ok(false));
/// ```
///
/// # Errors
/// As [`any`].
pub fn all<T: Element>(token: &Token, values: &[T], filter: Filter<'_>) -> Result<bool, Error> {
    Ok(!body::exists::<T, true>(Job::new(token), values, filter)?)
}

/// How many of the elements that take part are not zero. A NaN counts, as in [`any`].
///
/// ```
/// use allcores_numeric::{Filter, count_nonzero};
/// use allcores_parallel::Token;
/// assert_eq!(count_nonzero(&Token::new(), &[3, 0, -1, 0], Filter::ALL), Ok(2));
/// ```
///
/// # Errors
/// As [`any`].
pub fn count_nonzero<T: Element>(
    token: &Token,
    values: &[T],
    filter: Filter<'_>,
) -> Result<usize, Error> {
    body::count(Job::new(token), values, filter)
}
