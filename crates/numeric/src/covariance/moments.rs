//! Means, squared deviations and the sum of the products of the deviations of pairs, in one
//! pass over memory: blocks of at most 1,024 pairs, each read twice while it is in the L1
//! cache, merged by Chan's formula.
//!
//! As in the moments of one array, the sums of the deviations from the rounded means are kept
//! too. They correct the sums of products, and give the bits of the means below their last
//! places.

use crate::simd::{Body, Simd};
use crate::split::Reduction;
use crate::terms::Terms;
use crate::tree::pairwise;
use crate::walk::{Walk, walk};

/// The largest block, in rows of eight pairs.
const BLOCK_ROWS: usize = 128;

/// Pairs of terms at the same index. The first sequence says which pairs take part.
#[derive(Clone, Copy)]
pub(super) struct Pairs<X, Y>(pub(super) X, pub(super) Y);

/// Of the pairs in a part of the input.
#[derive(Clone, Copy, Debug)]
pub(super) struct PairMoments {
    pub(super) count: f64,
    /// A mean is `mean + low`, with `low` below the last place of `mean`.
    mean: [f64; 2],
    low: [f64; 2],
    /// The sums of the squared deviations from the means.
    pub(super) squares: [f64; 2],
    /// The sum of the products of both deviations.
    pub(super) products: f64,
}

impl PairMoments {
    const NONE: PairMoments =
        PairMoments { count: 0.0, mean: [0.0; 2], low: [0.0; 2], squares: [0.0; 2], products: 0.0 };
}

impl<X: Terms, Y: Terms> Pairs<X, Y> {
    #[inline(always)]
    fn rows(self) -> usize {
        // The shorter one: callers give equal lengths, and no index can be out of range.
        self.0.rows().min(self.1.rows())
    }

    #[inline(always)]
    fn tail_len(self) -> usize {
        self.0.tail_len().min(self.1.tail_len())
    }

    #[inline(always)]
    fn split(self, rows: usize) -> (Self, Self) {
        let (first, second) = (self.0.split(rows), self.1.split(rows));
        (Pairs(first.0, second.0), Pairs(first.1, second.1))
    }

    /// Both rows, with the neutral values for pairs that are left out, and how many take part.
    #[inline(always)]
    fn kept<S: Simd>(self, simd: S, index: usize, neutral: [f64; 2]) -> ([S::Row; 2], usize) {
        let rows = [self.0.row(simd, index), self.1.row(simd, index)];
        if !X::FILTERED {
            return (rows, 8);
        }
        let mask = self.0.keep(simd, index);
        let first = simd.choose(mask, rows[0], simd.splat(neutral[0]));
        let second = simd.choose(mask, rows[1], simd.splat(neutral[1]));
        ([first, second], simd.count(mask))
    }

    #[inline(always)]
    fn tail(self, index: usize) -> Option<[f64; 2]> {
        (!X::FILTERED || self.0.keeps(index)).then(|| [self.0.tail(index), self.1.tail(index)])
    }
}

impl<X: Terms, Y: Terms> Body for Pairs<X, Y> {
    type Output = PairMoments;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> PairMoments {
        walk(simd, self.rows(), &mut Blocks { rest: self })
    }
}

/// The pairs of the blocks that are not yet visited.
struct Blocks<P> {
    rest: P,
}

impl<X: Terms, Y: Terms> Walk for Blocks<Pairs<X, Y>> {
    type Value = PairMoments;

    const FILLER: PairMoments = PairMoments::NONE;

    #[inline(always)]
    fn visit<S: Simd>(&mut self, simd: S, rows: usize, last: bool) -> Option<PairMoments> {
        if rows > BLOCK_ROWS {
            return None;
        }
        if last {
            return Some(block(simd, self.rest));
        }
        let (node, rest) = self.rest.split(rows);
        self.rest = rest;
        Some(block(simd, node))
    }

    #[inline(always)]
    fn merge(left: PairMoments, right: PairMoments) -> PairMoments {
        merge(left, right)
    }
}

impl<X: Terms, Y: Terms> Reduction for Pairs<X, Y> {
    #[inline]
    fn bytes(self) -> usize {
        // The first sequence reads the second one, too: a pair takes part as a whole.
        self.0.len() * X::TERM_BYTES
    }

    #[inline]
    fn cut(self) -> (Self, Self) {
        self.split(self.rows() / 2)
    }

    #[inline]
    fn merge(left: PairMoments, right: PairMoments) -> PairMoments {
        merge(left, right)
    }
}

