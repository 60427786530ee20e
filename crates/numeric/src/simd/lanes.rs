//! What the sorter needs of an instruction set: rows of integer keys that can be compared,
//! shuffled and packed.

use crate::order::key::Key;

/// Rows of keys. A value of the type is the proof that its instructions may be used.
pub(crate) trait Lanes: Copy {
    type Key: Key;
    type Row: Copy;

    /// Keys in a row: 4, 8 or 16.
    const LANES: usize;

    fn splat(self, key: Self::Key) -> Self::Row;
    /// The first keys of `keys`, which has enough of them.
    fn load(self, keys: &[Self::Key]) -> Self::Row;
    fn store(self, row: Self::Row, keys: &mut [Self::Key]);
    fn min(self, left: Self::Row, right: Self::Row) -> Self::Row;
    fn max(self, left: Self::Row, right: Self::Row) -> Self::Row;
    /// Lane i gets the key of lane `i ^ D`; `D` is a power of two below `LANES`.
    fn exchange<const D: usize>(self, row: Self::Row) -> Self::Row;
    /// Lane i gets the key of lane `i ^ (2 * D - 1)`.
    fn mirror<const D: usize>(self, row: Self::Row) -> Self::Row;
    /// Lanes without the bit `D` in their number from `low`, those with it from `high`.
    fn choose<const D: usize>(self, low: Self::Row, high: Self::Row) -> Self::Row;
    /// The keys of a row in another order, those below their pivots first, and their number.
    fn divide(self, row: Self::Row, pivots: Self::Row) -> (Self::Row, usize);
}

/// For each set of eight lanes: the numbers of its lanes, rising, and then those of the others;
/// one byte each.
#[cfg(target_arch = "x86_64")]
pub(super) static DIVIDE: [u64; 256] = {
    let mut table = [0; 256];
    let mut set = 0;
    while set < 256 {
        let mut place = 0;
        let mut lane = 0;
        while lane < 16 {
            // First the lanes of the set, then those that are not in it.
            if (set >> (lane % 8) & 1 == 1) == (lane < 8) {
                table[set] |= (lane as u64 % 8) << (8 * place);
                place += 1;
            }
            lane += 1;
        }
        set += 1;
    }
    table
};

/// Sorting at one level.
pub(crate) trait Sorts: Copy {
    /// Sorts; `spare` is at least as long as `keys`.
    fn sort_i32(self, keys: &mut [i32], spare: &mut [i32]);
    fn sort_i64(self, keys: &mut [i64], spare: &mut [i64]);
    /// Moves the keys below `pivot` to the front, and gives their number; `spare` is at least as long as `keys`.
    fn partition_i32(self, keys: &mut [i32], spare: &mut [i32], pivot: i32) -> usize;
    fn partition_i64(self, keys: &mut [i64], spare: &mut [i64], pivot: i64) -> usize;
}

/// Sorting with a level's rows of 32-bit and of 64-bit keys.
macro_rules! sorts_by_rows {
    ($level:ident, $narrow:ident, $wide:ident) => {
        impl crate::simd::lanes::Sorts for $level {
            #[inline(always)]
            fn sort_i32(self, keys: &mut [i32], spare: &mut [i32]) {
                crate::order::quicksort::quicksort($narrow(self), keys, spare);
            }

            #[inline(always)]
            fn sort_i64(self, keys: &mut [i64], spare: &mut [i64]) {
                crate::order::quicksort::quicksort($wide(self), keys, spare);
            }

            #[inline(always)]
            fn partition_i32(self, keys: &mut [i32], spare: &mut [i32], pivot: i32) -> usize {
                crate::order::quicksort::partition($narrow(self), keys, spare, pivot)
            }

            #[inline(always)]
            fn partition_i64(self, keys: &mut [i64], spare: &mut [i64], pivot: i64) -> usize {
                crate::order::quicksort::partition($wide(self), keys, spare, pivot)
            }
        }
    };
}
#[cfg(target_arch = "x86_64")]
pub(super) use sorts_by_rows;

/// The baseline: the standard library's sort, and a partition that moves one key at a time.
impl Sorts for super::portable::Portable {
    #[inline(always)]
    fn sort_i32(self, keys: &mut [i32], _: &mut [i32]) {
        keys.sort_unstable();
    }

    #[inline(always)]
    fn sort_i64(self, keys: &mut [i64], _: &mut [i64]) {
        keys.sort_unstable();
    }

    #[inline(always)]
    fn partition_i32(self, keys: &mut [i32], spare: &mut [i32], pivot: i32) -> usize {
        partition_one_by_one(keys, spare, pivot)
    }

    #[inline(always)]
    fn partition_i64(self, keys: &mut [i64], spare: &mut [i64], pivot: i64) -> usize {
        partition_one_by_one(keys, spare, pivot)
    }
}

/// Writes each key to both sides and moves on in one of them: no branch to mispredict.
#[inline(always)]
fn partition_one_by_one<K: Key>(keys: &mut [K], spare: &mut [K], pivot: K) -> usize {
    let (mut below, mut above) = (0, 0);
    for index in 0..keys.len() {
        let key = keys[index];
        keys[below] = key;
        spare[above] = key;
        let low = usize::from(key < pivot);
        below += low;
        above += 1 - low;
    }
    keys[below..].copy_from_slice(&spare[..above]);
    below
}
