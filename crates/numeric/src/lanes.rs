//! The sum behind `precision: 'fast'`: 64 accumulators over blocks of 4,096 terms, which hide
//! all of the latency of the additions when the data lies in a cache. The blocks are added
//! along a tree over their number, so the order depends on the length only.

use crate::simd::{Body, Simd};
use crate::split::Reduction;
use crate::terms::Terms;
use crate::tree::{Counted, pairwise};
use crate::walk::{Walk, walk};

const BLOCK_ROWS: usize = 512;
/// Rows in flight.
const ROWS: usize = 8;

/// The sum of the terms; one that is left out counts as 0.
#[derive(Clone, Copy)]
pub(crate) struct Lanes<V>(pub(crate) V);

impl<V: Terms> Lanes<V> {
    #[inline(always)]
    fn blocks(self) -> usize {
        self.0.rows().div_ceil(BLOCK_ROWS).max(1)
    }
}

impl<V: Terms> Body for Lanes<V> {
    type Output = Counted;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Counted {
        walk(simd, self.blocks(), &mut Blocks { rest: self.0 })
    }
}

struct Blocks<V> {
    rest: V,
}

impl<V: Terms> Walk for Blocks<V> {
    type Value = Counted;

    const FILLER: Counted = Counted { sum: 0.0, count: 0 };

    #[inline(always)]
    fn visit<S: Simd>(&mut self, simd: S, blocks: usize, last: bool) -> Option<Counted> {
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
    fn merge(left: Counted, right: Counted) -> Counted {
        Counted { sum: left.sum + right.sum, count: left.count + right.count }
    }
}

impl<V: Terms> Reduction for Lanes<V> {
    #[inline]
    fn bytes(self) -> usize {
        self.0.len() * V::TERM_BYTES
    }

    #[inline]
    fn cut(self) -> (Self, Self) {
        let (left, right) = self.0.split(self.blocks() / 2 * BLOCK_ROWS);
        (Lanes(left), Lanes(right))
    }

    #[inline]
    fn merge(left: Counted, right: Counted) -> Counted {
        Counted { sum: left.sum + right.sum, count: left.count + right.count }
    }
}

#[inline(always)]
fn block<S: Simd, V: Terms>(simd: S, terms: V) -> Counted {
    let rows = terms.rows();
    let whole = rows - rows % ROWS;
    let (eights, ones) = terms.split(whole);
    let mut lanes = [simd.splat(0.0); ROWS];
    let mut counts = [0; ROWS];
    for first in (0..whole).step_by(ROWS) {
        for part in 0..ROWS {
            eights.prefetch(simd, first + part);
            let (row, count) = eights.kept(simd, first + part, 0.0);
            lanes[part] = simd.add(lanes[part], row);
            counts[part] += count;
        }
    }
    let mut count = 0;
    for row in 0..ones.rows() {
        let (row, kept) = ones.kept(simd, row, 0.0);
        lanes[0] = simd.add(lanes[0], row);
        count += kept;
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    let (left, right) =
        (simd.add(simd.add(a, b), simd.add(c, d)), simd.add(simd.add(e, f), simd.add(g, h)));
    let mut sum = pairwise(simd.to_array(simd.add(left, right)));
    for part in counts {
        count += part;
    }
    for index in 0..ones.tail_len() {
        if ones.keeps(index) {
            sum += ones.tail(index);
            count += 1;
        }
    }
    Counted { sum, count }
}
