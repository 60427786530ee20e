use allcores_parallel::Token;

use crate::element::{Element, MaybeNan};
use crate::error::Error;
use crate::filter::Filter;
use crate::first_nan::raise;
use crate::precision::Precision;
use crate::split::Job;

/// The sum of the squares of those `values` that `filter` leaves: an `f64` for floats, an
/// [`Exact`](crate::Exact) for integers. 0 when it leaves none.
///
/// The same value as [`dot`](crate::dot()) of the array with itself, but memory is read once.
/// The same bits on any number of threads and on every instruction set. Up to 1 MiB it runs
/// on the calling thread alone.
///
/// ```
/// use allcores_numeric::{Filter, Precision, sum_of_squares};
/// use allcores_parallel::Token;
/// let precision = Precision::Pairwise;
/// let squares = sum_of_squares(&Token::new(), &[1.0, 2.0, 3.0], Filter::ALL, precision);
/// assert_eq!(squares, Ok(14.0));
/// let squares = sum_of_squares(&Token::new(), &[-128_i8; 3], Filter::ALL, precision).unwrap();
/// assert_eq!(squares.to_f64(), 49152.0);
/// ```
///
/// # Errors
/// [`Error::MaskLength`]; [`Error::Nan`] under [`NanPolicy::Raise`](crate::NanPolicy);
/// [`Error::Cancelled`] when the token was cancelled before the last block began.
pub fn sum_of_squares<T: Element>(
    token: &Token,
    values: &[T],
    filter: Filter<'_>,
    precision: Precision,
) -> Result<T::Sum, Error> {
    filter.check(values.len())?;
    let job = Job::new(token);
    let sum = T::sum_of_squares(job, values, filter, precision)?;
    raise(job, values, filter, sum.is_nan())?;
    Ok(sum)
}
