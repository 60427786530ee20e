//! The elements of a row in the few forms that the kernels are compiled for.

use half::f16;

use crate::simd::Simd;
use crate::terms::Widen;

/// An element type as the columns see it.
pub trait Row: Copy + Send + Sync {
    /// A signed integer that is as wide as the element.
    type Key: Key;

    #[doc(hidden)]
    const HAS_NAN: bool;

    /// 1 for each element that is no NaN, 0 for each that is.
    #[doc(hidden)]
    fn numbers(row: &[Self], kept: &mut [u8]);

    /// Integers that compare like the elements, or with `flip` the other way round. A NaN is
    /// below everything either way. With `equal_zeros` −0 is the same as +0, else below it.
    #[doc(hidden)]
    fn keys(row: &[Self], flip: bool, equal_zeros: bool, keys: &mut [Self::Key]);

    /// The element of a key.
    #[doc(hidden)]
    fn from_key(key: Self::Key, flip: bool) -> Self;

    /// `greatest - least`; integers wrap, as in numpy.
    #[doc(hidden)]
    fn difference(least: Self, greatest: Self) -> Self;
}

/// What columns are compared as.
pub trait Key: Copy + Ord + Default + Send + Sync + 'static {
    /// As wide as the key, so that both stay in step.
    #[doc(hidden)]
    type Number: Copy + Eq + Default + Send + Sync + 'static;

    #[doc(hidden)]
    const GREATEST: Self;
    /// No number of a row.
    #[doc(hidden)]
    const NONE: Self::Number;

    /// The number of a row within a leaf.
    #[doc(hidden)]
    fn number(row: usize) -> Self::Number;

    #[doc(hidden)]
    fn row(number: Self::Number) -> usize;
}

macro_rules! key {
    ($($Key:ident $Number:ident)+) => {$(
        impl Key for $Key {
            type Number = $Number;
            const GREATEST: Self = $Key::MAX;
            const NONE: $Number = $Number::MAX;

            #[inline(always)]
            fn number(row: usize) -> $Number {
                row as $Number
            }

            #[inline(always)]
            fn row(number: $Number) -> usize {
                number as usize
            }
        }
    )+};
}

key!(i8 u8 i16 u16 i32 u32 i64 u64);

macro_rules! integer {
    ($($T:ident $Key:ident $bias:expr;)+) => {$(
        impl Row for $T {
            type Key = $Key;
            const HAS_NAN: bool = false;

            #[inline(always)]
            fn numbers(_: &[Self], kept: &mut [u8]) {
                kept.fill(1);
            }

            #[inline(always)]
            fn keys(row: &[Self], flip: bool, _: bool, keys: &mut [$Key]) {
                let change = $bias ^ if flip { -1 } else { 0 };
                for (key, &value) in keys.iter_mut().zip(row) {
                    *key = (value as $Key) ^ change;
                }
            }

            #[inline]
            fn from_key(key: $Key, flip: bool) -> Self {
                (key ^ $bias ^ if flip { -1 } else { 0 }) as $T
            }

            #[inline]
            fn difference(least: Self, greatest: Self) -> Self {
                greatest.wrapping_sub(least)
            }
        }
    )+};
}

integer!(
    i8 i8 0; u8 i8 i8::MIN; i16 i16 0; u16 i16 i16::MIN;
    i32 i32 0; u32 i32 i32::MIN; i64 i64 0; u64 i64 i64::MIN;
);

macro_rules! float {
    ($T:ident $Key:ident) => {
        impl Row for $T {
            type Key = $Key;
            const HAS_NAN: bool = true;

            #[inline(always)]
            fn numbers(row: &[Self], kept: &mut [u8]) {
                let infinity = $T::INFINITY.to_bits().cast_signed();
                for (kept, value) in kept.iter_mut().zip(row) {
                    *kept = u8::from(value.to_bits().cast_signed() & $Key::MAX <= infinity);
                }
            }

            #[inline(always)]
            fn keys(row: &[Self], flip: bool, equal_zeros: bool, keys: &mut [$Key]) {
                let infinity = $T::INFINITY.to_bits().cast_signed();
                let change = if flip { -1 } else { 0 };
                let zero = if equal_zeros { 1 } else { 0 };
                for (key, value) in keys.iter_mut().zip(row) {
                    let bits = value.to_bits().cast_signed();
                    let sign = bits >> ($Key::BITS - 1);
                    let size = bits & $Key::MAX;
                    // The negative numbers from −1 on, or with equal zeros from 0.
                    let ordered = (size ^ sign) + (sign & zero);
                    *key = if size > infinity { $Key::MIN } else { ordered ^ change };
                }
            }

            #[inline]
            fn from_key(key: $Key, flip: bool) -> Self {
                if key == $Key::MIN {
                    return $T::NAN;
                }
                let ordered = key ^ if flip { -1 } else { 0 };
                let sign = ordered >> ($Key::BITS - 1);
                let size = (ordered ^ sign) & $Key::MAX;
                $T::from_bits((size | (sign & $Key::MIN)).cast_unsigned())
            }

            #[inline]
            fn difference(least: Self, greatest: Self) -> Self {
                let difference = crate::terms::Widen::widen(greatest) - least.widen();
                if difference.is_nan() { $T::NAN } else { crate::terms::Float::narrow(difference) }
            }
        }
    };
}

float!(f16 i16);
float!(f32 i32);
float!(f64 i64);

/// A float element type as doubles.
pub(super) trait Doubles: Row + Widen {
    /// The row in doubles: `scratch`, unless the elements are doubles.
    #[doc(hidden)]
    fn doubles<'a, S: Simd>(simd: S, row: &'a [Self], scratch: &'a mut [f64]) -> &'a [f64];
}

impl Doubles for f64 {
    #[inline(always)]
    fn doubles<'a, S: Simd>(_: S, row: &'a [Self], _: &'a mut [f64]) -> &'a [f64] {
        row
    }
}

macro_rules! narrow {
    ($($T:ident)+) => {$(
        impl Doubles for $T {
            #[inline(always)]
            fn doubles<'a, S: Simd>(
                simd: S,
                row: &'a [Self],
                scratch: &'a mut [f64],
            ) -> &'a [f64] {
                let scratch = &mut scratch[..row.len()];
                let (rows, tail) = row.as_chunks::<8>();
                let (wide, wide_tail) = scratch.as_chunks_mut::<8>();
                for (wide, row) in wide.iter_mut().zip(rows) {
                    *wide = simd.to_array(Widen::load(simd, row));
                }
                for (wide, value) in wide_tail.iter_mut().zip(tail) {
                    *wide = value.widen();
                }
                scratch
            }
        }
    )+};
}

narrow!(f16 f32);
