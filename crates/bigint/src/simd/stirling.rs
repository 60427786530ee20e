//! ln n! by Stirling's series, in doubles, compiled for each instruction set.
//!
//! Every operation is one rounding that all instruction sets share, and none is contracted, so
//! the bits are the same everywhere. The logarithm is our own for the same reason: that of the
//! system's library differs from one system to the next.

use allcores_cpu::Level;

use super::Isa;

/// From here on the series is good for all bits of a double.
pub(crate) const FROM: f64 = 171.0;

/// Replaces every number of a block by the logarithm of its factorial; what is below [`FROM`]
/// counts as that.
pub(crate) fn ln_factorials(isa: Isa, numbers: &mut [f64]) {
    match isa.level() {
        // SAFETY: an `Isa` exists only for a level whose features were detected.
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => unsafe { run_avx512(numbers) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => unsafe { run_avx2(numbers) },
        _ => run_baseline(numbers),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,fma,f16c,bmi1,bmi2,lzcnt")]
fn run_avx512(numbers: &mut [f64]) {
    body(numbers);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,f16c,bmi1,bmi2,lzcnt")]
fn run_avx2(numbers: &mut [f64]) {
    body(numbers);
}

#[inline(never)]
fn run_baseline(numbers: &mut [f64]) {
    body(numbers);
}

#[inline(always)]
fn body(numbers: &mut [f64]) {
    for number in numbers {
        *number = ln_factorial(if *number >= FROM { *number } else { FROM });
    }
}

/// (n + 1/2) (ln n - 1) + (ln(2 pi) + 1) / 2 + 1 / (12 n) - 1 / (360 n^3) + 1 / (1260 n^5).
///
/// This form of the main term takes no large numbers from each other. Five roundings of at most
/// half a unit in the last place each go into the result, at most 1 + 1/4 of which weigh fully.
#[inline(always)]
fn ln_factorial(n: f64) -> f64 {
    let inverse = 1.0 / n;
    let square = inverse * inverse;
    let series = inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0)));
    (n + 0.5) * ln_minus_one(n) + (1.418_938_533_204_672_7 + series)
}

/// ln x - 1 for x from 171 to 2^1000.
///
/// x = 2^k m with m from about sqrt(1/2) to sqrt(2); ln m = 2 artanh(s) for s = (m - 1) / (m + 1).
#[inline(always)]
fn ln_minus_one(x: f64) -> f64 {
    let bits = x.to_bits();
    // The exponent, one more where the fraction is above that of sqrt(2).
    let exponent = (bits + (ONE - ROOT_HALF)) >> 52;
    let m = f64::from_bits(bits - ((exponent - 1023) << 52));
    // An integer below 2^52 in the fraction of 2^52 is that integer beyond it.
    let k = f64::from_bits(exponent | TWO_52) - (4_503_599_627_370_496.0 + 1023.0);
    let s = (m - 1.0) / (m + 1.0);
    let z = s * s;
    // 2 z / 3 + 2 z^2 / 5 + ...; |s| is at most 0.1716, and the next term 3 * 10^-17.
    let mut series = 2.0 / 19.0;
    for divisor in [17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        series = series * z + 2.0 / divisor;
    }
    let low = k * LN_2_LOW + s * (series * z);
    // The first difference is exact: the high part of ln 2 has few bits.
    (k * LN_2_HIGH - 1.0) + (2.0 * s + low)
}

const ONE: u64 = 0x3ff0_0000_0000_0000;
/// The bits of sqrt(1/2), the lower ones cut off.
const ROOT_HALF: u64 = 0x3fe6_a09e_0000_0000;
/// The bits of 2^52.
const TWO_52: u64 = 0x4330_0000_0000_0000;
/// ln 2 in two parts; the first has 33 bits.
const LN_2_HIGH: f64 = 0.693_147_180_485_539_1;
const LN_2_LOW: f64 = 7.440_617_110_012_397e-11;

#[cfg(test)]
mod tests {
    use super::{FROM, LN_2_HIGH, LN_2_LOW, ln_factorials};
    use crate::simd::Isa;

    #[test]
    fn the_parts_of_the_logarithm_of_two_are_one_and_short() {
        assert_eq!(LN_2_HIGH + LN_2_LOW, std::f64::consts::LN_2);
        assert_eq!(LN_2_HIGH.to_bits() & 0xf_ffff, 0);
    }

    #[test]
    fn every_level_gives_the_same_bits() {
        let numbers: Vec<f64> = (0..10_001)
            .map(|i| (FROM + f64::from(i) * 0.75).floor())
            .chain((8..64).map(|k| 2_f64.powi(k)))
            .chain([0.0, 5.0, -1.0, f64::NAN, f64::INFINITY])
            .collect();
        let results: Vec<Vec<u64>> = Isa::all()
            .map(|isa| {
                let mut numbers = numbers.clone();
                ln_factorials(isa, &mut numbers);
                numbers.into_iter().map(f64::to_bits).collect()
            })
            .collect();
        assert!(results.windows(2).all(|pair| pair[0] == pair[1]));
    }
}
