//! n! modulo a number in about sqrt(n) steps.
//!
//! With v about sqrt(n) and g_d(x) = (x + 1)(x + 2) ... (x + d), the values of g_v at 0, v, 2v, ...
//! are the products of blocks of v numbers. They grow out of those of g_1 by doubling: g_2d(x) =
//! g_d(x) g_d(x + d), so the d + 1 values of g_d at 0, v, ..., dv are moved to 2d + 1 points and to
//! the 2d + 1 points that lie d further (see `shift`).

use allcores_parallel::{Cancelled, Token, enter, join};

use super::montgomery::Modulus;
use super::range_product::range_product;
use super::shift::{Weights, shift_work};

/// The longest blocks, which decide what memory is used: some 100 bytes for each of their numbers,
/// several times over. From four times its square on, the time grows with n instead of its root.
const MAX_BLOCK: u64 = 1 << 21;

/// Values between two questions to the token.
const VALUES: usize = 1 << 14;

/// The residue of n!. All primes of the modulus are greater than `n`, which is at least 8.
pub(super) fn factorial(token: &Token, modulus: &Modulus, n: u64) -> Result<u64, Cancelled> {
    factorial_in_blocks(token, modulus, n, MAX_BLOCK)
}

fn factorial_in_blocks(
    token: &Token,
    modulus: &Modulus,
    n: u64,
    max_block: u64,
) -> Result<u64, Cancelled> {
    let v = block_length(n).min(max_block);
    let blocks = n / v;
    token.expect_work(work(modulus, v, blocks));
    enter(|| {
        let inverse_factorials = inverse_factorials(token, modulus, v)?;
        let values = block_products(token, modulus, v, &inverse_factorials)?;
        let of_blocks = product_of_blocks(token, modulus, &values, &inverse_factorials, blocks)?;
        let rest = range_product(token, modulus, blocks * v + 1, n)?;
        Ok(modulus.mul(of_blocks, rest))
    })
}

/// The work of all shifts, and of the numbers that are multiplied one by one.
fn work(modulus: &Modulus, v: u64, blocks: u64) -> u64 {
    let doublings = (0..v.ilog2()).map(|k| 3 * shift_work(modulus, 1 << k));
    let pieces = blocks.div_ceil(v + 1) - 1;
    let of_pieces = shift_work(modulus, v as usize).saturating_mul(pieces);
    (doublings.sum::<u64>() + 2 * v).saturating_add(of_pieces)
}

/// The bytes that [`factorial`] takes, at most: for each number of a block `BYTES`.
pub(super) fn memory(n: u64) -> f64 {
    BYTES * block_length(n.max(8)).min(MAX_BLOCK) as f64
}

/// Two shifts at a time, each with three copies of its polynomials and their product.
const BYTES: f64 = 1200.0;

/// The largest power of two v with v (v + 2) <= n. Twice as many values as v + 1 at distance v, and
/// half a distance more, then stay within n, which keeps them prime to the modulus.
fn block_length(n: u64) -> u64 {
    let v = 1 << n.isqrt().ilog2();
    if v * (v + 2) <= n { v } else { v / 2 }
}

/// 1 / 0!, ..., 1 / v!.
fn inverse_factorials(token: &Token, modulus: &Modulus, v: u64) -> Result<Vec<u64>, Cancelled> {
    let factorial = range_product(token, modulus, 1, v)?;
    let mut inverse = modulus.inverse(factorial).expect("all primes are greater than n");
    let mut number = modulus.enter(v);
    let mut inverses = vec![0; v as usize + 1];
    for block in inverses.rchunks_mut(VALUES) {
        token.begin_block()?;
        for entry in block.iter_mut().rev() {
            *entry = inverse;
            inverse = modulus.mul(inverse, number);
            number = modulus.sub(number, modulus.one());
        }
    }
    Ok(inverses)
}

/// g_v at 0, v, ..., v v.
fn block_products(
    token: &Token,
    modulus: &Modulus,
    v: u64,
    inverse_factorials: &[u64],
) -> Result<Vec<u64>, Cancelled> {
    let inverse_v = modulus.inverse(modulus.enter(v)).expect("all primes are greater than n");
    // g_1(x) = x + 1 at 0 and v.
    let mut values = vec![modulus.one(), modulus.enter(v + 1)];
    for d in (0..v.ilog2()).map(|k| 1 << k) {
        let beyond = modulus.enter(d + 1);
        // In steps of v, d further is this much.
        let further = modulus.mul(modulus.enter(d), inverse_v);
        let weights = Weights::new(token, modulus, &values, inverse_factorials)?;
        let at = |a| weights.shifted(token, a);
        let (upper, (other, other_upper)) = join(
            token,
            || at(beyond),
            || join(token, || at(further), || at(modulus.add(further, beyond))),
        )?;
        drop(weights);
        values.extend(upper);
        values.pop(); // 2 d + 1 are enough
        multiply_each(token, modulus, &mut values, &[&other, &other_upper])?;
    }
    Ok(values)
}

