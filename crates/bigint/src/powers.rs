//! Products of powers of primes, by their exponents.

use allcores_parallel::{Cancelled, Token};

use crate::product::{product, square};
use crate::product_tree::{Packer, product_of};
use crate::radix::Binary;
use crate::sieve::map_odd_primes;

/// The product of p^exponent(p) over the odd primes up to `n`; 1 when there are none.
///
/// Powers that fit into a word go into one product tree. A longer one is taken apart by the bits
/// of its exponent: the primes whose exponent has bit i are multiplied together, and the result is
/// put together from the highest bit down, with one squaring for each bit. (A. Schönhage's way to
/// compute factorials.)
pub(crate) fn product_of_powers(
    token: &Token,
    n: u32,
    exponent: impl Fn(u32) -> u64 + Sync,
) -> Result<Vec<u64>, Cancelled> {
    let segments = map_odd_primes(token, n, |primes| {
        let mut bits = Bits::default();
        for p in primes {
            bits.push(p, exponent(p));
        }
        bits.finish()
    })?;
    let factors_of = |bit: usize| {
        let packed: Vec<u64> =
            segments.iter().filter_map(|bits| bits.get(bit)).flatten().copied().collect();
        token.begin_block()?;
        product_of::<Binary>(token, &packed)
    };
    let highest = segments.iter().map(Vec::len).max().unwrap_or(0).saturating_sub(1);
    let mut result = factors_of(highest)?;
    for bit in (0..highest).rev() {
        let squared = square::<Binary>(token, &result)?;
        result = product::<Binary>(token, &squared, &factors_of(bit)?)?;
    }
    Ok(result)
}

/// Packed primes for each bit of their exponents.
#[derive(Default)]
struct Bits(Vec<Packer<Binary>>);

impl Bits {
    fn push(&mut self, p: u32, exponent: u64) {
        let short = u32::try_from(exponent).ok().and_then(|e| u64::from(p).checked_pow(e));
        match short {
            Some(1) => {}
            Some(power) => self.at(0).push(power),
            None => {
                for bit in
                    (0..u64::BITS - exponent.leading_zeros()).filter(|i| exponent >> i & 1 == 1)
                {
                    self.at(bit as usize).push(p.into());
                }
            }
        }
    }

    fn at(&mut self, bit: usize) -> &mut Packer<Binary> {
        while self.0.len() <= bit {
            self.0.push(Packer::new());
        }
        &mut self.0[bit]
    }

    fn finish(self) -> Vec<Vec<u64>> {
        self.0.into_iter().map(Packer::finish).collect()
    }
}

/// The exponent of the prime `p` in n!: the sum of floor(n / p^i) (Legendre).
pub(crate) fn legendre(mut n: u64, p: u64) -> u64 {
    let mut exponent = 0;
    while n >= p {
        n /= p;
        exponent += n;
    }
    exponent
}

#[cfg(test)]
mod tests {
    use super::{legendre, product_of_powers};
    use crate::factorial;
    use allcores_parallel::Token;

    #[test]
    fn powers_of_any_length_multiply_to_the_odd_part_of_a_factorial() {
        let token = Token::new();
        for n in [0, 1, 2, 3, 10, 100, 1_000, 20_000] {
            let odd = product_of_powers(&token, n, |p| legendre(n.into(), p.into())).unwrap();
            let twos = legendre(n.into(), 2) as usize;
            let whole = crate::factorial::shift_left(&token, &odd, twos).unwrap();
            assert!(whole == factorial(&token, n.into()).unwrap(), "{n}");
        }
    }
}
