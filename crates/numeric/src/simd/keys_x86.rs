//! Rows of sort keys on AVX-512 and AVX2: see `keys.rs`.

use std::arch::x86_64::*;

use super::keys::KeyLanes;
use super::x86::{Avx2, Avx512};

impl KeyLanes for Avx512 {
    type Keys = __m512i;

    #[inline(always)]
    fn load_keys(self, row: &[i64; 8]) -> __m512i {
        // SAFETY: `self` proves AVX-512F; eight integers may be read, at any alignment.
        unsafe { _mm512_loadu_epi64(row.as_ptr()) }
    }

    #[inline(always)]
    fn keys_of_i32(self, row: &[i32; 8]) -> __m512i {
        // SAFETY: `self` proves AVX-512F, which has AVX; 32 bytes may be read.
        let narrow = unsafe { _mm256_loadu_si256(row.as_ptr().cast()) };
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_cvtepi32_epi64(narrow) }
    }

    #[inline(always)]
    fn keys_of_u32(self, row: &[u32; 8]) -> __m512i {
        // SAFETY: `self` proves AVX-512F, which has AVX; 32 bytes may be read.
        let narrow = unsafe { _mm256_loadu_si256(row.as_ptr().cast()) };
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_cvtepu32_epi64(narrow) }
    }

    #[inline(always)]
    fn keys_of_u64(self, row: &[u64; 8]) -> __m512i {
        let sign = self.splat_key(i64::MIN);
        // SAFETY: `self` proves AVX-512F; eight integers may be read, at any alignment.
        let row = unsafe { _mm512_loadu_epi64(row.as_ptr().cast()) };
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_xor_si512(row, sign) }
    }

    #[inline(always)]
    fn keys_of_f64(self, row: &[f64; 8]) -> (__m512i, u8) {
        // SAFETY: `self` proves AVX-512F; eight doubles may be read, at any alignment.
        self.keys_of_row(unsafe { _mm512_loadu_pd(row.as_ptr()) })
    }

    #[inline(always)]
    fn keys_of_f32(self, row: &[f32; 8]) -> (__m512i, u8) {
        // SAFETY: `self` proves AVX-512F, which has AVX; eight floats may be read.
        let narrow = unsafe { _mm256_loadu_ps(row.as_ptr()) };
        // SAFETY: `self` proves AVX-512F.
        self.keys_of_row(unsafe { _mm512_cvtps_pd(narrow) })
    }

    #[inline(always)]
    fn splat_key(self, key: i64) -> __m512i {
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_set1_epi64(key) }
    }

    #[inline(always)]
    fn store_keys(self, keys: __m512i, row: &mut [i64; 8]) {
        // SAFETY: `self` proves AVX-512F; eight integers may be written, at any alignment.
        unsafe { _mm512_storeu_epi64(row.as_mut_ptr(), keys) }
    }

    #[inline(always)]
    fn less(self, left: __m512i, right: __m512i) -> u8 {
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_cmplt_epi64_mask(left, right) }
    }

    #[inline(always)]
    fn count_less(self, counts: __m512i, left: __m512i, right: __m512i) -> __m512i {
        let lanes = self.less(left, right);
        let minus_one = self.splat_key(-1);
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_mask_sub_epi64(counts, lanes, counts, minus_one) }
    }

    #[inline(always)]
    fn pack(self, keys: __m512i, lanes: u8, row: &mut [i64; 8]) {
        // In a register: compressing into memory is slow on some processors.
        // SAFETY: `self` proves AVX-512F.
        let packed = unsafe { _mm512_maskz_compress_epi64(lanes, keys) };
        self.store_keys(packed, row);
    }

    #[inline(always)]
    fn lanes_of(self, mask: &[u8; 8]) -> u8 {
        // SAFETY: `self` proves AVX-512F, which has SSE2.
        let bytes = unsafe { _mm_cvtsi64_si128(i64::from_le_bytes(*mask)) };
        // SAFETY: `self` proves AVX-512BW and VL.
        let lanes = unsafe { _mm_test_epi8_mask(bytes, bytes) };
        lanes as u8
    }
}

