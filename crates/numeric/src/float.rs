//! Elements as the doubles that float kernels calculate with, and the way back.

use allcores_parallel::Cancelled;
use half::f16;

use crate::moments::Moments;
use crate::simd::Simd;
use crate::split::{Job, reduce};
use crate::spread::{self, Squares};
use crate::terms::{Change, Changed, Terms};
use crate::tree::Tree;

/// An element type, seen as doubles. Exact for floats and for integers of up to 32 bits; 64-bit
/// integers are rounded.
pub(crate) trait Widen: Copy + Send + Sync {
    fn widen(self) -> f64;
    fn load<S: Simd>(simd: S, row: &[Self; 8]) -> S::Row;
}

/// A float element type.
pub(crate) trait Float: Widen {
    /// The nearest value of the type.
    fn narrow(value: f64) -> Self;

    /// The squared deviations of terms of this type, whose moments are known.
    fn deviations<V: Terms>(job: Job<'_>, terms: V, plain: Moments) -> Result<Squares, Cancelled>;

    /// The sum of the squares of terms of this type.
    fn squares<V: Terms>(job: Job<'_>, terms: V) -> Result<Squares, Cancelled>;
}

impl Widen for f64 {
    #[inline(always)]
    fn widen(self) -> f64 {
        self
    }

    #[inline(always)]
    fn load<S: Simd>(simd: S, row: &[Self; 8]) -> S::Row {
        simd.load(row)
    }
}

impl Widen for f32 {
    #[inline(always)]
    fn widen(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    fn load<S: Simd>(simd: S, row: &[Self; 8]) -> S::Row {
        simd.load_f32(row)
    }
}

impl Widen for f16 {
    #[inline(always)]
    fn widen(self) -> f64 {
        self.to_f64_const()
    }

    #[inline(always)]
    fn load<S: Simd>(simd: S, row: &[Self; 8]) -> S::Row {
        simd.load_f16(row)
    }
}

macro_rules! widen_integer {
    ($($T:ident)+) => {$(
        impl Widen for $T {
            #[inline(always)]
            fn widen(self) -> f64 {
                self as f64
            }

            #[inline(always)]
            fn load<S: Simd>(simd: S, row: &[Self; 8]) -> S::Row {
                let mut wide = [0.0; 8];
                for lane in 0..8 {
                    wide[lane] = row[lane] as f64;
                }
                simd.load(&wide)
            }
        }
    )+};
}

widen_integer!(i8 u8 i16 u16 i32 u32 i64 u64);

impl Float for f64 {
    #[inline]
    fn narrow(value: f64) -> Self {
        value
    }

    fn deviations<V: Terms>(job: Job<'_>, terms: V, plain: Moments) -> Result<Squares, Cancelled> {
        spread::deviations(job, terms, plain)
    }

    fn squares<V: Terms>(job: Job<'_>, terms: V) -> Result<Squares, Cancelled> {
        spread::sum_of_squares(job, terms)
    }
}

/// Squares of these types neither overflow nor underflow as doubles.
macro_rules! narrow_float {
    ($T:ident, |$value:ident| $narrow:expr) => {
        impl Float for $T {
            #[inline]
            fn narrow($value: f64) -> Self {
                $narrow
            }

            fn deviations<V: Terms>(
                _: Job<'_>,
                _: V,
                plain: Moments,
            ) -> Result<Squares, Cancelled> {
                Ok(Squares { mantissa: plain.squares, exponent: 0 })
            }

            fn squares<V: Terms>(job: Job<'_>, terms: V) -> Result<Squares, Cancelled> {
                let sum = reduce(job, Tree(Changed(terms, Change::Square)))?.sum;
                Ok(Squares { mantissa: 0.0 + sum, exponent: 0 })
            }
        }
    };
}

narrow_float!(f32, |value| value as f32);
narrow_float!(f16, |value| f16::from_f64_const(value));
