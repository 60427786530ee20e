//! Sums of doubles in the order in which numpy adds a flat array, which depends on the length
//! only: halves cut at a multiple of eight, down to leaves of at most 128 terms with eight
//! accumulators.
//!
//! Counted in rows of eight, a node of `k` rows and a tail of `t` terms has children of
//! `k / 2` rows and of `k - k / 2` rows and the tail. Hence all nodes of one level have
//! `floor` or `ceil` of the same number of rows, and four or eight neighbouring leaves can be
//! added up side by side, which hides the latency of the additions.

use crate::simd::{Body, Simd};
use crate::split::Reduction;
use crate::terms::{Terms, cut_by_rows};
use crate::walk::{Walk, walk};

/// The largest leaf, in rows.
const LEAF_ROWS: usize = 16;

/// The sum of the terms by the tree; a term that is left out counts as 0. −0 when there are no
/// terms: add it to 0.0.
#[derive(Clone, Copy)]
pub(crate) struct Tree<V>(pub(crate) V);

/// A sum, and how many terms took part. The number is 0 for a sequence that leaves out nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted {
    pub(crate) sum: f64,
    pub(crate) count: usize,
}

impl<V: Terms> Body for Tree<V> {
    type Output = Counted;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Counted {
        let mut leaves = Leaves { rest: self.0, count: 0 };
        let sum = walk(simd, self.0.rows(), &mut leaves);
        Counted { sum, count: leaves.count }
    }
}

/// The terms that are not yet added up.
struct Leaves<V> {
    rest: V,
    /// How many of the others took part.
    count: usize,
}

impl<V: Terms> Leaves<V> {
    #[inline(always)]
    fn take(&mut self, rows: usize, last: bool) -> V {
        if last {
            return self.rest;
        }
        let (node, rest) = self.rest.split(rows);
        self.rest = rest;
        node
    }
}

impl<V: Terms> Walk for Leaves<V> {
    type Value = f64;

    const FILLER: f64 = 0.0;

    #[inline(always)]
    fn visit<S: Simd>(&mut self, simd: S, rows: usize, last: bool) -> Option<f64> {
        // A tail counts as a row: it must fit into the last leaf.
        let tail_rows = usize::from(last && self.rest.tail_len() > 0);
        if S::SIDE_BY_SIDE >= 8 && are_leaves(8, rows, tail_rows) {
            let [a, b] = halves(self.take(rows, last));
            let [[a, b], [c, d]] = [halves(a), halves(b)];
            let [[a, b], [c, d], [e, f], [g, h]] = [halves(a), halves(b), halves(c), halves(d)];
            Some(pairwise(leaves(simd, [a, b, c, d, e, f, g, h], &mut self.count)))
        } else if S::SIDE_BY_SIDE >= 4 && are_leaves(4, rows, tail_rows) {
            let [a, b] = halves(self.take(rows, last));
            let [[a, b], [c, d]] = [halves(a), halves(b)];
            let [a, b, c, d] = leaves(simd, [a, b, c, d], &mut self.count);
            Some((a + b) + (c + d))
        } else if rows == 0 {
            let leaf = self.take(rows, last);
            Some(short(leaf, &mut self.count))
        } else if rows + tail_rows <= LEAF_ROWS {
            let leaf = self.take(rows, last);
            let [sum] = leaves(simd, [leaf], &mut self.count);
            Some(sum)
        } else {
            None
        }
    }

    #[inline(always)]
    fn merge(left: f64, right: f64) -> f64 {
        left + right
    }
}

/// Whether cutting a node down to `count` parts gives leaves, and nothing less does.
#[inline(always)]
fn are_leaves(count: usize, rows: usize, tail_rows: usize) -> bool {
    rows.div_ceil(count) + tail_rows <= LEAF_ROWS && rows / (count / 2) > LEAF_ROWS
}

impl<V: Terms> Reduction for Tree<V> {
    cut_by_rows!(Tree);

    #[inline]
    fn merge(left: Counted, right: Counted) -> Counted {
        Counted { sum: left.sum + right.sum, count: left.count + right.count }
    }
}

#[inline(always)]
fn halves<V: Terms>(node: V) -> [V; 2] {
    let (left, right) = node.split(node.rows() / 2);
    [left, right]
}

/// Fewer than eight terms are added one after the other.
#[inline(always)]
fn short<V: Terms>(leaf: V, count: &mut usize) -> f64 {
    add_tail(-0.0, leaf, count)
}

#[inline(always)]
fn add_tail<V: Terms>(mut sum: f64, leaf: V, count: &mut usize) -> f64 {
    for index in 0..leaf.tail_len() {
        if !V::FILTERED {
            sum += leaf.tail(index);
        } else if leaf.keeps(index) {
            sum += leaf.tail(index);
            *count += 1;
        } else {
            sum += 0.0;
        }
    }
    sum
}

/// Adds up `N` leaves side by side. Each has at least one row; the first has the fewest, the
/// others at most one more, and only the last may have a tail.
#[inline(always)]
fn leaves<S: Simd, V: Terms, const N: usize>(
    simd: S,
    leaves: [V; N],
    count: &mut usize,
) -> [f64; N] {
    let common = leaves[0].rows();
    let mut heads = leaves;
    let mut sums = [simd.splat(0.0); N];
    let mut kept = [0; N];
    for leaf in 0..N {
        heads[leaf] = leaves[leaf].split(common).0;
        leaves[0].prefetch(simd, leaf);
        (sums[leaf], kept[leaf]) = heads[leaf].kept(simd, 0, 0.0);
    }
    for row in 1..common {
        for leaf in 0..N {
            // The leaves lie one behind the other: asked for in this order, memory is read in its own.
            leaves[0].prefetch(simd, row * N + leaf);
            let (row, count) = heads[leaf].kept(simd, row, 0.0);
            sums[leaf] = simd.add(sums[leaf], row);
            kept[leaf] += count;
        }
    }
    let mut totals = [0.0; N];
    for leaf in 0..N {
        if leaves[leaf].rows() > common {
            let (row, count) = leaves[leaf].kept(simd, common, 0.0);
            sums[leaf] = simd.add(sums[leaf], row);
            kept[leaf] += count;
        }
        totals[leaf] = pairwise(simd.to_array(sums[leaf]));
        if V::FILTERED {
            *count += kept[leaf];
        }
    }
    totals[N - 1] = add_tail(totals[N - 1], leaves[N - 1], count);
    totals
}

#[inline(always)]
pub(crate) fn pairwise([a, b, c, d, e, f, g, h]: [f64; 8]) -> f64 {
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}
