//! Eight residues at once, modulo one prime.
//!
//! With h = x * w rounded, l = x * w - h from a fused multiply-subtract, and q the integer
//! nearest to h / p as rounded arithmetic finds it, x * w = q p + (h - q p) + l, and both
//! terms of the remainder are exact. (T. Dekker, "A floating-point technique for extending the
//! available precision", 1971; D. Harvey, "Faster arithmetic for number-theoretic transforms", 2014, for
//! residues that are not fully reduced; `fft_small` of FLINT uses the same product.)
//!
//! Bounds, in units of p < 2^50. For |x| <= B and |w| <= 1/2, the estimate of the quotient
//! errs by at most B / 2 * 2^50 * 2^-52 = B / 8, and |l| is at most B / 2 * 2^100 * 2^-53, which is
//! B / 16 of p = 2^50. So the remainder is at most
//!
//! ```text
//! M(B) = 1/2 + 3 B / 16
//! ```
//!
//! Sums stay exact up to 8, which is below 2^53. So B <= 8 everywhere, and each file that
//! adds states its own bounds.

use super::prime::Prime;
use crate::simd::{Lanes, Row};

#[derive(Clone, Copy)]
pub(crate) struct Field<S: Lanes> {
    pub(crate) simd: S,
    p: S::Vector,
    inverse: S::Vector,
}

impl<S: Lanes> Field<S> {
    #[inline(always)]
    pub(crate) fn new(simd: S, prime: Prime) -> Self {
        let p = prime.p as f64;
        Field { simd, p: simd.splat(p), inverse: simd.splat(1.0 / p) }
    }

    #[inline(always)]
    pub(crate) fn splat(self, residue: f64) -> S::Vector {
        self.simd.splat(residue)
    }

    #[inline(always)]
    pub(crate) fn load(self, row: &Row) -> S::Vector {
        self.simd.load(row)
    }

    // Closures are not `inline(always)`, so arrays are filled by loops here and wherever
    // vectors are at work.
    #[inline(always)]
    pub(crate) fn load_all<const N: usize>(self, rows: &[Row; N]) -> [S::Vector; N] {
        let mut out = [self.load(&rows[0]); N];
        for i in 1..N {
            out[i] = self.load(&rows[i]);
        }
        out
    }

    #[inline(always)]
    pub(crate) fn splat_all<const N: usize>(self, residues: [f64; N]) -> [S::Vector; N] {
        let mut out = [self.splat(residues[0]); N];
        for i in 1..N {
            out[i] = self.splat(residues[i]);
        }
        out
    }

    #[inline(always)]
    pub(crate) fn store(self, row: &mut Row, residues: S::Vector) {
        self.simd.store(row, residues);
    }

    #[inline(always)]
    pub(crate) fn add(self, x: S::Vector, y: S::Vector) -> S::Vector {
        self.simd.add(x, y)
    }

    #[inline(always)]
    pub(crate) fn sub(self, x: S::Vector, y: S::Vector) -> S::Vector {
        self.simd.sub(x, y)
    }

    /// `x * w`, bounded by M.
    #[inline(always)]
    pub(crate) fn multiply(self, x: S::Vector, w: S::Vector) -> S::Vector {
        self.simd.multiply(x, w, self.p, self.inverse)
    }

    /// `x`, bounded by 1/2 (and a little: 2^-50).
    #[inline(always)]
    pub(crate) fn reduce(self, x: S::Vector) -> S::Vector {
        self.simd.reduce(x, self.p, self.inverse)
    }

    /// Any words, bounded by 1/2 + 2^-17.
    #[inline(always)]
    pub(crate) fn residues(self, words: &[u64; 8]) -> S::Vector {
        self.simd.residues(words, self.p, self.inverse)
    }

    /// `x`, whatever its bound up to 8, as the residue from 0 up to p.
    #[inline(always)]
    pub(crate) fn canonical(self, x: S::Vector) -> S::Vector {
        self.simd.lift(self.reduce(x), self.p)
    }
}
