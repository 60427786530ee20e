//! Factorials whose factors are all prime to the modulus.

use allcores_parallel::{Cancelled, Token};

use super::montgomery::Modulus;
use super::range_product::range_product;
use super::square_root;
use crate::simd::montgomery::Kernel;

/// Up to here one product after the other is faster than the method of the square root (measured
/// with AVX-512; with AVX2 the border is half as high). Moduli with the faster product are so
/// small that it always is.
const DIRECT_UP_TO: u64 = 500_000_000;

/// The bytes that n! modulo `m` takes, at most, whatever the primes of `m` are.
///
/// ```
/// use allcores_bigint::factorial_mod_memory;
/// assert!(factorial_mod_memory(1_000, 1_000_003) < 1e6);
/// assert!(factorial_mod_memory(1 << 60, (1 << 61) - 1) > 1e9);
/// ```
#[must_use]
pub fn factorial_mod_memory(n: u64, m: u64) -> f64 {
    let of_blocks = if n <= DIRECT_UP_TO || n >= m { 0.0 } else { square_root::memory(n) };
    500e3 + of_blocks
}

/// The residue of n! for a modulus whose primes are all greater than `n`.
pub(super) fn factorial(token: &Token, modulus: &Modulus, n: u64) -> Result<u64, Cancelled> {
    if n <= DIRECT_UP_TO || Kernel::detected(modulus.n()).is_narrow() {
        token.expect_work(n);
        range_product(token, modulus, 1, n)
    } else {
        square_root::factorial(token, modulus, n)
    }
}

/// n! modulo an odd prime, for `n` below it.
///
/// By Wilson's theorem, n! (p - 1 - n)! = (-1)^(n + 1) modulo p, so at most half the numbers are
/// multiplied.
pub(super) fn factorial_mod_prime(token: &Token, p: u64, n: u64) -> Result<u64, Cancelled> {
    let modulus = Modulus::new(p);
    let rest = p - 1 - n;
    if n <= rest {
        return Ok(modulus.leave(factorial(token, &modulus, n)?));
    }
    let inverse = modulus.inverse(factorial(token, &modulus, rest)?);
    let inverse = inverse.expect("no factor of a factorial below the prime is divisible by it");
    Ok(modulus.leave(if n % 2 == 1 { inverse } else { modulus.negate(inverse) }))
}

#[cfg(test)]
mod tests {
    use super::factorial_mod_prime;
    use allcores_parallel::Token;

    #[test]
    fn all_factorials_modulo_a_prime_are_those_of_the_definition() {
        let token = Token::new();
        for p in [3, 5, 7, 11, 101, 1009] {
            let mut expected = 1;
            for n in 0..p {
                expected = expected * n.max(1) % p;
                assert_eq!(factorial_mod_prime(&token, p, n), Ok(expected), "{n} modulo {p}");
            }
        }
    }

    #[test]
    fn the_methods_agree_on_either_side_of_their_border() {
        let token = Token::new();
        let p = (1 << 61) - 1;
        let border = super::DIRECT_UP_TO;
        let [at, after] = [border, border + 1].map(|n| factorial_mod_prime(&token, p, n).unwrap());
        let product = u128::from(at) * u128::from(border + 1) % u128::from(p);
        assert_eq!(product, after.into());
    }

    #[test]
    fn wilsons_theorem_brings_the_other_half() {
        let token = Token::new();
        for p in [1_000_003, (1 << 31) - 1, (1 << 61) - 1] {
            for n in [0, 1, 2, 1000, 400_001] {
                let here = factorial_mod_prime(&token, p, n).unwrap();
                let there = factorial_mod_prime(&token, p, p - 1 - n).unwrap();
                let product = u128::from(here) * u128::from(there) % u128::from(p);
                let expected = if n % 2 == 1 { 1 } else { p - 1 };
                assert_eq!(product, expected.into(), "{n} {p}");
            }
        }
    }
}
