//! Arithmetic modulo an odd number without divisions (P. Montgomery, "Modular multiplication
//! without trial division", 1985).

use super::euclid;

/// An odd modulus from 3 to 2^63 - 1. Its residues are kept as x * 2^64 modulo n, below n.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Modulus {
    n: u64,
    /// The inverse of n modulo 2^64.
    inverse: u64,
    /// The residue of 1, which is 2^64 modulo n.
    one: u64,
    /// The residue of 2^64, which is 2^128 modulo n.
    radix: u64,
}

impl Modulus {
    pub(crate) fn new(n: u64) -> Modulus {
        debug_assert!(n % 2 == 1 && n > 1 && n < 1 << 63);
        // Newton's iteration doubles the bits that are right; three are to begin with.
        let mut inverse = n;
        for _ in 0..5 {
            inverse = inverse.wrapping_mul(2_u64.wrapping_sub(n.wrapping_mul(inverse)));
        }
        let one = (u64::MAX % n + 1) % n;
        let radix = (u128::from(one) * u128::from(one) % u128::from(n)) as u64;
        Modulus { n, inverse, one, radix }
    }

    pub(crate) fn n(&self) -> u64 {
        self.n
    }

    pub(crate) fn one(&self) -> u64 {
        self.one
    }

    /// The inverse of n modulo 2^64.
    pub(crate) fn word_inverse(&self) -> u64 {
        self.inverse
    }

    /// The residue of a number below n.
    #[inline]
    pub(crate) fn enter(&self, x: u64) -> u64 {
        self.mul(x, self.radix)
    }

    /// The number below n that a residue stands for.
    #[inline]
    pub(crate) fn leave(&self, a: u64) -> u64 {
        self.reduce(u128::from(a))
    }

    #[inline]
    pub(crate) fn mul(&self, a: u64, b: u64) -> u64 {
        self.reduce(u128::from(a) * u128::from(b))
    }

    #[inline]
    pub(crate) fn add(&self, a: u64, b: u64) -> u64 {
        let sum = a + b; // below 2^64, because n is below 2^63
        sum.min(sum.wrapping_sub(self.n))
    }

    #[inline]
    pub(crate) fn sub(&self, a: u64, b: u64) -> u64 {
        let difference = a.wrapping_sub(b);
        difference.min(difference.wrapping_add(self.n))
    }

    #[inline]
    pub(crate) fn negate(&self, a: u64) -> u64 {
        self.sub(0, a)
    }

    pub(crate) fn pow(&self, base: u64, mut exponent: u64) -> u64 {
        let (mut power, mut square) = (self.one, base);
        while exponent != 0 {
            if exponent % 2 == 1 {
                power = self.mul(power, square);
            }
            square = self.mul(square, square);
            exponent /= 2;
        }
        power
    }

    /// 1 / a, if there is one.
    pub(crate) fn inverse(&self, a: u64) -> Option<u64> {
        euclid::inverse(self.leave(a), self.n).map(|inverse| self.enter(inverse))
    }

    /// The residue of 2^(bits * count), by which a product of `count` factors is multiplied when
    /// each factor has cost it 2^bits.
    pub(crate) fn radix_power(&self, bits: u32, count: u64) -> u64 {
        let radix = if bits == 64 { self.radix } else { self.enter((1 << bits) % self.n) };
        self.pow(radix, count)
    }

    /// x / 2^64 modulo n, for x below 2^64 n.
    #[inline]
    fn reduce(&self, x: u128) -> u64 {
        let quotient = (x as u64).wrapping_mul(self.inverse);
        let multiple = high_word(quotient, self.n);
        self.sub((x >> 64) as u64, multiple)
    }

    /// The residue of a sum of products of two residues: that sum, in three words, is below
    /// 2^128 times n.
    #[inline]
    pub(crate) fn reduce_sum(&self, [low, middle, high]: [u64; 3]) -> u64 {
        let quotient = low.wrapping_mul(self.inverse);
        let multiple = u128::from(high_word(quotient, self.n));
        // Not negative, because n is greater than the multiple; below 2^64 n + n.
        let upper = (u128::from(high) << 64 | u128::from(middle)) + u128::from(self.n) - multiple;
        let quotient = (upper as u64).wrapping_mul(self.inverse);
        let multiple = high_word(quotient, self.n);
        // The sum over 2^128, which is what the two residues' radices are worth.
        let upper = (upper >> 64) as u64; // at most n
        self.enter(self.sub(upper.min(upper.wrapping_sub(self.n)), multiple))
    }
}

/// The upper word of a product.
#[inline]
fn high_word(a: u64, b: u64) -> u64 {
    ((u128::from(a) * u128::from(b)) >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::Modulus;

    const MODULI: [u64; 8] =
        [3, 5, 9, 65_537, (1 << 31) - 1, (1 << 32) + 15, (1 << 61) - 1, (1 << 63) - 1];

    fn samples(n: u64) -> impl Iterator<Item = u64> {
        let random = (1..20_u64).map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        random.chain([0, 1, 2, n / 2, n - 2, n - 1]).map(move |x| x % n)
    }

    #[test]
    fn operations_agree_with_divisions() {
        for n in MODULI {
            let modulus = Modulus::new(n);
            let wide = u128::from(n);
            assert_eq!(modulus.word_inverse().wrapping_mul(n), 1);
            assert_eq!(modulus.leave(modulus.one()), 1);
            for x in samples(n) {
                let a = modulus.enter(x);
                assert!(a < n);
                assert_eq!(modulus.leave(a), x);
                assert_eq!(modulus.leave(modulus.negate(a)), (n - x) % n);
                for y in samples(n) {
                    let b = modulus.enter(y);
                    let (x, y) = (u128::from(x), u128::from(y));
                    assert_eq!(u128::from(modulus.leave(modulus.mul(a, b))), x * y % wide);
                    assert_eq!(u128::from(modulus.leave(modulus.add(a, b))), (x + y) % wide);
                    assert_eq!(u128::from(modulus.leave(modulus.sub(a, b))), (x + wide - y) % wide);
                }
                if let Some(inverse) = modulus.inverse(a) {
                    assert_eq!(modulus.mul(a, inverse), modulus.one());
                }
            }
            assert_eq!(
                modulus.leave(modulus.pow(modulus.enter(2), 70)),
                ((1_u128 << 70) % wide) as u64
            );
            assert_eq!(modulus.leave(modulus.radix_power(32, 2)), ((1_u128 << 64) % wide) as u64);
            assert_eq!(modulus.radix_power(64, 1), modulus.radix_power(32, 2));
        }
    }

    #[test]
    fn a_long_sum_of_products_is_reduced_like_its_terms() {
        for n in MODULI {
            let modulus = Modulus::new(n);
            let terms = 1_u64 << (n.ilog2().min(22));
            for (x, y) in samples(n).zip(samples(n).skip(3)).chain([(n - 1, n - 1)]) {
                let (a, b) = (modulus.enter(x), modulus.enter(y));
                let product = u128::from(a) * u128::from(b);
                let (low, high) = (product & u128::from(u64::MAX), product >> 64);
                let low = low * u128::from(terms);
                let high = high * u128::from(terms) + (low >> 64);
                let sum = [low as u64, high as u64, (high >> 64) as u64];
                let expected = modulus.mul(modulus.mul(a, b), modulus.enter(terms % n));
                assert_eq!(modulus.reduce_sum(sum), expected, "{n}");
            }
        }
    }
}
