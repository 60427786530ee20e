//! The bins of eight doubles at once, for bins of equal width.
//!
//! A value's position, counted in bins from the lowest edge, is rounded to the nearest whole
//! number: the only edge that can be at the value, since a position is less than half a bin
//! off. That edge is calculated just as the list of edges is, and compared with the value.

use super::portable::Portable;

/// In what the edges are calculated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// Doubles.
    Double,
    /// Doubles, the result rounded to `f32`.
    LastToSingle,
    /// `f32`.
    EachToSingle,
}

/// Bins of equal width. `bins` itself stands for what lies in none of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Uniform {
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Bins for each unit.
    pub(crate) scale: f64,
    /// Where the edges are calculated from: `low` before it was rounded.
    pub(crate) start: f64,
    /// From an edge to the next.
    pub(crate) step: f64,
    pub(crate) rounding: Rounding,
    /// At most 2^30.
    pub(crate) bins: u32,
}

impl Uniform {
    /// The lower edge of a bin.
    #[inline(always)]
    pub(crate) fn edge(&self, bin: f64) -> f64 {
        match self.rounding {
            Rounding::Double => bin * self.step + self.start,
            Rounding::LastToSingle => single(bin * self.step + self.start),
            Rounding::EachToSingle => single(single(bin * self.step) + self.start),
        }
    }
}

#[inline(always)]
fn single(value: f64) -> f64 {
    f64::from(value as f32)
}

/// What histograms need of an instruction set.
pub(crate) trait BinLanes: Copy {
    /// Writes the bin of each value, or `bins` for a NaN and for what lies outside.
    fn bins(self, row: &[f64; 8], uniform: &Uniform, bins: &mut [u32; 8]);
}

