//! Sums without rounding errors at nearly the speed of plain ones.
//!
//! Doubles of about one size are cut into slices: with `s = 1.5 · 2^(t + 52)`, whose last bit is
//! worth `2^t`, the difference `(s + x) - s` is `x` rounded to a multiple of `2^t`, and
//! `x` minus that is exact too. Slices of 41 and 42 bits of up to 2,048 numbers are added up
//! in doubles without an error. What is left of all numbers after the slices is collected;
//! when it is not zero, or the block holds an infinity or NaN, the block is done again with
//! one slice more, and then one by one in the accumulator.

use crate::exact_sum::accumulator::Accumulator;
use crate::simd::{Body, Simd};
use crate::split::Reduction;
use crate::terms::Terms;

/// A sequence of which each term is the exact sum of two doubles, the second of which is at
/// most half a unit in the last place of the first: or of one, in a sequence that is not `PAIRED`.
pub(crate) trait Parts: Copy + Send + Sync {
    const PAIRED: bool;
    const TERM_BYTES: usize;

    fn rows(self) -> usize;
    fn split(self, rows: usize) -> (Self, Self);
    fn prefetch<S: Simd>(self, simd: S, row: usize);

    /// Row `index`, zero for what is left out; the second parts; and bits, besides that of the
    /// sign, in lanes whose parts are not exact.
    fn parts<S: Simd>(self, simd: S, index: usize) -> [S::Row; 3];

    /// Adds row `index`, one by one.
    fn add_row<S: Simd>(self, simd: S, index: usize, total: &mut Accumulator);

    /// Adds what is left after the rows.
    fn add_tail(self, total: &mut Accumulator);
}

/// The sum of all parts.
#[derive(Clone, Copy)]
pub(crate) struct ExactTotal<P>(pub(crate) P);

impl<P: Parts> Body for ExactTotal<P> {
    type Output = Accumulator;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Accumulator {
        let mut total = Accumulator::new();
        let mut effort = Effort { exponent: None, slices: Slices::Two, failures: 0 };
        let rows = self.0.rows();
        let size = if P::PAIRED { PAIRED_ROWS } else { ROWS };
        let mut start = 0;
        while start < rows {
            let end = rows.min(start + size);
            add_block(simd, self.0, start..end, &mut effort, &mut total);
            start = end;
        }
        self.0.add_tail(&mut total);
        total
    }
}

impl<P: Parts> Reduction for ExactTotal<P> {
    #[inline]
    fn bytes(self) -> usize {
        self.0.rows() * 8 * P::TERM_BYTES
    }

    #[inline]
    fn cut(self) -> (Self, Self) {
        let (left, right) = self.0.split(self.0.rows() / 2);
        (ExactTotal(left), ExactTotal(right))
    }

    #[inline]
    fn merge(left: Accumulator, right: Accumulator) -> Accumulator {
        left.merge(&right)
    }
}

/// Rows of a block: 2,048 terms of less than 2^41 units add up to at most 2^52.
const ROWS: usize = 256;

/// Two parts of a term share a slice, so there may be half as many.
const PAIRED_ROWS: usize = 128;

/// Bits of the first slice; the others have one more, because a rest has a sign of its own.
const WIDTH: i32 = 41;

/// After so many blocks that slices did not catch, they are tried in one of sixteen only.
const PATIENCE: u32 = 4;

/// What the blocks so far say about the next one.
struct Effort {
    /// All terms are expected below 2 to the power of this.
    exponent: Option<i32>,
    slices: Slices,
    failures: u32,
}

#[derive(Clone, Copy, PartialEq)]
enum Slices {
    Two,
    Three,
}

#[inline(always)]
fn add_block<S: Simd, P: Parts>(
    simd: S,
    parts: P,
    block: std::ops::Range<usize>,
    effort: &mut Effort,
    total: &mut Accumulator,
) {
    if effort.failures < PATIENCE || effort.failures.is_multiple_of(16) {
        if effort.slices == Slices::Two {
            if sliced::<S, P, 2>(simd, parts, block.clone(), effort, total) {
                return;
            }
            effort.slices = Slices::Three;
        }
        if sliced::<S, P, 3>(simd, parts, block.clone(), effort, total) {
            return;
        }
    }
    effort.failures += 1;
    for row in block {
        parts.add_row(simd, row, total);
    }
}

