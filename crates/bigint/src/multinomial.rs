//! Binomial and multinomial coefficients, without a division of large numbers.

use allcores_parallel::{Blocks, Cancelled, Token, enter, join, map};

use crate::factorial::shift_left;
use crate::powers::{legendre, product_of_powers};
use crate::product::product;
use crate::product_tree::{Packer, product_of};
use crate::radix::Binary;
use crate::sieve::odd_primes;
use crate::size::multinomial_bits;
use crate::work::tree_work;

/// Below so many factors in the numerator, the work takes about as long as waking the pool.
const ENTER_FROM: u64 = 4000;

/// The primes up to n are looked at one by one unless n is larger than this many times the number
/// of factors in the numerator: to sieve a number costs about a tenth of what it costs to strip one.
const SIEVE_UP_TO: u64 = 16;

/// Numbers that are stripped together, at least.
const BLOCK: usize = 1 << 14;

/// Primes between two questions to the token.
const PRIMES_PER_BLOCK: usize = 1 << 13;

/// The binomial coefficient "n over k" in 64-bit words, least significant first, without leading
/// zero words: n (n - 1) ... (n - k + 1) / k!. It is empty, which is 0, when `k` is above `n`.
///
/// As [`multinomial`] of k and n - k.
///
/// ```
/// use allcores_bigint::binomial;
/// use allcores_parallel::Token;
/// let token = Token::new();
/// assert_eq!(binomial(&token, 10, 3), Ok(vec![120]));
/// assert_eq!(binomial(&token, u64::MAX, 1), Ok(vec![u64::MAX]));
/// assert_eq!(binomial(&token, 3, 4), Ok(vec![]));
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the work was done.
pub fn binomial(token: &Token, n: u64, k: u64) -> Result<Vec<u64>, Cancelled> {
    if k > n {
        return token.begin_block().map(|()| Vec::new());
    }
    multinomial(token, &[k, n - k])
}

/// The multinomial coefficient (sum of `ks`)! / (product of k!) in 64-bit words, least significant
/// first, without leading zero words; 1 when there are none.
///
/// The exponent of each prime follows from Legendre's formula. When the sum is large and all but
/// one of the `ks` are small, the primes up to the sum would be far too many: then the small primes
/// are stripped from each number of the numerator by a sieve, and only their powers are put back.
/// Exact, so the same on any number of threads.
///
/// ```
/// use allcores_bigint::multinomial;
/// use allcores_parallel::Token;
/// assert_eq!(multinomial(&Token::new(), &[2, 3, 4]), Ok(vec![1260]));
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the work was done.
///
/// # Panics
/// When the sum is 2^64 or more, or when all `ks` but the largest add up to 2^32 or more.
pub fn multinomial(token: &Token, ks: &[u64]) -> Result<Vec<u64>, Cancelled> {
    token.begin_block()?;
    let mut falling = ks.to_vec();
    falling.sort_unstable_by(|a, b| b.cmp(a));
    let Some((&largest, others)) = falling.split_first() else { return Ok(vec![1]) };
    let rest: u64 = others.iter().sum();
    let n = largest.checked_add(rest).expect("the sum is below 2^64");
    let parts = Parts { n, largest, others, rest };
    token.expect_work(tree_work((multinomial_bits(largest, others) / 64.0) as usize));
    let run = || {
        let odd = match u32::try_from(n) {
            Ok(n) if u64::from(n) / SIEVE_UP_TO <= rest => {
                product_of_powers(token, n, |p| parts.exponent(p.into()))?
            }
            _ => by_stripping(token, &parts)?,
        };
        shift_left(token, &odd, parts.exponent(2) as usize)
    };
    if rest < ENTER_FROM { run() } else { enter(run) }
}

/// n! / (largest! * product of others!).
struct Parts<'a> {
    n: u64,
    largest: u64,
    /// Falling.
    others: &'a [u64],
    /// Their sum.
    rest: u64,
}

impl Parts<'_> {
    /// The exponent of the prime `p`.
    fn exponent(&self, p: u64) -> u64 {
        let below =
            self.others.iter().take_while(|&&k| k >= p).map(|&k| legendre(k, p)).sum::<u64>();
        legendre(self.n, p) - legendre(self.largest, p) - below
    }
}

/// The odd part, from the numbers above the largest k.
fn by_stripping(token: &Token, parts: &Parts<'_>) -> Result<Vec<u64>, Cancelled> {
    let rest = u32::try_from(parts.rest).expect("few enough factors for memory");
    let primes = odd_primes(token, rest)?;
    let count = rest as usize;
    let blocks = Blocks { size: BLOCK.max(count / 64), inline_up_to: BLOCK };
    let strip = |numbers: std::ops::Range<usize>| stripped(token, parts, numbers, &primes);
    let packed = map(token, count, blocks, strip)?.into_iter().collect::<Result<Vec<_>, _>>()?;
    let packed = packed.concat();
    let (numbers, powers) = join(
        token,
        || product_of::<Binary>(token, &packed),
        || product_of_powers(token, rest, |p| parts.exponent(p.into())),
    )?;
    product::<Binary>(token, &numbers, &powers)
}

/// The numbers largest + 1 + i for i in `range`, without their factors 2 and `primes`, packed.
fn stripped(
    token: &Token,
    parts: &Parts<'_>,
    range: std::ops::Range<usize>,
    primes: &[u32],
) -> Result<Vec<u64>, Cancelled> {
    let first = parts.largest + 1 + range.start as u64;
    let mut numbers: Vec<u64> = (0..range.len() as u64)
        .map(|i| first + i)
        .map(|number| number >> number.trailing_zeros())
        .collect();
    for primes in primes.chunks(PRIMES_PER_BLOCK) {
        token.begin_block()?;
        for &p in primes {
            let p = u64::from(p);
            let below = (first - 1) % p;
            for number in numbers.iter_mut().skip((p - 1 - below) as usize).step_by(p as usize) {
                while number.is_multiple_of(p) {
                    *number /= p;
                }
            }
        }
    }
    let mut packer = Packer::<Binary>::new();
    numbers.into_iter().for_each(|number| packer.push(number));
    Ok(packer.finish())
}
