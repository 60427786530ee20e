//! The length of n!, by Stirling's series with 192 bits after the point.

use allcores_parallel::Token;

use crate::decimal_text::factorial_string;
use crate::fixed::Fixed;

/// The largest `n` whose factorial has less than 2^53 digits, so that a JavaScript number is exact.
///
/// ```
/// assert_eq!(allcores_bigint::MAX_DIGIT_COUNT, 627_109_151_413_468);
/// ```
pub const MAX_DIGIT_COUNT: u64 = 627_109_151_413_468;

/// The number of decimal digits of n!, without n!.
///
/// ```
/// use allcores_bigint::digit_count;
/// assert_eq!(digit_count(0), 1);
/// assert_eq!(digit_count(1000), 2568);
/// assert_eq!(digit_count(1_000_000_000_000), 11_565_705_518_104);
/// ```
///
/// The logarithm is known to 2^-130. No factorial above 1 is a power of ten, and none of those up
/// to [`MAX_DIGIT_COUNT`] can be expected as near to one as 2^-100 (their logarithms have 2^50
/// fractions); should there be one all the same, this panics instead of giving a wrong number.
///
/// # Panics
/// When `n` is above [`MAX_DIGIT_COUNT`].
#[must_use]
pub fn digit_count(n: u64) -> u64 {
    assert!(n <= MAX_DIGIT_COUNT, "Expected n up to {MAX_DIGIT_COUNT}");
    if n < SERIES_FROM {
        return small_digit_count(n);
    }
    let [_, low, high, whole] = ln_factorial(n).times(LOG_10_E).0;
    let fraction = u128::from(high) << 64 | u128::from(low);
    let margin = 1 << 28; // 2^-100
    assert!(
        (margin..u128::MAX - margin).contains(&fraction),
        "The logarithm of {n}! is too near to a whole number"
    );
    whole + 1
}

/// From here on nine terms of the series are enough.
const SERIES_FROM: u64 = 256;

fn small_digit_count(n: u64) -> u64 {
    let text = factorial_string(&Token::new(), n).expect("nobody has this token");
    text.len() as u64
}

/// The coefficients of 1/n, 1/n^3, ... in Stirling's series: B(2k) / (2k (2k - 1)), with the
/// Bernoulli numbers B, as numerators and denominators. The signs alternate, from plus on.
///
/// The error is less than the first term that is left out, 529.2 / 380 / 256^19 < 2^-151.
const SERIES: [(u64, u64); 9] = [
    (1, 12),
    (1, 360),
    (1, 1260),
    (1, 1680),
    (1, 1188),
    (691, 360_360),
    (1, 156),
    (3617, 122_400),
    (43_867, 244_188),
];

/// ln n! for n from `SERIES_FROM` to `MAX_DIGIT_COUNT`: (n + 1/2) ln n - n + ln(2 pi) / 2 and the
/// series.
pub(crate) fn ln_factorial(n: u64) -> Fixed {
    // Halved at the end, because the logarithm is below 2^6 and 2 n + 1 below 2^51.
    let main = ln(n).times_word(2 * n + 1).over(2).minus(Fixed::whole(n)).plus(HALF_LN_TAU);
    let mut power = Fixed::whole(1).over(n);
    let (mut plus, mut minus) = (Fixed::ZERO, Fixed::ZERO);
    for (k, (numerator, denominator)) in SERIES.into_iter().enumerate() {
        let term = power.times_word(numerator).over(denominator);
        let sum = if k % 2 == 0 { &mut plus } else { &mut minus };
        *sum = sum.plus(term);
        power = power.over(n).over(n);
    }
    main.plus(plus).minus(minus)
}

/// ln n for n from 1 to 2^62, less than 2^-180 too small.
fn ln(n: u64) -> Fixed {
    // n = 2^k (1 + s) / (1 - s) with s below 1/3, and ln((1 + s) / (1 - s)) = 2 (s + s^3 / 3 + ...).
    let k = n.ilog2();
    let power = 1 << k;
    let s = Fixed::whole(n - power).over(n + power);
    let square = s.times(s);
    let (mut sum, mut odd_power) = (Fixed::ZERO, s);
    for divisor in (1..).step_by(2) {
        let term = odd_power.over(divisor);
        if term == Fixed::ZERO {
            break;
        }
        sum = sum.plus(term);
        odd_power = odd_power.times(square);
    }
    LN_2.times_word(k.into()).plus(sum.times_word(2))
}

