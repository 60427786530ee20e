//! Histograms and counts of integers.
//!
//! Bins of equal width are calculated eight values at a time; only a value close to an edge is
//! compared with the edges, so every value is where the edges say. Each of eight lanes counts
//! in a table of its own: a count that is raised again at once would have to wait.

mod bincount;
mod edges;
mod element;
mod fill;
mod place;
mod tables;
#[cfg(test)]
mod tests;

use allcores_parallel::Token;

use crate::element::Element;
use crate::error::Error;
use crate::filter::{Filter, NanPolicy};
use crate::precision::Precision;
use crate::split::Job;
use crate::sum::sum;

pub use bincount::{bincount, bincount_length};
pub(crate) use element::Binned;
use fill::{counts, sums};
use place::{Calculated, Place, Searched, inner};
pub(crate) use tables::Tables;

/// The bins of a histogram.
#[derive(Clone, Copy, Debug)]
pub enum Bins<'a> {
    /// So many bins of equal width, from the least to the greatest element or over a range.
    Uniform {
        /// 1 to 2^24.
        count: usize,
        /// The outer edges. `None`: the least and the greatest element.
        range: Option<(f64, f64)>,
    },
    /// Edges, at least two, none below the one before it.
    Edges(&'a [f64]),
}

/// Counts, or sums of weights, and the edges of their bins.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// One for each bin.
    pub counts: Vec<f64>,
    /// One more than there are bins.
    pub edges: Vec<f64>,
}

/// How many elements lie in each bin, or the sum of their weights: bin `i` holds what is at
/// least `edges[i]` and below `edges[i + 1]`, the last one also its right edge. What lies
/// outside is left out, and so is NaN.
///
/// The counts and edges of `np.histogram`, bit for bit. Edges of equal width have the precision
/// of the array's floats, those of integers are doubles. An empty array has the range 0 to 1; a
/// range of one point is widened by 0.5 to each side. Integers are compared as doubles. Weights
/// are added up as doubles, in blocks of 65,536 elements: the bits of numpy for weights of 64
/// bits and bins of equal width. With `density`, the integral over the bins is 1 (NaN when
/// nothing was counted).
///
/// The same bits on any number of threads and on every instruction set. Takes memory for eight
/// counts of 32 bits for each bin and thread (one, above 1,024 bins).
///
/// ```
/// use allcores_numeric::{Bins, Filter, histogram};
/// use allcores_parallel::Token;
/// let bins = Bins::Uniform { count: 2, range: None };
/// let found = histogram(&Token::new(), &[1.0, 2.0, 4.0, 5.0], Filter::ALL, bins, None, false);
/// let found = found.unwrap();
/// assert_eq!((found.counts, found.edges), (vec![2.0, 2.0], vec![1.0, 3.0, 5.0]));
/// ```
///
/// # Errors
/// [`Error::Range`] for a range, given or found, that is not finite; [`Error::Bins`],
/// [`Error::NarrowRange`], [`Error::FewEdges`], [`Error::Edges`], [`Error::Lengths`],
/// [`Error::MaskLength`]; [`Error::Nan`] for a NaN under [`NanPolicy::Raise`];
/// [`Error::Cancelled`].
pub fn histogram<T: Element>(
    token: &Token,
    values: &[T],
    filter: Filter<'_>,
    bins: Bins<'_>,
    weights: Option<&[f64]>,
    density: bool,
) -> Result<Histogram, Error> {
    filter.check(values.len())?;
    same_length(values, weights)?;
    let job = Job::new(token);
    // First of all: a NaN would be an end of the range.
    if filter.nan == NanPolicy::Raise
        && let Some(index) = T::first_nan(job, values, filter.mask)?
    {
        return Err(Error::Nan { index });
    }
    let (edges, calculated) = match bins {
        Bins::Edges(edges) => (edges::given(edges)?, None),
        Bins::Uniform { count, range } => {
            let (low, high, is_given) = match range {
                Some((low, high)) => (low, high, true),
                None => match T::min_max(job, values, filter)? {
                    // numpy takes 0 and 1 for the range of an empty array, as if given.
                    None => (0.0, 1.0, true),
                    Some((least, greatest)) => (least.wide(), greatest.wide(), false),
                },
            };
            let uniform = edges::uniform::<T>(low, high, count, is_given)?;
            let calculated = Calculated::new::<T>(&uniform, is_given);
            (uniform.edges, calculated)
        }
    };
    let mut counts = if let Some(place) = calculated {
        fill(job, values, filter.mask, weights, place, edges.len() - 1)?
    } else {
        let inner = inner(&edges);
        let bins = edges.len() - 1;
        let place = Searched { low: edges[0], high: edges[bins], bins: bins as u32, inner: &inner };
        fill(job, values, filter.mask, weights, place, bins)?
    };
    if density {
        let total = sum(token, &counts, Filter::ALL, Precision::Pairwise)?;
        for (count, edges) in counts.iter_mut().zip(edges.windows(2)) {
            let width = match bins {
                Bins::Uniform { .. } => T::rounded(edges[1] - edges[0]),
                Bins::Edges(_) => edges[1] - edges[0],
            };
            *count = *count / width / total;
        }
    }
    for count in &mut counts {
        // One NaN only: its sign would depend on the machine.
        *count = if count.is_nan() { f64::NAN } else { *count };
    }
    Ok(Histogram { counts, edges })
}

fn fill<T: Element, P: Place + Send>(
    job: Job<'_>,
    values: &[T],
    mask: Option<&[u8]>,
    weights: Option<&[f64]>,
    place: P,
    bins: usize,
) -> Result<Vec<f64>, Error> {
    Ok(match weights {
        None => counts(job, values, mask, place, bins)?,
        Some(weights) => sums(job, values, weights, mask, place, bins)?,
    })
}

fn same_length<T>(values: &[T], weights: Option<&[f64]>) -> Result<(), Error> {
    match weights {
        Some(weights) if weights.len() != values.len() => {
            Err(Error::Lengths { left: values.len(), right: weights.len() })
        }
        _ => Ok(()),
    }
}
