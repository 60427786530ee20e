use std::fmt;

/// An exact integer of 256 bits, the result of sums and products over integer arrays.
///
/// No array that fits into memory can overflow it: at most 2^60 products of less than 2^128.
///
/// ```
/// use allcores_numeric::Exact;
/// let big = Exact::from((1_i128 << 53) + 1);
/// assert_eq!(big.to_f64(), 9007199254740992.0); // a tie goes to the even neighbour
/// assert_eq!(big.to_i128(), Some((1 << 53) + 1));
/// assert_eq!(Exact::from(-5_i128).words(), [5, 0, 0, 0]);
/// assert!(Exact::from(-5_i128).is_negative());
/// ```
// Two's complement, so the derived order is the numeric one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exact {
    high: i128,
    low: u128,
}

impl Exact {
    /// Zero.
    pub const ZERO: Exact = Exact { high: 0, low: 0 };

    /// Whether the value is below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.high < 0
    }

    /// The absolute value in words of 64 bits, the lowest first. With
    /// [`Exact::is_negative`] this is what a JavaScript BigInt is made from.
    #[must_use]
    pub fn words(self) -> [u64; 4] {
        let positive = if self.is_negative() { self.negate() } else { self };
        let high = positive.high.cast_unsigned();
        [positive.low as u64, (positive.low >> 64) as u64, high as u64, (high >> 64) as u64]
    }

    /// The nearest double; of two equally near ones the one with an even last bit.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        // Nearly every sum. This conversion rounds to nearest, ties to even, and is one instruction.
        if let Some(small) = self.to_i128().and_then(|value| i64::try_from(value).ok()) {
            return small as f64;
        }
        let words = self.words();
        let size = if let Some(narrow) = narrow(words) {
            // This conversion rounds to nearest, ties to even.
            narrow as f64
        } else {
            // The top 128 bits, the lowest of which stands for all bits below it.
            let high = u128::from(words[3]) << 64 | u128::from(words[2]);
            let low = u128::from(words[1]) << 64 | u128::from(words[0]);
            let room = high.leading_zeros();
            let (top, rest) = if room == 0 {
                (high, low)
            } else {
                (high << room | low >> (128 - room), low << room)
            };
            let top = top | u128::from(rest != 0);
            top as f64 * power_of_two(128 - room.cast_signed())
        };
        if self.is_negative() { -size } else { size }
    }

    /// The value when it fits.
    #[must_use]
    pub fn to_i128(self) -> Option<i128> {
        let narrow = self.low.cast_signed();
        (self.high == narrow >> 127).then_some(narrow)
    }

    /// `unsigned + 2^64 * shifted`, as kernels of 64-bit products give it.
    pub(crate) fn from_halves(unsigned: u128, shifted: i128) -> Exact {
        let low = Exact { high: 0, low: unsigned };
        low.plus(Exact { high: shifted >> 64, low: shifted.cast_unsigned() << 64 })
    }

    pub(crate) fn plus(self, other: Exact) -> Exact {
        let (low, carry) = self.low.overflowing_add(other.low);
        let high = self.high.wrapping_add(other.high).wrapping_add(i128::from(carry));
        Exact { high, low }
    }

    pub(crate) fn minus(self, other: Exact) -> Exact {
        self.plus(other.negate())
    }

    /// The product. The caller knows that it fits.
    pub(crate) fn times(self, other: Exact) -> Exact {
        let (left, right) = (self.words(), other.words());
        let mut words = [0_u64; 4];
        for i in 0..4 {
            let mut carry = 0_u128;
            for j in 0..4 - i {
                let sum =
                    u128::from(left[i]) * u128::from(right[j]) + u128::from(words[i + j]) + carry;
                words[i + j] = sum as u64;
                carry = sum >> 64;
            }
        }
        let high = u128::from(words[3]) << 64 | u128::from(words[2]);
        let low = u128::from(words[1]) << 64 | u128::from(words[0]);
        let size = Exact { high: high.cast_signed(), low };
        if self.is_negative() == other.is_negative() { size } else { size.negate() }
    }

    fn negate(self) -> Exact {
        let (low, carry) = (!self.low).overflowing_add(1);
        Exact { high: (!self.high).wrapping_add(i128::from(carry)), low }
    }
}