/// The natural logarithm of 2.
const LN_2: Fixed = Fixed([0x40f3_4326_7298_b62d, 0xc9e3_b398_03f2_f6af, 0xb172_17f7_d1cf_79ab, 0]);

/// The decimal logarithm of e.
const LOG_10_E: Fixed =
    Fixed([0x1f71_a301_22e4_d101, 0x9aad_d557_d699_ee19, 0x6f2d_ec54_9b94_38ca, 0]);

/// Half the natural logarithm of 2 pi.
const HALF_LN_TAU: Fixed =
    Fixed([0xcfb0_8f8d_1345_8b4d, 0x94bc_9001_4419_2023, 0xeb3f_8e43_25f5_a534, 0]);

#[cfg(test)]
mod tests {
    use super::{
        Fixed, HALF_LN_TAU, LN_2, LOG_10_E, MAX_DIGIT_COUNT, digit_count, ln, ln_factorial,
    };
    use allcores_parallel::Token;

    /// Whether two numbers are at most 2^-128 apart.
    fn close(a: Fixed, b: Fixed) -> bool {
        let difference = a.minus(b).0;
        let difference = if difference[3] == 0 { difference } else { b.minus(a).0 };
        difference[1..] == [0; 3]
    }

    #[test]
    fn the_constants_are_what_they_say() {
        // ln 2 = 2 artanh(1 / 3) = 7 ln(16 / 15) + 5 ln(25 / 24) + 3 ln(81 / 80), by other series.
        let artanh = |x: u64| {
            let mut power = Fixed::whole(1).over(x);
            let mut sum = Fixed::ZERO;
            for divisor in (1..200).step_by(2) {
                sum = sum.plus(power.over(divisor));
                power = power.over(x * x);
            }
            sum
        };
        let ln_2 = artanh(31).times_word(14).plus(artanh(49).times_word(10));
        let ln_2 = ln_2.plus(artanh(161).times_word(6));
        assert!(close(LN_2, ln_2));
        assert!(close(LOG_10_E.times(ln(10)), Fixed::whole(1)));
        assert!(close(ln(3).plus(ln(5)), ln(15)));
        assert_ne!(HALF_LN_TAU, Fixed::ZERO); // checked by the next test
    }

    #[test]
    fn the_series_gives_the_sum_of_the_logarithms() {
        let mut sum = Fixed::ZERO;
        for n in 1..3000 {
            sum = sum.plus(ln(n));
            if n >= super::SERIES_FROM {
                assert!(close(ln_factorial(n), sum), "{n}");
            }
        }
    }

    #[test]
    fn it_is_the_length_of_the_text_for_every_small_n_and_some_larger_ones() {
        let token = Token::new();
        let larger = [5000, 9999, 12_345, 30_000, 65_536, 100_000];
        for n in (0..1000).chain(larger) {
            let length = crate::factorial_string(&token, n).unwrap().len();
            assert_eq!(digit_count(n), length as u64, "{n}");
        }
    }

    #[test]
    fn known_lengths_are_met_up_to_the_last_safe_integer() {
        // Powers of ten: https://oeis.org/A061010; the rest by MPFR's lngamma with 600 bits.
        let known = [
            (1_000_000, 5_565_709),
            (10_000_000, 65_657_060),
            (100_000_000, 756_570_557),
            (1_000_000_000, 8_565_705_523),
            (10_000_000_000, 95_657_055_187),
            (100_000_000_000, 1_056_570_551_816),
            (1_000_000_000_000, 11_565_705_518_104),
            (10_000_000_000_000, 125_657_055_180_975),
            (100_000_000_000_000, 1_356_570_551_809_683),
            (MAX_DIGIT_COUNT, 9_007_199_254_740_990),
        ];
        for (n, digits) in known {
            assert_eq!(digit_count(n), digits, "{n}");
        }
    }
}
