//! How two arrays vary together.

mod floats;
mod integers;
mod moments;
#[cfg(test)]
mod tests;

use allcores_parallel::{Cancelled, Token};

use crate::element::{Element, same_length};
use crate::error::Error;
use crate::filter::{Filter, NanPolicy};
use crate::split::Job;

/// An element type whose arrays can be compared pair by pair.
pub trait Pairwise: Copy {
    /// The slices and the mask have one length; `NanPolicy::Raise` is the callers' business.
    #[doc(hidden)]
    fn covariance(
        job: Job<'_>,
        left: &[Self],
        right: &[Self],
        filter: Filter<'_>,
        ddof: usize,
    ) -> Result<f64, Cancelled>;

    /// The slices and the mask have one length; `NanPolicy::Raise` is the callers' business.
    #[doc(hidden)]
    fn correlation(
        job: Job<'_>,
        left: &[Self],
        right: &[Self],
        filter: Filter<'_>,
    ) -> Result<f64, Cancelled>;
}

/// The sum of the products of the deviations from both means, divided by the number of pairs
/// less `ddof`. NaN when `ddof` is at least that number.
///
/// A pair takes part when the mask says so and, with [`NanPolicy::Omit`], neither side is NaN.
///
/// - `f64`: one pass over memory, by blocks of up to 1,024 pairs that are merged by Chan's
///   formula along a fixed tree. Within 1e-13 of the exact value, relative to the product of
///   both standard deviations. Neither overflows nor underflows on the way; arrays whose plain
///   pass would are scaled and read again.
/// - `f32` and `f16`: the same in `f64`, rounded once to the element type.
/// - Integers: from exact sums, with one rounding.
///
/// The same bits on any number of threads and on every instruction set. Up to 1 MiB (both
/// arrays together) it runs on the calling thread alone.
///
/// ```
/// use allcores_numeric::{Filter, covariance};
/// use allcores_parallel::Token;
/// let (a, b) = ([1.0, 2.0, 3.0], [2.0, 4.0, 6.0]);
/// assert_eq!(covariance(&Token::new(), &a, &b, Filter::ALL, 1), Ok(2.0));
/// ```
///
/// # Errors
/// [`Error::Lengths`] when the arrays differ in length; [`Error::MaskLength`] for a mask of
/// another length; [`Error::Nan`] for a NaN on either side under [`NanPolicy::Raise`];
/// [`Error::Cancelled`] when the token was cancelled before the last block began.
pub fn covariance<T: Element>(
    token: &Token,
    left: &[T],
    right: &[T],
    filter: Filter<'_>,
    ddof: usize,
) -> Result<f64, Error> {
    let job = Job::new(token);
    check(left, right, filter)?;
    let covariance = T::covariance(job, left, right, filter, ddof)?;
    raise(job, left, right, filter)?;
    Ok(covariance)
}

/// Pearson's correlation coefficient: the covariance divided by both standard deviations, from
/// −1 to 1. NaN when one side does not vary.
///
/// Everything else as [`covariance`].
///
/// ```
/// use allcores_numeric::{Filter, correlation};
/// use allcores_parallel::Token;
/// let token = Token::new();
/// assert_eq!(correlation(&token, &[1, 2, 3], &[60, 50, 40], Filter::ALL), Ok(-1.0));
/// assert!(correlation(&token, &[1, 2, 3], &[5, 5, 5], Filter::ALL).unwrap().is_nan());
/// ```
///
/// # Errors
/// As [`covariance`].
pub fn correlation<T: Element>(
    token: &Token,
    left: &[T],
    right: &[T],
    filter: Filter<'_>,
) -> Result<f64, Error> {
    let job = Job::new(token);
    check(left, right, filter)?;
    let correlation = T::correlation(job, left, right, filter)?;
    raise(job, left, right, filter)?;
    Ok(correlation)
}

fn check<T>(left: &[T], right: &[T], filter: Filter<'_>) -> Result<(), Error> {
    same_length(left, right)?;
    filter.check(left.len())
}

/// Fails for the first pair with a NaN.
fn raise<T: Element>(
    job: Job<'_>,
    left: &[T],
    right: &[T],
    filter: Filter<'_>,
) -> Result<(), Error> {
    if filter.nan != NanPolicy::Raise {
        return Ok(());
    }
    let found = [T::first_nan(job, left, filter.mask)?, T::first_nan(job, right, filter.mask)?];
    match found.into_iter().flatten().min() {
        Some(index) => Err(Error::Nan { index }),
        None => Ok(()),
    }
}

/// `products` divided by the root of the product of both sums of squares, within −1 to 1, with
/// one NaN only.
fn coefficient(products: f64, first: f64, second: f64) -> f64 {
    let both = first * second;
    // The root of a square is exact, so that a side correlates with itself to exactly 1.
    let coefficient = if both > 1e-280 && both < 1e280 {
        products / both.sqrt()
    } else {
        products / first.sqrt() / second.sqrt()
    };
    // Of a side that does not vary the products may be a rounding error instead of 0.
    if coefficient.is_nan() || first == 0.0 || second == 0.0 {
        f64::NAN
    } else {
        coefficient.clamp(-1.0, 1.0)
    }
}
