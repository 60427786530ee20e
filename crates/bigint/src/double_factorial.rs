use allcores_parallel::{Cancelled, Token, enter, join};

use crate::factorial::shift_left;
use crate::powers::product_of_powers;
use crate::product::product;
use crate::radix::Binary;
use crate::sieve::odd_primes;
use crate::size::factorial_bits;
use crate::swing::{self, is_small};
use crate::work::{product_work, swing_work, tree_work};

/// Below this the work takes about as long as waking the pool.
const ENTER_FROM: u64 = 8000;

/// n!! = n (n - 2) (n - 4) ... down to 2 or 1, in 64-bit words, least significant first, without
/// leading zero words; 0!! and 1!! are 1.
///
/// For even n = 2k it is 2^k k!. For odd n it is the odd part of k! times the odd part of the swing
/// of n, where k = (n - 1) / 2: with n! = (k!)^2 swing(n) and n! = n!! 2^k k!, one k! is left over.
/// No division. Exact, so the same on any number of threads. A BigInt holds the result up to
/// [`MAX_DOUBLE`](crate::MAX_DOUBLE); this function does not check that.
///
/// ```
/// use allcores_bigint::double_factorial;
/// use allcores_parallel::Token;
/// assert_eq!(double_factorial(&Token::new(), 7), Ok(vec![7 * 5 * 3]));
/// assert_eq!(double_factorial(&Token::new(), 8), Ok(vec![8 * 6 * 4 * 2]));
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the work was done.
///
/// # Panics
/// When `n` is 2^32 or more, whose result would take more than 7 GB.
pub fn double_factorial(token: &Token, n: u64) -> Result<Vec<u64>, Cancelled> {
    let n = u32::try_from(n).expect("the double factorial of 2^32 or more was asked for");
    token.begin_block()?;
    let odd_work = if n.is_multiple_of(2) { 0 } else { tree_work(n as usize / 64) };
    token.expect_work(swing_work(n / 2, 64.0) + odd_work + last_work(n));
    let run = || {
        let half = n / 2;
        if n.is_multiple_of(2) {
            let whole = odd_part(token, half)?;
            return shift_left(token, &whole.limbs, whole.zeros as usize + half as usize);
        }
        let (half, swing) = join(
            token,
            || odd_part(token, half),
            || product_of_powers(token, n, |p| swing_exponent(n, p)),
        )?;
        product::<Binary>(token, &half.limbs, &swing)
    };
    if u64::from(n) < ENTER_FROM { run() } else { enter(run) }
}

/// The work of the product at the end, for odd n.
fn last_work(n: u32) -> u64 {
    let bits = factorial_bits((n / 2).into()) + f64::from(n);
    if n.is_multiple_of(2) { 0 } else { product_work((bits / 64.0) as usize) }
}

/// n! as an odd number and a count of factors 2.
fn odd_part(token: &Token, n: u32) -> Result<swing::Scaled, Cancelled> {
    let primes = if is_small(n) { Vec::new() } else { odd_primes(token, n)? };
    swing::factorial::<Binary>(token, n, &primes)
}

/// The exponent of the prime `p` in swing(n): the number of i for which floor(n / p^i) is odd.
fn swing_exponent(n: u32, p: u32) -> u64 {
    let (mut exponent, mut quotient) = (0, n / p);
    while quotient != 0 {
        exponent += u64::from(quotient % 2);
        quotient /= p;
    }
    exponent
}
