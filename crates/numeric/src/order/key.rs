//! Integers that stand for elements: sorting is sorting of keys.

use std::fmt;

use crate::simd::Simd;

/// An integer that the vector sorter handles: `i32` or `i64`.
pub(crate) trait Key: Copy + Ord + Default + Send + Sync + fmt::Debug + 'static {
    const GREATEST: Self;

    /// The next greater key, if there is one.
    fn successor(self) -> Option<Self>;

    /// Sorts `keys`; `spare` is at least as long and holds nothing of worth.
    fn sort<S: Simd>(simd: S, keys: &mut [Self], spare: &mut [Self]);

    /// Moves the keys below `pivot` to the front, each side in its old order, and gives their
    /// number. `spare` is at least as long.
    fn partition<S: Simd>(simd: S, keys: &mut [Self], spare: &mut [Self], pivot: Self) -> usize;
}

impl Key for i32 {
    const GREATEST: Self = i32::MAX;

    #[inline(always)]
    fn successor(self) -> Option<i32> {
        self.checked_add(1)
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
    const GREATEST: Self = i64::MAX;

    #[inline(always)]
    fn successor(self) -> Option<i64> {
        self.checked_add(1)
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
