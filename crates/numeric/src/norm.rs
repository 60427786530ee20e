use allcores_parallel::Token;

use crate::element::Element;
use crate::error::Error;
use crate::filter::Filter;
use crate::first_nan::raise;
use crate::precision::Precision;
use crate::split::Job;

/// Which norm of a vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The sum of the magnitudes.
    One,
    /// The root of the sum of the squares: the Euclidean length.
    Two,
    /// The largest magnitude.
    Infinity,
}

/// A norm of those `values` that `filter` leaves; 0 when it leaves none.
///
/// - Floats: over the tree of [`sum`](crate::sum()) in doubles, rounded once to the element's
///   type. The Euclidean length neither overflows nor underflows on the way: where the squares
///   would, a second pass works on scaled elements.
/// - Integers: from the exact sum, rounded (and for the length the root rounded again).
///
/// A NaN gives NaN. The same bits on any number of threads and on every instruction set. Up to
/// 1 MiB it runs on the calling thread alone.
///
/// ```
/// use allcores_numeric::{Filter, Order, Precision, norm};
/// use allcores_parallel::Token;
/// let (token, precision) = (Token::new(), Precision::Pairwise);
/// let length = norm(&token, &[3e200, -4e200], Filter::ALL, Order::Two, precision).unwrap();
/// assert!((length / 5e200 - 1.0).abs() < 1e-15);
/// ```
///
/// # Errors
/// [`Error::MaskLength`]; [`Error::Nan`] under [`NanPolicy::Raise`](crate::NanPolicy);
/// [`Error::Cancelled`] when the token was cancelled before the last block began.
pub fn norm<T: Element>(
    token: &Token,
    values: &[T],
    filter: Filter<'_>,
    order: Order,
    precision: Precision,
) -> Result<f64, Error> {
    filter.check(values.len())?;
    let job = Job::new(token);
    let norm = match order {
        Order::One => T::sum_of_magnitudes(job, values, filter, precision)?,
        Order::Two => T::length(job, values, filter, precision)?,
        Order::Infinity => T::largest(job, values, filter)?,
    };
    raise(job, values, filter, norm.is_nan())?;
    Ok(norm)
}
