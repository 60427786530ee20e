//! Rows of keys in 256 bits.

use std::arch::x86_64::*;

use super::lanes::{DIVIDE, Lanes, sorts_by_rows};
use super::x86::Avx2;

/// Four keys of 64 bits.
#[derive(Clone, Copy)]
struct Wide(Avx2);

/// Eight keys of 32 bits.
#[derive(Clone, Copy)]
struct Narrow(Avx2);

sorts_by_rows!(Avx2, Narrow, Wide);

/// For each set of four lanes of 64 bits: the same, for their halves of 32 bits.
static DIVIDE_PAIRS: [u64; 16] = {
    let mut table = [0; 16];
    let mut set = 0;
    while set < 16 {
        let mut halves = 0;
        let mut lane = 0;
        while lane < 4 {
            if set >> lane & 1 == 1 {
                halves |= 3 << (2 * lane);
            }
            lane += 1;
        }
        table[set] = DIVIDE[halves];
        set += 1;
    }
    table
};

/// The lanes of 32 bits in the order of a table's entry.
#[inline(always)]
fn permuted(_: Avx2, row: __m256i, order: u64) -> __m256i {
    // SAFETY: SSE2 belongs to the target.
    let bytes = unsafe { _mm_cvtsi64_si128(order.cast_signed()) };
    // SAFETY: the argument proves AVX2.
    let order = unsafe { _mm256_cvtepu8_epi32(bytes) };
    // SAFETY: as above.
    unsafe { _mm256_permutevar8x32_epi32(row, order) }
}

impl Lanes for Wide {
    type Key = i64;
    type Row = __m256i;

    const LANES: usize = 4;

    #[inline(always)]
    fn splat(self, key: i64) -> __m256i {
        // SAFETY: `self` proves AVX2, which has AVX.
        unsafe { _mm256_set1_epi64x(key) }
    }

    #[inline(always)]
    fn load(self, keys: &[i64]) -> __m256i {
        let keys = &keys[..4];
        // SAFETY: `self` proves AVX2; four keys may be read, at any alignment.
        unsafe { _mm256_loadu_si256(keys.as_ptr().cast()) }
    }

    #[inline(always)]
    fn store(self, row: __m256i, keys: &mut [i64]) {
        let keys = &mut keys[..4];
        // SAFETY: `self` proves AVX2; four keys may be written, at any alignment.
        unsafe { _mm256_storeu_si256(keys.as_mut_ptr().cast(), row) };
    }

    #[inline(always)]
    fn min(self, left: __m256i, right: __m256i) -> __m256i {
        // SAFETY: `self` proves AVX2.
        let greater = unsafe { _mm256_cmpgt_epi64(left, right) };
        // SAFETY: as above.
        unsafe { _mm256_blendv_epi8(left, right, greater) }
    }

    #[inline(always)]
    fn max(self, left: __m256i, right: __m256i) -> __m256i {
        // SAFETY: `self` proves AVX2.
        let greater = unsafe { _mm256_cmpgt_epi64(left, right) };
        // SAFETY: as above.
        unsafe { _mm256_blendv_epi8(right, left, greater) }
    }

    #[inline(always)]
    fn exchange<const D: usize>(self, row: __m256i) -> __m256i {
        match D {
            // SAFETY: `self` proves AVX2.
            1 => unsafe { _mm256_shuffle_epi32::<0x4e>(row) },
            // SAFETY: as above.
            _ => unsafe { _mm256_permute4x64_epi64::<0x4e>(row) },
        }
    }

    #[inline(always)]
    fn mirror<const D: usize>(self, row: __m256i) -> __m256i {
        match D {
            1 => self.exchange::<1>(row),
            // SAFETY: `self` proves AVX2.
            _ => unsafe { _mm256_permute4x64_epi64::<0x1b>(row) },
        }
    }

    #[inline(always)]
    fn choose<const D: usize>(self, low: __m256i, high: __m256i) -> __m256i {
        match D {
            // SAFETY: `self` proves AVX2.
            1 => unsafe { _mm256_blend_epi32::<0xcc>(low, high) },
            // SAFETY: as above.
            _ => unsafe { _mm256_blend_epi32::<0xf0>(low, high) },
        }
    }

