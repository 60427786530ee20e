use crate::exact::{Exact, power_of_two};

/// Integers up to here are doubles, so one division of doubles is one rounding.
const SAFE: u64 = 1 << 53;

/// `numerator / denominator`, rounded once to the nearest double, ties to even. NaN when
/// the denominator is 0. The denominator is below 2^127, the quotient above 2^-900 (or 0).
pub(crate) fn quotient(numerator: Exact, denominator: u128) -> f64 {
    let words = numerator.words();
    let size = match (words, denominator) {
        (_, 0) => return f64::NAN,
        ([a, 0, 0, 0], d) if a <= SAFE && d <= u128::from(SAFE) => a as f64 / d as f64,
        ([0, 0, 0, 0], _) => return 0.0,
        (_, d) if d <= u128::from(u64::MAX) => division(words, d),
        _ => long_division(words, denominator),
    };
    if numerator.is_negative() { -size } else { size }
}

/// For a denominator of 64 bits and a numerator that is not 0: the upper 128 bits of the numerator
/// give at least 64 bits of the quotient, eleven more than a double has.
fn division([a, b, c, d]: [u64; 4], denominator: u128) -> f64 {
    let high = u128::from(d) << 64 | u128::from(c);
    let low = u128::from(b) << 64 | u128::from(a);
    let (top, rest, exponent) = if high == 0 {
        let room = low.leading_zeros();
        (low << room, 0, -room.cast_signed())
    } else {
        let room = high.leading_zeros();
        let behind = low.checked_shr(128 - room).unwrap_or(0);
        (high << room | behind, low << room, 128 - room.cast_signed())
    };
    let quotient = top / denominator;
    let inexact = top % denominator != 0 || rest != 0;
    // The lowest bit is far below the last place of the result: it may stand for the rest.
    (quotient | u128::from(inexact)) as f64 * power_of_two(exponent)
}

/// One bit of the quotient after the other, until there are 64 (eleven more than a double
/// has) or the division comes out even.
fn long_division(words: [u64; 4], denominator: u128) -> f64 {
    let bit = |index: i32| match usize::try_from(index) {
        Ok(index) => words[index / 64] >> (index % 64) & 1,
        Err(_) => 0, // behind the binary point
    };
    let Some(highest) = (0..256).rev().find(|&index| bit(index) == 1) else {
        return 0.0;
    };
    let mut next = highest;
    let mut remainder = 0_u128;
    let mut bits = 0_u64;
    while bits >> 63 == 0 && (next >= 0 || remainder != 0) {
        remainder = remainder << 1 | u128::from(bit(next));
        bits <<= 1;
        if remainder >= denominator {
            remainder -= denominator;
            bits |= 1;
        }
        next -= 1;
    }
    let inexact = remainder != 0 || (0..=next).any(|index| bit(index) == 1);
    // The lowest bit is far below the last place of the result: it may stand for the rest.
    (bits | u64::from(inexact)) as f64 * power_of_two(next + 1)
}

#[cfg(test)]
mod tests {
    use super::{division, long_division, quotient};
    use crate::Exact;

    #[test]
    fn small_and_large_operands_give_the_rounded_quotient() {
        for (numerator, denominator, expected) in [
            (1_i128, 3_u128, 1.0 / 3.0),
            (-2, 3, -2.0 / 3.0),
            (0, 7, 0.0),
            (6, 3, 2.0),
            // Above 2^53: scaled by 2^70 on both sides the answer is the same.
            (1 << 70, 3 << 70, 1.0 / 3.0),
            (-(2 << 70), 3 << 70, -2.0 / 3.0),
            (5 << 100, 1 << 100, 5.0),
            // A tie to even, then the same with a little more.
            ((1 << 54) + 2, 2, 9007199254740992.0),
            ((1 << 54) + 3, 2, 9007199254740994.0),
            ((1 << 53) + 1, 1, 9007199254740992.0),
        ] {
            assert_eq!(quotient(Exact::from(numerator), denominator), expected, "{numerator}");
        }
    }

    #[test]
    fn the_least_remainder_decides_a_tie() {
        // 2^53 + 1 is half-way between two doubles; the rest is 2^-100.
        let tie = Exact::from((1_i128 << 53) + 1).times(Exact::from(1_i128 << 100));
        assert_eq!(quotient(tie, 1 << 100), 9007199254740992.0);
        let above = tie.plus(Exact::from(1_i128));
        assert_eq!(quotient(above, 1 << 100), 9007199254740994.0);
        // The same for a denominator of one word, where the upper 128 bits are divided.
        let denominator = (1_i128 << 63) + 1;
        let tie = ((1_i128 << 53) + 1) * denominator;
        assert_eq!(quotient(Exact::from(tie), denominator as u128), 9007199254740992.0);
        assert_eq!(quotient(Exact::from(tie + 1), denominator as u128), 9007199254740994.0);
    }

    #[test]
    fn a_division_by_zero_is_nan() {
        assert!(quotient(Exact::from(5_i128), 0).is_nan());
    }

    #[test]
    fn both_ways_of_dividing_agree() {
        let mut n = 0x1234_5678_9abc_def1_u64;
        let mut next = || {
            n ^= n << 13;
            n ^= n >> 7;
            n ^= n << 17;
            n
        };
        for round in 0..20_000 {
            // Of every width, with zeros at the lower end.
            let mut words = [next(), next(), next(), next()];
            let width = 1 + round % 256;
            for (index, word) in words.iter_mut().enumerate() {
                let (first, last) = (64 * index, 64 * index + 63);
                if first >= width || last < width / (1 + round % 3) {
                    *word = 0;
                } else if last >= width {
                    *word >>= last + 1 - width;
                }
            }
            let denominator = u128::from((next() >> (round % 63)).max(1));
            if words == [0; 4] {
                continue;
            }
            let expected = long_division(words, denominator);
            assert_eq!(division(words, denominator), expected, "{words:x?} / {denominator}");
        }
    }

    #[test]
    fn the_result_is_the_nearest_double() {
        // q is nearest when |q * d - n| is at most half a last place times d; here in
        // integers, because q is an integer plus a multiple of 2^-20 for these sizes.
        let mut n = 0x1234_5678_9abc_def1_u64;
        for d in [3_u128, 7, 1_000_003, (1 << 61) - 1] {
            for _ in 0..1000 {
                n ^= n << 13;
                n ^= n >> 7;
                n ^= n << 17;
                let numerator = u128::from(n) << 32;
                let q = quotient(Exact::from(numerator), d);
                let (mantissa, exponent) = parts(q);
                // Compare 2 * |mantissa * 2^exponent * d - numerator| with 2^exponent * d.
                let left = Exact::from(u128::from(mantissa)).times(Exact::from(d));
                let scale = |x: Exact, by: i32| x.times(Exact::from(1_u128 << by));
                let (left, ulp, right) = if exponent >= 0 {
                    (scale(left, exponent), scale(Exact::from(d), exponent), Exact::from(numerator))
                } else {
                    (left, Exact::from(d), scale(Exact::from(numerator), -exponent))
                };
                let error = left.minus(right);
                let error = if error.is_negative() { right.minus(left) } else { error };
                assert!(error.plus(error) <= ulp, "{n} / {d}");
            }
        }
    }

    fn parts(value: f64) -> (u64, i32) {
        let bits = value.to_bits();
        let exponent = (bits >> 52) as i32 - 1075;
        (bits & ((1 << 52) - 1) | 1 << 52, exponent)
    }
}
