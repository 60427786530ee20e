//! Variances of columns of floats: a tile is read twice while it is in the L2 cache, once for
//! the means of its columns and once for the deviations from them; tiles are merged by Chan's
//! formula, as in `moments.rs`.

use std::marker::PhantomData;

use super::Source;
use super::columns::Columns;
use super::float_sums::Adding;
use super::row::Row;
use super::tile::{Strips, Tile};
use crate::element::{Element, divisor};
use crate::error::Error;
use crate::filter::Filter;
use crate::simd::Simd;
use crate::split::Job;
use crate::terms::Float;

/// As in `spread.rs`: squares from here on have not lost bits to underflow.
const SAFE: f64 = 1e-270;
/// Elements of this size have differences whose squares are above `SAFE`, or are equal.
const LARGE: f64 = 1e-100;

#[derive(Clone, Copy)]
pub(super) struct FloatMoments<T> {
    pub(super) ddof: usize,
    /// Whether the result is the standard deviation.
    pub(super) root: bool,
    pub(super) elements: PhantomData<T>,
}

/// For each column; see `Moments` of `moments.rs`.
#[derive(Clone)]
pub(super) struct Moments {
    counts: Vec<f64>,
    means: Vec<f64>,
    lows: Vec<f64>,
    squares: Vec<f64>,
}

/// Takes the deviations of the rows of a tile from the means of its columns in.
struct Deviating<'a> {
    means: &'a [f64],
    sums: &'a mut [f64],
    squares: &'a mut [f64],
}

impl<T: Float> Strips<T> for Deviating<'_> {
    #[inline(always)]
    fn take<S: Simd, const ROWS: usize, const SOME: bool>(
        &mut self,
        simd: S,
        at: usize,
        _: usize,
        rows: [&[T]; ROWS],
        kept: [&[u8]; ROWS],
    ) {
        let len = rows[0].len();
        let (means, means_tail) = self.means[at..at + len].as_chunks::<8>();
        let (sums, sums_tail) = self.sums[at..at + len].as_chunks_mut::<8>();
        let (squares, squares_tail) = self.squares[at..at + len].as_chunks_mut::<8>();
        for (index, mean) in means.iter().enumerate() {
            let mean = simd.load(mean);
            let (mut sum, mut square) = (simd.load(&sums[index]), simd.load(&squares[index]));
            for row in 0..ROWS {
                let value = T::load(simd, &rows[row].as_chunks::<8>().0[index]);
                let mut deviation = simd.sub(value, mean);
                if SOME {
                    let kept = simd.not_zero(&kept[row].as_chunks::<8>().0[index]);
                    deviation = simd.choose(kept, deviation, simd.splat(0.0));
                }
                sum = simd.add(sum, deviation);
                square = simd.add(square, simd.mul(deviation, deviation));
            }
            sums[index] = simd.to_array(sum);
            squares[index] = simd.to_array(square);
        }
        let done = len - means_tail.len();
        for (index, mean) in means_tail.iter().enumerate() {
            for row in 0..ROWS {
                let value = rows[row][done + index].widen();
                let out = SOME && kept[row][done + index] == 0;
                let deviation = if out { 0.0 } else { value - mean };
                sums_tail[index] += deviation;
                squares_tail[index] += deviation * deviation;
            }
        }
    }
}

impl<T: Float + Row + Element> Columns for FloatMoments<T> {
    type Element = T;
    type Accumulators = Moments;
    type Out = f64;

    /// Several planes, and a tile that stays in the L2 cache.
    const COLUMNS: usize = 512;

    fn room(self, width: usize) -> Moments {
        let plane = vec![0.0; width];
        Moments { counts: plane.clone(), means: plane.clone(), lows: plane.clone(), squares: plane }
    }

    #[inline(always)]
    fn reduce<S: Simd>(self, simd: S, tile: Tile<'_, T>, _: usize, into: &mut Moments) {
        let width = tile.width;
        let counts = &mut into.counts[..width];
        let means = &mut into.means[..width];
        let sums = &mut into.lows[..width];
        let squares = &mut into.squares[..width];
        counts.fill(if tile.is_whole() { tile.rows as f64 } else { 0.0 });
        means.fill(0.0);
        sums.fill(0.0);
        squares.fill(0.0);
        tile.walk(simd, &mut Adding::<false> { sums: means, counts });
        for (mean, &count) in means.iter_mut().zip(&*counts) {
            *mean = if count > 0.0 { *mean / count } else { 0.0 };
        }
        tile.walk_again(simd, &mut Deviating { means, sums, squares });
        for ((square, sum), &count) in squares.iter_mut().zip(sums).zip(&*counts) {
            let low = if count > 0.0 { *sum / count } else { 0.0 };
            let corrected = *square - *sum * low;
            // The difference of two equal roundings may fall below zero; a NaN must stay.
            *square = if corrected < 0.0 { 0.0 } else { corrected };
            *sum = low;
        }
    }

