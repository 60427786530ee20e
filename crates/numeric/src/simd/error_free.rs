//! What sums and products without rounding errors need besides [`Simd`](super::Simd).
//!
//! Everything here is exact, so a level may use an instruction that another one lacks (the
//! fused multiply-add), and still all of them give the same values.

use super::portable::Portable;

/// Exact operations on rows of eight doubles.
pub(crate) trait ErrorFree<Row: Copy>: Copy {
    /// The larger one of `bound` and the magnitude of `row`. Unspecified for a NaN.
    fn bound(self, bound: Row, row: Row) -> Row;

    /// The bits that are set in one of them or in both.
    fn bits_of_both(self, left: Row, right: Row) -> Row;

    /// `left * right - product`, where `product` is their rounded product. Exact unless the
    /// product is below 2^-960; not finite, where a product or a step on the way is not.
    fn product_error(self, left: Row, right: Row, product: Row) -> Row;

    /// A row that has a bit besides the sign in the lanes where `product` is below 2^-960
    /// although neither factor is zero, and perhaps in lanes with a NaN.
    fn lost(self, left: Row, right: Row, product: Row) -> Row;

    /// The significands, from 1 to 2, with the signs. Unspecified where `exponent` is not finite.
    fn significand(self, row: Row) -> Row;

    /// The exponents: `row = significand · 2^exponent`. Infinite or NaN for what is zero,
    /// infinite or NaN, and on some levels for what is subnormal.
    fn exponent(self, row: Row) -> Row;
}

/// Below this a product's last bits could be lost: 106 bits above the smallest double, and some
/// more.
const TINY: f64 = f64::from_bits((1023 - 960) << 52);

impl ErrorFree<[f64; 8]> for Portable {
    #[inline(always)]
    fn bound(self, bound: [f64; 8], row: [f64; 8]) -> [f64; 8] {
        let mut larger = bound;
        for lane in 0..8 {
            let size = row[lane].abs();
            larger[lane] = if size > bound[lane] { size } else { bound[lane] };
        }
        larger
    }

    #[inline(always)]
    fn bits_of_both(self, left: [f64; 8], right: [f64; 8]) -> [f64; 8] {
        let mut bits = left;
        for lane in 0..8 {
            bits[lane] = f64::from_bits(left[lane].to_bits() | right[lane].to_bits());
        }
        bits
    }

    #[inline(always)]
    fn product_error(self, left: [f64; 8], right: [f64; 8], product: [f64; 8]) -> [f64; 8] {
        let mut errors = product;
        for lane in 0..8 {
            errors[lane] = product_error(left[lane], right[lane], product[lane]);
        }
        errors
    }

    #[inline(always)]
    fn lost(self, left: [f64; 8], right: [f64; 8], product: [f64; 8]) -> [f64; 8] {
        let mut lost = product;
        for lane in 0..8 {
            let is_lost = product[lane].abs() < TINY && left[lane] != 0.0 && right[lane] != 0.0;
            lost[lane] = f64::from_bits(u64::from(is_lost));
        }
        lost
    }

    #[inline(always)]
    fn significand(self, row: [f64; 8]) -> [f64; 8] {
        let mut significands = row;
        for lane in 0..8 {
            let kept = row[lane].to_bits() & !f64::INFINITY.to_bits();
            significands[lane] = f64::from_bits(kept | 1.0_f64.to_bits());
        }
        significands
    }

    #[inline(always)]
    fn exponent(self, row: [f64; 8]) -> [f64; 8] {
        let mut exponents = row;
        for lane in 0..8 {
            let field = row[lane].to_bits() >> 52 & 0x7ff;
            let is_odd = field == 0 || field == 0x7ff;
            exponents[lane] = if is_odd { f64::NAN } else { biased(field) - BIASED_ZERO };
        }
        exponents
    }
}

/// [`ErrorFree::product_error`] of one lane: Dekker's product, over halves of 26 bits, whose
/// products are exact.
#[inline(always)]
pub(crate) fn product_error(left: f64, right: f64, product: f64) -> f64 {
    let (left_high, left_low) = split(left);
    let (right_high, right_low) = split(right);
    ((left_high * right_high - product) + left_high * right_low + left_low * right_high)
        + left_low * right_low
}

/// The upper 26 bits, rounded, and the rest.
#[inline(always)]
fn split(value: f64) -> (f64, f64) {
    let scaled = value * 134_217_729.0; // 2^27 + 1
    let high = scaled - (scaled - value);
    (high, value - high)
}

/// The bits of 2^52: or-ed with a small integer they are the double 2^52 and that integer.
const TWO_TO_52: u64 = (1023 + 52) << 52;

/// What `biased` gives for the exponent 0.
const BIASED_ZERO: f64 = 4_503_599_627_370_496.0 + 1023.0;

