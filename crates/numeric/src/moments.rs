//! Sum, mean and sum of squared deviations in one pass over memory: blocks of at most 4,096
//! terms, each read twice while it is in the L1 cache, merged by Chan's formula.
//!
//! The blocks are nodes of the tree of `tree.rs`, and a block's sum is that node's sum. So the
//! sum of the whole has the bits of `Tree`, at no cost.
//!
//! Within a block the sum of the deviations from the rounded mean is kept too. It corrects
//! the sum of squares (Chan, Golub and LeVeque 1983, "corrected two-pass") and gives the
//! bits of the mean below its last place, without which the difference of two block means
//! would be mostly rounding error for data far from zero.

use crate::simd::{Body, Simd};
use crate::split::Reduction;
use crate::terms::{Terms, cut_by_rows};
use crate::tree::{Counted, Tree, pairwise};
use crate::walk::{Walk, walk};

/// The largest block, in rows.
pub(crate) const BLOCK_ROWS: usize = 512;

/// Count, sum, mean and sum of squared deviations from the mean of a part of the input.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moments {
    pub(crate) count: f64,
    /// As `Tree` adds it up.
    pub(crate) sum: f64,
    /// The mean is `mean + low`, with `low` below the last place of `mean`.
    mean: f64,
    low: f64,
    /// The sum of squared deviations from the mean.
    pub(crate) squares: f64,
}

impl Moments {
    pub(crate) const NONE: Moments =
        Moments { count: 0.0, sum: -0.0, mean: 0.0, low: 0.0, squares: 0.0 };
}

/// The moments of the terms that take part.
#[derive(Clone, Copy)]
pub(crate) struct OnePass<V>(pub(crate) V);

impl<V: Terms> Body for OnePass<V> {
    type Output = Moments;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Moments {
        walk(simd, self.0.rows(), &mut Blocks { rest: self.0 })
    }
}

/// The terms of the blocks that are not yet visited.
struct Blocks<V> {
    rest: V,
}

impl<V: Terms> Walk for Blocks<V> {
    type Value = Moments;

    const FILLER: Moments = Moments::NONE;

    #[inline(always)]
    fn visit<S: Simd>(&mut self, simd: S, rows: usize, last: bool) -> Option<Moments> {
        if rows > BLOCK_ROWS {
            return None;
        }
        Some(block(simd, take_block(&mut self.rest, rows, last)))
    }

    #[inline(always)]
    fn merge(left: Moments, right: Moments) -> Moments {
        merge(left, right)
    }
}

/// The next `rows` rows, and with `last` the tail.
#[inline(always)]
pub(crate) fn take_block<V: Terms>(rest: &mut V, rows: usize, last: bool) -> V {
    if last {
        return *rest;
    }
    let (node, others) = rest.split(rows);
    *rest = others;
    node
}

impl<V: Terms> Reduction for OnePass<V> {
    cut_by_rows!(OnePass);

    #[inline]
    fn merge(left: Moments, right: Moments) -> Moments {
        merge(left, right)
    }
}

#[inline(always)]
pub(crate) fn block<S: Simd, V: Terms>(simd: S, terms: V) -> Moments {
    // Calls, and not inlined copies: a block is large, and the plain sum needs the same code.
    let Counted { sum, count } = simd.call(Tree(terms));
    let count = if V::FILTERED { count } else { terms.len() };
    if count == 0 {
        return Moments { sum, ..Moments::NONE };
    }
    let count = count as f64;
    let mean = sum / count;
    let (deviations, squares) = simd.call(Deviations { terms, mean });
    let low = deviations / count;
    let corrected = squares - deviations * low;
    // The difference of two equal roundings may fall below zero; a NaN must stay.
    let squares = if corrected < 0.0 { 0.0 } else { corrected };
    Moments { count, sum, mean, low, squares }
}

#[inline(always)]
pub(crate) fn merge(left: Moments, right: Moments) -> Moments {
    let sum = left.sum + right.sum;
    // Nothing took part in one of them: its mean of 0 is none.
    if left.count == 0.0 {
        return Moments { sum, ..right };
    }
    if right.count == 0.0 {
        return Moments { sum, ..left };
    }
    let count = left.count + right.count;
    let distance = (right.mean - left.mean) + (right.low - left.low);
    let step = distance * right.count / count;
    let squares = left.squares + right.squares + distance * step * left.count;
    // Knuth's exact addition keeps the rounding error of the new mean in `low`.
    let shift = left.low + step;
    let mean = left.mean + shift;
    let shifted = mean - left.mean;
    let low = (left.mean - (mean - shifted)) + (shift - shifted);
    Moments { count, sum, mean, low, squares }
}

/// The sums of `x - mean` and of `(x - mean)²`, with 16 lanes each.
struct Deviations<V> {
    terms: V,
    mean: f64,
}

impl<V: Terms> Body for Deviations<V> {
    type Output = (f64, f64);

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> (f64, f64) {
        let Deviations { terms, mean } = self;
        let rows = terms.rows();
        let whole = rows - rows % 2;
        let (twos, one) = terms.split(whole);
        let means = simd.splat(mean);
        let mut deviations = [simd.splat(0.0); 2];
        let mut squares = [simd.splat(0.0); 2];
        for first in (0..whole).step_by(2) {
            for part in 0..2 {
                // What is left out is at the mean.
                let (row, _) = twos.kept(simd, first + part, mean);
                let deviation = simd.sub(row, means);
                deviations[part] = simd.add(deviations[part], deviation);
                squares[part] = simd.add(squares[part], simd.mul(deviation, deviation));
            }
        }
        for row in 0..one.rows() {
            let (row, _) = one.kept(simd, row, mean);
            let deviation = simd.sub(row, means);
            deviations[0] = simd.add(deviations[0], deviation);
            squares[0] = simd.add(squares[0], simd.mul(deviation, deviation));
        }
        let mut deviation_sum = pairwise(simd.to_array(simd.add(deviations[0], deviations[1])));
        let mut square_sum = pairwise(simd.to_array(simd.add(squares[0], squares[1])));
        for index in 0..one.tail_len() {
            if one.keeps(index) {
                let deviation = one.tail(index) - mean;
                deviation_sum += deviation;
                square_sum += deviation * deviation;
            }
        }
        (deviation_sum, square_sum)
    }
}
