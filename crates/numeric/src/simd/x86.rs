//! AVX2 and AVX-512. The features are those that `allcores_cpu::Level` promises, less FMA,
//! which no kernel here may use.

use std::arch::x86_64::*;

use half::f16;

use super::{Body, Simd};

#[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,fma,f16c,bmi1,bmi2,lzcnt")]
#[inline(never)]
pub(super) fn run_avx512<B: Body>(body: B) -> B::Output {
    body.run(Avx512(()))
}

#[target_feature(enable = "avx2,fma,f16c,bmi1,bmi2,lzcnt")]
#[inline(never)]
pub(super) fn run_avx2<B: Body>(body: B) -> B::Output {
    body.run(Avx2(()))
}

/// Exists only inside of `run_avx512`, so AVX-512 F, BW, DQ and VL are enabled wherever there is one.
#[derive(Clone, Copy)]
pub(super) struct Avx512(());

/// Exists only inside of `run_avx2`, so AVX2 and F16C are enabled wherever there is one.
#[derive(Clone, Copy)]
pub(super) struct Avx2(());

impl Simd for Avx512 {
    type Row = __m512d;
    type Mask = __mmask8;

    const SIDE_BY_SIDE: usize = 8;

    #[inline(always)]
    fn call<B: Body>(self, body: B) -> B::Output {
        // SAFETY: `self` proves the features.
        unsafe { run_avx512(body) }
    }

    #[inline(always)]
    fn prefetch(self, address: *const u8) {
        // SAFETY: a prefetch of an invalid address does nothing.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) };
    }

