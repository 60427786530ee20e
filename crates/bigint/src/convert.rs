//! From one radix to another, by multiplication only.
//!
//! With k the limbs of the lower half, x = hi B^k + lo; both halves are converted, and one
//! product with B^k in the new radix and one sum put them together (A. Schönhage; D. Knuth, "The
//! Art of Computer Programming" 4.4). The powers come from repeated squaring. Division would cost
//! a few times as much.

use std::marker::PhantomData;

use allcores_parallel::{Cancelled, Token, join};

use crate::karatsuba::{multiply_either, scratch_len};
use crate::linear::{add_assign, multiply_by_limb, trim, trimmed};
use crate::ntt::Prepared;
use crate::product::{product, square};
use crate::radix::Radix;

/// The most limbs that are converted one by one: as many products of a limb of each radix and a
/// carry fit into a `u128`.
const LEAF: usize = 16;

/// From this level on (4,096 limbs), the halves may run on two threads.
const JOIN_FROM: u32 = 9;

/// Up to this level (64 to 128 limbs), nodes do not ask the token.
const SILENT_UP_TO: u32 = 3;

/// `limbs` in the radix `To`, without leading zero limbs.
pub(crate) fn convert<From: Radix, To: Radix>(
    token: &Token,
    limbs: &[u64],
) -> Result<Vec<u64>, Cancelled> {
    token.begin_block()?;
    let limbs = trimmed(limbs);
    if limbs.is_empty() {
        return Ok(Vec::new());
    }
    let levels = limbs.len().div_ceil(LEAF).next_power_of_two().ilog2();
    Converter::<From, To>::new(token, limbs.len(), levels)?.node(token, levels, limbs)
}

struct Converter<From, To> {
    /// Limbs of a leaf. A node of level i has at most this many times 2^i.
    leaf: usize,
    /// The powers of the old radix below `leaf`, place by place: the limbs of all of them
    /// that belong to a place of the new number.
    places: Vec<[u64; LEAF]>,
    /// The old radix to the power of the limbs of a node, for each level below the top.
    powers: Vec<Power>,
    radices: PhantomData<fn() -> (From, To)>,
}

struct Power {
    limbs: Vec<u64>,
    /// Its transform, where more than one product needs it.
    prepared: Option<Prepared>,
}

impl<From: Radix, To: Radix> Converter<From, To> {
    fn new(token: &Token, len: usize, levels: u32) -> Result<Self, Cancelled> {
        let leaf = len.div_ceil(1 << levels);
        let mut power = vec![1];
        let mut places = Vec::new();
        for exponent in 0..leaf {
            places.resize(power.len(), [0; LEAF]);
            for (place, &limb) in places.iter_mut().zip(&power) {
                place[exponent] = limb;
            }
            // The old radix may be too large for a limb of the new one; its root never is.
            let root = 1 << 32;
            if From::MAX_LIMB == u64::MAX {
                multiply_by_limb::<To>(&mut power, root);
                multiply_by_limb::<To>(&mut power, root);
            } else {
                multiply_by_limb::<To>(&mut power, From::MAX_LIMB + 1);
            }
        }
        let mut powers: Vec<Power> = Vec::new();
        for level in 0..levels {
            let limbs = match powers.last() {
                None => std::mem::take(&mut power),
                Some(last) => square::<To>(token, &last.limbs)?,
            };
            let often = level + 1 < levels && limbs.len() >= To::TRANSFORM_FROM;
            let prepared = if often && 2 * limbs.len() <= crate::ntt::MAX_SHORTER {
                Some(Prepared::new(token, &limbs, 2 * limbs.len())?)
            } else {
                None
            };
            powers.push(Power { limbs, prepared });
        }
        Ok(Converter { leaf, places, powers, radices: PhantomData })
    }

