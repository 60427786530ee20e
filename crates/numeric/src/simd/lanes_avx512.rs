//! Rows of keys in 512 bits.

use std::arch::x86_64::*;

use super::lanes::{DIVIDE, Lanes, sorts_by_rows};
use super::x86::Avx512;

/// Eight keys of 64 bits.
#[derive(Clone, Copy)]
struct Wide(Avx512);

/// Sixteen keys of 32 bits.
#[derive(Clone, Copy)]
struct Narrow(Avx512);

sorts_by_rows!(Avx512, Narrow, Wide);

impl Lanes for Wide {
    type Key = i64;
    type Row = __m512i;

    const LANES: usize = 8;

    #[inline(always)]
    fn splat(self, key: i64) -> __m512i {
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_set1_epi64(key) }
    }

    #[inline(always)]
    fn load(self, keys: &[i64]) -> __m512i {
        let keys = &keys[..8];
        // SAFETY: `self` proves AVX-512F; eight keys may be read, at any alignment.
        unsafe { _mm512_loadu_epi64(keys.as_ptr()) }
    }

    #[inline(always)]
    fn store(self, row: __m512i, keys: &mut [i64]) {
        let keys = &mut keys[..8];
        // SAFETY: `self` proves AVX-512F; eight keys may be written, at any alignment.
        unsafe { _mm512_storeu_epi64(keys.as_mut_ptr(), row) };
    }

    #[inline(always)]
    fn min(self, left: __m512i, right: __m512i) -> __m512i {
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_min_epi64(left, right) }
    }

    #[inline(always)]
    fn max(self, left: __m512i, right: __m512i) -> __m512i {
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_max_epi64(left, right) }
    }

    #[inline(always)]
    fn exchange<const D: usize>(self, row: __m512i) -> __m512i {
        match D {
            // SAFETY: `self` proves AVX-512F.
            1 => unsafe { _mm512_shuffle_epi32::<0x4e>(row) },
            // SAFETY: as above.
            2 => unsafe { _mm512_permutex_epi64::<0x4e>(row) },
            // SAFETY: as above.
            _ => unsafe { _mm512_shuffle_i64x2::<0x4e>(row, row) },
        }
    }

    #[inline(always)]
    fn mirror<const D: usize>(self, row: __m512i) -> __m512i {
        match D {
            1 => self.exchange::<1>(row),
            // SAFETY: `self` proves AVX-512F.
            2 => unsafe { _mm512_permutex_epi64::<0x1b>(row) },
            _ => {
                // SAFETY: as above.
                let order = unsafe { _mm512_setr_epi64(7, 6, 5, 4, 3, 2, 1, 0) };
                // SAFETY: as above.
                unsafe { _mm512_permutexvar_epi64(order, row) }
            }
        }
    }

    #[inline(always)]
    fn choose<const D: usize>(self, low: __m512i, high: __m512i) -> __m512i {
        let mask = match D {
            1 => 0xaa,
            2 => 0xcc,
            _ => 0xf0,
        };
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_mask_blend_epi64(mask, low, high) }
    }

    #[inline(always)]
    fn divide(self, row: __m512i, pivots: __m512i) -> (__m512i, usize) {
        // SAFETY: `self` proves AVX-512F.
        let below = unsafe { _mm512_cmplt_epi64_mask(row, pivots) };
        // One permutation by a table is faster than two compressions.
        // SAFETY: SSE2 belongs to the target.
        let bytes = unsafe { _mm_cvtsi64_si128(DIVIDE[below as usize].cast_signed()) };
        // SAFETY: as above.
        let order = unsafe { _mm512_cvtepu8_epi64(bytes) };
        // SAFETY: as above.
        let divided = unsafe { _mm512_permutexvar_epi64(order, row) };
        (divided, below.count_ones() as usize)
    }
}

impl Lanes for Narrow {
    type Key = i32;
    type Row = __m512i;

    const LANES: usize = 16;

    #[inline(always)]
    fn splat(self, key: i32) -> __m512i {
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_set1_epi32(key) }
    }

    #[inline(always)]
    fn load(self, keys: &[i32]) -> __m512i {
        let keys = &keys[..16];
        // SAFETY: `self` proves AVX-512F; sixteen keys may be read, at any alignment.
        unsafe { _mm512_loadu_epi32(keys.as_ptr()) }
    }

    #[inline(always)]
    fn store(self, row: __m512i, keys: &mut [i32]) {
        let keys = &mut keys[..16];
        // SAFETY: `self` proves AVX-512F; sixteen keys may be written, at any alignment.
        unsafe { _mm512_storeu_epi32(keys.as_mut_ptr(), row) };
    }

    #[inline(always)]
    fn min(self, left: __m512i, right: __m512i) -> __m512i {
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_min_epi32(left, right) }
    }

    #[inline(always)]
    fn max(self, left: __m512i, right: __m512i) -> __m512i {
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_max_epi32(left, right) }
    }

    #[inline(always)]
    fn exchange<const D: usize>(self, row: __m512i) -> __m512i {
        match D {
            // SAFETY: `self` proves AVX-512F.
            1 => unsafe { _mm512_shuffle_epi32::<0xb1>(row) },
            // SAFETY: as above.
            2 => unsafe { _mm512_shuffle_epi32::<0x4e>(row) },
            // SAFETY: as above.
            4 => unsafe { _mm512_permutex_epi64::<0x4e>(row) },
            // SAFETY: as above.
            _ => unsafe { _mm512_shuffle_i64x2::<0x4e>(row, row) },
        }
    }

    #[inline(always)]
    fn mirror<const D: usize>(self, row: __m512i) -> __m512i {
        match D {
            1 => self.exchange::<1>(row),
            // SAFETY: `self` proves AVX-512F.
            2 => unsafe { _mm512_shuffle_epi32::<0x1b>(row) },
            4 => {
                // SAFETY: as above.
                let order = unsafe {
                    _mm512_setr_epi32(7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8)
                };
                // SAFETY: as above.
                unsafe { _mm512_permutexvar_epi32(order, row) }
            }
            _ => {
                // SAFETY: as above.
                let order = unsafe {
                    _mm512_setr_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
                };
                // SAFETY: as above.
                unsafe { _mm512_permutexvar_epi32(order, row) }
            }
        }
    }

    #[inline(always)]
    fn choose<const D: usize>(self, low: __m512i, high: __m512i) -> __m512i {
        let mask = match D {
            1 => 0xaaaa,
            2 => 0xcccc,
            4 => 0xf0f0,
            _ => 0xff00,
        };
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_mask_blend_epi32(mask, low, high) }
    }

    #[inline(always)]
    fn divide(self, row: __m512i, pivots: __m512i) -> (__m512i, usize) {
        // SAFETY: `self` proves AVX-512F.
        let below = unsafe { _mm512_cmplt_epi32_mask(row, pivots) };
        let count = below.count_ones();
        // SAFETY: as above.
        let low = unsafe { _mm512_maskz_compress_epi32(below, row) };
        // SAFETY: as above.
        let high = unsafe { _mm512_maskz_compress_epi32(!below, row) };
        let behind = (0xffff_u32 << count) as __mmask16;
        // SAFETY: as above.
        let divided = unsafe { _mm512_mask_expand_epi32(low, behind, high) };
        (divided, count as usize)
    }
}