impl From<i128> for Exact {
    fn from(value: i128) -> Self {
        Exact { high: value >> 127, low: value.cast_unsigned() }
    }
}

impl From<u128> for Exact {
    fn from(value: u128) -> Self {
        Exact { high: 0, low: value }
    }
}

/// Hexadecimal, with a sign.
impl fmt::LowerHex for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.words();
        let digits = format!("{d:016x}{c:016x}{b:016x}{a:016x}");
        let digits = digits.trim_start_matches('0');
        f.pad_integral(!self.is_negative(), "0x", if digits.is_empty() { "0" } else { digits })
    }
}

fn narrow(words: [u64; 4]) -> Option<u128> {
    (words[2] == 0 && words[3] == 0).then_some(u128::from(words[1]) << 64 | u128::from(words[0]))
}

/// 2 to the power of `exponent`, which is in the range of normal doubles.
pub(crate) fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((1023 + exponent) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::{Exact, power_of_two};

    #[test]
    fn words_and_sign_give_the_value_back() {
        for value in [0, 1, -1, i128::MAX, i128::MIN, -(1 << 64), 1 << 64] {
            let exact = Exact::from(value);
            assert_eq!(exact.to_i128(), Some(value));
            assert_eq!(exact.is_negative(), value < 0);
            let [a, b, c, d] = exact.words();
            assert_eq!((c, d), (0, 0));
            assert_eq!(u128::from(b) << 64 | u128::from(a), value.unsigned_abs());
        }
        let wide = Exact::from(u128::MAX).plus(Exact::from(1_i128));
        assert_eq!((wide.words(), wide.to_i128()), ([0, 0, 1, 0], None));
    }

    #[test]
    fn a_double_is_rounded_once_at_every_width() {
        // 2^k + half a last place is a tie; one unit more is above it.
        for bits in 53..250 {
            let power = |k: u32| {
                let half = Exact::from(1_u128 << (k / 2));
                half.times(Exact::from(1_u128 << (k - k / 2)))
            };
            let tie = power(bits).plus(power(bits - 53));
            let expected = power_of_two(bits.cast_signed());
            assert_eq!(tie.to_f64(), expected, "2^{bits}");
            assert_eq!(tie.negate().to_f64(), -expected);
            let above = tie.plus(Exact::from(1_i128)).to_f64();
            let next = f64::from_bits(expected.to_bits() + 1);
            // At 53 bits one unit above the tie is the next double but one half: a tie again.
            assert_eq!(above, next, "above 2^{bits}");
            assert_eq!(tie.minus(Exact::from(1_i128)).to_f64(), expected);
        }
    }

    #[test]
    fn sums_and_products_agree_with_i128_where_that_is_wide_enough() {
        let values = [0, 1, -1, 3, -7, i64::MAX.into(), i64::MIN.into(), (u64::MAX >> 1).into()];
        for a in values {
            for b in values {
                let (x, y) = (Exact::from(a), Exact::from(b));
                assert_eq!(x.plus(y).to_i128(), Some(a + b));
                assert_eq!(x.minus(y).to_i128(), Some(a - b));
                assert_eq!(x.times(y).to_i128(), Some(a * b));
                assert_eq!(x.cmp(&y), a.cmp(&b));
            }
        }
    }

    #[test]
    fn halves_are_put_together_with_their_sign() {
        assert_eq!(Exact::from_halves(5, -1).to_i128(), Some(5 - (1 << 64)));
        let sum = Exact::from_halves(u128::MAX, 1);
        assert_eq!(sum.minus(Exact::from(u128::MAX)).to_i128(), Some(1 << 64));
        let digits = format!("{:x}", Exact::from_halves(0, i128::MIN));
        assert_eq!(digits, format!("-8{}", "0".repeat(47)));
    }
}
