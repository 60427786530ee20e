//! The least and the greatest term of floats, which are compared as rows of doubles: that loses
//! nothing for the narrower types.

use crate::simd::{Body, Simd};
use crate::split::Reduction;
use crate::terms::{Terms, cut_by_rows};

/// Rows in flight.
const ROWS: usize = 4;

/// The least term, or with `GREATEST` the greatest, of a sequence that leaves out nothing. A NaN
/// wins over everything, −0 is below +0; without terms the infinity that loses.
///
/// The greatest is found as the least of the negated terms.
#[derive(Clone, Copy)]
pub(crate) struct Extreme<V, const GREATEST: bool>(pub(crate) V);

impl<V: Terms, const GREATEST: bool> Body for Extreme<V, GREATEST> {
    type Output = f64;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> f64 {
        let rows = self.0.rows();
        let whole = rows - rows % ROWS;
        let (blocks, rest) = self.0.split(whole);
        let mut least = [simd.splat(f64::INFINITY); ROWS];
        for first in (0..whole).step_by(ROWS) {
            for (part, least) in least.iter_mut().enumerate() {
                blocks.prefetch(simd, first + part);
                let row = blocks.row(simd, first + part);
                let row = if GREATEST { simd.negate(row) } else { row };
                *least = simd.lesser(*least, row);
            }
        }
        for row in 0..rest.rows() {
            let row = rest.row(simd, row);
            let row = if GREATEST { simd.negate(row) } else { row };
            least[0] = simd.lesser(least[0], row);
        }
        let least = simd.lesser(simd.lesser(least[0], least[1]), simd.lesser(least[2], least[3]));
        let mut best = lesser_of(simd.to_array(least));
        for index in 0..rest.tail_len() {
            let term = rest.tail(index);
            best = lesser(best, if GREATEST { -term } else { term });
        }
        if GREATEST { -best } else { best }
    }
}

impl<V: Terms, const GREATEST: bool> Reduction for Extreme<V, GREATEST> {
    cut_by_rows!(Extreme);

    #[inline]
    fn merge(left: f64, right: f64) -> f64 {
        if GREATEST { -lesser(-left, -right) } else { lesser(left, right) }
    }
}

/// The least and the greatest term, read once.
#[derive(Clone, Copy)]
pub(crate) struct Extremes<V>(pub(crate) V);

/// Both extremes, and whether a term took part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Both {
    pub(crate) least: f64,
    pub(crate) greatest: f64,
    pub(crate) any: bool,
}

impl<V: Terms> Body for Extremes<V> {
    type Output = Both;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Both {
        let rows = self.0.rows();
        let whole = rows - rows % 2;
        let (blocks, rest) = self.0.split(whole);
        let infinity = simd.splat(f64::INFINITY);
        let (mut least, mut negated) = ([infinity; 2], [infinity; 2]);
        let mut counts = [0; 2];
        for first in (0..whole).step_by(2) {
            for part in 0..2 {
                blocks.prefetch(simd, first + part);
                let (low, high, count) = sides(simd, blocks, first + part);
                least[part] = simd.lesser(least[part], low);
                negated[part] = simd.lesser(negated[part], high);
                counts[part] += count;
            }
        }
        let mut count = counts[0] + counts[1];
        for row in 0..rest.rows() {
            let (low, high, kept) = sides(simd, rest, row);
            least[0] = simd.lesser(least[0], low);
            negated[0] = simd.lesser(negated[0], high);
            count += kept;
        }
        let mut low = lesser_of(simd.to_array(simd.lesser(least[0], least[1])));
        let mut high = lesser_of(simd.to_array(simd.lesser(negated[0], negated[1])));
        for index in 0..rest.tail_len() {
            if rest.keeps(index) {
                let term = rest.tail(index);
                low = lesser(low, term);
                high = lesser(high, -term);
                count += 1;
            }
        }
        Both { least: low, greatest: -high, any: count > 0 }
    }
}

/// A row, and the same row negated, each with +Infinity for what is left out.
#[inline(always)]
fn sides<S: Simd, V: Terms>(simd: S, terms: V, index: usize) -> (S::Row, S::Row, usize) {
    let row = terms.row(simd, index);
    if !V::FILTERED {
        return (row, simd.negate(row), 8);
    }
    let (mask, infinity) = (terms.keep(simd, index), simd.splat(f64::INFINITY));
    let low = simd.choose(mask, row, infinity);
    (low, simd.choose(mask, simd.negate(row), infinity), simd.count(mask))
}

impl<V: Terms> Reduction for Extremes<V> {
    cut_by_rows!(Extremes);

    #[inline]
    fn merge(left: Both, right: Both) -> Both {
        Both {
            least: lesser(left.least, right.least),
            greatest: -lesser(-left.greatest, -right.greatest),
            any: left.any | right.any,
        }
    }
}

#[inline(always)]
fn lesser_of(lanes: [f64; 8]) -> f64 {
    let mut best = f64::INFINITY;
    for lane in lanes {
        best = lesser(best, lane);
    }
    best
}

/// The lesser of two doubles as `Math.min` has it.
///
/// The comparison is false for a NaN and for two zeros, and then the second operand is chosen.
/// Choosing both ways round gives twice the same value; or the two zeros, whose bits together
/// are −0 if one of them is; or a NaN and something, whose bits together are a NaN.
#[inline(always)]
pub(crate) fn lesser(left: f64, right: f64) -> f64 {
    let one = if left < right { left } else { right };
    let two = if right < left { right } else { left };
    f64::from_bits(one.to_bits() | two.to_bits())
}