/// Multiplies `values` by `factors`, which follow each other.
fn multiply_each(
    token: &Token,
    modulus: &Modulus,
    values: &mut [u64],
    factors: &[&[u64]],
) -> Result<(), Cancelled> {
    let mut rest = values;
    for factors in factors {
        let count = factors.len().min(rest.len());
        let (here, after) = rest.split_at_mut(count);
        for (values, factors) in here.chunks_mut(VALUES).zip(factors.chunks(VALUES)) {
            token.begin_block()?;
            for (value, &factor) in values.iter_mut().zip(factors) {
                *value = modulus.mul(*value, factor);
            }
        }
        rest = after;
    }
    Ok(())
}

/// The product of g_v at 0, v, ..., (blocks - 1) v. `values` has the first v + 1 of them; the
/// others are made v + 1 at a time.
fn product_of_blocks(
    token: &Token,
    modulus: &Modulus,
    values: &[u64],
    inverse_factorials: &[u64],
    blocks: u64,
) -> Result<u64, Cancelled> {
    let len = values.len() as u64;
    let first = &values[..blocks.min(len) as usize];
    let mut product = product_of(token, modulus, first)?;
    if blocks <= len {
        return Ok(product);
    }
    let weights = Weights::new(token, modulus, values, inverse_factorials)?;
    let piece = |start: u64| {
        if start >= blocks {
            return Ok(modulus.one());
        }
        let shifted = weights.shifted(token, modulus.enter(start))?;
        product_of(token, modulus, &shifted[..(blocks - start).min(len) as usize])
    };
    // Two at a time: each is parallel inside too, but not all of it, and takes memory.
    let mut start = len;
    while start < blocks {
        let (left, right) = join(token, || piece(start), || piece(start + len))?;
        product = modulus.mul(product, modulus.mul(left, right));
        start += 2 * len;
    }
    Ok(product)
}

fn product_of(token: &Token, modulus: &Modulus, values: &[u64]) -> Result<u64, Cancelled> {
    let mut product = modulus.one();
    for values in values.chunks(VALUES) {
        token.begin_block()?;
        product = values.iter().fold(product, |product, &value| modulus.mul(product, value));
    }
    Ok(product)
}

#[cfg(test)]
mod tests {
    use super::super::montgomery::Modulus;
    use super::super::range_product::range_product;
    use super::{block_length, factorial, factorial_in_blocks};
    use allcores_parallel::{Cancelled, Token};

    #[test]
    fn blocks_are_as_long_as_the_points_allow() {
        for n in 8..100_000 {
            let v = block_length(n);
            assert!(v >= 2 && v.is_power_of_two());
            assert!(v * (v + 2) <= n && 2 * v * (2 * v + 2) > n, "{n}");
        }
    }

    #[test]
    fn it_is_the_product_of_the_numbers_for_every_n_up_to_three_thousand() {
        let token = Token::new();
        for p in [3001, 3011, (1 << 31) - 1, (1 << 61) - 1, 3001 * 3011] {
            let modulus = Modulus::new(p);
            let mut expected = modulus.one();
            for n in 1..=3000 {
                expected = modulus.mul(expected, modulus.enter(n));
                if n >= 8 {
                    assert_eq!(factorial(&token, &modulus, n), Ok(expected), "{n} modulo {p}");
                }
            }
        }
    }

    #[test]
    fn it_is_the_product_of_the_numbers_right_up_to_the_prime() {
        let token = Token::new();
        for p in [11, 13, 17, 67, 71, 73, 79, 83, 257, 1009, 4099, 65_537, 1_048_583] {
            let modulus = Modulus::new(p);
            for n in [p - 1, p - 2, p - 3] {
                let expected = range_product(&token, &modulus, 1, n);
                assert_eq!(factorial(&token, &modulus, n), expected, "{n} modulo {p}");
            }
        }
    }

    #[test]
    fn short_blocks_make_many_pieces_with_the_same_result() {
        let token = Token::new();
        let modulus = Modulus::new(1_000_003);
        for n in [1_000, 10_000, 99_999, 1_000_002] {
            let expected = range_product(&token, &modulus, 1, n);
            for max_block in [2, 16, 64] {
                let found = factorial_in_blocks(&token, &modulus, n, max_block);
                assert_eq!(found, expected, "{n} {max_block}");
            }
        }
    }

    #[test]
    fn a_finished_call_has_noted_almost_all_of_the_work_that_it_expected() {
        for (n, max_block) in [(100_000, 1 << 20), (5_000_000, 1 << 20), (5_000_000, 256)] {
            let token = Token::new();
            let modulus = Modulus::new((1 << 61) - 1);
            factorial_in_blocks(&token, &modulus, n, max_block).unwrap();
            assert!(token.progress() > 0.8, "{n}: {}", token.progress());
        }
    }

    #[test]
    fn a_cancelled_call_stops() {
        let token = Token::new();
        token.cancel();
        assert_eq!(factorial(&token, &Modulus::new((1 << 61) - 1), 1 << 40), Err(Cancelled));
    }
}