/// Adds a block by `COUNT` slices (one more for second parts), unless something is left.
#[inline(always)]
fn sliced<S: Simd, P: Parts, const COUNT: usize>(
    simd: S,
    parts: P,
    block: std::ops::Range<usize>,
    effort: &mut Effort,
    total: &mut Accumulator,
) -> bool {
    let guess = match effort.exponent {
        Some(exponent) => exponent,
        None => exponent_above(simd, largest(simd, parts, block.clone())),
    };
    let mut exponent = guess;
    // Once more when the terms were larger than the guess, or so much smaller that it cost bits.
    for _ in 0..2 {
        if exponent > LARGEST {
            break;
        }
        let (sums, rest, bound) = slices::<S, P, COUNT>(simd, parts, block.clone(), exponent);
        let needed = exponent_above(simd, bound);
        let is_caught = simd.to_array(rest).iter().all(|rest| rest.abs() == 0.0);
        if is_caught && needed <= exponent {
            for sum in &sums[..if P::PAIRED { COUNT + 1 } else { COUNT }] {
                // Multiples of one unit, at most 2^53 of it in any order.
                total.add(simd.to_array(*sum).iter().sum());
            }
            effort.exponent = Some(exponent);
            effort.failures = 0;
            return true;
        }
        if needed == exponent {
            break;
        }
        exponent = needed;
    }
    effort.exponent = None;
    false
}

/// Above this, the first slice's `s` would overflow.
const LARGEST: i32 = 1024 - 53 + WIDTH;

/// The sums of the slices of a block, the bits that are left, and the largest magnitude.
#[inline(always)]
fn slices<S: Simd, P: Parts, const COUNT: usize>(
    simd: S,
    parts: P,
    block: std::ops::Range<usize>,
    exponent: i32,
) -> ([S::Row; 4], S::Row, S::Row) {
    let mut anchors = [simd.splat(0.0); 4];
    for (slice, anchor) in anchors.iter_mut().enumerate() {
        // No double has a bit below 2^-1074.
        let unit = (exponent - WIDTH - (WIDTH + 1) * slice as i32).max(-1074);
        *anchor = simd.splat(1.5 * f64::from_bits(((unit + 52 + 1023) as u64) << 52));
    }
    let zero = simd.splat(0.0);
    let (mut sums, mut rest, mut bound) = ([zero; 4], zero, zero);
    for row in block {
        parts.prefetch(simd, row);
        let [mut first, mut second, inexact] = parts.parts(simd, row);
        bound = simd.bound(bound, first);
        for slice in 0..COUNT {
            let part = simd.sub(simd.add(anchors[slice], first), anchors[slice]);
            sums[slice] = simd.add(sums[slice], part);
            first = simd.sub(first, part);
        }
        rest = simd.bits_of_both(rest, first);
        if P::PAIRED {
            for slice in 1..=COUNT {
                let part = simd.sub(simd.add(anchors[slice], second), anchors[slice]);
                sums[slice] = simd.add(sums[slice], part);
                second = simd.sub(second, part);
            }
            rest = simd.bits_of_both(simd.bits_of_both(rest, second), inexact);
        }
    }
    (sums, rest, bound)
}

#[inline(always)]
fn largest<S: Simd, P: Parts>(simd: S, parts: P, block: std::ops::Range<usize>) -> S::Row {
    let mut bound = simd.splat(0.0);
    for row in block {
        parts.prefetch(simd, row);
        bound = simd.bound(bound, parts.parts(simd, row)[0]);
    }
    bound
}

/// The smallest exponent whose power of two is above all lanes, but at least that of the
/// smallest normal number; 1025 for infinity.
#[inline(always)]
fn exponent_above<S: Simd>(simd: S, bound: S::Row) -> i32 {
    let mut highest = 0;
    for lane in simd.to_array(bound) {
        highest = highest.max(lane.to_bits() >> 52 & 0x7ff);
    }
    highest as i32 - 1022
}

/// A sequence as its own parts.
#[derive(Clone, Copy)]
pub(crate) struct Single<V>(pub(crate) V);

impl<V: Terms> Parts for Single<V> {
    const PAIRED: bool = false;
    const TERM_BYTES: usize = V::TERM_BYTES;

    #[inline(always)]
    fn rows(self) -> usize {
        self.0.rows()
    }

    #[inline(always)]
    fn split(self, rows: usize) -> (Self, Self) {
        let (left, right) = self.0.split(rows);
        (Single(left), Single(right))
    }

    #[inline(always)]
    fn prefetch<S: Simd>(self, simd: S, row: usize) {
        self.0.prefetch(simd, row);
    }

    #[inline(always)]
    fn parts<S: Simd>(self, simd: S, index: usize) -> [S::Row; 3] {
        let zero = simd.splat(0.0);
        [self.0.kept(simd, index, 0.0).0, zero, zero]
    }

