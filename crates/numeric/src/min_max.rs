use allcores_parallel::Token;

use crate::element::Element;
use crate::error::Error;
use crate::split::Job;

/// The least of `values`, as JavaScript's `Math.min` has it: a NaN anywhere gives NaN, and −0
/// is below +0 in whatever order they come.
///
/// The same bits on any number of threads and on every instruction set (a NaN is always the
/// same one). Up to 1 MiB it runs on the calling thread alone.
///
/// ```
/// use allcores_numeric::{Error, min};
/// use allcores_parallel::Token;
/// assert_eq!(min(&Token::new(), &[3, -2, 7]), Ok(-2));
/// assert!(min(&Token::new(), &[0.0_f64, -0.0]).unwrap().is_sign_negative());
/// assert_eq!(min::<f64>(&Token::new(), &[]), Err(Error::Empty));
/// ```
///
/// # Errors
/// [`Error::Empty`] without elements; [`Error::Cancelled`] when the token was cancelled before
/// the last block began.
pub fn min<T: Element>(token: &Token, values: &[T]) -> Result<T, Error> {
    if values.is_empty() {
        return Err(Error::Empty);
    }
    Ok(T::min(Job::new(token), values)?)
}

/// The greatest of `values`, as JavaScript's `Math.max` has it: a NaN anywhere gives NaN, and
/// +0 is above −0 in whatever order they come.
///
/// The same bits on any number of threads and on every instruction set (a NaN is always the
/// same one). Up to 1 MiB it runs on the calling thread alone.
///
/// ```
/// use allcores_numeric::max;
/// use allcores_parallel::Token;
/// assert_eq!(max(&Token::new(), &[3, -2, 7]), Ok(7));
/// assert!(max(&Token::new(), &[-0.0_f64, 0.0]).unwrap().is_sign_positive());
/// assert!(max(&Token::new(), &[1.0, f64::NAN, 2.0]).unwrap().is_nan());
/// ```
///
/// # Errors
/// [`Error::Empty`] without elements; [`Error::Cancelled`] when the token was cancelled before
/// the last block began.
pub fn max<T: Element>(token: &Token, values: &[T]) -> Result<T, Error> {
    if values.is_empty() {
        return Err(Error::Empty);
    }
    Ok(T::max(Job::new(token), values)?)
}
