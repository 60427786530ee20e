use super::montgomery::Modulus;

/// With these bases the test of Miller and Rabin errs for no number below 2^64 (the first that
/// passes all twelve is above 3 * 10^23: Sorenson and Webster, "Strong pseudoprimes to twelve
/// prime bases", 2017).
const BASES: [u64; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];

/// Whether a number below 2^63 is prime; never wrong.
pub(super) fn is_prime(n: u64) -> bool {
    if let Some(base) = BASES.into_iter().find(|&base| n.is_multiple_of(base)) {
        return n == base;
    }
    if n < 37 * 37 {
        return n > 1;
    }
    let modulus = Modulus::new(n);
    let twos = (n - 1).trailing_zeros();
    let odd = (n - 1) >> twos;
    let minus_one = modulus.negate(modulus.one());
    BASES.into_iter().all(|base| {
        let mut power = modulus.pow(modulus.enter(base), odd);
        if power == modulus.one() || power == minus_one {
            return true;
        }
        for _ in 1..twos {
            power = modulus.mul(power, power);
            if power == minus_one {
                return true;
            }
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::is_prime;

    #[test]
    fn primes_up_to_a_hundred_thousand_are_those_of_a_sieve() {
        let mut composite = vec![false; 100_000];
        for n in 2..composite.len() {
            assert_eq!(is_prime(n as u64), !composite[n], "{n}");
            if !composite[n] {
                for multiple in (n * n..composite.len()).step_by(n) {
                    composite[multiple] = true;
                }
            }
        }
        assert!(!is_prime(0) && !is_prime(1));
    }

    #[test]
    fn pseudoprimes_are_seen_through() {
        // Carmichael numbers, and the least numbers that pass for the first 1, 2, 3, ... prime bases.
        let composites = [
            561,
            1105,
            1729,
            825_265,
            2047,
            1_373_653,
            25_326_001,
            3_215_031_751,
            2_152_302_898_747,
            3_474_749_660_383,
            341_550_071_728_321,
            3_825_123_056_546_413_051,
        ];
        for n in composites {
            assert!(!is_prime(n), "{n}");
        }
        for n in
            [(1 << 31) - 1, (1 << 61) - 1, 9_223_372_036_854_775_783, 4_611_686_018_427_387_847]
        {
            assert!(is_prime(n), "{n}");
        }
    }
}
