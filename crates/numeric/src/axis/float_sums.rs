//! Sums, products and means of columns of floats.

use std::marker::PhantomData;

use super::Source;
use super::columns::Columns;
use super::row::Doubles;
use super::tile::Tile;
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
    /// Rows as doubles, and what of one takes part.
    row: Vec<f64>,
    kept: Vec<u8>,
}

/// Rows that are added at a time.
const TOGETHER: usize = 4;

/// Room for the rows that are added together.
#[inline(always)]
fn split_room(room: &mut [f64], width: usize) -> [&mut [f64]; TOGETHER] {
    let (a, rest) = room.split_at_mut(width);
    let (b, rest) = rest.split_at_mut(width);
    let (c, d) = rest.split_at_mut(width);
    [a, b, c, d]
}

#[inline(always)]
fn combine<const PRODUCT: bool>(left: f64, right: f64) -> f64 {
    if PRODUCT { left * right } else { left + right }
}

impl<T: Float + Doubles, const PRODUCT: bool> Columns for FloatSums<T, PRODUCT> {
    type Element = T;
    type Accumulators = Sums;
    type Out = f64;

    fn room(self, width: usize) -> Sums {
        Sums {
            sums: vec![0.0; width],
            counts: vec![0.0; if self.mean { width } else { 0 }],
            row: vec![0.0; width * TOGETHER],
            kept: vec![0; width],
        }
    }

    #[inline(always)]
    fn reduce<S: Simd>(self, simd: S, tile: Tile<'_, T>, _: usize, into: &mut Sums) {
        let neutral = if PRODUCT { 1.0 } else { 0.0 };
        let width = tile.width;
        let sums = &mut into.sums[..width];
        sums.fill(neutral);
        if self.mean {
            into.counts[..width].fill(if tile.is_whole() { tile.rows as f64 } else { 0.0 });
        }
        let mut index = 0;
        // Several rows at a time, in their order, while a sum stays in its register.
        while tile.is_whole() && index + TOGETHER <= tile.rows {
            let [room_a, room_b, room_c, room_d] = split_room(&mut into.row, width);
            let a = T::doubles(simd, tile.row(simd, index), room_a);
            let b = T::doubles(simd, tile.row(simd, index + 1), room_b);
            let c = T::doubles(simd, tile.row(simd, index + 2), room_c);
            let d = T::doubles(simd, tile.row(simd, index + 3), room_d);
            for ((((sum, &a), &b), &c), &d) in sums.iter_mut().zip(a).zip(b).zip(c).zip(d) {
                let two = combine::<PRODUCT>(combine::<PRODUCT>(*sum, a), b);
                *sum = combine::<PRODUCT>(combine::<PRODUCT>(two, c), d);
            }
            index += TOGETHER;
        }
        for index in index..tile.rows {
            let row = T::doubles(simd, tile.row(simd, index), &mut into.row);
            if tile.is_whole() {
                for (sum, &value) in sums.iter_mut().zip(row) {
                    *sum = combine::<PRODUCT>(*sum, value);
                }
                continue;
            }
            let kept = tile.kept(index, &mut into.kept);
            for ((sum, &value), &keep) in sums.iter_mut().zip(row).zip(kept) {
                *sum = combine::<PRODUCT>(*sum, if keep != 0 { value } else { neutral });
            }
            if self.mean {
                for (count, &keep) in into.counts[..width].iter_mut().zip(kept) {
                    *count += if keep != 0 { 1.0 } else { 0.0 };
                }
            }
        }
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
