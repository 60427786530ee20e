//! Elements as the doubles that float kernels calculate with, and the way back.

use allcores_parallel::Cancelled;
use half::f16;

use crate::moments::Moments;
use crate::simd::Simd;
use crate::split::{Job, reduce};
use crate::spread::{self, Squares};
use crate::terms::{Changed, Square, Terms};
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
                let sum = reduce(job, Tree(Changed(terms, Square)))?.sum;
                Ok(Squares { mantissa: 0.0 + sum, exponent: 0 })
            }
        }
    };
}

narrow_float!(f32, |value| value as f32);
narrow_float!(f16, |value| nearest_f16(value));

/// The nearest `f16`, ties to even. The conversion of `half` looks at the upper 32 bits only, and
/// takes what is just above a tie for a tie: any bit below them is brought into their last one.
fn nearest_f16(value: f64) -> f16 {
    let bits = value.to_bits();
    let below = u64::from(bits & 0xffff_ffff != 0) << 32;
    f16::from_f64_const(f64::from_bits(bits & !0xffff_ffff | below))
}

#[cfg(test)]
mod tests {
    use half::f16;

    use super::Float;

    #[test]
    fn a_double_just_beside_a_tie_goes_to_the_nearer_half_float() {
        let tie = 1.0 + f64::from_bits((1023 - 11) << 52);
        assert_eq!(f16::narrow(tie), f16::from_bits(0x3c00));
        assert_eq!(f16::narrow(tie.next_up()), f16::from_bits(0x3c01));
        assert_eq!(f16::narrow(-tie.next_up()), f16::from_bits(0xbc01));
        assert_eq!(f16::narrow(65520.0_f64.next_down()), f16::MAX);
        assert_eq!(f16::narrow(65520.0), f16::INFINITY);
        assert!(f16::narrow(f64::NAN).is_nan());
        for bits in 0..=u16::MAX {
            let value = f16::from_bits(bits);
            assert!(value.is_nan() || f16::narrow(value.to_f64_const()) == value);
        }
    }
}