    #[inline(always)]
    fn splat(self, value: f64) -> __m512d {
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_set1_pd(value) }
    }

    #[inline(always)]
    fn load(self, row: &[f64; 8]) -> __m512d {
        // SAFETY: `self` proves AVX-512F; eight doubles may be read, at any alignment.
        unsafe { _mm512_loadu_pd(row.as_ptr()) }
    }

    #[inline(always)]
    fn load_f32(self, row: &[f32; 8]) -> __m512d {
        // SAFETY: `self` proves AVX-512F, which has AVX; eight floats may be read.
        let narrow = unsafe { _mm256_loadu_ps(row.as_ptr()) };
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_cvtps_pd(narrow) }
    }

    #[inline(always)]
    fn load_f16(self, row: &[f16; 8]) -> __m512d {
        // SAFETY: `self` proves AVX-512F, which has SSE2; eight times 16 bits may be read.
        let half = unsafe { _mm_loadu_si128(row.as_ptr().cast()) };
        // SAFETY: `self` proves AVX-512VL.
        let narrow = unsafe { _mm256_cvtph_ps(half) };
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_cvtps_pd(narrow) }
    }

    #[inline(always)]
    fn add(self, left: __m512d, right: __m512d) -> __m512d {
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_add_pd(left, right) }
    }

    #[inline(always)]
    fn sub(self, left: __m512d, right: __m512d) -> __m512d {
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_sub_pd(left, right) }
    }

    #[inline(always)]
    fn mul(self, left: __m512d, right: __m512d) -> __m512d {
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_mul_pd(left, right) }
    }

    #[inline(always)]
    fn negate(self, row: __m512d) -> __m512d {
        let sign = self.splat(-0.0);
        // SAFETY: `self` proves AVX-512DQ.
        unsafe { _mm512_xor_pd(row, sign) }
    }

    #[inline(always)]
    fn abs(self, row: __m512d) -> __m512d {
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_abs_pd(row) }
    }

    #[inline(always)]
    fn lesser(self, left: __m512d, right: __m512d) -> __m512d {
        // The instruction gives its second operand for a NaN and for two zeros.
        // SAFETY: `self` proves AVX-512F.
        let one = unsafe { _mm512_min_pd(left, right) };
        // SAFETY: as above.
        let two = unsafe { _mm512_min_pd(right, left) };
        // SAFETY: `self` proves AVX-512DQ.
        unsafe { _mm512_or_pd(one, two) }
    }

    #[inline(always)]
    fn to_array(self, row: __m512d) -> [f64; 8] {
        let mut array = [0.0; 8];
        // SAFETY: `self` proves AVX-512F; eight doubles may be written, at any alignment.
        unsafe { _mm512_storeu_pd(array.as_mut_ptr(), row) };
        array
    }

    #[inline(always)]
    fn numbers(self, row: __m512d) -> __mmask8 {
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_cmp_pd_mask::<_CMP_ORD_Q>(row, row) }
    }

    #[inline(always)]
    fn not_zero(self, bytes: &[u8; 8]) -> __mmask8 {
        // SAFETY: `self` proves AVX-512F, which has SSE2; eight bytes may be read.
        let bytes = unsafe { _mm_loadl_epi64(bytes.as_ptr().cast()) };
        // SAFETY: `self` proves AVX-512 BW and VL. The upper eight bytes are zero.
        let mask = unsafe { _mm_test_epi8_mask(bytes, bytes) };
        mask as __mmask8
    }

    #[inline(always)]
    fn both(self, left: __mmask8, right: __mmask8) -> __mmask8 {
        left & right
    }

    #[inline(always)]
    fn either(self, left: __mmask8, right: __mmask8) -> __mmask8 {
        left | right
    }

    #[inline(always)]
    fn all_or_none(self, all: bool) -> __mmask8 {
        if all { 0xff } else { 0 }
    }

    #[inline(always)]
    fn choose(self, mask: __mmask8, row: __m512d, other: __m512d) -> __m512d {
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_mask_blend_pd(mask, other, row) }
    }

    #[inline(always)]
    fn count(self, mask: __mmask8) -> usize {
        mask.count_ones() as usize
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

pub(super) use both;

impl Simd for Avx2 {
    type Row = [__m256d; 2];
    /// All bits of a lane are set or none is.
    type Mask = [__m256d; 2];

    const SIDE_BY_SIDE: usize = 4;

    #[inline(always)]
    fn call<B: Body>(self, body: B) -> B::Output {
        // SAFETY: `self` proves the features.
        unsafe { run_avx2(body) }
    }

    #[inline(always)]
    fn prefetch(self, address: *const u8) {
        // SAFETY: a prefetch of an invalid address does nothing.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) };
    }

    #[inline(always)]
    fn splat(self, value: f64) -> Self::Row {
        // SAFETY: `self` proves AVX2, which has AVX.
        [unsafe { _mm256_set1_pd(value) }; 2]
    }

    #[inline(always)]
    fn load(self, row: &[f64; 8]) -> Self::Row {
        let (halves, _) = row.as_chunks::<4>();
        let pointers = [halves[0].as_ptr(), halves[1].as_ptr()];
        // Four doubles may be read at each pointer, at any alignment.
        both!(_mm256_loadu_pd(pointers))
    }

    #[inline(always)]
    fn load_f32(self, row: &[f32; 8]) -> Self::Row {
        let (halves, _) = row.as_chunks::<4>();
        let pointers = [halves[0].as_ptr(), halves[1].as_ptr()];
        // Four floats may be read at each pointer, at any alignment.
        let narrow = both!(_mm_loadu_ps(pointers));
        both!(_mm256_cvtps_pd(narrow))
    }

    #[inline(always)]
    fn load_f16(self, row: &[f16; 8]) -> Self::Row {
        // SAFETY: `self` proves AVX2, which has SSE2; eight times 16 bits may be read.
        let low = unsafe { _mm_loadu_si128(row.as_ptr().cast()) };
        // SAFETY: `self` proves AVX2, which has SSE2.
        let high = unsafe { _mm_unpackhi_epi64(low, low) };
        let halves = [low, high];
        let narrow = both!(_mm_cvtph_ps(halves));
        both!(_mm256_cvtps_pd(narrow))
    }

    #[inline(always)]
    fn add(self, left: Self::Row, right: Self::Row) -> Self::Row {
        both!(_mm256_add_pd(left, right))
    }

    #[inline(always)]
    fn sub(self, left: Self::Row, right: Self::Row) -> Self::Row {
        both!(_mm256_sub_pd(left, right))
    }

    #[inline(always)]
    fn mul(self, left: Self::Row, right: Self::Row) -> Self::Row {
        both!(_mm256_mul_pd(left, right))
    }

    #[inline(always)]
    fn negate(self, row: Self::Row) -> Self::Row {
        let sign = self.splat(-0.0);
        both!(_mm256_xor_pd(row, sign))
    }

    #[inline(always)]
    fn abs(self, row: Self::Row) -> Self::Row {
        let sign = self.splat(-0.0);
        both!(_mm256_andnot_pd(sign, row))
    }

    #[inline(always)]
    fn lesser(self, left: Self::Row, right: Self::Row) -> Self::Row {
        // The instruction gives its second operand for a NaN and for two zeros.
        let one = both!(_mm256_min_pd(left, right));
        let two = both!(_mm256_min_pd(right, left));
        both!(_mm256_or_pd(one, two))
    }

    #[inline(always)]
    fn to_array(self, row: Self::Row) -> [f64; 8] {
        let mut array = [0.0; 8];
        let (halves, _) = array.as_chunks_mut::<4>();
        for half in 0..2 {
            // SAFETY: `self` proves AVX2; four doubles may be written, at any alignment.
            unsafe { _mm256_storeu_pd(halves[half].as_mut_ptr(), row[half]) };
        }
        array
    }

    #[inline(always)]
    fn numbers(self, row: Self::Row) -> Self::Mask {
        // SAFETY: `self` proves AVX2, which has AVX.
        let low = unsafe { _mm256_cmp_pd::<_CMP_ORD_Q>(row[0], row[0]) };
        // SAFETY: as above.
        let high = unsafe { _mm256_cmp_pd::<_CMP_ORD_Q>(row[1], row[1]) };
        [low, high]
    }

    #[inline(always)]
    fn not_zero(self, bytes: &[u8; 8]) -> Self::Mask {
        // SAFETY: `self` proves AVX2, which has SSE2; eight bytes may be read.
        let bytes = unsafe { _mm_loadl_epi64(bytes.as_ptr().cast()) };
        // SAFETY: `self` proves AVX2, which has SSE2.
        let none = unsafe { _mm_setzero_si128() };
        // SAFETY: `self` proves AVX2, which has SSE2. −1 where the byte is 0.
        let zero = unsafe { _mm_cmpeq_epi8(bytes, none) };
        // SAFETY: as above.
        let kept = unsafe { _mm_cmpeq_epi8(zero, none) };
        // SAFETY: as above.
        let upper = unsafe { _mm_srli_si128::<4>(kept) };
        let halves = [kept, upper];
        let lanes = both!(_mm256_cvtepi8_epi64(halves));
        both!(_mm256_castsi256_pd(lanes))
    }

    #[inline(always)]
    fn both(self, left: Self::Mask, right: Self::Mask) -> Self::Mask {
        both!(_mm256_and_pd(left, right))
    }

    #[inline(always)]
    fn either(self, left: Self::Mask, right: Self::Mask) -> Self::Mask {
        both!(_mm256_or_pd(left, right))
    }

    #[inline(always)]
    fn all_or_none(self, all: bool) -> Self::Mask {
        self.splat(if all { f64::from_bits(u64::MAX) } else { 0.0 })
    }

    #[inline(always)]
    fn choose(self, mask: Self::Mask, row: Self::Row, other: Self::Row) -> Self::Row {
        both!(_mm256_blendv_pd(other, row, mask))
    }

    #[inline(always)]
    fn count(self, mask: Self::Mask) -> usize {
        let signs = both!(_mm256_movemask_pd(mask));
        (signs[0].count_ones() + signs[1].count_ones()) as usize
    }
}