impl BinLanes for Portable {
    #[inline(always)]
    fn bins(self, row: &[f64; 8], uniform: &Uniform, bins: &mut [u32; 8]) {
        for lane in 0..8 {
            let value = row[lane];
            let is_inside = value >= uniform.low && value <= uniform.high;
            let nearest = ((value - uniform.low) * uniform.scale).round_ties_even();
            let is_below = value < uniform.edge(nearest);
            let bin = (nearest as i32 - i32::from(is_below)).max(0).cast_unsigned();
            bins[lane] = if is_inside { bin.min(uniform.bins - 1) } else { uniform.bins };
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::super::x86::{Avx2, Avx512};
    use super::{BinLanes, Rounding, Uniform};

    const NEAREST: i32 = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;

    impl BinLanes for Avx512 {
        #[inline(always)]
        fn bins(self, row: &[f64; 8], uniform: &Uniform, bins: &mut [u32; 8]) {
            // SAFETY: `self` proves AVX-512F, for this and the blocks below; eight doubles may
            // be read, at any alignment.
            let row = unsafe { _mm512_loadu_pd(row.as_ptr()) };
            // SAFETY: as above.
            let low = unsafe { _mm512_set1_pd(uniform.low) };
            // SAFETY: as above.
            let high = unsafe { _mm512_set1_pd(uniform.high) };
            // SAFETY: as above.
            let scale = unsafe { _mm512_set1_pd(uniform.scale) };
            // SAFETY: as above.
            let start = unsafe { _mm512_set1_pd(uniform.start) };
            // SAFETY: as above.
            let step = unsafe { _mm512_set1_pd(uniform.step) };
            // SAFETY: `self` proves AVX-512F, which has AVX2.
            let outside = unsafe { _mm256_set1_epi32(uniform.bins.cast_signed()) };
            // SAFETY: as above.
            let last = unsafe { _mm256_set1_epi32(uniform.bins.cast_signed() - 1) };
            // SAFETY: as above.
            let zero = unsafe { _mm256_setzero_si256() };
            // SAFETY: as above.
            let one = unsafe { _mm256_set1_epi32(1) };

            // SAFETY: `self` proves AVX-512F, for this and the blocks below.
            let from = unsafe { _mm512_cmp_pd_mask::<_CMP_GE_OQ>(row, low) };
            // SAFETY: as above.
            let inside = unsafe { _mm512_mask_cmp_pd_mask::<_CMP_LE_OQ>(from, row, high) };
            // SAFETY: as above.
            let distance = unsafe { _mm512_sub_pd(row, low) };
            // SAFETY: as above.
            let position = unsafe { _mm512_mul_pd(distance, scale) };
            // SAFETY: as above.
            let nearest = unsafe { _mm512_roundscale_pd::<NEAREST>(position) };
            // SAFETY: as above.
            let mut offset = unsafe { _mm512_mul_pd(nearest, step) };
            if uniform.rounding == Rounding::EachToSingle {
                offset = self.single(offset);
            }
            // SAFETY: as above.
            let mut edge = unsafe { _mm512_add_pd(offset, start) };
            if uniform.rounding != Rounding::Double {
                edge = self.single(edge);
            }
            // SAFETY: as above.
            let below = unsafe { _mm512_cmp_pd_mask::<_CMP_LT_OQ>(row, edge) };
            // SAFETY: as above.
            let bin = unsafe { _mm512_cvttpd_epi32(nearest) };
            // SAFETY: `self` proves AVX-512VL.
            let bin = unsafe { _mm256_mask_sub_epi32(bin, below, bin, one) };
            // SAFETY: `self` proves AVX-512F, which has AVX2.
            let bin = unsafe { _mm256_max_epi32(bin, zero) };
            // SAFETY: as above.
            let bin = unsafe { _mm256_min_epi32(bin, last) };
            // SAFETY: `self` proves AVX-512VL.
            let bin = unsafe { _mm256_mask_mov_epi32(outside, inside, bin) };
            // SAFETY: `self` proves AVX-512F, which has AVX; 32 bytes may be written.
            unsafe { _mm256_storeu_si256(bins.as_mut_ptr().cast(), bin) };
        }
    }

    impl Avx512 {
        #[inline(always)]
        fn single(self, row: __m512d) -> __m512d {
            // SAFETY: `self` proves AVX-512F.
            let narrow = unsafe { _mm512_cvtpd_ps(row) };
            // SAFETY: as above.
            unsafe { _mm512_cvtps_pd(narrow) }
        }
    }

    impl BinLanes for Avx2 {
        #[inline(always)]
        fn bins(self, row: &[f64; 8], uniform: &Uniform, bins: &mut [u32; 8]) {
            let (rows, _) = row.as_chunks::<4>();
            let (halves, _) = bins.as_chunks_mut::<4>();
            self.four_bins(&rows[0], uniform, &mut halves[0]);
            self.four_bins(&rows[1], uniform, &mut halves[1]);
        }
    }

    impl Avx2 {
        #[inline(always)]
        fn four_bins(self, row: &[f64; 4], uniform: &Uniform, bins: &mut [u32; 4]) {
            // SAFETY: `self` proves AVX2, for this and the blocks below; four doubles may be
            // read, at any alignment.
            let row = unsafe { _mm256_loadu_pd(row.as_ptr()) };
            // SAFETY: as above.
            let low = unsafe { _mm256_set1_pd(uniform.low) };
            // SAFETY: as above.
            let high = unsafe { _mm256_set1_pd(uniform.high) };
            // SAFETY: as above.
            let scale = unsafe { _mm256_set1_pd(uniform.scale) };
            // SAFETY: as above.
            let start = unsafe { _mm256_set1_pd(uniform.start) };
            // SAFETY: as above.
            let step = unsafe { _mm256_set1_pd(uniform.step) };
            // SAFETY: as above.
            let outside = unsafe { _mm_set1_epi32(uniform.bins.cast_signed()) };
            // SAFETY: as above.
            let last = unsafe { _mm_set1_epi32(uniform.bins.cast_signed() - 1) };
            // SAFETY: as above.
            let zero = unsafe { _mm_setzero_si128() };

            // SAFETY: `self` proves AVX2, for this and the blocks below.
            let from = unsafe { _mm256_cmp_pd::<_CMP_GE_OQ>(row, low) };
            // SAFETY: as above.
            let to = unsafe { _mm256_cmp_pd::<_CMP_LE_OQ>(row, high) };
            // SAFETY: as above.
            let inside = unsafe { _mm256_and_pd(from, to) };
            // SAFETY: as above.
            let distance = unsafe { _mm256_sub_pd(row, low) };
            // SAFETY: as above.
            let position = unsafe { _mm256_mul_pd(distance, scale) };
            // SAFETY: as above.
            let nearest = unsafe { _mm256_round_pd::<NEAREST>(position) };
            // SAFETY: as above.
            let mut offset = unsafe { _mm256_mul_pd(nearest, step) };
            if uniform.rounding == Rounding::EachToSingle {
                offset = self.single(offset);
            }
            // SAFETY: as above.
            let mut edge = unsafe { _mm256_add_pd(offset, start) };
            if uniform.rounding != Rounding::Double {
                edge = self.single(edge);
            }
            // SAFETY: as above.
            let below = unsafe { _mm256_cmp_pd::<_CMP_LT_OQ>(row, edge) };
            // SAFETY: as above.
            let bin = unsafe { _mm256_cvttpd_epi32(nearest) };
            let below = self.narrow(below);
            // SAFETY: as above; a lane of `below` is 0 or −1.
            let bin = unsafe { _mm_add_epi32(bin, below) };
            // SAFETY: as above.
            let bin = unsafe { _mm_max_epi32(bin, zero) };
            // SAFETY: as above.
            let bin = unsafe { _mm_min_epi32(bin, last) };
            let inside = self.narrow(inside);
            // SAFETY: as above.
            let bin = unsafe { _mm_blendv_epi8(outside, bin, inside) };
            // SAFETY: as above; 16 bytes may be written.
            unsafe { _mm_storeu_si128(bins.as_mut_ptr().cast(), bin) };
        }

        /// Lanes of 64 bits that are 0 or −1, in 32 bits.
        #[inline(always)]
        fn narrow(self, lanes: __m256d) -> __m128i {
            // SAFETY: `self` proves AVX2, for this and the blocks below.
            let lanes = unsafe { _mm256_castpd_ps(lanes) };
            // SAFETY: as above.
            let low = unsafe { _mm256_castps256_ps128(lanes) };
            // SAFETY: as above.
            let high = unsafe { _mm256_extractf128_ps::<1>(lanes) };
            // SAFETY: as above.
            let halves = unsafe { _mm_shuffle_ps::<0b10_00_10_00>(low, high) };
            // SAFETY: as above.
            unsafe { _mm_castps_si128(halves) }
        }

        #[inline(always)]
        fn single(self, row: __m256d) -> __m256d {
            // SAFETY: `self` proves AVX2, which has AVX.
            let narrow = unsafe { _mm256_cvtpd_ps(row) };
            // SAFETY: as above.
            unsafe { _mm256_cvtps_pd(narrow) }
        }
    }
}

#[cfg(test)]
mod tests {
    use allcores_cpu::Level;

    use super::{Rounding, Uniform};
    use crate::simd::{Body, Isa, Simd};

    struct Bins<'a>(&'a [[f64; 8]], Uniform);

    impl Body for Bins<'_> {
        type Output = Vec<[u32; 8]>;

        fn run<S: Simd>(self, simd: S) -> Self::Output {
            let mut bins = [0; 8];
            let mut all = Vec::new();
            for row in self.0 {
                simd.bins(row, &self.1, &mut bins);
                all.push(bins);
            }
            all
        }
    }

