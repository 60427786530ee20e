//! AVX2 and AVX-512. The features are those that `allcores_cpu::Level` promises, less FMA,
//! which no kernel here may use.

use std::arch::x86_64::*;

use super::{Body, Simd};

#[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,bmi1,bmi2,lzcnt")]
pub(super) fn run_avx512<B: Body>(body: B) -> B::Output {
    body.run(Avx512(()))
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
pub(super) fn run_avx2<B: Body>(body: B) -> B::Output {
    body.run(Avx2(()))
}

/// Exists only inside of `run_avx512`, so AVX-512 F and DQ are enabled wherever there is one.
#[derive(Clone, Copy)]
pub(super) struct Avx512(());

/// Exists only inside of `run_avx2`, so AVX2 is enabled wherever there is one.
#[derive(Clone, Copy)]
pub(super) struct Avx2(());

impl Simd for Avx512 {
    type Row = __m512d;

    const MANY_ROWS: bool = true;

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

impl Simd for Avx2 {
    type Row = [__m256d; 2];

    const MANY_ROWS: bool = false;

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
}
