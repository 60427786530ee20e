//! The least and the greatest element. Integers are left to the compiler; floats are compared
//! as rows of doubles, which loses nothing for `f32`.

use crate::simd::{Body, Simd};
use crate::split::Reduction;
use crate::terms::Terms;

/// Rows in flight.
const ROWS: usize = 4;

/// The least term, or with `GREATEST` the greatest; at least one term. A NaN wins over
/// everything, −0 is below +0.
///
/// The greatest is found as the least of the negated terms.
#[derive(Clone, Copy)]
pub(crate) struct Extreme<V, const GREATEST: bool>(pub(crate) V);

impl<V: Terms, const GREATEST: bool> Body for Extreme<V, GREATEST> {
    type Output = f64;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> f64 {
        let rows = self.0.rows();
        let whole = rows - rows % ROWS;
        let (blocks, rest) = self.0.split(whole);
        let mut least = [simd.splat(f64::INFINITY); ROWS];
        for first in (0..whole).step_by(ROWS) {
            for (part, least) in least.iter_mut().enumerate() {
                blocks.prefetch(simd, first + part);
                let row = blocks.row(simd, first + part);
                let row = if GREATEST { simd.negate(row) } else { row };
                *least = simd.lesser(*least, row);
            }
        }
        for row in 0..rest.rows() {
            let row = rest.row(simd, row);
            let row = if GREATEST { simd.negate(row) } else { row };
            least[0] = simd.lesser(least[0], row);
        }
        let least = simd.lesser(simd.lesser(least[0], least[1]), simd.lesser(least[2], least[3]));
        let mut best = f64::INFINITY;
        for lane in simd.to_array(least) {
            best = lesser(best, lane);
        }
        for index in 0..rest.tail_len() {
            let term = rest.tail(index);
            best = lesser(best, if GREATEST { -term } else { term });
        }
        if GREATEST { -best } else { best }
    }
}

impl<V: Terms, const GREATEST: bool> Reduction for Extreme<V, GREATEST> {
    #[inline]
    fn bytes(self) -> usize {
        self.0.len() * V::TERM_BYTES
    }

    #[inline]
    fn cut(self) -> (Self, Self) {
        let (left, right) = self.0.split(self.0.rows() / 2);
        (Extreme(left), Extreme(right))
    }

    #[inline]
    fn merge(left: f64, right: f64) -> f64 {
        if GREATEST { -lesser(-left, -right) } else { lesser(left, right) }
    }
}

/// The lesser of two doubles as `Math.min` has it.
///
/// The comparison is false for a NaN and for two zeros, and then the second operand is chosen.
/// Choosing both ways round gives twice the same value; or the two zeros, whose bits together
/// are −0 if one of them is; or a NaN and something, whose bits together are a NaN.
#[inline(always)]
pub(crate) fn lesser(left: f64, right: f64) -> f64 {
    let one = if left < right { left } else { right };
    let two = if right < left { right } else { left };
    f64::from_bits(one.to_bits() | two.to_bits())
}

/// The least integer, or with `GREATEST` the greatest; at least one element.
#[derive(Clone, Copy)]
pub(crate) struct IntegerExtreme<'a, T, const GREATEST: bool>(pub(crate) &'a [T]);

impl<T: Ord + Copy + Send + Sync, const GREATEST: bool> Body for IntegerExtreme<'_, T, GREATEST> {
    type Output = T;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> T {
        let mut best = self.0[0];
        for &value in self.0 {
            best = if GREATEST { best.max(value) } else { best.min(value) };
        }
        best
    }
}

impl<T: Ord + Copy + Send + Sync, const GREATEST: bool> Reduction
    for IntegerExtreme<'_, T, GREATEST>
{
    #[inline]
    fn bytes(self) -> usize {
        size_of_val(self.0)
    }

    #[inline]
    fn cut(self) -> (Self, Self) {
        let (left, right) = self.0.split_at(self.0.len() / 2);
        (IntegerExtreme(left), IntegerExtreme(right))
    }

    #[inline]
    fn merge(left: T, right: T) -> T {
        if GREATEST { left.max(right) } else { left.min(right) }
    }
}