    #[inline(always)]
    fn add_row<S: Simd>(self, simd: S, index: usize, total: &mut Accumulator) {
        for value in simd.to_array(self.0.kept(simd, index, 0.0).0) {
            total.add(value);
        }
    }

    #[inline(always)]
    fn add_tail(self, total: &mut Accumulator) {
        for index in (0..self.0.tail_len()).filter(|&index| self.0.keeps(index)) {
            total.add(self.0.tail(index));
        }
    }
}

/// The products of two sequences of doubles, of which a pair takes part when both sequences
/// keep their half of it.
#[derive(Clone, Copy)]
pub(crate) struct Pairs<L, R>(pub(crate) L, pub(crate) R);

impl<L: Terms, R: Terms> Pairs<L, R> {
    #[inline(always)]
    fn factors<S: Simd>(self, simd: S, index: usize) -> (S::Row, S::Row) {
        let (left, right) = (self.0.row(simd, index), self.1.row(simd, index));
        if !L::FILTERED {
            return (left, right);
        }
        let mask = simd.both(self.0.keep(simd, index), self.1.keep(simd, index));
        let zero = simd.splat(0.0);
        (simd.choose(mask, left, zero), simd.choose(mask, right, zero))
    }
}

impl<L: Terms, R: Terms> Parts for Pairs<L, R> {
    const PAIRED: bool = true;
    const TERM_BYTES: usize = L::TERM_BYTES + R::TERM_BYTES;

    #[inline(always)]
    fn rows(self) -> usize {
        // The shorter one: callers give equal lengths, and no index can be out of range.
        self.0.rows().min(self.1.rows())
    }

    #[inline(always)]
    fn split(self, rows: usize) -> (Self, Self) {
        let (left, right) = (self.0.split(rows), self.1.split(rows));
        (Pairs(left.0, right.0), Pairs(left.1, right.1))
    }

    #[inline(always)]
    fn prefetch<S: Simd>(self, simd: S, row: usize) {
        self.0.prefetch(simd, row);
        self.1.prefetch(simd, row);
    }

    #[inline(always)]
    fn parts<S: Simd>(self, simd: S, index: usize) -> [S::Row; 3] {
        let (left, right) = self.factors(simd, index);
        let product = simd.mul(left, right);
        let error = simd.product_error(left, right, product);
        [product, error, simd.lost(left, right, product)]
    }

    #[inline(always)]
    fn add_row<S: Simd>(self, simd: S, index: usize, total: &mut Accumulator) {
        let (left, right) = self.factors(simd, index);
        for (left, right) in simd.to_array(left).into_iter().zip(simd.to_array(right)) {
            total.add_product(left, right);
        }
    }

    #[inline(always)]
    fn add_tail(self, total: &mut Accumulator) {
        for index in 0..self.0.tail_len().min(self.1.tail_len()) {
            if self.0.keeps(index) && self.1.keeps(index) {
                total.add_product(self.0.tail(index), self.1.tail(index));
            }
        }
    }
}

/// The squares of a sequence of doubles, which is read once.
#[derive(Clone, Copy)]
pub(crate) struct SquareParts<V>(pub(crate) V);

impl<V: Terms> Parts for SquareParts<V> {
    const PAIRED: bool = true;
    const TERM_BYTES: usize = V::TERM_BYTES;

    #[inline(always)]
    fn rows(self) -> usize {
        self.0.rows()
    }

    #[inline(always)]
    fn split(self, rows: usize) -> (Self, Self) {
        let (left, right) = self.0.split(rows);
        (SquareParts(left), SquareParts(right))
    }

    #[inline(always)]
    fn prefetch<S: Simd>(self, simd: S, row: usize) {
        self.0.prefetch(simd, row);
    }

    #[inline(always)]
    fn parts<S: Simd>(self, simd: S, index: usize) -> [S::Row; 3] {
        let (row, _) = self.0.kept(simd, index, 0.0);
        let product = simd.mul(row, row);
        [product, simd.product_error(row, row, product), simd.lost(row, row, product)]
    }

    #[inline(always)]
    fn add_row<S: Simd>(self, simd: S, index: usize, total: &mut Accumulator) {
        for value in simd.to_array(self.0.kept(simd, index, 0.0).0) {
            total.add_product(value, value);
        }
    }

    #[inline(always)]
    fn add_tail(self, total: &mut Accumulator) {
        for index in (0..self.0.tail_len()).filter(|&index| self.0.keeps(index)) {
            total.add_product(self.0.tail(index), self.0.tail(index));
        }
    }
}
