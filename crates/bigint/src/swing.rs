//! n! by the prime swing: n! = (floor(n/2)!)^2 * swing(n), where the exponent of a prime p
//! in swing(n) is the number of i >= 1 for which floor(n / p^i) is odd.
//!
//! (P. Luschny, "Fast factorial functions".) The swing is small, about n bits, so almost
//! all the work is one squaring and one product for each halving of n.
//!
//! Zeros never enter the numbers: each swing gives away its factors 2 (in binary) or its
//! pairs of 2 and 5 (in decimal), and only their number is carried along. In decimal this
//! also spares the one product with a large power of two that would otherwise end it.

use allcores_parallel::{Cancelled, Token, join};

use crate::product::{product, square};
use crate::product_tree::{Packer, product_of, running_product};
use crate::radix::{Radix, Stripped};

/// Up to here the product of all numbers up to n, packed into limbs, is faster (from 300 in
/// decimal to 700 in binary, measured).
pub(crate) const RUNNING_UP_TO: u32 = 350;

/// From here on, a swing is enough work to run beside the smaller factorial.
const JOIN_FROM: u32 = 6000;

/// limbs * zero^zeros, where `zero` is 2 in binary and 10 in decimal.
pub(crate) struct Scaled {
    pub(crate) limbs: Vec<u64>,
    pub(crate) zeros: u64,
}

/// n!. `odd_primes` are those up to `n`, at least.
pub(crate) fn factorial<R: Radix>(
    token: &Token,
    n: u32,
    odd_primes: &[u32],
) -> Result<Scaled, Cancelled> {
    if n <= RUNNING_UP_TO {
        token.begin_block()?;
        return Ok(running_factorial::<R>(n));
    }
    let (half, swing) = if n < JOIN_FROM {
        (factorial::<R>(token, n / 2, odd_primes)?, swing::<R>(token, n, odd_primes)?)
    } else {
        join(
            token,
            || factorial::<R>(token, n / 2, odd_primes),
            || swing::<R>(token, n, odd_primes),
        )?
    };
    let limbs = if half.limbs.len() < R::TRANSFORM_FROM {
        product::<R>(token, &square::<R>(token, &half.limbs)?, &swing.limbs)?
    } else {
        // With transforms the product of two numbers of the same size costs little more than a
        // square, and the swing meets a number of half the length.
        let once = product::<R>(token, &half.limbs, &swing.limbs)?;
        product::<R>(token, &half.limbs, &once)?
    };
    Ok(Scaled { limbs, zeros: 2 * half.zeros + swing.zeros })
}

/// Whether no primes are needed for n!.
pub(crate) fn is_small(n: u32) -> bool {
    n <= RUNNING_UP_TO
}

/// swing(n) for n from 25 on.
fn swing<R: Radix>(token: &Token, n: u32, odd_primes: &[u32]) -> Result<Scaled, Cancelled> {
    token.begin_block()?;
    let left = R::strip_zeros(swing_exponent(n, 2), swing_exponent(n, 5));
    let mut factors = Packer::<R>::new();
    push_rest(&mut factors, left);
    let primes = &odd_primes[..odd_primes.partition_point(|&p| p <= n)];
    let (small, large) = primes.split_at(primes.partition_point(|&p| p <= n.isqrt()));
    // 2 and 5 are dealt with; 5 is among the small ones, since n is at least 25.
    for &p in small.iter().filter(|&&p| p != 5) {
        factors.push(u64::from(p).pow(swing_exponent(n, p) as u32));
    }
    for primes in large.chunks(PRIMES_PER_BLOCK) {
        token.begin_block()?;
        for &p in primes {
            if n / p % 2 == 1 {
                factors.push(u64::from(p));
            }
        }
    }
    let limbs = product_of::<R>(token, &factors.finish())?;
    Ok(Scaled { limbs, zeros: left.zeros })
}

/// A division and a product for each: well under a millisecond.
const PRIMES_PER_BLOCK: usize = 1 << 16;

/// The exponent of the prime `p` in swing(n). p^exponent is at most n.
fn swing_exponent(n: u32, p: u32) -> u64 {
    let mut exponent = 0;
    let mut quotient = n / p;
    while quotient != 0 {
        exponent += u64::from(quotient % 2);
        quotient /= p;
    }
    exponent
}

/// 1 * 2 * ... * n, each number without its factors 2 and 5, which are counted instead.
fn running_factorial<R: Radix>(n: u32) -> Scaled {
    let (mut twos, mut fives) = (0, 0);
    let mut factors = Packer::<R>::new();
    for number in 1..=u64::from(n) {
        twos += u64::from(number.trailing_zeros());
        let mut rest = number >> number.trailing_zeros();
        while rest % 5 == 0 {
            fives += 1;
            rest /= 5;
        }
        factors.push(rest);
    }
    let left = R::strip_zeros(twos, fives);
    push_rest(&mut factors, left);
    Scaled { limbs: running_product::<R>(&factors.finish()), zeros: left.zeros }
}

fn push_rest<R: Radix>(factors: &mut Packer<R>, rest: Stripped) {
    factors.push_power(2, rest.twos);
    factors.push_power(5, rest.fives);
}
