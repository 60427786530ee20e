//! Median and quantiles: order statistics without sorting and without a copy of the input.
//!
//! A sample says between which two values a wanted rank almost surely lies; one pass over the
//! memory counts what is below and keeps what is between, a few per cent; in those the rank is
//! looked for again. Elements of 8 and 16 bits are counted instead. The answer is an element
//! of the input, so nothing of this shows in it.

mod chunk;
mod counted;
mod element;
mod keyed;
mod method;
mod radix;
mod sample;
mod select;
mod sift;
#[cfg(test)]
mod tests;

use allcores_parallel::Token;

use crate::element::Element;
use crate::error::Error;
use crate::filter::{Filter, NanPolicy};
use crate::first_nan::raise;
use crate::split::Job;

pub(crate) use element::Quantiles;
pub use method::Method;
use method::Place;
use select::Statistics;

/// The median: the middle one of the sorted elements, or the mean of the two in the middle.
///
/// The bits of `np.median`: `f64` and integers in `f64`, `f32` in `f32`. −0 sorts below +0. NaN
/// when nothing takes part, or with a NaN that is not omitted.
///
/// The same bits on any number of threads and on every instruction set. Takes memory for about
/// 5 % of the elements, at most an eighth, as 64-bit keys; none of note for elements of 8 bits,
/// 256 KiB for each thread for those of 16.
///
/// ```
/// use allcores_numeric::{Filter, median};
/// use allcores_parallel::Token;
/// assert_eq!(median(&Token::new(), &[7, 1, 3, 4], Filter::ALL), Ok(3.5));
/// ```
///
/// # Errors
/// [`Error::Nan`] for a NaN under [`NanPolicy::Raise`], [`Error::MaskLength`],
/// [`Error::Cancelled`].
pub fn median<T: Element>(token: &Token, values: &[T], filter: Filter<'_>) -> Result<f64, Error> {
    let middle = |count: usize| {
        let upper = count / 2;
        if count.is_multiple_of(2) { vec![upper - 1, upper] } else { vec![upper] }
    };
    let statistics = statistics(token, values, filter, &middle)?;
    let median = match statistics.found[..] {
        [(_, only)] => only.wide(),
        [(_, lower), (_, upper)] => lower.middle(upper),
        _ => f64::NAN,
    };
    // Adding zero makes +0 of −0, as numpy's mean does.
    Ok(canonical(0.0 + median))
}

/// One NaN only: its sign would depend on the machine.
fn canonical(value: f64) -> f64 {
    if value.is_nan() { f64::NAN } else { value }
}

/// Which quantiles are asked for.
#[derive(Clone, Copy, Debug)]
pub enum Fractions<'a> {
    /// One, calculated in the precision of the elements.
    One(f64),
    /// Any number of them, calculated in `f64`.
    Many(&'a [f64]),
}

/// Quantiles by one of numpy's methods.
///
/// The bits of `np.quantile` of a float or of an array of floats: `f64` in `f64`; `f32` in `f32`
/// for [`Fractions::One`] and in `f64` from the difference of two `f32` for [`Fractions::Many`].
/// Two deliberate differences: the difference of two integers does not wrap, and the one
/// quantile 0 or 1 is the least or greatest element also when that is infinite (as numpy's is
/// for an integer 0 or 1). −0 sorts below +0. All are NaN when every element that takes part is
/// NaN, or with a NaN that is not omitted.
///
/// The same bits on any number of threads and on every instruction set; memory as [`median`].
///
/// ```
/// use allcores_numeric::{Filter, Fractions, Method, quantile};
/// use allcores_parallel::Token;
/// let quartiles = Fractions::Many(&[0.25, 0.5, 0.75]);
/// let found = quantile(&Token::new(), &[4.0, 1.0, 2.0], Filter::ALL, quartiles, Method::Linear);
/// assert_eq!(found, Ok(vec![1.5, 2.0, 3.0]));
/// ```
///
/// # Errors
/// [`Error::Empty`] when nothing takes part, [`Error::Fraction`] for a quantile outside 0..=1,
/// [`Error::Nan`] for a NaN under [`NanPolicy::Raise`], [`Error::MaskLength`],
/// [`Error::Cancelled`].
pub fn quantile<T: Element>(
    token: &Token,
    values: &[T],
    filter: Filter<'_>,
    fractions: Fractions<'_>,
    method: Method,
) -> Result<Vec<f64>, Error> {
    let (fractions, is_one) = match &fractions {
        Fractions::One(fraction) => (std::slice::from_ref(fraction), true),
        Fractions::Many(fractions) => (*fractions, false),
    };
    if let Some(index) = fractions.iter().position(|q| !(0.0..=1.0).contains(q)) {
        return Err(Error::Fraction { index });
    }
    let place = |count, q| match method.place(count, q) {
        Place::Between { previous, .. } if is_one && (q == 0.0 || q == 1.0) => Place::At(previous),
        place => place,
    };
    let ranks = |count| {
        let places = fractions.iter().flat_map(|&q| place(count, q).ranks());
        let mut ranks: Vec<usize> = places.collect();
        ranks.sort_unstable();
        ranks.dedup();
        ranks
    };
    let Statistics { count, nans, found } = statistics(token, values, filter, &ranks)?;
    if count + nans == 0 {
        return Err(Error::Empty);
    }
    if count == 0 || (nans > 0 && filter.nan != NanPolicy::Omit) {
        return Ok(vec![f64::NAN; fractions.len()]);
    }
    let element = |rank: usize| {
        let index = found.partition_point(|&(known, _)| known < rank);
        found[index.min(found.len() - 1)].1
    };
    let value = |&q: &f64| match place(count, q) {
        Place::At(rank) => element(rank).wide(),
        Place::Between { previous, next, weight } => {
            canonical(element(previous).between(element(next), weight, is_one))
        }
    };
    Ok(fractions.iter().map(value).collect())
}

/// The elements of some ranks, under a filter.
fn statistics<T: Element>(
    token: &Token,
    values: &[T],
    filter: Filter<'_>,
    ranks: select::Ranks<'_>,
) -> Result<Statistics<T>, Error> {
    filter.check(values.len())?;
    let job = Job::new(token);
    let stop_at_nan = filter.nan != NanPolicy::Omit;
    let statistics = T::statistics(job, values, filter.mask, ranks, stop_at_nan)?;
    raise(job, values, filter, statistics.nans > 0)?;
    Ok(statistics)
}
