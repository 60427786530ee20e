//! The elements of a row in the few forms that the kernels are compiled for.

use half::f16;

use crate::terms::Widen;

/// An element type as the columns see it.
pub trait Row: Copy + Send + Sync {
    /// A signed integer that is as wide as the element.
    type Key: Key;

    #[doc(hidden)]
    const HAS_NAN: bool;

    /// Whether the element is no NaN.
    #[doc(hidden)]
    fn is_number(self) -> bool;

    /// 1 for each element that is no NaN, 0 for each that is.
    #[inline(always)]
    #[doc(hidden)]
    fn numbers(row: &[Self], kept: &mut [u8]) {
        for (kept, value) in kept.iter_mut().zip(row) {
            *kept = u8::from(value.is_number());
        }
    }

    /// An integer that compares like the element, or with `flip` the other way round. A NaN is
    /// below everything either way. With `equal_zeros` −0 is the same as +0, else below it.
    #[doc(hidden)]
    fn key(self, flip: bool, equal_zeros: bool) -> Self::Key;

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
            fn is_number(self) -> bool {
                true
            }

            #[inline(always)]
            fn key(self, flip: bool, _: bool) -> $Key {
                (self as $Key) ^ $bias ^ if flip { -1 } else { 0 }
            }

            #[inline(always)]
            fn from_key(key: $Key, flip: bool) -> Self {
                (key ^ $bias ^ if flip { -1 } else { 0 }) as $T
            }

            #[inline(always)]
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
            fn is_number(self) -> bool {
                let infinity = $T::INFINITY.to_bits().cast_signed();
                self.to_bits().cast_signed() & $Key::MAX <= infinity
            }

            #[inline(always)]
            fn key(self, flip: bool, equal_zeros: bool) -> $Key {
                let bits = self.to_bits().cast_signed();
                let sign = bits >> ($Key::BITS - 1);
                let size = bits & $Key::MAX;
                // The negative numbers from −1 on, or with equal zeros from 0.
                let ordered = (size ^ sign) + (sign & if equal_zeros { 1 } else { 0 });
                let change = if flip { -1 } else { 0 };
                if size > $T::INFINITY.to_bits().cast_signed() {
                    $Key::MIN
                } else {
                    ordered ^ change
                }
            }

            #[inline(always)]
            fn from_key(key: $Key, flip: bool) -> Self {
                if key == $Key::MIN {
                    return $T::NAN;
                }
                let ordered = key ^ if flip { -1 } else { 0 };
                let sign = ordered >> ($Key::BITS - 1);
                let size = (ordered ^ sign) & $Key::MAX;
                $T::from_bits((size | (sign & $Key::MIN)).cast_unsigned())
            }

            #[inline(always)]
            fn difference(least: Self, greatest: Self) -> Self {
                let difference = greatest.widen() - least.widen();
                if difference.is_nan() { $T::NAN } else { crate::terms::Float::narrow(difference) }
            }
        }
    };
}

float!(f16 i16);
float!(f32 i32);
float!(f64 i64);