#[inline(always)]
fn block<S: Simd, X: Terms, Y: Terms>(simd: S, pairs: Pairs<X, Y>) -> PairMoments {
    let (sums, count) = sums(simd, pairs);
    if count == 0 {
        return PairMoments::NONE;
    }
    let count = count as f64;
    let mean = [sums[0] / count, sums[1] / count];
    let Deviations { sums, squares, products } = deviations(simd, pairs, mean);
    let low = [sums[0] / count, sums[1] / count];
    let squares =
        [0, 1].map(|side: usize| not_negative(squares[side] - sums[side] * sums[side] / count));
    PairMoments { count, mean, low, squares, products: products - sums[0] * sums[1] / count }
}

/// The difference of two equal roundings may fall below zero; a NaN must stay.
#[inline(always)]
fn not_negative(value: f64) -> f64 {
    if value < 0.0 { 0.0 } else { value }
}

#[inline(always)]
fn merge(left: PairMoments, right: PairMoments) -> PairMoments {
    if left.count == 0.0 {
        return right;
    }
    if right.count == 0.0 {
        return left;
    }
    let count = left.count + right.count;
    let mut merged = PairMoments { count, ..left };
    // One formula for squares and products, symmetric in the two sides.
    let weight = left.count * right.count / count;
    let mut distances = [0.0; 2];
    for (side, distance_of) in distances.iter_mut().enumerate() {
        let distance = (right.mean[side] - left.mean[side]) + (right.low[side] - left.low[side]);
        let step = distance * right.count / count;
        merged.squares[side] =
            left.squares[side] + right.squares[side] + distance * distance * weight;
        // Knuth's exact addition keeps the rounding error of the new mean in `low`.
        let shift = left.low[side] + step;
        let mean = left.mean[side] + shift;
        let shifted = mean - left.mean[side];
        merged.mean[side] = mean;
        merged.low[side] = (left.mean[side] - (mean - shifted)) + (shift - shifted);
        *distance_of = distance;
    }
    merged.products = left.products + right.products + distances[0] * distances[1] * weight;
    merged
}

/// The sums of both sides and the number of pairs, with 16 lanes for each side.
#[inline(always)]
fn sums<S: Simd, X: Terms, Y: Terms>(simd: S, pairs: Pairs<X, Y>) -> ([f64; 2], usize) {
    let rows = pairs.rows();
    let zero = simd.splat(0.0);
    let mut lanes = [[zero; 2]; 2];
    let mut counts = [0; 2];
    for row in 0..rows {
        // The compiler unrolls by two, so that the parity is known.
        let part = row % 2;
        pairs.0.prefetch(simd, row);
        pairs.1.prefetch(simd, row);
        let ([first, second], count) = pairs.kept(simd, row, [0.0; 2]);
        lanes[part] = [simd.add(lanes[part][0], first), simd.add(lanes[part][1], second)];
        counts[part] += count;
    }
    let mut totals = [0.0; 2];
    for side in 0..2 {
        totals[side] = pairwise(simd.to_array(simd.add(lanes[0][side], lanes[1][side])));
    }
    let mut count = counts[0] + counts[1];
    for index in 0..pairs.tail_len() {
        if let Some([first, second]) = pairs.tail(index) {
            totals = [totals[0] + first, totals[1] + second];
            count += 1;
        }
    }
    (totals, count)
}

/// Sums of the deviations from two numbers.
struct Deviations {
    sums: [f64; 2],
    squares: [f64; 2],
    products: f64,
}

/// With eight lanes for each sum: five additions are in flight.
#[inline(always)]
fn deviations<S: Simd, X: Terms, Y: Terms>(
    simd: S,
    pairs: Pairs<X, Y>,
    mean: [f64; 2],
) -> Deviations {
    let means = [simd.splat(mean[0]), simd.splat(mean[1])];
    let zero = simd.splat(0.0);
    let (mut sums, mut squares, mut products) = ([zero; 2], [zero; 2], zero);
    for row in 0..pairs.rows() {
        // What is left out is at the means.
        let (row, _) = pairs.kept(simd, row, mean);
        let deviation = [simd.sub(row[0], means[0]), simd.sub(row[1], means[1])];
        for side in 0..2 {
            sums[side] = simd.add(sums[side], deviation[side]);
            squares[side] = simd.add(squares[side], simd.mul(deviation[side], deviation[side]));
        }
        products = simd.add(products, simd.mul(deviation[0], deviation[1]));
    }
    let total = |row| pairwise(simd.to_array(row));
    let mut all = Deviations {
        sums: [total(sums[0]), total(sums[1])],
        squares: [total(squares[0]), total(squares[1])],
        products: total(products),
    };
    for index in 0..pairs.tail_len() {
        if let Some(pair) = pairs.tail(index) {
            let deviation = [pair[0] - mean[0], pair[1] - mean[1]];
            for (side, deviation) in deviation.into_iter().enumerate() {
                all.sums[side] += deviation;
                all.squares[side] += deviation * deviation;
            }
            all.products += deviation[0] * deviation[1];
        }
    }
    all
}
