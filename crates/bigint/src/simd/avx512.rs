//! AVX-512. The features are those that `allcores_cpu::Level::Avx512` promises.

use std::arch::x86_64::*;

use super::{Body, Lanes, Row};

#[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,fma,f16c,bmi1,bmi2,lzcnt")]
#[inline(never)]
pub(super) fn run<B: Body>(body: B) -> B::Output {
    body.run(Avx512(()))
}

/// Exists only inside of [`run`], so AVX-512 F and DQ are enabled wherever there is one.
#[derive(Clone, Copy)]
pub(super) struct Avx512(());

/// To the nearest integer, ties to even, without raising an exception.
const NEAREST: i32 = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
const DOWN: i32 = _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC;

/// An instruction whose only condition is its feature.
macro_rules! instruction {
    ($name:ident $(::<$constant:ident>)? ($($argument:ident),*)) => {
        // SAFETY: the caller's `self` proves AVX-512 F and DQ; all operands are registers.
        unsafe { $name $(::<$constant>)? ($($argument),*) }
    };
}

impl Avx512 {
    /// Quarter i of register k becomes quarter k of register i.
    #[inline(always)]
    fn quarters(self, [s, t, u, v]: [__m512d; 4]) -> [__m512d; 4] {
        let left_even = instruction!(_mm512_shuffle_f64x2::<EVEN>(s, t));
        let left_odd = instruction!(_mm512_shuffle_f64x2::<ODD>(s, t));
        let right_even = instruction!(_mm512_shuffle_f64x2::<EVEN>(u, v));
        let right_odd = instruction!(_mm512_shuffle_f64x2::<ODD>(u, v));
        [
            instruction!(_mm512_shuffle_f64x2::<EVEN>(left_even, right_even)),
            instruction!(_mm512_shuffle_f64x2::<EVEN>(left_odd, right_odd)),
            instruction!(_mm512_shuffle_f64x2::<ODD>(left_even, right_even)),
            instruction!(_mm512_shuffle_f64x2::<ODD>(left_odd, right_odd)),
        ]
    }
}

impl Lanes for Avx512 {
    type Vector = __m512d;

    #[inline(always)]
    fn splat(self, value: f64) -> __m512d {
        instruction!(_mm512_set1_pd(value))
    }

    #[inline(always)]
    fn load(self, row: &Row) -> __m512d {
        // SAFETY: `self` proves AVX-512F; a row is eight doubles at an address divisible by 64.
        unsafe { _mm512_load_pd(row.0.as_ptr()) }
    }

    #[inline(always)]
    fn store(self, row: &mut Row, vector: __m512d) {
        // SAFETY: as above, and the row is borrowed for writing.
        unsafe { _mm512_store_pd(row.0.as_mut_ptr(), vector) }
    }

    #[inline(always)]
    fn add(self, x: __m512d, y: __m512d) -> __m512d {
        instruction!(_mm512_add_pd(x, y))
    }

    #[inline(always)]
    fn sub(self, x: __m512d, y: __m512d) -> __m512d {
        instruction!(_mm512_sub_pd(x, y))
    }

    #[inline(always)]
    fn multiply(self, x: __m512d, w: __m512d, p: __m512d, inverse: __m512d) -> __m512d {
        let high = instruction!(_mm512_mul_pd(x, w));
        let low = instruction!(_mm512_fmsub_pd(x, w, high));
        let quotient = instruction!(_mm512_mul_pd(high, inverse));
        let quotient = instruction!(_mm512_roundscale_pd::<NEAREST>(quotient));
        let rest = instruction!(_mm512_fnmadd_pd(quotient, p, high));
        instruction!(_mm512_add_pd(rest, low))
    }

    #[inline(always)]
    fn reduce(self, x: __m512d, p: __m512d, inverse: __m512d) -> __m512d {
        let quotient = instruction!(_mm512_mul_pd(x, inverse));
        let quotient = instruction!(_mm512_roundscale_pd::<NEAREST>(quotient));
        instruction!(_mm512_fnmadd_pd(quotient, p, x))
    }

    #[inline(always)]
    fn transpose(self, rows: [__m512d; 8]) -> [__m512d; 8] {
        // Pairs of rows into pairs of lanes, then quarters of a register twice.
        let [a, b, c, d, e, f, g, h] = rows;
        let [o0, o2, o4, o6] = self.quarters([
            instruction!(_mm512_unpacklo_pd(a, b)),
            instruction!(_mm512_unpacklo_pd(c, d)),
            instruction!(_mm512_unpacklo_pd(e, f)),
            instruction!(_mm512_unpacklo_pd(g, h)),
        ]);
        let [o1, o3, o5, o7] = self.quarters([
            instruction!(_mm512_unpackhi_pd(a, b)),
            instruction!(_mm512_unpackhi_pd(c, d)),
            instruction!(_mm512_unpackhi_pd(e, f)),
            instruction!(_mm512_unpackhi_pd(g, h)),
        ]);
        [o0, o1, o2, o3, o4, o5, o6, o7]
    }

    #[inline(always)]
    fn residues(self, words: &[u64; 8], p: __m512d, inverse: __m512d) -> __m512d {
        // SAFETY: `self` proves AVX-512F; eight words may be read, at any alignment.
        let words = unsafe { _mm512_loadu_si512(words.as_ptr().cast()) };
        let half = 0xffff_ffff;
        let half = instruction!(_mm512_set1_epi64(half));
        let low = instruction!(_mm512_and_si512(words, half));
        let high = instruction!(_mm512_andnot_si512(half, words));
        // Both are exact: 32 bits each.
        let low = instruction!(_mm512_cvtepu64_pd(low));
        let high = instruction!(_mm512_cvtepu64_pd(high));
        let high = self.reduce(high, p, inverse);
        instruction!(_mm512_add_pd(high, low))
    }

    #[inline(always)]
    fn lift(self, x: __m512d, p: __m512d) -> __m512d {
        let bits = instruction!(_mm512_castpd_si512(x));
        let negative = instruction!(_mm512_movepi64_mask(bits));
        // SAFETY: `self` proves AVX-512F.
        unsafe { _mm512_mask_add_pd(x, negative, x, p) }
    }

    #[inline(always)]
    fn floor_of_sum_of_products(self, terms: [(__m512d, __m512d); 3], start: __m512d) -> __m512d {
        let mut sum = start;
        for (x, y) in terms {
            sum = instruction!(_mm512_fmadd_pd(x, y, sum));
        }
        instruction!(_mm512_roundscale_pd::<DOWN>(sum))
    }

    #[inline(always)]
    fn words(self, x: __m512d) -> [u64; 8] {
        let words = instruction!(_mm512_cvtpd_epu64(x));
        let mut out = [0; 8];
        // SAFETY: `self` proves AVX-512F; eight words may be written, at any alignment.
        unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), words) };
        out
    }
}

/// Quarters 0 and 2 of both registers.
const EVEN: i32 = 0b10_00_10_00;
/// Quarters 1 and 3 of both registers.
const ODD: i32 = 0b11_01_11_01;
