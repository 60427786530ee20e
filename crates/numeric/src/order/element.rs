//! The order of each element type, as an order of integers.

use half::f16;

use crate::order::key::Key;

/// An element as the key that stands for it. The order is that of `TypedArray.prototype.sort`:
/// −0 before +0, every NaN behind everything else.
pub trait Ordered: Copy + Send + Sync + 'static {
    #[doc(hidden)]
    #[expect(private_bounds, reason = "the trait is sealed: only this crate uses the keys")]
    type Key: Key;
    /// How many bits the keys differ in.
    #[doc(hidden)]
    const BITS: u32;
    #[doc(hidden)]
    const LEAST: Self::Key;

    /// Each element has a key of its own, NaNs by their bits.
    #[doc(hidden)]
    fn key(self) -> Self::Key;
    #[doc(hidden)]
    fn from_key(key: Self::Key) -> Self;
    /// The same element for all that are equal to a reader: one NaN, and with `ZEROS` one zero.
    #[doc(hidden)]
    fn merged<const ZEROS: bool>(self) -> Self;
    /// Whether it is a zero of two that a float has.
    #[doc(hidden)]
    fn is_zero(self) -> bool;
    /// Whether the elements are 64-bit integers, which no double holds.
    #[doc(hidden)]
    const IS_WIDE: bool;
    /// The key of the merged element.
    #[doc(hidden)]
    fn search_key(self) -> i64;
    /// The same for the double of the same value; for types that are not wide.
    #[doc(hidden)]
    fn number_key(self) -> i64;
    /// The value itself; for wide types.
    #[doc(hidden)]
    fn integer(self) -> i128;
}

macro_rules! integer {
    ($($T:ident as $Key:ident by $flip:expr,)+) => {$(
        impl Ordered for $T {
            type Key = $Key;

            const BITS: u32 = $T::BITS;
            const LEAST: $Key = ($T::MIN ^ $flip) as $Key;

            #[inline(always)]
            fn key(self) -> $Key {
                (self ^ $flip) as $Key
            }

            #[inline(always)]
            fn from_key(key: $Key) -> $T {
                key as $T ^ $flip
            }

            #[inline(always)]
            fn merged<const ZEROS: bool>(self) -> $T {
                self
            }

            #[inline(always)]
            fn is_zero(self) -> bool {
                false
            }

            const IS_WIDE: bool = $T::BITS == 64;

            #[inline(always)]
            fn search_key(self) -> i64 {
                self.key().into()
            }

            #[inline(always)]
            fn number_key(self) -> i64 {
                (self as f64).key()
            }

            #[inline(always)]
            fn integer(self) -> i128 {
                self.into()
            }
        }
    )+};
}

integer! {
    i8 as i32 by 0,
    u8 as i32 by 0,
    i16 as i32 by 0,
    u16 as i32 by 0,
    i32 as i32 by 0,
    u32 as i32 by 1 << 31,
    i64 as i64 by 0,
    u64 as i64 by 1 << 63,
}

// A float's bits rise with its value when those behind the sign are flipped for negative
// numbers. Only the negative NaNs are then in the wrong place, below everything: moved down by
// their number, they wrap around to the top, behind the positive ones.
macro_rules! float {
    ($($T:ident, $Bits:ident as $Key:ident, mantissa $mantissa:literal;)+) => {$(
        impl Ordered for $T {
            type Key = $Key;

            const BITS: u32 = $Bits::BITS;
            const LEAST: $Key = $Bits::MIN as $Key;

            #[inline(always)]
            fn key(self) -> $Key {
                let bits = self.to_bits() as $Bits;
                let rising = bits ^ (bits >> ($Bits::BITS - 1) & $Bits::MAX);
                rising.wrapping_sub((1 << $mantissa) - 1).into()
            }

            #[inline(always)]
            fn from_key(key: $Key) -> $T {
                let rising = (key as $Bits).wrapping_add((1 << $mantissa) - 1);
                let bits = rising ^ (rising >> ($Bits::BITS - 1) & $Bits::MAX);
                $T::from_bits(bits as _)
            }

            #[inline(always)]
            fn merged<const ZEROS: bool>(self) -> $T {
                if self.is_nan() {
                    $T::NAN
                } else if ZEROS && self == $T::from_bits(0) {
                    $T::from_bits(0)
                } else {
                    self
                }
            }

            #[inline(always)]
            fn is_zero(self) -> bool {
                self == $T::from_bits(0)
            }

            const IS_WIDE: bool = false;

            #[inline(always)]
            fn search_key(self) -> i64 {
                self.merged::<true>().key().into()
            }

            #[inline(always)]
            fn number_key(self) -> i64 {
                f64::from(self).search_key()
            }

            #[inline(always)]
            fn integer(self) -> i128 {
                f64::from(self) as i128
            }
        }
    )+};
}

float! {
    f16, i16 as i32, mantissa 10;
    f32, i32 as i32, mantissa 23;
    f64, i64 as i64, mantissa 52;
}
