//! The moves between the lanes of a row that a running sum or product is made of.

use super::portable::Portable;

/// Rows that hold lanes of another one where a running result takes them from, and `neutral`
/// elsewhere.
pub(crate) trait Prefix<Row: Copy>: Copy {
    /// Lanes 0, 2, 4, 6 in the lanes behind them.
    fn onto_next(self, row: Row, neutral: Row) -> Row;

    /// Lane 1 in lanes 2 and 3, lane 5 in lanes 6 and 7.
    fn onto_pairs(self, row: Row, neutral: Row) -> Row;

    /// Lane 3 in lanes 4 to 7.
    fn onto_half(self, row: Row, neutral: Row) -> Row;

    /// Lane 7 in all lanes.
    fn last(self, row: Row) -> Row;

    fn store(self, row: Row, to: &mut [f64; 8]);
}

impl Prefix<[f64; 8]> for Portable {
    #[inline(always)]
    fn onto_next(self, r: [f64; 8], n: [f64; 8]) -> [f64; 8] {
        [n[0], r[0], n[2], r[2], n[4], r[4], n[6], r[6]]
    }

    #[inline(always)]
    fn onto_pairs(self, r: [f64; 8], n: [f64; 8]) -> [f64; 8] {
        [n[0], n[1], r[1], r[1], n[4], n[5], r[5], r[5]]
    }

    #[inline(always)]
    fn onto_half(self, r: [f64; 8], n: [f64; 8]) -> [f64; 8] {
        [n[0], n[1], n[2], n[3], r[3], r[3], r[3], r[3]]
    }

    #[inline(always)]
    fn last(self, row: [f64; 8]) -> [f64; 8] {
        [row[7]; 8]
    }

    #[inline(always)]
    fn store(self, row: [f64; 8], to: &mut [f64; 8]) {
        *to = row;
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::super::x86::{Avx2, Avx512, both};
    use super::Prefix;

    impl Prefix<__m512d> for Avx512 {
        #[inline(always)]
        fn onto_next(self, row: __m512d, neutral: __m512d) -> __m512d {
            // SAFETY: `self` proves AVX-512F.
            unsafe { _mm512_mask_movedup_pd(neutral, 0b1010_1010, row) }
        }

        #[inline(always)]
        fn onto_pairs(self, row: __m512d, neutral: __m512d) -> __m512d {
            // SAFETY: `self` proves AVX-512F.
            unsafe { _mm512_mask_permutex_pd::<0b01_01_01_01>(neutral, 0b1100_1100, row) }
        }

        #[inline(always)]
        fn onto_half(self, row: __m512d, neutral: __m512d) -> __m512d {
            // SAFETY: `self` proves AVX-512F.
            let third = unsafe { _mm512_set1_epi64(3) };
            // SAFETY: as above.
            unsafe { _mm512_mask_permutexvar_pd(neutral, 0b1111_0000, third, row) }
        }

        #[inline(always)]
        fn last(self, row: __m512d) -> __m512d {
            // SAFETY: `self` proves AVX-512F.
            let seventh = unsafe { _mm512_set1_epi64(7) };
            // SAFETY: as above.
            unsafe { _mm512_permutexvar_pd(seventh, row) }
        }

        #[inline(always)]
        fn store(self, row: __m512d, to: &mut [f64; 8]) {
            // SAFETY: `self` proves AVX-512F; eight doubles may be written, at any alignment.
            unsafe { _mm512_storeu_pd(to.as_mut_ptr(), row) }
        }
    }

    impl Prefix<[__m256d; 2]> for Avx2 {
        #[inline(always)]
        fn onto_next(self, row: [__m256d; 2], neutral: [__m256d; 2]) -> [__m256d; 2] {
            both!(next(row, neutral))
        }

        #[inline(always)]
        fn onto_pairs(self, row: [__m256d; 2], neutral: [__m256d; 2]) -> [__m256d; 2] {
            both!(pairs(row, neutral))
        }

        #[inline(always)]
        fn onto_half(self, row: [__m256d; 2], neutral: [__m256d; 2]) -> [__m256d; 2] {
            // SAFETY: `self` proves AVX2.
            let third = unsafe { _mm256_permute4x64_pd::<0b11_11_11_11>(row[0]) };
            [neutral[0], third]
        }

        #[inline(always)]
        fn last(self, row: [__m256d; 2]) -> [__m256d; 2] {
            // SAFETY: `self` proves AVX2.
            let last = unsafe { _mm256_permute4x64_pd::<0b11_11_11_11>(row[1]) };
            [last, last]
        }

        #[inline(always)]
        fn store(self, row: [__m256d; 2], to: &mut [f64; 8]) {
            let (halves, _) = to.as_chunks_mut::<4>();
            for half in 0..2 {
                // SAFETY: `self` proves AVX2; four doubles may be written, at any alignment.
                unsafe { _mm256_storeu_pd(halves[half].as_mut_ptr(), row[half]) };
            }
        }
    }

    #[target_feature(enable = "avx")]
    #[inline]
    fn next(row: __m256d, neutral: __m256d) -> __m256d {
        _mm256_blend_pd::<0b1010>(neutral, _mm256_movedup_pd(row))
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    fn pairs(row: __m256d, neutral: __m256d) -> __m256d {
        _mm256_blend_pd::<0b1100>(neutral, _mm256_permute4x64_pd::<0b01_01_01_01>(row))
    }
}

#[cfg(test)]
mod tests {
    use crate::simd::{Body, Simd};
    use crate::test_data::levels;

    struct All;

    impl Body for All {
        type Output = [[f64; 8]; 5];

        #[inline(always)]
        fn run<S: Simd>(self, simd: S) -> [[f64; 8]; 5] {
            let row = simd.load(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
            let n = simd.splat(-1.0);
            let mut stored = [0.0; 8];
            simd.store(row, &mut stored);
            [
                simd.to_array(simd.onto_next(row, n)),
                simd.to_array(simd.onto_pairs(row, n)),
                simd.to_array(simd.onto_half(row, n)),
                simd.to_array(simd.last(row)),
                stored,
            ]
        }
    }

    #[test]
    fn every_level_moves_the_lanes_alike() {
        for isa in levels() {
            let n = -1.0;
            let expected = [
                [n, 0.0, n, 2.0, n, 4.0, n, 6.0],
                [n, n, 1.0, 1.0, n, n, 5.0, 5.0],
                [n, n, n, n, 3.0, 3.0, 3.0, 3.0],
                [7.0; 8],
                [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0],
            ];
            assert_eq!(isa.run(All), expected, "{isa:?}");
        }
    }
}
