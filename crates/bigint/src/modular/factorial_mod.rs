use allcores_parallel::{Cancelled, Token};

use super::euclid;
use super::factorize::factorize;
use super::montgomery::Modulus;
use super::range_product::range_product;
use super::units::{factorial, factorial_mod_prime};

/// Up to here n! is multiplied by remainders of divisions. From here on, 2^64 divides it.
const TINY: u64 = 128;

/// Up to here it is faster to multiply all numbers than to look for the primes of the modulus.
const SMALL: u64 = 1 << 16;

/// A residue and its modulus, which is at most 2^63.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Residue {
    value: u64,
    modulus: u64,
}

/// n! modulo `m`, without n!; 0 at once from n = m on.
///
/// Up to 500 million numbers are multiplied one by one, in lanes of the processor's vectors and on
/// all threads. More take about sqrt(n) steps up to n = 1.7 * 10^13, with memory for as many numbers,
/// and n / 2^21 steps above. `m` is taken apart into its primes first, which takes up to some
/// milliseconds: a power p^e of a prime up to `n` divides n! already when e is at most n / p,
/// and what is left of the others needs at most 2^22 numbers. For prime `m`, n near `m` is as
/// cheap as n near 0 (Wilson's theorem).
///
/// The result is exact, so it is the same on any number of threads and on every instruction set.
///
/// ```
/// use allcores_bigint::factorial_mod;
/// use allcores_parallel::Token;
/// let token = Token::new();
/// assert_eq!(factorial_mod(&token, 10, 1_000_003), Ok(628_791));
/// assert_eq!(factorial_mod(&token, 1_000_002, 1_000_003), Ok(1_000_002));
/// assert_eq!(factorial_mod(&token, 0, 1), Ok(0));
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the work was done.
///
/// # Panics
/// When `m` is 0 or above 2^63.
pub fn factorial_mod(token: &Token, n: u64, m: u64) -> Result<u64, Cancelled> {
    assert!((1..=1 << 63).contains(&m), "Expected a modulus from 1 to 2^63");
    token.begin_block()?;
    if n >= m {
        return Ok(0);
    }
    if n <= TINY {
        let times =
            |product: u64, k: u64| (u128::from(product) * u128::from(k) % u128::from(m)) as u64;
        return Ok((1..=n).fold(1 % m, times));
    }
    let twos = m.trailing_zeros();
    let odd = m >> twos;
    // n! has 2^twos as a factor, because it has at least n - 8 factors of two.
    let even_part = Residue { value: 0, modulus: 1 << twos };
    let odd_part = if n >= odd {
        Residue { value: 0, modulus: odd }
    } else if n <= SMALL {
        let modulus = Modulus::new(odd);
        Residue { value: modulus.leave(range_product(token, &modulus, 1, n)?), modulus: odd }
    } else {
        modulo_odd(token, n, odd)?
    };
    Ok(combine(even_part, odd_part).value)
}

/// n! modulo an odd number, by its primes.
fn modulo_odd(token: &Token, n: u64, m: u64) -> Result<Residue, Cancelled> {
    // What the primes above n make of the modulus needs no care: n! has none of them.
    let mut coprime = 1;
    let mut result = Residue { value: 0, modulus: 1 };
    let mut last = None;
    for (p, exponent) in factorize(token, m)? {
        if p > n {
            coprime *= p.pow(exponent);
            last = Some((p, exponent));
        } else {
            let value = modulo_power(token, n, p, exponent)?;
            result = combine(result, Residue { value, modulus: p.pow(exponent) });
        }
    }
    let value = match last {
        None => return Ok(result),
        Some((p, 1)) if p == coprime => factorial_mod_prime(token, p, n)?,
        Some(_) => {
            let modulus = Modulus::new(coprime);
            modulus.leave(factorial(token, &modulus, n)?)
        }
    };
    Ok(combine(result, Residue { value, modulus: coprime }))
}

/// n! modulo p^exponent for an odd prime p <= n, where n is above `SMALL`.
///
/// With q = floor(n / p): if q is less than the exponent e, then p is above n / e, and so far above
/// e, which is at most 39 for a modulus below 2^63. So n! has exactly q factors p, and without them it is q! times the
/// product of the numbers up to n that p does not divide.
fn modulo_power(token: &Token, n: u64, p: u64, exponent: u32) -> Result<u64, Cancelled> {
    let q = n / p;
    if q >= u64::from(exponent) {
        return Ok(0);
    }
    let left = exponent - q as u32;
    let power = p.pow(left);
    let modulus = Modulus::new(power);
    let mut unit = range_product(token, &modulus, 1, q)?;
    if left == 1 {
        // The numbers between two multiples of p have the product -1.
        let rest = factorial_mod_prime(token, p, n - q * p)?;
        unit = modulus.mul(unit, modulus.enter(rest));
        if q % 2 == 1 {
            unit = modulus.negate(unit);
        }
    } else {
        for j in 0..=q {
            let last = n.min(j * p + (p - 1));
            // Below the modulus, since q is less than p.
            unit = modulus.mul(unit, range_product(token, &modulus, j * p + 1, last)?);
        }
    }
    Ok(modulus.leave(unit) * p.pow(exponent - left))
}

