//! Numbers from 0 to 2^64 with 192 bits after the point.

/// Four words, least significant first; the last one is the whole part. Products and quotients
/// are rounded down, so each is less than 2^-192 too small, and products of whole parts must fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fixed(pub(crate) [u64; 4]);

impl Fixed {
    pub(crate) const ZERO: Fixed = Fixed([0; 4]);

    pub(crate) fn whole(n: u64) -> Fixed {
        Fixed([0, 0, 0, n])
    }

    pub(crate) fn plus(self, other: Fixed) -> Fixed {
        let mut carry = 0;
        Fixed(std::array::from_fn(|i| {
            let sum = u128::from(self.0[i]) + u128::from(other.0[i]) + carry;
            carry = sum >> 64;
            sum as u64
        }))
    }

    /// The difference, which must not be negative.
    pub(crate) fn minus(self, other: Fixed) -> Fixed {
        // x - y is -(-x - 1 + y) - 1.
        let complement = |x: Fixed| Fixed(x.0.map(|word| !word));
        complement(complement(self).plus(other))
    }

    pub(crate) fn times(self, other: Fixed) -> Fixed {
        let mut product = [0; 8];
        for (i, &a) in self.0.iter().enumerate() {
            let mut carry = 0;
            for (j, &b) in other.0.iter().enumerate() {
                let sum = u128::from(a) * u128::from(b) + u128::from(product[i + j]) + carry;
                product[i + j] = sum as u64;
                carry = sum >> 64;
            }
            product[i + 4] = carry as u64;
        }
        debug_assert!(product[7] == 0);
        Fixed([product[3], product[4], product[5], product[6]])
    }

    pub(crate) fn times_word(self, factor: u64) -> Fixed {
        let mut carry = 0;
        Fixed(self.0.map(|word| {
            let product = u128::from(word) * u128::from(factor) + carry;
            carry = product >> 64;
            product as u64
        }))
    }

    pub(crate) fn over(self, divisor: u64) -> Fixed {
        let mut quotient = Fixed::ZERO;
        let mut rest = 0;
        for (word, digit) in self.0.iter().zip(&mut quotient.0).rev() {
            let dividend = rest << 64 | u128::from(*word);
            *digit = (dividend / u128::from(divisor)) as u64;
            rest = dividend % u128::from(divisor);
        }
        quotient
    }
}

#[cfg(test)]
mod tests {
    use super::Fixed;

    #[test]
    fn carries_and_borrows_go_through_all_words() {
        let ulp = Fixed([1, 0, 0, 0]);
        let almost = Fixed::whole(7).minus(ulp);
        assert_eq!(almost, Fixed([u64::MAX, u64::MAX, u64::MAX, 6]));
        assert_eq!(almost.plus(ulp), Fixed::whole(7));
        assert_eq!(almost.minus(almost), Fixed::ZERO);
    }

    #[test]
    fn products_and_quotients_are_rounded_down() {
        let third = Fixed::whole(1).over(3);
        assert_eq!(third, Fixed([u64::MAX / 3, u64::MAX / 3, u64::MAX / 3, 0]));
        assert_eq!(third.times_word(3), Fixed([u64::MAX, u64::MAX, u64::MAX, 0]));
        assert_eq!(third.times(Fixed::whole(6)), Fixed([u64::MAX - 1, u64::MAX, u64::MAX, 1]));
        assert_eq!(
            Fixed::whole(5).over(2).times(Fixed::whole(5).over(2)),
            Fixed::whole(25).over(4)
        );
        let large = Fixed::whole(1 << 40).plus(third);
        assert_eq!(large.times_word(1 << 20).over(1 << 20), large);
    }
}
