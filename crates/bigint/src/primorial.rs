use std::f64::consts::LOG2_E;

use allcores_parallel::{Cancelled, Token, enter};

use crate::factorial::shift_left;
use crate::powers::product_of_powers;
use crate::work::tree_work;

/// Below this the work takes about as long as waking the pool.
const ENTER_FROM: u32 = 20_000;

/// The product of the primes up to and including `n`, in 64-bit words, least significant first,
/// without leading zero words; 1 below 2.
///
/// By a segmented sieve and a product tree. Exact, so the same on any number of threads. A BigInt
/// holds the result up to [`MAX_PRIMORIAL`](crate::MAX_PRIMORIAL); this function does not check
/// that.
///
/// ```
/// use allcores_bigint::primorial;
/// use allcores_parallel::Token;
/// assert_eq!(primorial(&Token::new(), 12), Ok(vec![2 * 3 * 5 * 7 * 11]));
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the work was done.
pub fn primorial(token: &Token, n: u32) -> Result<Vec<u64>, Cancelled> {
    token.begin_block()?;
    // The logarithm of the product is about n.
    token.expect_work(tree_work((f64::from(n) * LOG2_E / 64.0) as usize));
    let run = || {
        let odd = product_of_powers(token, n, |_| 1)?;
        shift_left(token, &odd, usize::from(n >= 2))
    };
    if n < ENTER_FROM { run() } else { enter(run) }
}