/// The residue modulo the product of two moduli that have no factor in common.
fn combine(left: Residue, right: Residue) -> Residue {
    let modulus = left.modulus * right.modulus;
    if right.modulus == 1 || left.modulus == 1 {
        let value = if right.modulus == 1 { left.value } else { right.value };
        return Residue { value, modulus };
    }
    let wide = u128::from(right.modulus);
    let inverse = euclid::inverse(left.modulus, right.modulus).expect("the moduli are coprime");
    let difference = right.value + (right.modulus - left.value % right.modulus);
    let steps = (u128::from(difference % right.modulus) * u128::from(inverse) % wide) as u64;
    Residue { value: left.value + left.modulus * steps, modulus }
}

#[cfg(test)]
mod tests {
    use super::{Residue, combine, factorial_mod};
    use allcores_parallel::{Cancelled, Token};

    fn check(n: u64, m: u64, expected: u64) {
        assert_eq!(factorial_mod(&Token::new(), n, m), Ok(expected), "{n}! modulo {m}");
    }

    /// Every n up to the last one, against one product after the other.
    fn check_all(m: u64, last: u64) {
        let mut expected = 1 % m;
        for n in 0..=last {
            expected = (u128::from(expected) * u128::from(n.max(1)) % u128::from(m)) as u64;
            check(n, m, expected);
        }
    }

    #[test]
    fn every_small_modulus_is_right_for_every_n() {
        for m in 1..400 {
            check_all(m, m + 3);
        }
    }

    #[test]
    fn moduli_of_every_kind_are_right_for_small_n() {
        let moduli = [
            1 << 63,
            (1 << 63) - 1,
            (1 << 63) - 25,
            1 << 62,
            3 << 61,
            (1 << 61) - 1,
            2 * 3 * 1_000_000_007,
            2 * 3 * 1_000_003 * 1_000_003,
            3_u64.pow(39),
            127_u64.pow(9),
            151 * 151 * 157 * 157,
            825_265,
            561,
        ];
        for m in moduli {
            check_all(m, 300);
        }
    }

    #[test]
    fn powers_of_primes_are_right_around_every_multiple_of_the_prime() {
        // Above SMALL, so that the primes are looked for.
        let p = 65_537;
        for (power, cofactor) in [(2, 1), (3, 1), (2, 2 * 3), (3, 4), (2, 131_071), (1, 131_101)] {
            let m = p_power(p, power) * cofactor;
            let mut product = 1;
            let mut n = 0;
            let stops =
                (1..=4).flat_map(|k| [k * p - 2, k * p - 1, k * p, k * p + 1, k * p + 30_000]);
            for stop in stops {
                while n < stop {
                    n += 1;
                    product = (u128::from(product) * u128::from(n) % u128::from(m)) as u64;
                }
                check(stop, m, product);
            }
        }
    }

    fn p_power(p: u64, exponent: u32) -> u64 {
        p.pow(exponent)
    }

    #[test]
    fn numbers_by_other_means_agree() {
        // By gmpy2: fac(n) % m.
        check(1_000_000, (1 << 61) - 1, 1_769_751_075_256_615_267);
        check(1_000_000, 1_000_003, 500_001);
        check(1_000_000, 2 * 3 * 1_000_003 * 1_000_003, 2_582_039_246_094);
        check(20_000_000, (1 << 31) - 1, 1_288_462_387);
        check(20_000_000, 1_000_000_007 * 1_000_000_009, 238_856_899_163_099_587);
        // Wilson's theorem.
        check((1 << 61) - 2, (1 << 61) - 1, (1 << 61) - 2);
        check((1 << 61) - 3, (1 << 61) - 1, 1);
    }

    #[test]
    fn residues_are_combined_to_the_one_number_that_has_both() {
        for x in 0..15 {
            let left = Residue { value: x % 3, modulus: 3 };
            let right = Residue { value: x % 5, modulus: 5 };
            assert_eq!(combine(left, right), Residue { value: x, modulus: 15 });
        }
        let (a, b) = ((1 << 32) - 5, (1 << 31) - 1);
        let x = a * b - 2;
        let left = Residue { value: x % a, modulus: a };
        let right = Residue { value: x % b, modulus: b };
        assert_eq!(combine(left, right).value, x);
    }

    #[test]
    fn a_cancelled_call_stops() {
        let token = Token::new();
        token.cancel();
        assert_eq!(factorial_mod(&token, 5, 7), Err(Cancelled));
    }
}
