//! Mean and sum of squared deviations in one pass over memory: blocks of 4,096 terms, each
//! read twice while it is in the L1 cache, merged by Chan's formula along a fixed tree.
//!
//! Within a block the sum of the deviations from the rounded mean is kept too. It corrects
//! the sum of squares (Chan, Golub and LeVeque 1983, "corrected two-pass") and gives the
//! bits of the mean below its last place, without which the difference of two block means
//! would be mostly rounding error for data far from zero.

use crate::simd::{Body, Simd};
use crate::split::Reduction;
use crate::terms::Terms;
use crate::tree::pairwise;
use crate::walk::{Walk, walk};

const BLOCK_ROWS: usize = 512;
/// Terms of a block.
const BLOCK: usize = BLOCK_ROWS * 8;

/// Count, mean and sum of squared deviations from the mean of a part of the input.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moments {
    count: f64,
    /// The mean is `mean + low`, with `low` below the last place of `mean`.
    mean: f64,
    low: f64,
    squares: f64,
}

impl Moments {
    /// The sum of squared deviations from the mean.
    pub(crate) fn squared_deviations(&self) -> f64 {
        self.squares
    }
}

/// The moments of at least one term.
#[derive(Clone, Copy)]
pub(crate) struct OnePass<V>(pub(crate) V);

impl<V: Terms> OnePass<V> {
    #[inline(always)]
    fn blocks(self) -> usize {
        self.0.len().div_ceil(BLOCK)
    }
}

impl<V: Terms> Body for OnePass<V> {
    type Output = Moments;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Moments {
        walk(simd, self.blocks(), Blocks { rest: self.0 })
    }
}

/// The terms of the blocks that are not yet visited.
struct Blocks<V> {
    rest: V,
}

impl<V: Terms> Walk for Blocks<V> {
    type Value = Moments;

    const FILLER: Moments = Moments { count: 0.0, mean: 0.0, low: 0.0, squares: 0.0 };

    #[inline(always)]
    fn visit<S: Simd>(&mut self, simd: S, blocks: usize, last: bool) -> Option<Moments> {
        if blocks > 1 {
            return None;
        }
        if last {
            return Some(block(simd, self.rest));
        }
        let (node, rest) = self.rest.split(BLOCK_ROWS);
        self.rest = rest;
        Some(block(simd, node))
    }

    #[inline(always)]
    fn merge(left: Moments, right: Moments) -> Moments {
        merge(left, right)
    }
}

impl<V: Terms> Reduction for OnePass<V> {
    #[inline]
    fn bytes(self) -> usize {
        self.0.len() * V::TERM_BYTES
    }

    #[inline]
    fn cut(self) -> (Self, Self) {
        let (left, right) = self.0.split(self.blocks() / 2 * BLOCK_ROWS);
        (OnePass(left), OnePass(right))
    }

    #[inline]
    fn merge(left: Moments, right: Moments) -> Moments {
        merge(left, right)
    }
}

#[inline(always)]
fn block<S: Simd, V: Terms>(simd: S, terms: V) -> Moments {
    let count = terms.len() as f64;
    let mean = sum(simd, terms) / count;
    let (deviations, squares) = deviations(simd, terms, mean);
    let low = deviations / count;
    let corrected = squares - deviations * low;
    // The difference of two equal roundings may fall below zero; a NaN must stay.
    let squares = if corrected < 0.0 { 0.0 } else { corrected };
    Moments { count, mean, low, squares }
}

#[inline(always)]
fn merge(left: Moments, right: Moments) -> Moments {
    let count = left.count + right.count;
    let distance = (right.mean - left.mean) + (right.low - left.low);
    let step = distance * right.count / count;
    let squares = left.squares + right.squares + distance * step * left.count;
    // Knuth's exact addition keeps the rounding error of the new mean in `low`.
    let shift = left.low + step;
    let mean = left.mean + shift;
    let shifted = mean - left.mean;
    let low = (left.mean - (mean - shifted)) + (shift - shifted);
    Moments { count, mean, low, squares }
}

/// The plain sum with 32 lanes; its error is made good by `deviations`.
#[inline(always)]
fn sum<S: Simd, V: Terms>(simd: S, terms: V) -> f64 {
    let rows = terms.rows();
    let whole = rows - rows % 4;
    let (fours, ones) = terms.split(whole);
    let mut lanes = [simd.splat(0.0); 4];
    for first in (0..whole).step_by(4) {
        for (part, sum) in lanes.iter_mut().enumerate() {
            fours.prefetch(simd, first + part);
            *sum = simd.add(*sum, fours.row(simd, first + part));
        }
    }
    for row in 0..ones.rows() {
        lanes[0] = simd.add(lanes[0], ones.row(simd, row));
    }
    let lanes = simd.add(simd.add(lanes[0], lanes[1]), simd.add(lanes[2], lanes[3]));
    let mut total = pairwise(simd.to_array(lanes));
    for index in 0..ones.tail_len() {
        total += ones.tail(index);
    }
    total
}

/// The sums of `x - mean` and of `(x - mean)²`, with 16 lanes each.
#[inline(always)]
fn deviations<S: Simd, V: Terms>(simd: S, terms: V, mean: f64) -> (f64, f64) {
    let rows = terms.rows();
    let whole = rows - rows % 2;
    let (twos, one) = terms.split(whole);
    let means = simd.splat(mean);
    let mut deviations = [simd.splat(0.0); 2];
    let mut squares = [simd.splat(0.0); 2];
    for first in (0..whole).step_by(2) {
        for part in 0..2 {
            let deviation = simd.sub(twos.row(simd, first + part), means);
            deviations[part] = simd.add(deviations[part], deviation);
            squares[part] = simd.add(squares[part], simd.mul(deviation, deviation));
        }
    }
    for row in 0..one.rows() {
        let deviation = simd.sub(one.row(simd, row), means);
        deviations[0] = simd.add(deviations[0], deviation);
        squares[0] = simd.add(squares[0], simd.mul(deviation, deviation));
    }
    let mut deviation_sum = pairwise(simd.to_array(simd.add(deviations[0], deviations[1])));
    let mut square_sum = pairwise(simd.to_array(simd.add(squares[0], squares[1])));
    for index in 0..one.tail_len() {
        let deviation = one.tail(index) - mean;
        deviation_sum += deviation;
        square_sum += deviation * deviation;
    }
    (deviation_sum, square_sum)
}
