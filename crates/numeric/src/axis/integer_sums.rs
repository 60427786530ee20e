//! Exact sums and means of columns of integers: lanes that cannot overflow within a leaf, added
//! to totals of 128 bits.

use std::marker::PhantomData;

use super::Source;
use super::columns::Columns;
use super::tile::Tile;
use crate::error::Error;
use crate::exact::Exact;
use crate::quotient::quotient;
use crate::simd::Simd;
use crate::split::Job;

#[derive(Clone, Copy)]
pub(super) struct IntegerSums<T> {
    /// Whether to divide by the number of elements that take part.
    pub(super) mean: bool,
    pub(super) elements: PhantomData<T>,
}

/// For each column.
#[derive(Clone)]
pub(super) struct Totals<L> {
    totals: Vec<i128>,
    /// Elements that took part, where a mean is asked for.
    counts: Vec<u64>,
    /// The sums of the tile at hand. Values of 64 bits are added up in two halves.
    lanes: Vec<L>,
    high: Vec<L>,
    kept: Vec<u8>,
}

/// What makes a signed 64-bit value unsigned when it is added.
const BIAS: u64 = 1 << 63;

macro_rules! integer {
    ($T:ident, $Lane:ty, halves $halves:literal, |$value:ident| $term:expr) => {
        impl Columns for IntegerSums<$T> {
            type Element = $T;
            type Accumulators = Totals<$Lane>;
            type Out = f64;

            fn room(self, width: usize) -> Totals<$Lane> {
                Totals {
                    totals: vec![0; width],
                    counts: vec![0; if self.mean { width } else { 0 }],
                    lanes: vec![0; width],
                    high: vec![0; if $halves { width } else { 0 }],
                    kept: vec![0; if self.mean { width } else { 0 }],
                }
            }

            #[inline(always)]
            fn reduce<S: Simd>(
                self,
                simd: S,
                tile: Tile<'_, $T>,
                _: usize,
                into: &mut Totals<$Lane>,
            ) {
                let width = tile.width;
                let lanes = &mut into.lanes[..width];
                lanes.fill(0);
                let high = if $halves { &mut into.high[..width] } else { &mut [] };
                high.fill(0);
                // What is left out of a biased sum counts as the bias.
                let nothing: $Lane = {
                    let $value: $T = 0;
                    $term
                };
                for index in 0..tile.rows {
                    let row = &tile.row(simd, index)[..width];
                    let mask = tile.mask(index).map(|mask| &mask[..width]);
                    match mask {
                        None if $halves => {
                            for column in 0..width {
                                let $value = row[column];
                                let term: $Lane = $term;
                                lanes[column] += term & (u32::MAX as $Lane);
                                high[column] += term >> (<$Lane>::BITS / 2);
                            }
                        }
                        None => {
                            for column in 0..width {
                                let $value = row[column];
                                let term: $Lane = $term;
                                lanes[column] += term;
                            }
                        }
                        Some(mask) if $halves => {
                            for column in 0..width {
                                let $value = row[column];
                                let term: $Lane = $term;
                                let term = if mask[column] != 0 { term } else { nothing };
                                lanes[column] += term & (u32::MAX as $Lane);
                                high[column] += term >> (<$Lane>::BITS / 2);
                            }
                        }
                        Some(mask) => {
                            for column in 0..width {
                                let $value = row[column];
                                let term: $Lane = $term;
                                lanes[column] += if mask[column] != 0 { term } else { 0 };
                            }
                        }
                    }
                }
                let totals = &mut into.totals[..width];
                if $halves {
                    let bias = i128::from(nothing) * tile.rows as i128;
                    for column in 0..width {
                        let sum = i128::from(lanes[column]) + (i128::from(high[column]) << 32);
                        totals[column] = sum - bias;
                    }
                } else {
                    for (total, &sum) in totals.iter_mut().zip(&*lanes) {
                        *total = i128::from(sum);
                    }
                }
                if self.mean {
                    count(tile, &mut into.counts[..width], &mut into.kept[..width]);
                }
            }

            #[inline(always)]
            fn merge<S: Simd>(
                self,
                _: S,
                earlier: &mut Totals<$Lane>,
                later: &Totals<$Lane>,
                from: usize,
                width: usize,
            ) {
                let totals = &later.totals[from..from + width];
                for (left, right) in earlier.totals[..width].iter_mut().zip(totals) {
                    *left += right;
                }
                if self.mean {
                    let counts = &later.counts[from..from + width];
                    for (left, right) in earlier.counts[..width].iter_mut().zip(counts) {
                        *left += right;
                    }
                }
            }

            fn finish(
                self,
                _: Job<'_>,
                _: Source<'_, $T>,
                _: (usize, usize),
                values: &Totals<$Lane>,
                out: &mut [f64],
            ) -> Result<(), Error> {
                for (column, (out, &total)) in out.iter_mut().zip(&values.totals).enumerate() {
                    let total = Exact::from(total);
                    *out = if self.mean {
                        quotient(total, values.counts[column].into())
                    } else {
                        total.to_f64()
                    };
                }
                Ok(())
            }
        }
    };
}

/// How many elements of each column take part in a tile of at most 255 rows.
#[inline(always)]
pub(super) fn count<T: Copy>(tile: Tile<'_, T>, counts: &mut [u64], kept: &mut [u8]) {
    if tile.filter.mask.is_none() {
        counts.fill(tile.rows as u64);
        return;
    }
    kept.fill(0);
    for index in 0..tile.rows {
        if let Some(mask) = tile.mask(index) {
            for (kept, &keep) in kept.iter_mut().zip(mask) {
                *kept += u8::from(keep != 0);
            }
        }
    }
    for (count, &kept) in counts.iter_mut().zip(&*kept) {
        *count = kept.into();
    }
}

// Sums of 64 rows.
integer!(u8, u16, halves false, |value| u16::from(value));
integer!(i8, i16, halves false, |value| i16::from(value));
integer!(u16, u32, halves false, |value| u32::from(value));
integer!(i16, i32, halves false, |value| i32::from(value));
integer!(u32, u64, halves false, |value| u64::from(value));
integer!(i32, i64, halves false, |value| i64::from(value));
integer!(u64, u64, halves true, |value| value);
integer!(i64, u64, halves true, |value| value.cast_unsigned() ^ BIAS);