    #[inline(always)]
    fn divide(self, row: __m256i, pivots: __m256i) -> (__m256i, usize) {
        // SAFETY: `self` proves AVX2.
        let below = unsafe { _mm256_cmpgt_epi64(pivots, row) };
        // SAFETY: `self` proves AVX2, which has AVX.
        let signs = unsafe { _mm256_castsi256_pd(below) };
        // SAFETY: as above.
        let set = unsafe { _mm256_movemask_pd(signs) } as usize & 15;
        (permuted(self.0, row, DIVIDE_PAIRS[set]), set.count_ones() as usize)
    }
}

impl Lanes for Narrow {
    type Key = i32;
    type Row = __m256i;

    const LANES: usize = 8;

    #[inline(always)]
    fn splat(self, key: i32) -> __m256i {
        // SAFETY: `self` proves AVX2, which has AVX.
        unsafe { _mm256_set1_epi32(key) }
    }

    #[inline(always)]
    fn load(self, keys: &[i32]) -> __m256i {
        let keys = &keys[..8];
        // SAFETY: `self` proves AVX2; eight keys may be read, at any alignment.
        unsafe { _mm256_loadu_si256(keys.as_ptr().cast()) }
    }

    #[inline(always)]
    fn store(self, row: __m256i, keys: &mut [i32]) {
        let keys = &mut keys[..8];
        // SAFETY: `self` proves AVX2; eight keys may be written, at any alignment.
        unsafe { _mm256_storeu_si256(keys.as_mut_ptr().cast(), row) };
    }

    #[inline(always)]
    fn min(self, left: __m256i, right: __m256i) -> __m256i {
        // SAFETY: `self` proves AVX2.
        unsafe { _mm256_min_epi32(left, right) }
    }

    #[inline(always)]
    fn max(self, left: __m256i, right: __m256i) -> __m256i {
        // SAFETY: `self` proves AVX2.
        unsafe { _mm256_max_epi32(left, right) }
    }

    #[inline(always)]
    fn exchange<const D: usize>(self, row: __m256i) -> __m256i {
        match D {
            // SAFETY: `self` proves AVX2.
            1 => unsafe { _mm256_shuffle_epi32::<0xb1>(row) },
            // SAFETY: as above.
            2 => unsafe { _mm256_shuffle_epi32::<0x4e>(row) },
            // SAFETY: as above.
            _ => unsafe { _mm256_permute4x64_epi64::<0x4e>(row) },
        }
    }

    #[inline(always)]
    fn mirror<const D: usize>(self, row: __m256i) -> __m256i {
        match D {
            1 => self.exchange::<1>(row),
            // SAFETY: `self` proves AVX2.
            2 => unsafe { _mm256_shuffle_epi32::<0x1b>(row) },
            _ => permuted(self.0, row, 0x0001_0203_0405_0607),
        }
    }

    #[inline(always)]
    fn choose<const D: usize>(self, low: __m256i, high: __m256i) -> __m256i {
        match D {
            // SAFETY: `self` proves AVX2.
            1 => unsafe { _mm256_blend_epi32::<0xaa>(low, high) },
            // SAFETY: as above.
            2 => unsafe { _mm256_blend_epi32::<0xcc>(low, high) },
            // SAFETY: as above.
            _ => unsafe { _mm256_blend_epi32::<0xf0>(low, high) },
        }
    }

    #[inline(always)]
    fn divide(self, row: __m256i, pivots: __m256i) -> (__m256i, usize) {
        // SAFETY: `self` proves AVX2.
        let below = unsafe { _mm256_cmpgt_epi32(pivots, row) };
        // SAFETY: `self` proves AVX2, which has AVX.
        let signs = unsafe { _mm256_castsi256_ps(below) };
        // SAFETY: as above.
        let set = unsafe { _mm256_movemask_ps(signs) } as usize & 255;
        (permuted(self.0, row, DIVIDE[set]), set.count_ones() as usize)
    }
}
