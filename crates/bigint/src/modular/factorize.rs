//! The prime factors of a word: small ones by division, the rest by Pollard's rho method in
//! Brent's form (R. Brent, "An improved Monte Carlo factorization algorithm", 1980).

use allcores_parallel::{Cancelled, Token};

use super::euclid::gcd;
use super::montgomery::Modulus;
use super::primality::is_prime;

/// Divisors below this are tried one by one.
const TRIAL_BELOW: u64 = 512;

/// Steps whose differences are multiplied before one greatest common divisor is taken.
const STEPS: u64 = 256;

/// The primes of `n`, rising, each with its exponent. `n` is from 1 to 2^63; the worst case, two
/// primes of 32 bits, takes some 100,000 products.
pub(crate) fn factorize(token: &Token, n: u64) -> Result<Vec<(u64, u32)>, Cancelled> {
    let mut factors = Vec::new();
    let mut rest = n;
    for divisor in (2..3).chain((3..TRIAL_BELOW).step_by(2)) {
        let before = factors.len();
        while rest.is_multiple_of(divisor) {
            factors.push(divisor);
            rest /= divisor;
        }
        if factors.len() == before && divisor * divisor > rest {
            break;
        }
    }
    let mut composites = vec![rest];
    while let Some(n) = composites.pop() {
        if n == 1 {
            continue;
        }
        if n < TRIAL_BELOW * TRIAL_BELOW || is_prime(n) {
            factors.push(n);
        } else {
            let divisor = divisor_of(token, n)?;
            composites.extend([divisor, n / divisor]);
        }
    }
    factors.sort_unstable();
    let powers = factors.chunk_by(|a, b| a == b);
    Ok(powers.map(|power| (power[0], power.len() as u32)).collect())
}

/// A divisor of an odd composite number, neither 1 nor the number.
fn divisor_of(token: &Token, n: u64) -> Result<u64, Cancelled> {
    // The square of a prime has one cycle only, which hides what rho looks for.
    let root = n.isqrt();
    if root * root == n {
        return Ok(root);
    }
    let modulus = Modulus::new(n);
    let mut constant = modulus.one();
    loop {
        if let Some(divisor) = rho(token, &modulus, constant)? {
            return Ok(divisor);
        }
        constant = modulus.add(constant, modulus.one());
    }
}

/// One walk x -> x^2 + constant, until two of its points are the same modulo a divisor. None when
/// they are the same modulo all of them.
fn rho(token: &Token, modulus: &Modulus, constant: u64) -> Result<Option<u64>, Cancelled> {
    let n = modulus.n();
    let step = |x| modulus.add(modulus.mul(x, x), constant);
    let mut y = modulus.add(modulus.one(), modulus.one());
    let mut length = 1_u64;
    loop {
        let x = y;
        for _ in 0..length {
            y = step(y);
        }
        let mut done = 0;
        while done < length {
            token.begin_block()?;
            let saved = y;
            let mut product = modulus.one();
            for _ in 0..STEPS.min(length - done) {
                y = step(y);
                product = modulus.mul(product, modulus.sub(x, y));
            }
            let divisor = gcd(product, n);
            if divisor == n {
                // Both walks of this batch met in all divisors: go through it once more, slowly.
                return Ok(first_meeting(modulus, x, saved, step));
            }
            if divisor != 1 {
                return Ok(Some(divisor));
            }
            done += STEPS;
        }
        length *= 2;
    }
}

/// The same as the end of `rho`, with a greatest common divisor at each step.
fn first_meeting(modulus: &Modulus, x: u64, mut y: u64, step: impl Fn(u64) -> u64) -> Option<u64> {
    let n = modulus.n();
    loop {
        y = step(y);
        let divisor = gcd(modulus.sub(x, y), n);
        if divisor != 1 {
            return (divisor != n).then_some(divisor);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::primality::is_prime;
    use super::factorize;
    use allcores_parallel::{Cancelled, Token};

    fn check(n: u64) {
        let factors = factorize(&Token::new(), n).unwrap();
        assert!(factors.is_sorted_by(|a, b| a.0 < b.0), "{n}: {factors:?}");
        assert!(factors.iter().all(|&(p, e)| is_prime(p) && e > 0), "{n}: {factors:?}");
        let product: u128 = factors.iter().map(|&(p, e)| u128::from(p).pow(e)).product();
        assert_eq!(product, n.into(), "{factors:?}");
    }

    #[test]
    fn the_factors_of_every_small_number_are_primes_whose_product_it_is() {
        for n in 1..300_000 {
            check(n);
        }
    }

    #[test]
    fn large_numbers_of_every_kind_are_taken_apart() {
        let p = 3_037_000_493; // the largest prime below the root of 2^63
        let kinds = [
            1 << 63,
            (1 << 63) - 1,
            (1 << 62) - 1,
            p * p,
            p * 3_037_000_453,
            2_097_143_u64.pow(3),
            55_103_u64.pow(4),
            521_u64.pow(6),
            3_u64.pow(39),
            2 * 3 * 1_000_000_007 * 1_000_000_007,
            825_265,
            9_223_372_036_854_775_783,
            4_294_967_291 * 2_147_483_647,
        ];
        for n in kinds {
            check(n);
        }
        for i in 1..2000_u64 {
            check((i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (1 + i % 40)).max(1));
        }
    }

    #[test]
    fn a_cancelled_search_stops() {
        let token = Token::new();
        token.cancel();
        assert_eq!(factorize(&token, 3_037_000_493 * 3_037_000_453), Err(Cancelled));
    }
}
