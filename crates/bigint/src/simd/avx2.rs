//! AVX2 and FMA. The features are those that `allcores_cpu::Level::Avx2` promises.

use std::arch::x86_64::*;

use super::{Body, Lanes, Row};

#[target_feature(enable = "avx2,fma,f16c,bmi1,bmi2,lzcnt")]
#[inline(never)]
pub(super) fn run<B: Body>(body: B) -> B::Output {
    body.run(Avx2(()))
}

/// Exists only inside of [`run`], so AVX2 and FMA are enabled wherever there is one.
#[derive(Clone, Copy)]
pub(super) struct Avx2(());

/// To the nearest integer, ties to even, without raising an exception.
const NEAREST: i32 = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
const DOWN: i32 = _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC;
/// The low 128 bits of both registers.
const LOW: i32 = 0x20;
/// The high 128 bits of both registers.
const HIGH: i32 = 0x31;

/// An instruction whose only condition is its feature.
macro_rules! instruction {
    ($name:ident $(::<$constant:ident>)? ($($argument:ident),*)) => {
        // SAFETY: the caller's `self` proves AVX2 and FMA; all operands are registers.
        unsafe { $name $(::<$constant>)? ($($argument),*) }
    };
}

/// The same on both halves of a vector.
macro_rules! both {
    ($name:ident $(::<$constant:ident>)? ($($argument:ident),*)) => {
        [
            { $(let $argument = $argument[0];)* instruction!($name $(::<$constant>)? ($($argument),*)) },
            { $(let $argument = $argument[1];)* instruction!($name $(::<$constant>)? ($($argument),*)) },
        ]
    };
}

impl Avx2 {
    #[inline(always)]
    fn splat_word(self, word: u64) -> [__m256i; 2] {
        let word = word.cast_signed();
        [instruction!(_mm256_set1_epi64x(word)); 2]
    }

    /// Lane i of register k becomes lane k of register i.
    #[inline(always)]
    fn transpose4(self, [a, b, c, d]: [__m256d; 4]) -> [__m256d; 4] {
        let ab_even = instruction!(_mm256_unpacklo_pd(a, b));
        let ab_odd = instruction!(_mm256_unpackhi_pd(a, b));
        let cd_even = instruction!(_mm256_unpacklo_pd(c, d));
        let cd_odd = instruction!(_mm256_unpackhi_pd(c, d));
        [
            instruction!(_mm256_permute2f128_pd::<LOW>(ab_even, cd_even)),
            instruction!(_mm256_permute2f128_pd::<LOW>(ab_odd, cd_odd)),
            instruction!(_mm256_permute2f128_pd::<HIGH>(ab_even, cd_even)),
            instruction!(_mm256_permute2f128_pd::<HIGH>(ab_odd, cd_odd)),
        ]
    }
}

impl Lanes for Avx2 {
    type Vector = [__m256d; 2];

    #[inline(always)]
    fn splat(self, value: f64) -> Self::Vector {
        [instruction!(_mm256_set1_pd(value)); 2]
    }

    #[inline(always)]
    fn load(self, row: &Row) -> Self::Vector {
        let (halves, _) = row.0.as_chunks::<4>();
        // SAFETY: `self` proves AVX2; four doubles may be read, half a row from its start.
        let low = unsafe { _mm256_load_pd(halves[0].as_ptr()) };
        // SAFETY: as above.
        let high = unsafe { _mm256_load_pd(halves[1].as_ptr()) };
        [low, high]
    }

    #[inline(always)]
    fn store(self, row: &mut Row, vector: Self::Vector) {
        let (halves, _) = row.0.as_chunks_mut::<4>();
        // SAFETY: `self` proves AVX2; four doubles may be written, half a row from its start.
        unsafe { _mm256_store_pd(halves[0].as_mut_ptr(), vector[0]) };
        // SAFETY: as above.
        unsafe { _mm256_store_pd(halves[1].as_mut_ptr(), vector[1]) };
    }

    #[inline(always)]
    fn add(self, x: Self::Vector, y: Self::Vector) -> Self::Vector {
        both!(_mm256_add_pd(x, y))
    }

    #[inline(always)]
    fn sub(self, x: Self::Vector, y: Self::Vector) -> Self::Vector {
        both!(_mm256_sub_pd(x, y))
    }

    #[inline(always)]
    fn multiply(
        self,
        x: Self::Vector,
        w: Self::Vector,
        p: Self::Vector,
        inverse: Self::Vector,
    ) -> Self::Vector {
        let high = both!(_mm256_mul_pd(x, w));
        let low = both!(_mm256_fmsub_pd(x, w, high));
        let quotient = both!(_mm256_mul_pd(high, inverse));
        let quotient = both!(_mm256_round_pd::<NEAREST>(quotient));
        let rest = both!(_mm256_fnmadd_pd(quotient, p, high));
        both!(_mm256_add_pd(rest, low))
    }

