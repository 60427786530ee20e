//! The 32- and 64-bit element types as sort keys (`simd/keys.rs`).

use crate::simd::{Simd, f64_of_key, key_of_f64, key_of_u64};

/// An element type whose order is that of 64-bit keys.
pub(crate) trait Keyed: Copy + Send + Sync {
    /// `None` for a NaN, which has no place in the order.
    fn key(self) -> Option<i64>;
    fn of_key(key: i64) -> Self;
    /// The keys of a row, and the lanes that are no NaN.
    fn keys<S: Simd>(simd: S, row: &[Self; 8]) -> (S::Keys, u8);
}

/// All lanes of a row.
pub(crate) const ALL: u8 = u8::MAX;

macro_rules! keyed {
    ($($T:ty { $value:ident => $key:expr, $of:ident => $back:expr, $row:ident })+) => {$(
        impl Keyed for $T {
            #[inline(always)]
            fn key(self) -> Option<i64> {
                let $value = self;
                Some($key)
            }

            #[inline(always)]
            fn of_key($of: i64) -> Self {
                $back
            }

            #[inline(always)]
            fn keys<S: Simd>(simd: S, row: &[Self; 8]) -> (S::Keys, u8) {
                (simd.$row(row), ALL)
            }
        }
    )+};
}

keyed! {
    i64 { value => value, key => key, load_keys }
    u64 { value => key_of_u64(value), key => key.cast_unsigned() ^ 1 << 63, keys_of_u64 }
    i32 { value => i64::from(value), key => key as i32, keys_of_i32 }
    u32 { value => i64::from(value), key => key as u32, keys_of_u32 }
}

impl Keyed for f64 {
    #[inline(always)]
    fn key(self) -> Option<i64> {
        (!self.is_nan()).then(|| key_of_f64(self))
    }

    #[inline(always)]
    fn of_key(key: i64) -> Self {
        f64_of_key(key)
    }

    #[inline(always)]
    fn keys<S: Simd>(simd: S, row: &[Self; 8]) -> (S::Keys, u8) {
        simd.keys_of_f64(row)
    }
}

impl Keyed for f32 {
    #[inline(always)]
    fn key(self) -> Option<i64> {
        f64::from(self).key()
    }

    #[inline(always)]
    fn of_key(key: i64) -> Self {
        f64_of_key(key) as f32
    }

    #[inline(always)]
    fn keys<S: Simd>(simd: S, row: &[Self; 8]) -> (S::Keys, u8) {
        simd.keys_of_f32(row)
    }
}