impl Avx512 {
    #[inline(always)]
    fn keys_of_row(self, row: __m512d) -> (__m512i, u8) {
        // SAFETY: `self` proves AVX-512F.
        let numbers = unsafe { _mm512_cmp_pd_mask::<_CMP_ORD_Q>(row, row) };
        // SAFETY: as above.
        let bits = unsafe { _mm512_castpd_si512(row) };
        // SAFETY: as above.
        let sign = unsafe { _mm512_srai_epi64::<63>(bits) };
        // SAFETY: as above.
        let inverted = unsafe { _mm512_srli_epi64::<1>(sign) };
        // SAFETY: as above.
        (unsafe { _mm512_xor_si512(bits, inverted) }, numbers)
    }
}

/// Applies an instruction of four lanes to both halves.
macro_rules! both {
    ($instruction:ident($($row:ident),+)) => {{
        // SAFETY: the caller's `self` proves AVX2.
        let low = unsafe { $instruction($($row[0]),+) };
        // SAFETY: as above.
        let high = unsafe { $instruction($($row[1]),+) };
        [low, high]
    }};
}

/// For each set of four lanes the 32-bit halves that bring them to the front.
static FRONT: [[i32; 8]; 16] = {
    let mut table = [[0; 8]; 16];
    let mut lanes = 0;
    while lanes < 16 {
        let (mut lane, mut next) = (0, 0);
        while lane < 4 {
            if lanes >> lane & 1 == 1 {
                table[lanes][next] = 2 * lane;
                table[lanes][next + 1] = 2 * lane + 1;
                next += 2;
            }
            lane += 1;
        }
        lanes += 1;
    }
    table
};

/// How many lanes are in a set of four.
static COUNT: [usize; 16] = [0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4];

impl KeyLanes for Avx2 {
    type Keys = [__m256i; 2];

    #[inline(always)]
    fn load_keys(self, row: &[i64; 8]) -> Self::Keys {
        let (halves, _) = row.as_chunks::<4>();
        let pointers = [halves[0].as_ptr().cast(), halves[1].as_ptr().cast()];
        // 32 bytes may be read at each pointer, at any alignment.
        both!(_mm256_loadu_si256(pointers))
    }

    #[inline(always)]
    fn keys_of_i32(self, row: &[i32; 8]) -> Self::Keys {
        let (halves, _) = row.as_chunks::<4>();
        let pointers = [halves[0].as_ptr().cast(), halves[1].as_ptr().cast()];
        // 16 bytes may be read at each pointer, at any alignment.
        let narrow = both!(_mm_loadu_si128(pointers));
        both!(_mm256_cvtepi32_epi64(narrow))
    }

    #[inline(always)]
    fn keys_of_u32(self, row: &[u32; 8]) -> Self::Keys {
        let (halves, _) = row.as_chunks::<4>();
        let pointers = [halves[0].as_ptr().cast(), halves[1].as_ptr().cast()];
        // 16 bytes may be read at each pointer, at any alignment.
        let narrow = both!(_mm_loadu_si128(pointers));
        both!(_mm256_cvtepu32_epi64(narrow))
    }

    #[inline(always)]
    fn keys_of_u64(self, row: &[u64; 8]) -> Self::Keys {
        let sign = self.splat_key(i64::MIN);
        let (halves, _) = row.as_chunks::<4>();
        let pointers = [halves[0].as_ptr().cast(), halves[1].as_ptr().cast()];
        // 32 bytes may be read at each pointer, at any alignment.
        let row = both!(_mm256_loadu_si256(pointers));
        both!(_mm256_xor_si256(row, sign))
    }

    #[inline(always)]
    fn keys_of_f64(self, row: &[f64; 8]) -> (Self::Keys, u8) {
        let (halves, _) = row.as_chunks::<4>();
        let pointers = [halves[0].as_ptr(), halves[1].as_ptr()];
        // Four doubles may be read at each pointer, at any alignment.
        self.keys_of_row(both!(_mm256_loadu_pd(pointers)))
    }

    #[inline(always)]
    fn keys_of_f32(self, row: &[f32; 8]) -> (Self::Keys, u8) {
        let (halves, _) = row.as_chunks::<4>();
        let pointers = [halves[0].as_ptr(), halves[1].as_ptr()];
        // Four floats may be read at each pointer, at any alignment.
        let narrow = both!(_mm_loadu_ps(pointers));
        self.keys_of_row(both!(_mm256_cvtps_pd(narrow)))
    }