    #[test]
    fn every_level_gives_the_bins_of_the_baseline() {
        let mut rows = vec![
            [-1.0, 3.0, f64::NAN, -1.1, 3.1, f64::INFINITY, f64::NEG_INFINITY, -0.0],
            [-0.6, -0.2, 0.2_f64.next_down(), 0.600_000_000_1, 1.4, 1e300, 5e-324, 2.999],
        ];
        let values =
            |row: i32| std::array::from_fn(|lane| f64::from(row * 8 + lane as i32) / 301.0 - 1.2);
        rows.extend((0..200).map(values));
        for rounding in [Rounding::Double, Rounding::LastToSingle, Rounding::EachToSingle] {
            let uniform = Uniform {
                low: -1.0,
                high: 3.0,
                scale: 2.5,
                start: -1.0,
                step: 0.4,
                rounding,
                bins: 10,
            };
            let baseline = Isa::of(Level::Scalar).unwrap().run(Bins(&rows, uniform));
            assert_eq!(baseline[0], [0, 9, 10, 10, 10, 10, 10, 2]);
            if rounding == Rounding::Double {
                assert_eq!(baseline[1], [1, 1, 2, 4, 5, 10, 2, 9]);
            }
            for isa in Level::ALL.into_iter().filter_map(Isa::of) {
                assert_eq!(isa.run(Bins(&rows, uniform)), baseline, "{isa:?}");
            }
        }
    }
}
