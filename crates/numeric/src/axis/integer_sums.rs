//! Exact sums and means of columns of integers: lanes that cannot overflow within a leaf, added
//! to totals of 64 bits. Values of 64 bits have two totals, one for each half of their bits.

use std::marker::PhantomData;

use super::Source;
use super::columns::{Columns, LONG_LEAF};
use super::row::Row;
use super::tile::{Strips, Tile};
use crate::error::Error;
use crate::exact::Exact;
use crate::quotient::quotient;
use crate::simd::Simd;
use crate::split::Job;

/// A column of so many elements cannot be more than its totals hold: 2^32 values of 32 bits fit
/// into 64.
pub(super) const LONGEST: usize = u32::MAX as usize;

#[derive(Clone, Copy)]
pub(super) struct IntegerSums<T> {
    /// Whether to divide by the number of elements that take part.
    pub(super) mean: bool,
    pub(super) elements: PhantomData<T>,
}

/// For each column.
#[derive(Clone)]
pub(super) struct Totals<L, W> {
    totals: Vec<W>,
    /// Elements that took part, where a mean is asked for.
    counts: Vec<u64>,
    /// The sums of the tile at hand.
    lanes: Vec<L>,
    /// Elements of the tile that take part.
    kept: Vec<u8>,
}

/// Takes the rows of a tile in.
struct Adding<'a, L> {
    lanes: &'a mut [L],
    /// Empty when they are not asked for.
    kept: &'a mut [u8],
}

/// Adds to each count how many of its column take part: of at most 255 rows.
#[inline(always)]
pub(super) fn count<const ROWS: usize>(counts: &mut [u8], kept: [&[u8]; ROWS]) {
    for (column, count) in counts.iter_mut().enumerate() {
        for row in kept {
            *count += u8::from(row[column] != 0);
        }
    }
}

/// The counts of a tile as those of the table.
#[inline(always)]
pub(super) fn set_counts(counts: &mut [u64], kept: &[u8], tile: Tile<'_, impl Row>) {
    if tile.filter.mask.is_none() {
        counts.fill(tile.rows as u64);
        return;
    }
    for (count, &kept) in counts.iter_mut().zip(kept) {
        *count = kept.into();
    }
}

macro_rules! narrow {
    ($($T:ident $Lane:ident $Total:ident;)+) => {$(
        impl Strips<$T> for Adding<'_, $Lane> {
            #[inline(always)]
            fn take<S: Simd, const ROWS: usize, const SOME: bool>(
                &mut self,
                _: S,
                at: usize,
                _: usize,
                rows: [&[$T]; ROWS],
                kept: [&[u8]; ROWS],
            ) {
                let len = rows[0].len();
                let lanes = &mut self.lanes[at..at + len];
                for column in 0..len {
                    let mut sum = lanes[column];
                    for row in 0..ROWS {
                        let value = rows[row][column];
                        let value = if SOME && kept[row][column] == 0 { 0 } else { value };
                        sum += $Lane::from(value);
                    }
                    lanes[column] = sum;
                }
                if SOME && !self.kept.is_empty() {
                    count(&mut self.kept[at..at + len], kept);
                }
            }
        }

        impl Columns for IntegerSums<$T> {
            type Element = $T;
            type Accumulators = Totals<$Lane, $Total>;
            type Out = f64;

            const LEAF: usize = LONG_LEAF;

            fn room(self, width: usize) -> Self::Accumulators {
                let counted = if self.mean { width } else { 0 };
                Totals {
                    totals: vec![0; width],
                    counts: vec![0; counted],
                    lanes: vec![0; width],
                    kept: vec![0; counted],
                }
            }

            #[inline(always)]
            fn reduce<S: Simd>(
                self,
                simd: S,
                tile: Tile<'_, $T>,
                _: usize,
                into: &mut Self::Accumulators,
            ) {
                let width = tile.width;
                let lanes = &mut into.lanes[..width];
                let kept = if self.mean { &mut into.kept[..width] } else { &mut [] };
                lanes.fill(0);
                kept.fill(0);
                tile.walk(simd, &mut Adding { lanes, kept });
                for (total, &sum) in into.totals[..width].iter_mut().zip(&into.lanes) {
                    *total = sum.into();
                }
                if self.mean {
                    set_counts(&mut into.counts[..width], &into.kept, tile);
                }
            }

            #[inline(always)]
            fn merge<S: Simd>(
                self,
                _: S,
                earlier: &mut Self::Accumulators,
                later: &Self::Accumulators,
                from: usize,
                width: usize,
            ) {
                add(&mut earlier.totals[..width], &later.totals[from..]);
                if self.mean {
                    add(&mut earlier.counts[..width], &later.counts[from..]);
                }
            }

            #[inline(always)]
            fn finish(
                self,
                _: Job<'_>,
                _: Source<'_, $T>,
                _: (usize, usize),
                values: &Self::Accumulators,
                out: &mut [f64],
            ) -> Result<(), Error> {
                if self.mean {
                    means(&values.totals, &values.counts, out);
                } else {
                    for (out, &total) in out.iter_mut().zip(&values.totals) {
                        *out = total.to_f64();
                    }
                }
                Ok(())
            }
        }
    )+};
}

/// A total of 64 bits.
pub(super) trait Total: Copy + Into<i128> {
    /// The nearest double, ties to even.
    fn to_f64(self) -> f64;
    /// Whether it may lie beyond 2^53: up to there integers are doubles.
    fn is_large(self) -> bool;
}

