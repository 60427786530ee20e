//! Integers that stand for elements: sorting is sorting of keys.

use std::fmt;

use crate::simd::Simd;

/// An integer that the vector sorter handles: `i32` or `i64`.
pub(crate) trait Key: Copy + Ord + Default + Send + Sync + fmt::Debug + 'static {
    const LEAST: Self;
    const GREATEST: Self;

    /// The key without its lowest bits.
    fn class(self, bits: u32) -> Self;

    /// The class above this one, if there is one.
    fn next_class(self, bits: u32) -> Option<Self>;

    /// How far `self` lies above `least`.
    fn distance(self, least: Self) -> u64;

    /// The key so far above.
    fn above(self, distance: u64) -> Self;

    /// The next greater key, if there is one.
    fn successor(self) -> Option<Self>;

    /// Sorts `keys`; `spare` is at least as long and holds nothing of worth.
    fn sort<S: Simd>(simd: S, keys: &mut [Self], spare: &mut [Self]);

    /// Moves the keys below `pivot` to the front and gives their number. `spare` is at least as
    /// long.
    fn partition<S: Simd>(simd: S, keys: &mut [Self], spare: &mut [Self], pivot: Self) -> usize;
}

impl Key for i32 {
    const LEAST: Self = i32::MIN;
    const GREATEST: Self = i32::MAX;

    #[inline(always)]
    fn class(self, bits: u32) -> i32 {
        self >> bits << bits
    }

    fn next_class(self, bits: u32) -> Option<i32> {
        self.class(bits).checked_add(1 << bits)
    }

    #[inline(always)]
    fn distance(self, least: i32) -> u64 {
        u64::from(self.wrapping_sub(least).cast_unsigned())
    }

    #[inline(always)]
    fn successor(self) -> Option<i32> {
        self.checked_add(1)
    }

    #[inline(always)]
    fn above(self, distance: u64) -> i32 {
        self.wrapping_add(distance as i32)
    }

    #[inline(always)]
    fn sort<S: Simd>(simd: S, keys: &mut [i32], spare: &mut [i32]) {
        simd.sort_i32(keys, spare);
    }

    #[inline(always)]
    fn partition<S: Simd>(simd: S, keys: &mut [i32], spare: &mut [i32], pivot: i32) -> usize {
        simd.partition_i32(keys, spare, pivot)
    }
}

impl Key for i64 {
    const LEAST: Self = i64::MIN;
    const GREATEST: Self = i64::MAX;

    #[inline(always)]
    fn class(self, bits: u32) -> i64 {
        self >> bits << bits
    }

    fn next_class(self, bits: u32) -> Option<i64> {
        self.class(bits).checked_add(1 << bits)
    }

    #[inline(always)]
    fn distance(self, least: i64) -> u64 {
        self.wrapping_sub(least).cast_unsigned()
    }

    #[inline(always)]
    fn successor(self) -> Option<i64> {
        self.checked_add(1)
    }

    #[inline(always)]
    fn above(self, distance: u64) -> i64 {
        self.wrapping_add(distance.cast_signed())
    }

    #[inline(always)]
    fn sort<S: Simd>(simd: S, keys: &mut [i64], spare: &mut [i64]) {
        simd.sort_i64(keys, spare);
    }

    #[inline(always)]
    fn partition<S: Simd>(simd: S, keys: &mut [i64], spare: &mut [i64], pivot: i64) -> usize {
        simd.partition_i64(keys, spare, pivot)
    }
}