    fn node(&self, token: &Token, level: u32, limbs: &[u64]) -> Result<Vec<u64>, Cancelled> {
        if level == 0 {
            return Ok(self.leaf(limbs));
        }
        let half = self.leaf << (level - 1);
        if limbs.len() <= half {
            return self.node(token, level - 1, limbs);
        }
        let (low, high) = limbs.split_at(half);
        let (low, high) = if level < JOIN_FROM {
            (self.node(token, level - 1, low)?, self.node(token, level - 1, high)?)
        } else {
            join(token, || self.node(token, level - 1, low), || self.node(token, level - 1, high))?
        };
        let power = &self.powers[level as usize - 1];
        let mut out = if high.is_empty() {
            Vec::new()
        } else if let (Some(prepared), true) = (&power.prepared, high.len() >= To::TRANSFORM_FROM) {
            let mut out = vec![0; high.len() + power.limbs.len()];
            prepared.multiply_into::<To>(token, &mut out, &high)?;
            out
        } else if level <= SILENT_UP_TO {
            let mut out = vec![0; high.len() + power.limbs.len()];
            let longer = high.len().max(power.limbs.len());
            let shorter = high.len().min(power.limbs.len());
            let mut scratch = vec![0; scratch_len::<To>(longer, shorter)];
            multiply_either::<To>(&mut out, &high, &power.limbs, &mut scratch);
            out
        } else {
            product::<To>(token, &high, &power.limbs)?
        };
        let len = out.len().max(low.len()) + 1;
        out.resize(len, 0);
        add_assign::<To>(&mut out, &low);
        trim(&mut out);
        Ok(out)
    }

    /// A few limbs, each times its power, place by place.
    fn leaf(&self, limbs: &[u64]) -> Vec<u64> {
        let mut out = Vec::with_capacity(self.places.len() + 2);
        let mut sum = 0;
        for powers in &self.places {
            for (&limb, &power) in limbs.iter().zip(powers) {
                sum += u128::from(limb) * u128::from(power);
            }
            let (carry, limb) = To::divide_sum(sum);
            out.push(limb);
            sum = carry;
        }
        while sum != 0 {
            let (carry, limb) = To::divide_sum(sum);
            out.push(limb);
            sum = carry;
        }
        trim(&mut out);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::convert;
    use crate::radix::{Binary, Decimal};
    use allcores_parallel::{Token, enter};

    fn random(len: usize, mut state: u64) -> Vec<u64> {
        let mut word = || {
            state = state.wrapping_mul(0xD129_0DDF_53D4_3E49).wrapping_add(0x9E37_79B9_7F4A_7C15);
            state ^ state >> 32
        };
        let mut words: Vec<u64> = (0..len).map(|_| word()).collect();
        if let Some(top) = words.last_mut() {
            *top |= 1;
        }
        words
    }

    fn check(words: &[u64]) {
        let token = Token::new();
        let decimal = convert::<Binary, Decimal>(&token, words).unwrap();
        assert!(decimal.iter().all(|&limb| limb < 1_000_000_000_000_000_000));
        let back = convert::<Decimal, Binary>(&token, &decimal).unwrap();
        assert!(back == words, "{} words", words.len());
    }

    #[test]
    fn every_short_length_comes_back() {
        for len in 0..300 {
            check(&random(len, 1));
            check(&vec![u64::MAX; len]);
            let mut power = vec![0; len];
            power.push(1);
            check(&power);
        }
    }

    #[test]
    fn lengths_around_the_levels_come_back() {
        for len in [512, 513, 1000, 4096, 4097, 8191, 20_000, 70_001] {
            check(&random(len, 2));
            check(&vec![u64::MAX; len]);
            enter(|| check(&random(len, 3)));
        }
    }

    #[test]
    fn sums_of_full_leaves_fit() {
        let token = Token::new();
        let nines = vec![999_999_999_999_999_999; 16];
        let binary = convert::<Decimal, Binary>(&token, &nines).unwrap();
        assert!(convert::<Binary, Decimal>(&token, &binary).unwrap() == nines);
    }
}