macro_rules! total {
    ($($W:ident)+) => {$(
        impl Total for $W {
            #[inline(always)]
            fn to_f64(self) -> f64 {
                self as f64
            }

            #[inline(always)]
            fn is_large(self) -> bool {
                // The bits that differ from the sign.
                (self ^ (self >> 1)) >> 53 != 0
            }
        }
    )+};
}

total!(i64 u64);

/// The quotients of totals and counts, each with one rounding; NaN for a count of 0.
#[inline(always)]
pub(super) fn means<W: Total>(totals: &[W], counts: &[u64], out: &mut [f64]) {
    let mut large = false;
    for ((out, &total), &count) in out.iter_mut().zip(totals).zip(counts) {
        let mean = total.to_f64() / count as f64;
        *out = if count == 0 { f64::NAN } else { mean };
        large |= total.is_large();
    }
    if large {
        for ((out, &total), &count) in out.iter_mut().zip(totals).zip(counts) {
            *out = quotient(Exact::from(total.into()), count.into());
        }
    }
}

/// Adds the later totals to the earlier ones.
#[inline(always)]
pub(super) fn add<N: Copy + std::ops::AddAssign>(earlier: &mut [N], later: &[N]) {
    for (left, &right) in earlier.iter_mut().zip(later) {
        *left += right;
    }
}

// The sums of a leaf.
narrow!(
    u8 u16 u64;
    i8 i16 i64;
    u16 u32 u64;
    i16 i32 i64;
    u32 u64 u64;
    i32 i64 i64;
);

/// What makes a signed 64-bit value unsigned when it is added.
const BIAS: u64 = 1 << 63;

/// For each column of values of 64 bits.
#[derive(Clone)]
pub(super) struct Halves {
    low: Vec<u64>,
    high: Vec<u64>,
    counts: Vec<u64>,
    kept: Vec<u8>,
}

/// Takes the rows of a tile in.
struct AddingHalves<'a> {
    low: &'a mut [u64],
    high: &'a mut [u64],
    /// Empty when they are not asked for.
    kept: &'a mut [u8],
}

macro_rules! wide {
    ($($T:ident $bias:expr;)+) => {$(
        impl Strips<$T> for AddingHalves<'_> {
            #[inline(always)]
            fn take<S: Simd, const ROWS: usize, const SOME: bool>(
                &mut self,
                _: S,
                at: usize,
                _: usize,
                rows: [&[$T]; ROWS],
                kept: [&[u8]; ROWS],
            ) {
                let len = rows[0].len();
                let low = &mut self.low[at..at + len];
                let high = &mut self.high[at..at + len];
                for column in 0..len {
                    let (mut low_sum, mut high_sum) = (low[column], high[column]);
                    for row in 0..ROWS {
                        let value = rows[row][column] as u64 ^ $bias;
                        // What is left out counts as the bias, that is as 0.
                        let value = if SOME && kept[row][column] == 0 { $bias } else { value };
                        low_sum += value & u64::from(u32::MAX);
                        high_sum += value >> 32;
                    }
                    (low[column], high[column]) = (low_sum, high_sum);
                }
                if SOME && !self.kept.is_empty() {
                    count(&mut self.kept[at..at + len], kept);
                }
            }
        }

        impl Columns for IntegerSums<$T> {
            type Element = $T;
            type Accumulators = Halves;
            type Out = f64;

            const LEAF: usize = LONG_LEAF;

            fn room(self, width: usize) -> Halves {
                let counted = if self.mean { width } else { 0 };
                Halves {
                    low: vec![0; width],
                    high: vec![0; width],
                    counts: vec![0; counted],
                    kept: vec![0; counted],
                }
            }

            #[inline(always)]
            fn reduce<S: Simd>(
                self,
                simd: S,
                tile: Tile<'_, $T>,
                _: usize,
                into: &mut Halves,
            ) {
                let width = tile.width;
                let (low, high) = (&mut into.low[..width], &mut into.high[..width]);
                let kept = if self.mean { &mut into.kept[..width] } else { &mut [] };
                low.fill(0);
                high.fill(0);
                kept.fill(0);
                tile.walk(simd, &mut AddingHalves { low, high, kept });
                if self.mean {
                    set_counts(&mut into.counts[..width], &into.kept, tile);
                }
            }

            #[inline(always)]
            fn merge<S: Simd>(
                self,
                _: S,
                earlier: &mut Halves,
                later: &Halves,
                from: usize,
                width: usize,
            ) {
                add(&mut earlier.low[..width], &later.low[from..]);
                add(&mut earlier.high[..width], &later.high[from..]);
                if self.mean {
                    add(&mut earlier.counts[..width], &later.counts[from..]);
                }
            }

            #[inline(always)]
            fn finish(
                self,
                _: Job<'_>,
                source: Source<'_, $T>,
                _: (usize, usize),
                values: &Halves,
                out: &mut [f64],
            ) -> Result<(), Error> {
                let bias = i128::from($bias) * source.lines.length as i128;
                for (column, out) in out.iter_mut().enumerate() {
                    let (low, high) = (values.low[column], values.high[column]);
                    let total = i128::from(low) + (i128::from(high) << 32) - bias;
                    *out = if self.mean {
                        quotient(Exact::from(total), values.counts[column].into())
                    } else {
                        Exact::from(total).to_f64()
                    };
                }
                Ok(())
            }
        }
    )+};
}

wide!(
    u64 0_u64;
    i64 BIAS;
);
