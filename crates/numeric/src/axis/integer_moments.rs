//! Variances of columns of integers, from exact sums of the elements and of their squares.

use std::marker::PhantomData;

use super::Source;
use super::columns::Columns;
use super::integer_sums::count;
use super::tile::Tile;
use crate::element::divisor;
use crate::error::Error;
use crate::exact::Exact;
use crate::quotient::quotient;
use crate::simd::Simd;
use crate::split::Job;

#[derive(Clone, Copy)]
pub(super) struct IntegerMoments<T> {
    pub(super) ddof: usize,
    /// Whether the result is the standard deviation.
    pub(super) root: bool,
    pub(super) elements: PhantomData<T>,
}

/// For each column.
#[derive(Clone)]
pub(super) struct Powers<L, Q> {
    sums: Vec<i128>,
    squares: Vec<Exact>,
    counts: Vec<u64>,
    /// The sums of the tile at hand. Squares of 64 bits are added up in two halves.
    lanes: Vec<L>,
    square_lanes: Vec<Q>,
    high: Vec<Q>,
    kept: Vec<u8>,
}

macro_rules! integer {
    ($T:ident, $Lane:ty, $Square:ty, halves $halves:literal, |$value:ident| $square:expr) => {
        impl Columns for IntegerMoments<$T> {
            type Element = $T;
            type Accumulators = Powers<$Lane, $Square>;
            type Out = f64;

            /// Wide totals, which shall stay in the L2 cache.
            const COLUMNS: usize = 512;

            fn room(self, width: usize) -> Self::Accumulators {
                Powers {
                    sums: vec![0; width],
                    squares: vec![Exact::ZERO; width],
                    counts: vec![0; width],
                    lanes: vec![0; width],
                    square_lanes: vec![0; width],
                    high: vec![0; if $halves { width } else { 0 }],
                    kept: vec![0; width],
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
                let squares = &mut into.square_lanes[..width];
                let high = if $halves { &mut into.high[..width] } else { &mut [] };
                lanes.fill(0);
                squares.fill(0);
                high.fill(0);
                for index in 0..tile.rows {
                    let row = &tile.row(simd, index)[..width];
                    let mask = tile.mask(index).map(|mask| &mask[..width]);
                    for column in 0..width {
                        let kept = mask.is_none_or(|mask| mask[column] != 0);
                        let $value = if kept { row[column] } else { 0 };
                        let square: $Square = $square;
                        lanes[column] += <$Lane>::from($value);
                        if $halves {
                            squares[column] += square & (u32::MAX as $Square);
                            high[column] += square >> (<$Square>::BITS / 2);
                        } else {
                            squares[column] += square;
                        }
                    }
                }
                for column in 0..width {
                    into.sums[column] = i128::from(lanes[column]);
                    let mut total = u128::from(squares[column]);
                    if $halves {
                        total += u128::from(high[column]) << 32;
                    }
                    into.squares[column] = Exact::from(total);
                }
                count(tile, &mut into.counts[..width], &mut into.kept[..width]);
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
                for column in 0..width {
                    let later_column = from + column;
                    earlier.sums[column] += later.sums[later_column];
                    earlier.counts[column] += later.counts[later_column];
                    let squares = later.squares[later_column];
                    earlier.squares[column] = earlier.squares[column].plus(squares);
                }
            }

            fn finish(
                self,
                _: Job<'_>,
                _: Source<'_, $T>,
                _: (usize, usize),
                values: &Self::Accumulators,
                out: &mut [f64],
            ) -> Result<(), Error> {
                finish(self.ddof, self.root, &values.counts, &values.sums, &values.squares, out);
                Ok(())
            }
        }
    };
}

fn finish(
    ddof: usize,
    root: bool,
    counts: &[u64],
    sums: &[i128],
    squares: &[Exact],
    out: &mut [f64],
) {
    for (column, out) in out.iter_mut().enumerate() {
        let count = counts[column];
        *out = match divisor(count as usize, ddof) {
            None => f64::NAN,
            Some(divisor) => {
                // As the flat kernel: both sides times the count, to stay in integers.
                let sum = Exact::from(sums[column]);
                let count = u128::from(count);
                let numerator = Exact::from(count).times(squares[column]).minus(sum.times(sum));
                let variance = quotient(numerator, count * divisor as u128);
                if root { variance.sqrt() } else { variance }
            }
        };
    }
}

// Sums of 64 rows; a square of a 16-bit value has 32 bits.
integer!(u8, u16, u32, halves false, |value| u32::from(value) * u32::from(value));
integer!(i8, i16, u32, halves false, |value| {
    u32::from(value.unsigned_abs()) * u32::from(value.unsigned_abs())
});
integer!(u16, u32, u64, halves false, |value| u64::from(u32::from(value) * u32::from(value)));
integer!(i16, i32, u64, halves false, |value| {
    let size = u32::from(value.unsigned_abs());
    u64::from(size * size)
});
integer!(u32, u64, u64, halves true, |value| u64::from(value) * u64::from(value));
integer!(i32, i64, u64, halves true, |value| {
    let size = u64::from(value.unsigned_abs());
    size * size
});

/// Values of 64 bits: there is no vector instruction for their squares.
#[derive(Clone)]
pub(super) struct WidePowers {
    sums: Vec<i128>,
    squares: Vec<Exact>,
    counts: Vec<u64>,
}

macro_rules! wide {
    ($($T:ident |$value:ident| $sum:expr, $size:expr;)+) => {$(
        impl Columns for IntegerMoments<$T> {
            type Element = $T;
            type Accumulators = WidePowers;
            type Out = f64;

            const COLUMNS: usize = 512;

            fn room(self, width: usize) -> WidePowers {
                WidePowers {
                    sums: vec![0; width],
                    squares: vec![Exact::ZERO; width],
                    counts: vec![0; width],
                }
            }

            #[inline(always)]
            fn reduce<S: Simd>(
                self,
                simd: S,
                tile: Tile<'_, $T>,
                _: usize,
                into: &mut WidePowers,
            ) {
                let width = tile.width;
                into.sums[..width].fill(0);
                into.squares[..width].fill(Exact::ZERO);
                into.counts[..width].fill(0);
                for index in 0..tile.rows {
                    let row = &tile.row(simd, index)[..width];
                    let mask = tile.mask(index).map(|mask| &mask[..width]);
                    for column in 0..width {
                        if mask.is_none_or(|mask| mask[column] != 0) {
                            let $value = row[column];
                            let size: u64 = $size;
                            let square = u128::from(size) * u128::from(size);
                            into.sums[column] += $sum;
                            into.squares[column] = into.squares[column].plus(Exact::from(square));
                            into.counts[column] += 1;
                        }
                    }
                }
            }

            #[inline(always)]
            fn merge<S: Simd>(
                self,
                _: S,
                earlier: &mut WidePowers,
                later: &WidePowers,
                from: usize,
                width: usize,
            ) {
                for column in 0..width {
                    let later_column = from + column;
                    earlier.sums[column] += later.sums[later_column];
                    earlier.counts[column] += later.counts[later_column];
                    let squares = later.squares[later_column];
                    earlier.squares[column] = earlier.squares[column].plus(squares);
                }
            }

            fn finish(
                self,
                _: Job<'_>,
                _: Source<'_, $T>,
                _: (usize, usize),
                values: &WidePowers,
                out: &mut [f64],
            ) -> Result<(), Error> {
                finish(self.ddof, self.root, &values.counts, &values.sums, &values.squares, out);
                Ok(())
            }
        }
    )+};
}

wide!(
    u64 |value| i128::from(value), value;
    i64 |value| i128::from(value), value.unsigned_abs();
);
