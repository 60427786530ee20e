//! Products in the order of the tree of the sums, and in lanes.

use crate::simd::{Body, Simd};
use crate::split::Reduction;
use crate::terms::Terms;
use crate::walk::{Walk, walk};

/// The product of the terms by the tree of [`crate::tree::Tree`], or, when `FAST`, in 64 lanes
/// over blocks of 4,096 terms. A term that is left out counts as 1.
#[derive(Clone, Copy)]
pub(crate) struct Ordered<V, const FAST: bool>(pub(crate) V);

/// The largest leaf of the tree, in rows.
const LEAF_ROWS: usize = 16;
/// A block of the lanes.
const BLOCK_ROWS: usize = 512;
/// Rows of lanes.
const LANE_ROWS: usize = 8;

impl<V: Terms, const FAST: bool> Ordered<V, FAST> {
    /// What the walk counts: blocks or rows.
    #[inline(always)]
    fn units(self) -> usize {
        if FAST { self.0.rows().div_ceil(BLOCK_ROWS).max(1) } else { self.0.rows() }
    }
}

impl<V: Terms, const FAST: bool> Body for Ordered<V, FAST> {
    type Output = f64;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> f64 {
        walk(simd, self.units(), &mut Rest::<V, FAST>(self.0))
    }
}

impl<V: Terms, const FAST: bool> Reduction for Ordered<V, FAST> {
    #[inline]
    fn bytes(self) -> usize {
        self.0.len() * V::TERM_BYTES
    }

    #[inline]
    fn cut(self) -> (Self, Self) {
        let half = self.units() / 2;
        let (left, right) = self.0.split(if FAST { half * BLOCK_ROWS } else { half });
        (Ordered(left), Ordered(right))
    }

    #[inline]
    fn merge(left: f64, right: f64) -> f64 {
        left * right
    }
}

/// The terms that are not yet multiplied.
struct Rest<V, const FAST: bool>(V);

impl<V: Terms, const FAST: bool> Walk for Rest<V, FAST> {
    type Value = f64;

    const FILLER: f64 = 1.0;

    #[inline(always)]
    fn visit<S: Simd>(&mut self, simd: S, units: usize, last: bool) -> Option<f64> {
        // A tail counts as a row: it must fit into the last leaf.
        let tail_rows = usize::from(last && self.0.tail_len() > 0);
        if if FAST { units > 1 } else { units + tail_rows > LEAF_ROWS } {
            return None;
        }
        let mut node = self.0;
        if !last {
            (node, self.0) = self.0.split(if FAST { BLOCK_ROWS } else { units });
        }
        Some(if FAST { lanes::<S, V, LANE_ROWS>(simd, node) } else { lanes::<S, V, 1>(simd, node) })
    }

    #[inline(always)]
    fn merge(left: f64, right: f64) -> f64 {
        left * right
    }
}

/// The product of a leaf or a block in `N` rows of lanes, then that of the lanes, then the tail.
#[inline(always)]
fn lanes<S: Simd, V: Terms, const N: usize>(simd: S, terms: V) -> f64 {
    let mut products = [simd.splat(1.0); N];
    let whole = terms.rows() / N * N;
    for first in (0..whole).step_by(N) {
        for (part, product) in products.iter_mut().enumerate() {
            terms.prefetch(simd, first + part);
            let (row, _) = terms.kept(simd, first + part, 1.0);
            *product = simd.mul(*product, row);
        }
    }
    for row in whole..terms.rows() {
        products[0] = simd.mul(products[0], terms.kept(simd, row, 1.0).0);
    }
    let mut count = N;
    while count > 1 {
        count /= 2;
        for part in 0..count {
            products[part] = simd.mul(products[2 * part], products[2 * part + 1]);
        }
    }
    let [a, b, c, d, e, f, g, h] = simd.to_array(products[0]);
    let mut product = ((a * b) * (c * d)) * ((e * f) * (g * h));
    for index in 0..terms.tail_len() {
        if terms.keeps(index) {
            product *= terms.tail(index);
        }
    }
    product
}