    #[inline(always)]
    fn splat_key(self, key: i64) -> Self::Keys {
        // SAFETY: `self` proves AVX2, which has AVX.
        [unsafe { _mm256_set1_epi64x(key) }; 2]
    }

    #[inline(always)]
    fn store_keys(self, keys: Self::Keys, row: &mut [i64; 8]) {
        let (halves, _) = row.as_chunks_mut::<4>();
        for half in 0..2 {
            // SAFETY: `self` proves AVX2; 32 bytes may be written, at any alignment.
            unsafe { _mm256_storeu_si256(halves[half].as_mut_ptr().cast(), keys[half]) };
        }
    }

    #[inline(always)]
    fn less(self, left: Self::Keys, right: Self::Keys) -> u8 {
        self.lanes(both!(_mm256_cmpgt_epi64(right, left)))
    }

    #[inline(always)]
    fn count_less(self, counts: Self::Keys, left: Self::Keys, right: Self::Keys) -> Self::Keys {
        // A lane of the comparison is 0 or −1.
        let less = both!(_mm256_cmpgt_epi64(right, left));
        both!(_mm256_sub_epi64(counts, less))
    }

    #[inline(always)]
    fn pack(self, keys: Self::Keys, lanes: u8, row: &mut [i64; 8]) {
        let sets = [usize::from(lanes & 15), usize::from(lanes >> 4)];
        let tables = [FRONT[sets[0]].as_ptr().cast(), FRONT[sets[1]].as_ptr().cast()];
        // 32 bytes may be read at each pointer.
        let fronts = both!(_mm256_loadu_si256(tables));
        let packed = both!(_mm256_permutevar8x32_epi32(keys, fronts));
        let starts = [0, COUNT[sets[0]]];
        for half in 0..2 {
            let part = &mut row[starts[half]..starts[half] + 4];
            // SAFETY: `self` proves AVX2; 32 bytes may be written, at any alignment.
            unsafe { _mm256_storeu_si256(part.as_mut_ptr().cast(), packed[half]) };
        }
    }

    #[inline(always)]
    fn lanes_of(self, mask: &[u8; 8]) -> u8 {
        // SAFETY: `self` proves AVX2, which has SSE2.
        let bytes = unsafe { _mm_cvtsi64_si128(i64::from_le_bytes(*mask)) };
        // SAFETY: as above.
        let zero = unsafe { _mm_setzero_si128() };
        // SAFETY: as above.
        let left_out = unsafe { _mm_cmpeq_epi8(bytes, zero) };
        // SAFETY: as above.
        !(unsafe { _mm_movemask_epi8(left_out) } as u8)
    }
}

impl Avx2 {
    #[inline(always)]
    fn lanes(self, whole: [__m256i; 2]) -> u8 {
        let whole = both!(_mm256_castsi256_pd(whole));
        let [low, high] = both!(_mm256_movemask_pd(whole));
        (low | high << 4) as u8
    }

    #[inline(always)]
    fn keys_of_row(self, row: [__m256d; 2]) -> ([__m256i; 2], u8) {
        let zero = self.splat_key(0);
        let (mut keys, mut numbers) = (zero, zero);
        for half in 0..2 {
            // SAFETY: `self` proves AVX2, which has AVX.
            let ordered = unsafe { _mm256_cmp_pd::<_CMP_ORD_Q>(row[half], row[half]) };
            // SAFETY: as above.
            numbers[half] = unsafe { _mm256_castpd_si256(ordered) };
            // SAFETY: as above.
            let bits = unsafe { _mm256_castpd_si256(row[half]) };
            // SAFETY: `self` proves AVX2.
            let sign = unsafe { _mm256_cmpgt_epi64(zero[half], bits) };
            // SAFETY: as above.
            let inverted = unsafe { _mm256_srli_epi64::<1>(sign) };
            // SAFETY: as above.
            keys[half] = unsafe { _mm256_xor_si256(bits, inverted) };
        }
        (keys, self.lanes(numbers))
    }
}
