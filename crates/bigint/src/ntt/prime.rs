//! The three primes and exact integers modulo them, for tables and constants.

/// An odd prime below 2^50 for which roots of unity of every order that divides
/// 15 * 2^32 exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Prime {
    pub(crate) p: u64,
    /// A number that is no square, no cube and no fifth power modulo `p`.
    nonresidue: u64,
}

/// The largest primes k * 15 * 2^32 + 1 below 2^50. Their product is above 2^149.99.
pub(crate) const PRIMES: [Prime; 3] = [
    Prime { p: 1_125_818_302_464_001, nonresidue: 7 },
    Prime { p: 1_125_625_028_935_681, nonresidue: 11 },
    Prime { p: 1_124_658_661_294_081, nonresidue: 19 },
];

impl Prime {
    pub(crate) const fn multiply(self, x: u64, y: u64) -> u64 {
        (x as u128 * y as u128 % self.p as u128) as u64
    }

    pub(crate) const fn power(self, base: u64, exponent: u64) -> u64 {
        let (mut base, mut rest, mut power) = (base % self.p, exponent, 1);
        while rest > 0 {
            if rest % 2 == 1 {
                power = self.multiply(power, base);
            }
            base = self.multiply(base, base);
            rest /= 2;
        }
        power
    }

    /// 1 / x, for `x` that `p` does not divide (Fermat).
    pub(crate) const fn inverse(self, x: u64) -> u64 {
        self.power(x, self.p - 2)
    }

    /// A root of unity of this order, which divides 15 * 2^32. The one of order `n` is the
    /// square of the one of order `2 n`.
    pub(crate) const fn root(self, order: u64) -> u64 {
        self.power(self.nonresidue, (self.p - 1) / order)
    }

    /// The residue of `x`, which is below `p`, that is nearest to zero.
    pub(crate) fn balanced(self, x: u64) -> f64 {
        if x > self.p / 2 { -((self.p - x) as f64) } else { x as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::PRIMES;

    #[test]
    fn each_is_a_prime_below_2_to_the_50_with_roots_of_all_orders() {
        for prime in PRIMES {
            let p = prime.p;
            assert!(p < 1 << 50);
            assert_eq!((p - 1) % (15 << 32), 0);
            assert!((2..=p.isqrt()).all(|d| !p.is_multiple_of(d)), "{p}");
            for (order, factors) in [(3, &[3][..]), (5, &[5]), (1 << 32, &[2])] {
                let root = prime.root(order);
                assert_eq!(prime.power(root, order), 1);
                assert!(factors.iter().all(|f| prime.power(root, order / f) != 1), "{order}");
            }
            assert_eq!(prime.power(prime.root(64), 2), prime.root(32));
        }
    }

    #[test]
    fn inverses_and_balanced_residues_are_right() {
        for prime in PRIMES {
            for x in [1, 2, 3, 1 << 40, prime.p - 1] {
                assert_eq!(prime.multiply(x, prime.inverse(x)), 1);
            }
            assert_eq!(prime.balanced(0), 0.0);
            assert_eq!(prime.balanced(prime.p - 1), -1.0);
            assert_eq!(prime.balanced(prime.p / 2), (prime.p / 2) as f64);
            assert_eq!(prime.balanced(prime.p / 2 + 1), -((prime.p / 2) as f64));
        }
    }
}
