//! Variances of columns of integers, from exact sums of the elements and of their squares.

use std::marker::PhantomData;

use super::Source;
use super::columns::{Columns, LONG_LEAF};
use super::integer_sums::{add, count, set_counts};
use super::tile::{Strips, Tile};
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
pub(super) struct Powers<L, W, Q> {
    sums: Vec<W>,
    squares: Vec<u64>,
    /// Squares of 64 bits are added up in two halves: the upper ones.
    high: Vec<u64>,
    counts: Vec<u64>,
    /// The sums of the tile at hand, of the elements and of squares of less than 64 bits.
    lanes: Vec<L>,
    square_lanes: Vec<Q>,
    /// Elements of the tile that take part.
    kept: Vec<u8>,
}

/// Takes the rows of a tile in.
struct Adding<'a, T, L, Q> {
    lanes: &'a mut [L],
    squares: &'a mut [Q],
    /// The upper halves of squares of 64 bits.
    high: &'a mut [Q],
    kept: &'a mut [u8],
    elements: PhantomData<T>,
}

macro_rules! integer {
    ($T:ident $Lane:ident $Total:ident $Size:ident $Square:ident, halves $halves:literal) => {
        impl Strips<$T> for Adding<'_, $T, $Lane, $Square> {
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
                let squares = &mut self.squares[at..at + len];
                let high = if $halves { &mut self.high[at..at + len] } else { &mut [] };
                for column in 0..len {
                    let (mut sum, mut low_sum) = (lanes[column], squares[column]);
                    let mut high_sum = if $halves { high[column] } else { 0 };
                    for row in 0..ROWS {
                        let value = rows[row][column];
                        let value = if SOME && kept[row][column] == 0 { 0 } else { value };
                        let size = $Size::from(value.abs_diff(0));
                        let square = $Square::from(size * size);
                        sum += $Lane::from(value);
                        if $halves {
                            low_sum += square & (u32::MAX as $Square);
                            high_sum += square >> ($Square::BITS / 2);
                        } else {
                            low_sum += square;
                        }
                    }
                    (lanes[column], squares[column]) = (sum, low_sum);
                    if $halves {
                        high[column] = high_sum;
                    }
                }
                if SOME {
                    count(&mut self.kept[at..at + len], kept);
                }
            }
        }

        impl Columns for IntegerMoments<$T> {
            type Element = $T;
            type Accumulators = Powers<$Lane, $Total, $Square>;
            type Out = f64;

            const LEAF: usize = LONG_LEAF;

            /// Several planes, which shall stay in the L2 cache.
            const COLUMNS: usize = 1024;

            fn room(self, width: usize) -> Self::Accumulators {
                let halves = if $halves { width } else { 0 };
                Powers {
                    sums: vec![0; width],
                    squares: vec![0; width],
                    high: vec![0; halves],
                    counts: vec![0; width],
                    lanes: vec![0; width],
                    square_lanes: vec![0; width * 2],
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
                let (squares, high) = into.square_lanes[..2 * width].split_at_mut(width);
                let kept = &mut into.kept[..width];
                lanes.fill(0);
                squares.fill(0);
                high.fill(0);
                kept.fill(0);
                let elements = PhantomData::<$T>;
                tile.walk(simd, &mut Adding { lanes, squares, high, kept, elements });
                for column in 0..width {
                    into.sums[column] = into.lanes[column].into();
                }
                for column in 0..width {
                    into.squares[column] = into.square_lanes[column].into();
                }
                if $halves {
                    for column in 0..width {
                        into.high[column] = into.square_lanes[width + column].into();
                    }
                }
                set_counts(&mut into.counts[..width], &into.kept, tile);
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
                add(&mut earlier.sums[..width], &later.sums[from..]);
                add(&mut earlier.squares[..width], &later.squares[from..]);
                if $halves {
                    add(&mut earlier.high[..width], &later.high[from..]);
                }
                add(&mut earlier.counts[..width], &later.counts[from..]);
            }

            #[inline(always)]
            fn finish(
                self,
                _: Job<'_>,
                source: Source<'_, $T>,
                _: (usize, usize),
                values: &Self::Accumulators,
                out: &mut [f64],
            ) -> Result<(), Error> {
                let Powers { sums, squares, high, counts, .. } = values;
                let mut large = u64::MAX;
                if !$halves && source.lines.length < 1 << 16 {
                    // Everything fits into 64 bits, and what is in between may wrap.
                    large = 0;
                    for (column, out) in out.iter_mut().enumerate() {
                        let (count, sum) = (counts[column], sums[column] as u64);
                        let divisor = count.saturating_sub(self.ddof as u64);
                        let numerator =
                            count.wrapping_mul(squares[column]).wrapping_sub(sum.wrapping_mul(sum));
                        // One rounding: integers of up to 2^53 are doubles.
                        let variance = numerator as f64 / (count * divisor) as f64;
                        *out = if divisor == 0 { f64::NAN } else { variance };
                        large |= numerator;
                    }
                }
                if large >> 53 != 0 {
                    for (column, out) in out.iter_mut().enumerate() {
                        let high = if $halves { u128::from(high[column]) << 32 } else { 0 };
                        let squares = Exact::from(u128::from(squares[column]) + high);
                        let sum = Exact::from(i128::from(sums[column]));
                        *out = variance(self.ddof, counts[column], sum, squares);
                    }
                }
                if self.root {
                    for out in out {
                        *out = out.sqrt();
                    }
                }
                Ok(())
            }
        }
    };
}

