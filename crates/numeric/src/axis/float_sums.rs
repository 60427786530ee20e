//! Sums, products and means of columns of floats.

use std::marker::PhantomData;

use super::Source;
use super::columns::Columns;
use super::row::Row;
use super::tile::{Strips, Tile};
use crate::error::Error;
use crate::simd::Simd;
use crate::split::Job;
use crate::terms::Float;

/// Adds, or with `PRODUCT` multiplies, in doubles.
#[derive(Clone, Copy)]
pub(super) struct FloatSums<T, const PRODUCT: bool> {
    /// Whether to divide by the number of elements that take part.
    mean: bool,
    elements: PhantomData<T>,
}

impl<T, const PRODUCT: bool> FloatSums<T, PRODUCT> {
    pub(super) fn new(mean: bool) -> Self {
        FloatSums { mean, elements: PhantomData }
    }
}

/// For each column.
#[derive(Clone)]
pub(super) struct Sums {
    sums: Vec<f64>,
    /// Elements that took part, where a mean is asked for.
    counts: Vec<f64>,
}

/// Takes the rows of a tile in.
pub(super) struct Adding<'a, const PRODUCT: bool> {
    pub(super) sums: &'a mut [f64],
    /// Empty when they are not asked for.
    pub(super) counts: &'a mut [f64],
}

impl<T: Float, const PRODUCT: bool> Strips<T> for Adding<'_, PRODUCT> {
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
        let (neutral, neutrals) = (neutral::<PRODUCT>(), simd.splat(neutral::<PRODUCT>()));
        let (eights, tail) = self.sums[at..at + len].as_chunks_mut::<8>();
        for (index, sums) in eights.iter_mut().enumerate() {
            let mut sum = simd.load(sums);
            for row in 0..ROWS {
                let mut value = T::load(simd, &rows[row].as_chunks::<8>().0[index]);
                if SOME {
                    let kept = simd.not_zero(&kept[row].as_chunks::<8>().0[index]);
                    value = simd.choose(kept, value, neutrals);
                }
                sum = if PRODUCT { simd.mul(sum, value) } else { simd.add(sum, value) };
            }
            *sums = simd.to_array(sum);
        }
        let done = len - tail.len();
        for (index, sum) in tail.iter_mut().enumerate() {
            for row in 0..ROWS {
                let out = SOME && kept[row][done + index] == 0;
                let value = if out { neutral } else { rows[row][done + index].widen() };
                *sum = combine::<PRODUCT>(*sum, value);
            }
        }
        if SOME && !self.counts.is_empty() {
            count(&mut self.counts[at..at + len], kept);
        }
    }
}

/// Adds to each count how many of its column take part.
#[inline(always)]
fn count<const ROWS: usize>(counts: &mut [f64], kept: [&[u8]; ROWS]) {
    for (column, count) in counts.iter_mut().enumerate() {
        for row in kept {
            *count += if row[column] != 0 { 1.0 } else { 0.0 };
        }
    }
}

const fn neutral<const PRODUCT: bool>() -> f64 {
    if PRODUCT { 1.0 } else { 0.0 }
}

#[inline(always)]
fn combine<const PRODUCT: bool>(left: f64, right: f64) -> f64 {
    if PRODUCT { left * right } else { left + right }
}

impl<T: Float + Row, const PRODUCT: bool> Columns for FloatSums<T, PRODUCT> {
    type Element = T;
    type Accumulators = Sums;
    type Out = f64;

    fn room(self, width: usize) -> Sums {
        Sums { sums: vec![0.0; width], counts: vec![0.0; if self.mean { width } else { 0 }] }
    }

    #[inline(always)]
    fn reduce<S: Simd>(self, simd: S, tile: Tile<'_, T>, _: usize, into: &mut Sums) {
        let width = tile.width;
        let sums = &mut into.sums[..width];
        sums.fill(neutral::<PRODUCT>());
        let counts = if self.mean { &mut into.counts[..width] } else { &mut [] };
        counts.fill(if tile.is_whole() { tile.rows as f64 } else { 0.0 });
        tile.walk(simd, &mut Adding::<PRODUCT> { sums, counts });
    }

    #[inline(always)]
    fn merge<S: Simd>(self, _: S, earlier: &mut Sums, later: &Sums, from: usize, width: usize) {
        for (left, &right) in earlier.sums[..width].iter_mut().zip(&later.sums[from..]) {
            *left = combine::<PRODUCT>(*left, right);
        }
        if self.mean {
            for (left, &right) in earlier.counts[..width].iter_mut().zip(&later.counts[from..]) {
                *left += right;
            }
        }
    }

    #[inline(always)]
    fn finish(
        self,
        _: Job<'_>,
        _: Source<'_, T>,
        _: (usize, usize),
        values: &Sums,
        out: &mut [f64],
    ) -> Result<(), Error> {
        for (column, (out, &sum)) in out.iter_mut().zip(&values.sums).enumerate() {
            let value = if self.mean { sum / values.counts[column] } else { sum };
            *out = if value.is_nan() { f64::NAN } else { T::narrow(value).widen() };
        }
        Ok(())
    }
}
