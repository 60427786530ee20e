//! Everything that `describe` tells, in one pass over memory: the blocks of `moments.rs`, each
//! looked at once more for its extremes while it is in the L1 cache.

use crate::element::Kernels;
use crate::extreme::{Extremes, lesser};
use crate::moments::{BLOCK_ROWS, Moments, block, merge, take_block};
use crate::simd::{Body, Simd};
use crate::split::Reduction;
use crate::terms::{Terms, cut_by_rows};
use crate::walk::{Walk, walk};

/// What [`describe`](crate::describe()) tells of an array.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Description<T: Kernels> {
    /// How many elements took part.
    pub count: usize,
    /// How many of the elements that the mask leaves are NaN, whether they took part or not.
    pub nan_count: usize,
    /// The least and the greatest; `None` when nothing took part.
    pub extremes: Option<(T, T)>,
    /// As [`mean`](crate::mean()).
    pub mean: f64,
    /// As [`variance`](crate::variance()).
    pub variance: f64,
    /// As [`std`](crate::std()).
    pub std: f64,
    /// As [`sum`](crate::sum()).
    pub sum: T::Sum,
}

/// Moments, extremes and the number of NaNs of a part of the input.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Summary {
    pub(crate) moments: Moments,
    /// Least and greatest; +Infinity and −Infinity when nothing took part.
    pub(crate) least: f64,
    pub(crate) greatest: f64,
    /// The NaNs among all terms that the mask leaves, whether they take part or not.
    pub(crate) nans: usize,
}

/// The summary of the terms that take part.
#[derive(Clone, Copy)]
pub(crate) struct Describe<V>(pub(crate) V);

impl<V: Terms> Body for Describe<V> {
    type Output = Summary;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Summary {
        walk(simd, self.0.rows(), &mut Blocks { rest: self.0 })
    }
}

struct Blocks<V> {
    rest: V,
}

impl<V: Terms> Walk for Blocks<V> {
    type Value = Summary;

    const FILLER: Summary = Summary {
        moments: Moments::NONE,
        least: f64::INFINITY,
        greatest: f64::NEG_INFINITY,
        nans: 0,
    };

    #[inline(always)]
    fn visit<S: Simd>(&mut self, simd: S, rows: usize, last: bool) -> Option<Summary> {
        if rows > BLOCK_ROWS {
            return None;
        }
        let terms = take_block(&mut self.rest, rows, last);
        let moments = block(simd, terms);
        let extremes = simd.call(Extremes(terms));
        // Where nothing is left out, a NaN would have won.
        let may_have_nans = V::FILTERED || extremes.least.is_nan();
        let nans = if may_have_nans { simd.call(Nans(terms)) } else { 0 };
        Some(Summary { moments, least: extremes.least, greatest: extremes.greatest, nans })
    }

    #[inline(always)]
    fn merge(left: Summary, right: Summary) -> Summary {
        merge_summaries(left, right)
    }
}

impl<V: Terms> Reduction for Describe<V> {
    cut_by_rows!(Describe);

    #[inline]
    fn merge(left: Summary, right: Summary) -> Summary {
        merge_summaries(left, right)
    }
}

#[inline(always)]
fn merge_summaries(left: Summary, right: Summary) -> Summary {
    Summary {
        moments: merge(left.moments, right.moments),
        least: lesser(left.least, right.least),
        greatest: -lesser(-left.greatest, -right.greatest),
        nans: left.nans + right.nans,
    }
}

/// How many of the terms that a mask leaves are NaN.
struct Nans<V>(V);

impl<V: Terms> Body for Nans<V> {
    type Output = usize;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> usize {
        let mut nans = 0;
        for row in 0..self.0.rows() {
            nans += self.0.nans(simd, row);
        }
        for index in 0..self.0.tail_len() {
            nans += usize::from(self.0.is_nan(index));
        }
        nans
    }
}
