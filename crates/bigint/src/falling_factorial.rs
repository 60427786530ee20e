//! Products of consecutive integers.

use allcores_parallel::{Blocks, Cancelled, Token, enter, join, map};

use crate::factorial::{factorial, shift_left};
use crate::multinomial::binomial;
use crate::powers::legendre;
use crate::product::product;
use crate::product_tree::{Packer, product_of};
use crate::radix::Binary;
use crate::size::{falling_bits, multinomial_bits};
use crate::work::{product_work, swing_work, tree_work};

/// Below so many factors the work takes about as long as waking the pool.
const ENTER_FROM: u64 = 2000;

/// 16,384 numbers (some 50 µs) at a time.
const PACK: Blocks = Blocks { size: 1 << 14, inline_up_to: 1 << 14 };

/// The falling factorial n (n - 1) ... (n - k + 1), of `k` factors, in 64-bit words, least
/// significant first, without leading zero words. It is empty, which is 0, when `k` is above `n`;
/// 1 when `k` is 0.
///
/// When k > n / log2(n) it is computed as binomial(n, k) * k!, both through their primes, and else
/// as a product tree over the odd parts of the numbers. Exact, so the same on any number of threads.
///
/// ```
/// use allcores_bigint::falling_factorial;
/// use allcores_parallel::Token;
/// let token = Token::new();
/// assert_eq!(falling_factorial(&token, 10, 3), Ok(vec![10 * 9 * 8]));
/// assert_eq!(falling_factorial(&token, 3, 4), Ok(vec![]));
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the work was done.
///
/// # Panics
/// When `k` is at most `n` and 2^32 or more, whose result would take more than 15 GB.
pub fn falling_factorial(token: &Token, n: u64, k: u64) -> Result<Vec<u64>, Cancelled> {
    token.begin_block()?;
    if k > n {
        return Ok(Vec::new());
    }
    token.expect_work(work(n, k));
    let run = || {
        if is_long(n, k) {
            let (coefficient, factorial) =
                join(token, || binomial(token, n, k), || factorial(token, k))?;
            product::<Binary>(token, &coefficient, &factorial)
        } else {
            let odd = odd_part(token, n - k, n)?;
            shift_left(token, &odd, (legendre(n, 2) - legendre(n - k, 2)) as usize)
        }
    };
    if k < ENTER_FROM { run() } else { enter(run) }
}

/// The rising factorial n (n + 1) ... (n + k - 1), of `k` factors, as [`falling_factorial`] of
/// n + k - 1; 1 when `k` is 0, and else empty, which is 0, when `n` is 0.
///
/// ```
/// use allcores_bigint::rising_factorial;
/// use allcores_parallel::Token;
/// let token = Token::new();
/// assert_eq!(rising_factorial(&token, 10, 3), Ok(vec![10 * 11 * 12]));
/// assert_eq!(rising_factorial(&token, 0, 3), Ok(vec![]));
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the work was done.
///
/// # Panics
/// When n + k - 1 is 2^64 or more, or, with `n` not 0, `k` is 2^32 or more.
pub fn rising_factorial(token: &Token, n: u64, k: u64) -> Result<Vec<u64>, Cancelled> {
    match (n, k) {
        (_, 0) => token.begin_block().map(|()| vec![1]),
        (0, _) => token.begin_block().map(|()| Vec::new()),
        _ => {
            let last = n.checked_add(k - 1).expect("the last factor is below 2^64");
            falling_factorial(token, last, k)
        }
    }
}

fn work(n: u64, k: u64) -> u64 {
    let limbs = (falling_bits(n, k) / 64.0) as usize;
    if !is_long(n, k) {
        return tree_work(limbs);
    }
    let coefficient = (multinomial_bits(n - k, &[k]) / 64.0) as usize;
    // `is_long` says that it fits.
    tree_work(coefficient) + swing_work(k as u32, 64.0) + product_work(limbs)
}

/// Whether the way through the primes is shorter: k > n / log2(n).
fn is_long(n: u64, k: u64) -> bool {
    u32::try_from(n).is_ok() && k > 300 && k > n / u64::from(n.ilog2())
}

/// The product of the odd parts of the numbers above `from`, up to `to`.
fn odd_part(token: &Token, from: u64, to: u64) -> Result<Vec<u64>, Cancelled> {
    let count = usize::try_from(to - from).expect("few enough factors for memory");
    let packed = map(token, count, PACK, |range| {
        let mut packer = Packer::<Binary>::new();
        for number in range.map(|i| from + 1 + i as u64) {
            packer.push(number >> number.trailing_zeros());
        }
        packer.finish()
    })?;
    product_of::<Binary>(token, &packed.concat())
}
