use allcores_parallel::Token;

use crate::element::{Element, MaybeNan};
use crate::error::Error;
use crate::filter::Filter;
use crate::first_nan::raise;
use crate::split::Job;

/// The least of those `values` that `filter` leaves, as JavaScript's `Math.min` has it: a NaN anywhere gives NaN, and −0
/// is below +0 in whatever order they come. With [`NanPolicy::Omit`](crate::NanPolicy), NaN when
/// all are NaN.
///
/// The same bits on any number of threads and on every instruction set (a NaN is always the
/// same one). Up to 1 MiB it runs on the calling thread alone.
///
/// ```
/// use allcores_numeric::{Error, Filter, min};
/// use allcores_parallel::Token;
/// assert_eq!(min(&Token::new(), &[3, -2, 7], Filter::ALL), Ok(-2));
/// assert!(min(&Token::new(), &[0.0_f64, -0.0], Filter::ALL).unwrap().is_sign_negative());
/// assert_eq!(min::<f64>(&Token::new(), &[], Filter::ALL), Err(Error::Empty));
/// ```
///
/// # Errors
/// [`Error::Empty`] when nothing takes part; [`Error::MaskLength`]; [`Error::Nan`] under
/// [`NanPolicy::Raise`](crate::NanPolicy); [`Error::Cancelled`] when the token was cancelled before
/// the last block began.
pub fn min<T: Element>(token: &Token, values: &[T], filter: Filter<'_>) -> Result<T, Error> {
    filter.check(values.len())?;
    let job = Job::new(token);
    let found = T::min(job, values, filter)?;
    raise(job, values, filter, found.is_some_and(MaybeNan::is_nan))?;
    found.ok_or(Error::Empty)
}

/// The greatest of those `values` that `filter` leaves, as JavaScript's `Math.max` has it: a NaN anywhere gives NaN, and
/// +0 is above −0 in whatever order they come. With [`NanPolicy::Omit`](crate::NanPolicy), NaN
/// when all are NaN.
///
/// The same bits on any number of threads and on every instruction set (a NaN is always the
/// same one). Up to 1 MiB it runs on the calling thread alone.
///
/// ```
/// use allcores_numeric::{Filter, max};
/// use allcores_parallel::Token;
/// assert_eq!(max(&Token::new(), &[3, -2, 7], Filter::ALL), Ok(7));
/// assert!(max(&Token::new(), &[-0.0_f64, 0.0], Filter::ALL).unwrap().is_sign_positive());
/// assert!(max(&Token::new(), &[1.0, f64::NAN, 2.0], Filter::ALL).unwrap().is_nan());
/// ```
///
/// # Errors
/// [`Error::Empty`] when nothing takes part; [`Error::MaskLength`]; [`Error::Nan`] under
/// [`NanPolicy::Raise`](crate::NanPolicy); [`Error::Cancelled`] when the token was cancelled before
/// the last block began.
pub fn max<T: Element>(token: &Token, values: &[T], filter: Filter<'_>) -> Result<T, Error> {
    filter.check(values.len())?;
    let job = Job::new(token);
    let found = T::max(job, values, filter)?;
    raise(job, values, filter, found.is_some_and(MaybeNan::is_nan))?;
    found.ok_or(Error::Empty)
}

/// The least and the greatest of those `values` that `filter` leaves, read once. Each is what
/// [`min`] and [`max`] give.
///
/// ```
/// use allcores_numeric::{Filter, min_max};
/// use allcores_parallel::Token;
/// assert_eq!(min_max(&Token::new(), &[3, -2, 7], Filter::ALL), Ok((-2, 7)));
/// ```
///
/// # Errors
/// As [`min`].
pub fn min_max<T: Element>(
    token: &Token,
    values: &[T],
    filter: Filter<'_>,
) -> Result<(T, T), Error> {
    filter.check(values.len())?;
    let job = Job::new(token);
    let found = T::min_max(job, values, filter)?;
    raise(job, values, filter, found.is_some_and(|(least, _)| least.is_nan()))?;
    found.ok_or(Error::Empty)
}

/// The greatest of those `values` that `filter` leaves, less the least: exact for integers;
/// for floats with one rounding, and NaN when both are the same infinity.
///
/// ```
/// use allcores_numeric::{Filter, range};
/// use allcores_parallel::Token;
/// let range = range(&Token::new(), &[i8::MIN, i8::MAX], Filter::ALL).unwrap();
/// assert_eq!(range.to_f64(), 255.0);
/// ```
///
/// # Errors
/// As [`min`].
pub fn range<T: Element>(token: &Token, values: &[T], filter: Filter<'_>) -> Result<T::Sum, Error> {
    let (least, greatest) = min_max(token, values, filter)?;
    Ok(T::range(least, greatest))
}