    #[inline(always)]
    fn merge<S: Simd>(
        self,
        _: S,
        earlier: &mut Moments,
        later: &Moments,
        from: usize,
        width: usize,
    ) {
        let counts = &mut earlier.counts[..width];
        let means = &mut earlier.means[..width];
        let lows = &mut earlier.lows[..width];
        let squares = &mut earlier.squares[..width];
        let later_counts = &later.counts[from..from + width];
        let later_means = &later.means[from..from + width];
        let later_lows = &later.lows[from..from + width];
        let later_squares = &later.squares[from..from + width];
        for column in 0..width {
            let (left, right) = (counts[column], later_counts[column]);
            let count = left + right;
            let mean = means[column];
            let distance = (later_means[column] - mean) + (later_lows[column] - lows[column]);
            let step = distance * right / count;
            let merged = squares[column] + later_squares[column] + distance * step * left;
            // Knuth's exact addition keeps the rounding error of the new mean in `low`.
            let shift = lows[column] + step;
            let moved = mean + shift;
            let shifted = moved - mean;
            let low = (mean - (moved - shifted)) + (shift - shifted);
            // A part in which nothing took part has no mean.
            let (no_left, no_right) = (left == 0.0, right == 0.0);
            let choose = |both: f64, left: f64, right: f64| {
                let one = if no_left { right } else { both };
                if no_right { left } else { one }
            };
            squares[column] = choose(merged, squares[column], later_squares[column]);
            means[column] = choose(moved, mean, later_means[column]);
            lows[column] = choose(low, lows[column], later_lows[column]);
            counts[column] = count;
        }
    }

    #[inline(always)]
    fn finish(
        self,
        job: Job<'_>,
        source: Source<'_, T>,
        (outer, first): (usize, usize),
        values: &Moments,
        out: &mut [f64],
    ) -> Result<(), Error> {
        let Moments { counts, means, squares, .. } = values;
        let safe = |column: usize| {
            let (count, squares) = (counts[column], squares[column]);
            (squares >= SAFE * count && squares < f64::INFINITY)
                || (squares == 0.0 && means[column].abs() > LARGE)
                || divisor(count as usize, self.ddof).is_none()
        };
        let sizes = if (0..out.len()).all(safe) {
            Vec::new()
        } else {
            job.token.begin_block()?;
            largest(source, (outer, first), out.len())
        };
        for (column, out) in out.iter_mut().enumerate() {
            let Some(divisor) = divisor(counts[column] as usize, self.ddof) else {
                *out = f64::NAN;
                continue;
            };
            let value = if safe(column) || sizes[column] == 0.0 {
                let variance = squares[column] / divisor as f64;
                if self.root { variance.sqrt() } else { variance }
            } else if sizes[column].is_finite() {
                // What ordinary data never does: the flat kernel scales the column.
                let (values, mask) = source.line(outer, first + column);
                let filter = Filter { mask: mask.as_deref(), ..source.filter };
                T::variance(job, &values, filter, self.ddof, self.root)?
            } else {
                f64::NAN
            };
            *out = if value.is_nan() { f64::NAN } else { T::narrow(value).widen() };
        }
        Ok(())
    }
}

/// The largest magnitude of each column, NaN where one takes part.
fn largest<T: Float>(
    source: Source<'_, T>,
    (outer, first): (usize, usize),
    width: usize,
) -> Vec<f64> {
    let (length, inner) = (source.lines.length, source.lines.inner);
    let omit = source.filter.omits_nan();
    let mut sizes = vec![0.0_f64; width];
    for row in 0..length {
        let start = (outer * length + row) * inner + first;
        let mask = source.filter.mask.map(|mask| &mask[start..start + width]);
        for (column, size) in sizes.iter_mut().enumerate() {
            let value = source.values[start + column].widen().abs();
            let kept = mask.is_none_or(|mask| mask[column] != 0) && !(omit && value.is_nan());
            // A NaN stays.
            if kept && !size.is_nan() && (value > *size || value.is_nan()) {
                *size = value;
            }
        }
    }
    sizes
}