#[inline(always)]
fn biased(field: u64) -> f64 {
    f64::from_bits(field | TWO_TO_52)
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::super::x86::{Avx2, Avx512, both};
    use super::{BIASED_ZERO, ErrorFree, TINY, TWO_TO_52};
    use crate::simd::Simd;

    impl ErrorFree<__m512d> for Avx512 {
        #[inline(always)]
        fn bound(self, bound: __m512d, row: __m512d) -> __m512d {
            let size = self.abs(row);
            // SAFETY: `self` proves AVX-512F.
            unsafe { _mm512_max_pd(size, bound) }
        }

        #[inline(always)]
        fn bits_of_both(self, left: __m512d, right: __m512d) -> __m512d {
            // SAFETY: `self` proves AVX-512DQ.
            unsafe { _mm512_or_pd(left, right) }
        }

        #[inline(always)]
        fn product_error(self, left: __m512d, right: __m512d, product: __m512d) -> __m512d {
            // SAFETY: `self` proves AVX-512F.
            unsafe { _mm512_fmsub_pd(left, right, product) }
        }

        #[inline(always)]
        fn lost(self, left: __m512d, right: __m512d, product: __m512d) -> __m512d {
            let (size, tiny, zero) = (self.abs(product), self.splat(TINY), self.splat(0.0));
            // SAFETY: `self` proves AVX-512F.
            let small = unsafe { _mm512_cmp_pd_mask::<_CMP_LT_OQ>(size, tiny) };
            // SAFETY: as above.
            let left = unsafe { _mm512_mask_cmp_pd_mask::<_CMP_NEQ_UQ>(small, left, zero) };
            // SAFETY: as above.
            let lost = unsafe { _mm512_mask_cmp_pd_mask::<_CMP_NEQ_UQ>(left, right, zero) };
            // SAFETY: as above.
            unsafe { _mm512_maskz_mov_pd(lost, tiny) }
        }

        #[inline(always)]
        fn significand(self, row: __m512d) -> __m512d {
            // SAFETY: `self` proves AVX-512F.
            unsafe { _mm512_getmant_pd::<_MM_MANT_NORM_1_2, _MM_MANT_SIGN_SRC>(row) }
        }

        #[inline(always)]
        fn exponent(self, row: __m512d) -> __m512d {
            // SAFETY: `self` proves AVX-512F.
            unsafe { _mm512_getexp_pd(row) }
        }
    }

    impl ErrorFree<[__m256d; 2]> for Avx2 {
        #[inline(always)]
        fn bound(self, bound: [__m256d; 2], row: [__m256d; 2]) -> [__m256d; 2] {
            let size = self.abs(row);
            both!(_mm256_max_pd(size, bound))
        }

        #[inline(always)]
        fn bits_of_both(self, left: [__m256d; 2], right: [__m256d; 2]) -> [__m256d; 2] {
            both!(_mm256_or_pd(left, right))
        }

        #[inline(always)]
        fn product_error(
            self,
            left: [__m256d; 2],
            right: [__m256d; 2],
            product: [__m256d; 2],
        ) -> [__m256d; 2] {
            // `run_avx2` enables FMA, which the level promises.
            both!(_mm256_fmsub_pd(left, right, product))
        }

        #[inline(always)]
        fn lost(
            self,
            left: [__m256d; 2],
            right: [__m256d; 2],
            product: [__m256d; 2],
        ) -> [__m256d; 2] {
            let (size, tiny, zero) = (self.abs(product), self.splat(TINY), self.splat(0.0));
            let small = both!(less(size, tiny));
            let left = both!(not_equal(left, zero));
            let right = both!(not_equal(right, zero));
            let factors = both!(_mm256_and_pd(left, right));
            both!(_mm256_and_pd(small, factors))
        }

        #[inline(always)]
        fn significand(self, row: [__m256d; 2]) -> [__m256d; 2] {
            let (infinity, one) = (self.splat(f64::INFINITY), self.splat(1.0));
            let kept = both!(_mm256_andnot_pd(infinity, row));
            both!(_mm256_or_pd(kept, one))
        }

        #[inline(always)]
        fn exponent(self, row: [__m256d; 2]) -> [__m256d; 2] {
            let infinity = self.splat(f64::INFINITY);
            let zero = self.splat(0.0);
            let kept = both!(_mm256_and_pd(row, infinity));
            // All bits, a NaN, where the number is odd.
            let is_zero = both!(equal(kept, zero));
            let is_infinite = both!(equal(kept, infinity));
            let is_odd = both!(_mm256_or_pd(is_zero, is_infinite));
            let bits = both!(_mm256_castpd_si256(kept));
            let field = both!(shifted(bits));
            let field = both!(_mm256_castsi256_pd(field));
            let magic = self.splat(f64::from_bits(TWO_TO_52));
            let biased = both!(_mm256_or_pd(field, magic));
            let exponent = self.sub(biased, self.splat(BIASED_ZERO));
            both!(_mm256_or_pd(exponent, is_odd))
        }
    }

    #[target_feature(enable = "avx")]
    #[inline]
    fn less(left: __m256d, right: __m256d) -> __m256d {
        _mm256_cmp_pd::<_CMP_LT_OQ>(left, right)
    }

    #[target_feature(enable = "avx")]
    #[inline]
    fn equal(left: __m256d, right: __m256d) -> __m256d {
        _mm256_cmp_pd::<_CMP_EQ_OQ>(left, right)
    }

    #[target_feature(enable = "avx")]
    #[inline]
    fn not_equal(left: __m256d, right: __m256d) -> __m256d {
        _mm256_cmp_pd::<_CMP_NEQ_UQ>(left, right)
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    fn shifted(bits: __m256i) -> __m256i {
        _mm256_srli_epi64::<52>(bits)
    }
}

#[cfg(test)]
mod tests {
    use crate::simd::{Body, Simd};
    use crate::test_data::levels;

    /// Every operation on one pair of rows.
    #[derive(Clone, Copy)]
    struct All([f64; 8], [f64; 8]);

    impl Body for All {
        type Output = [[f64; 8]; 6];

        #[inline(always)]
        fn run<S: Simd>(self, simd: S) -> [[f64; 8]; 6] {
            let (left, right) = (simd.load(&self.0), simd.load(&self.1));
            let product = simd.mul(left, right);
            [
                simd.to_array(simd.bound(simd.splat(2.0), left)),
                simd.to_array(simd.bits_of_both(left, right)),
                simd.to_array(simd.product_error(left, right, product)),
                simd.to_array(simd.lost(left, right, product)),
                simd.to_array(simd.significand(left)),
                simd.to_array(simd.exponent(left)),
            ]
        }
    }

    fn pairs() -> impl Iterator<Item = All> {
        let mut state = 1_u64;
        let mut next = move || {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            let exponent = 1023 - 400 + (state >> 40) % 800;
            f64::from_bits(state << 63 | exponent << 52 | state >> 12)
        };
        (0..5000).map(move |_| All([(); 8].map(|()| next()), [(); 8].map(|()| next())))
    }

    #[test]
    fn every_level_agrees_with_wide_integers() {
        let significand = |x: f64| i128::from(x.to_bits() & ((1 << 52) - 1) | 1 << 52);
        let signed = |x: f64| if x < 0.0 { -significand(x) } else { significand(x) };
        for pair in pairs() {
            for isa in levels() {
                let [bound, bits, error, lost, fraction, exponent] = isa.run(pair);
                for lane in 0..8 {
                    let (a, b) = (pair.0[lane], pair.1[lane]);
                    assert_eq!(bound[lane], a.abs().max(2.0));
                    assert_eq!(bits[lane].to_bits(), a.to_bits() | b.to_bits());
                    assert_eq!(lost[lane].abs(), 0.0);
                    assert_eq!(fraction[lane] * 2_f64.powf(exponent[lane]), a);
                    assert!((1.0..2.0).contains(&fraction[lane].abs()));
                    // In units of the product's last bit: both sides are below 2^107.
                    let product = a * b;
                    let place = |x: f64| (x.to_bits() >> 52 & 0x7ff).cast_signed() - 1075;
                    let up = place(product) - place(a) - place(b);
                    let rest = signed(a) * signed(b) - (signed(product) << up);
                    let size = if error[lane] == 0.0 {
                        0
                    } else {
                        let down = place(error[lane]) - place(a) - place(b);
                        let error = signed(error[lane]);
                        if down >= 0 { error << down } else { error >> -down }
                    };
                    assert_eq!(size, rest, "{a:e} * {b:e} at {isa:?}");
                }
            }
        }
    }

    #[test]
    fn every_level_finds_the_products_whose_bits_are_lost() {
        let cases = [
            (1e-200, 1e-200, true),
            (5e-324, 5e-324, true),
            (0.0, 1e-200, false),
            (1e-200, -0.0, false),
            (1e-150, 1e-100, false),
            (-1e-150, 1e-150, true),
            (1.0, 5e-324, true),
            (1e300, 1e-300, false),
        ];
        for isa in levels() {
            for (a, b, expected) in cases {
                let [_, _, _, lost, ..] = isa.run(All([a; 8], [b; 8]));
                assert_eq!(lost.map(|x| x.abs() != 0.0), [expected; 8], "{a} {b} {isa:?}");
            }
        }
    }

    #[test]
    fn every_level_tells_what_has_no_exponent() {
        for isa in levels() {
            for odd in [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
                let [.., exponent] = isa.run(All([odd; 8], [1.0; 8]));
                assert!(exponent.iter().all(|x| !x.is_finite()), "{odd} {isa:?}");
            }
            // Subnormal numbers either have one or are odd too.
            let [.., fraction, exponent] = isa.run(All([-5e-324; 8], [1.0; 8]));
            assert!(!exponent[0].is_finite() || (fraction[0], exponent[0]) == (-1.0, -1074.0));
        }
    }
}
