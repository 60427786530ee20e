use allcores_parallel::Token;

use crate::element::Element;
use crate::error::Error;
use crate::filter::Filter;
use crate::first_nan::raise;
use crate::split::Job;

/// The sum of squared deviations from the mean of those `values` that `filter` leaves, divided
/// by their number less `ddof`.
///
/// `ddof` is 0 for the variance of a whole population and 1 for the estimate from a sample.
/// NaN when `ddof` is at least the number of elements, so for none too. Never negative.
///
/// - `f64`: one pass over memory, by blocks of at most 4,096 elements that are merged by
///   Chan's formula along a fixed tree. Within 1e-13 (relative) of the exact value unless the mean is
///   very many (1e6 and more) standard deviations away from zero. The bits are not numpy's.
///   An infinity or a NaN gives NaN. Where squares would overflow or underflow on the way, a
///   second pass works on scaled elements.
/// - `f32` and `f16`: the same in `f64`, rounded once to the element's type.
/// - Integers: from the exact sums of the elements and of their squares, with one rounding:
///   the double that is nearest to the exact value.
///
/// The same bits on any number of threads and on every instruction set. Up to 1 MiB it runs
/// on the calling thread alone.
///
/// ```
/// use allcores_numeric::{Filter, variance};
/// use allcores_parallel::Token;
/// assert_eq!(variance(&Token::new(), &[1.0, 2.0, 3.0, 4.0], Filter::ALL, 0), Ok(1.25));
/// assert_eq!(variance(&Token::new(), &[0_i32, 2], Filter::ALL, 1), Ok(2.0));
/// assert!(variance(&Token::new(), &[5_u8], Filter::ALL, 1).unwrap().is_nan());
/// ```
///
/// # Errors
/// [`Error::MaskLength`]; [`Error::Nan`] under [`NanPolicy::Raise`](crate::NanPolicy);
/// [`Error::Cancelled`] when the token was cancelled before the last block began.
pub fn variance<T: Element>(
    token: &Token,
    values: &[T],
    filter: Filter<'_>,
    ddof: usize,
) -> Result<f64, Error> {
    spread(token, values, filter, ddof, false)
}

/// The standard deviation: the root of [`variance`], taken before the one rounding.
///
/// It is right also where the variance itself overflows or underflows.
///
/// ```
/// use allcores_numeric::{Filter, std};
/// use allcores_parallel::Token;
/// assert_eq!(std(&Token::new(), &[1e300, 3e300], Filter::ALL, 0), Ok(1e300));
/// ```
///
/// # Errors
/// As [`variance`].
pub fn std<T: Element>(
    token: &Token,
    values: &[T],
    filter: Filter<'_>,
    ddof: usize,
) -> Result<f64, Error> {
    spread(token, values, filter, ddof, true)
}

fn spread<T: Element>(
    token: &Token,
    values: &[T],
    filter: Filter<'_>,
    ddof: usize,
    root: bool,
) -> Result<f64, Error> {
    filter.check(values.len())?;
    let job = Job::new(token);
    let value = T::variance(job, values, filter, ddof, root)?;
    raise(job, values, filter, value.is_nan())?;
    Ok(value)
}