    #[inline(always)]
    fn reduce(self, x: Self::Vector, p: Self::Vector, inverse: Self::Vector) -> Self::Vector {
        let quotient = both!(_mm256_mul_pd(x, inverse));
        let quotient = both!(_mm256_round_pd::<NEAREST>(quotient));
        both!(_mm256_fnmadd_pd(quotient, p, x))
    }

    #[inline(always)]
    fn transpose(self, rows: [Self::Vector; 8]) -> [Self::Vector; 8] {
        // Four squares of four lanes; the two beside the diagonal change places.
        let [a, b, c, d, e, f, g, h] = rows;
        let upper_left = self.transpose4([a[0], b[0], c[0], d[0]]);
        let upper_right = self.transpose4([a[1], b[1], c[1], d[1]]);
        let lower_left = self.transpose4([e[0], f[0], g[0], h[0]]);
        let lower_right = self.transpose4([e[1], f[1], g[1], h[1]]);
        [
            [upper_left[0], lower_left[0]],
            [upper_left[1], lower_left[1]],
            [upper_left[2], lower_left[2]],
            [upper_left[3], lower_left[3]],
            [upper_right[0], lower_right[0]],
            [upper_right[1], lower_right[1]],
            [upper_right[2], lower_right[2]],
            [upper_right[3], lower_right[3]],
        ]
    }

    #[inline(always)]
    fn residues(self, words: &[u64; 8], p: Self::Vector, inverse: Self::Vector) -> Self::Vector {
        let (halves, _) = words.as_chunks::<4>();
        // SAFETY: `self` proves AVX2; four words may be read, at any alignment.
        let first = unsafe { _mm256_loadu_si256(halves[0].as_ptr().cast()) };
        // SAFETY: as above.
        let second = unsafe { _mm256_loadu_si256(halves[1].as_ptr().cast()) };
        let words = [first, second];
        // A half in the low bits of the double 2^52, or 2^84, adds itself, or 2^32 times itself.
        let half = self.splat_word(0xffff_ffff);
        let (low_base, high_base) = (self.splat(2f64.powi(52)), self.splat(2f64.powi(84)));
        let low_bits = self.splat_word(2f64.powi(52).to_bits());
        let high_bits = self.splat_word(2f64.powi(84).to_bits());
        let low = both!(_mm256_and_si256(words, half));
        let low = both!(_mm256_or_si256(low, low_bits));
        let low = both!(_mm256_castsi256_pd(low));
        let high = both!(_mm256_srli_epi64::<HALF>(words));
        let high = both!(_mm256_or_si256(high, high_bits));
        let high = both!(_mm256_castsi256_pd(high));
        let high = self.reduce(self.sub(high, high_base), p, inverse);
        self.add(high, self.sub(low, low_base))
    }

    #[inline(always)]
    fn lift(self, x: Self::Vector, p: Self::Vector) -> Self::Vector {
        let zero = self.splat(0.0);
        // The sign of `x` chooses.
        let addend = both!(_mm256_blendv_pd(zero, p, x));
        self.add(x, addend)
    }

    #[inline(always)]
    fn floor_of_sum_of_products(
        self,
        terms: [(Self::Vector, Self::Vector); 3],
        start: Self::Vector,
    ) -> Self::Vector {
        let mut sum = start;
        for (x, y) in terms {
            sum = both!(_mm256_fmadd_pd(x, y, sum));
        }
        both!(_mm256_round_pd::<DOWN>(sum))
    }

    #[inline(always)]
    fn words(self, x: Self::Vector) -> [u64; 8] {
        // The low bits of 2^52 + x are x.
        let base = self.splat(2f64.powi(52));
        let shifted = self.add(x, base);
        let bits = both!(_mm256_castpd_si256(shifted));
        let mask = self.splat_word((1 << 52) - 1);
        let words = both!(_mm256_and_si256(bits, mask));
        let mut out = [0; 8];
        let (halves, _) = out.as_chunks_mut::<4>();
        // SAFETY: `self` proves AVX2; four words may be written, at any alignment.
        unsafe { _mm256_storeu_si256(halves[0].as_mut_ptr().cast(), words[0]) };
        // SAFETY: as above.
        unsafe { _mm256_storeu_si256(halves[1].as_mut_ptr().cast(), words[1]) };
        out
    }
}

/// The bits of half a word.
const HALF: i32 = 32;