/// One rounding. NaN without a divisor.
#[inline]
pub(super) fn variance(ddof: usize, count: u64, sum: Exact, squares: Exact) -> f64 {
    let Some(divisor) = divisor(count as usize, ddof) else { return f64::NAN };
    // As the flat kernel: both sides times the count, to stay in integers.
    if let (Some(sum), Some(squares)) = (sum.to_i128(), squares.to_i128())
        && let (Ok(sum), Ok(squares)) = (i64::try_from(sum), u64::try_from(squares))
        && let Some(left) = squares.checked_mul(count)
        && let Some(right) = sum.unsigned_abs().checked_mul(sum.unsigned_abs())
        && let Some(numerator) = left.checked_sub(right)
        && numerator <= 1 << 53
        && let Some(denominator) = count.checked_mul(divisor as u64)
        && denominator <= 1 << 53
    {
        // Doubles, so one division is one rounding.
        return numerator as f64 / denominator as f64;
    }
    let count = u128::from(count);
    let narrow = || {
        let (sum, squares) = (sum.to_i128()?, squares.to_i128()?);
        let left = squares.checked_mul(count.cast_signed())?;
        Some(Exact::from(left - sum.checked_mul(sum)?))
    };
    let numerator =
        narrow().unwrap_or_else(|| Exact::from(count).times(squares).minus(sum.times(sum)));
    quotient(numerator, count * divisor as u128)
}

// Sums of a leaf; a square of a 16-bit value has 32 bits.
integer!(u8 u16 u64 u32 u32, halves false);
integer!(i8 i16 i64 u32 u32, halves false);
integer!(u16 u32 u64 u32 u64, halves false);
integer!(i16 i32 i64 u32 u64, halves false);
integer!(u32 u64 u64 u64 u64, halves true);
integer!(i32 i64 i64 u64 u64, halves true);

/// Values of 64 bits: there is no vector instruction for their squares.
#[derive(Clone)]
pub(super) struct WidePowers {
    sums: Vec<i128>,
    /// The lower and the upper 64 bits of the squares.
    low: Vec<u128>,
    high: Vec<u128>,
    counts: Vec<u64>,
    kept: Vec<u8>,
}

/// Takes the rows of a tile in.
struct AddingWide<'a> {
    sums: &'a mut [i128],
    low: &'a mut [u128],
    high: &'a mut [u128],
    kept: &'a mut [u8],
}

macro_rules! wide {
    ($($T:ident)+) => {$(
        impl Strips<$T> for AddingWide<'_> {
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
                let sums = &mut self.sums[at..at + len];
                let low = &mut self.low[at..at + len];
                let high = &mut self.high[at..at + len];
                for column in 0..len {
                    let mut sum = sums[column];
                    let (mut low_sum, mut high_sum) = (low[column], high[column]);
                    for row in 0..ROWS {
                        let value = rows[row][column];
                        let value = if SOME && kept[row][column] == 0 { 0 } else { value };
                        let size = u128::from(value.abs_diff(0));
                        let square = size * size;
                        sum += i128::from(value);
                        low_sum += u128::from(square as u64);
                        high_sum += square >> 64;
                    }
                    sums[column] = sum;
                    (low[column], high[column]) = (low_sum, high_sum);
                }
                if SOME {
                    count(&mut self.kept[at..at + len], kept);
                }
            }
        }

        impl Columns for IntegerMoments<$T> {
            type Element = $T;
            type Accumulators = WidePowers;
            type Out = f64;

            const LEAF: usize = LONG_LEAF;
            const COLUMNS: usize = 256;

            fn room(self, width: usize) -> WidePowers {
                WidePowers {
                    sums: vec![0; width],
                    low: vec![0; width],
                    high: vec![0; width],
                    counts: vec![0; width],
                    kept: vec![0; width],
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
                let sums = &mut into.sums[..width];
                let (low, high) = (&mut into.low[..width], &mut into.high[..width]);
                let kept = &mut into.kept[..width];
                sums.fill(0);
                low.fill(0);
                high.fill(0);
                kept.fill(0);
                tile.walk(simd, &mut AddingWide { sums, low, high, kept });
                set_counts(&mut into.counts[..width], &into.kept, tile);
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
                add(&mut earlier.sums[..width], &later.sums[from..]);
                add(&mut earlier.low[..width], &later.low[from..]);
                add(&mut earlier.high[..width], &later.high[from..]);
                add(&mut earlier.counts[..width], &later.counts[from..]);
            }

            #[inline(always)]
            fn finish(
                self,
                _: Job<'_>,
                _: Source<'_, $T>,
                _: (usize, usize),
                values: &WidePowers,
                out: &mut [f64],
            ) -> Result<(), Error> {
                for (column, out) in out.iter_mut().enumerate() {
                    let high = values.high[column].cast_signed();
                    let squares = Exact::from_halves(values.low[column], high);
                    let sum = Exact::from(values.sums[column]);
                    let variance = variance(self.ddof, values.counts[column], sum, squares);
                    *out = if self.root { variance.sqrt() } else { variance };
                }
                Ok(())
            }
        }
    )+};
}

wide!(u64 i64);
