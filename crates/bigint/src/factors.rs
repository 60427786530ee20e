//! The product of numbers that somebody else gives.

use allcores_parallel::{Cancelled, Token, enter};

use crate::product_tree::{Packer, product_of};
use crate::radix::Binary;

/// Factors between two questions to the token.
const BLOCK: usize = 1 << 15;

/// From this many packed words on, the work moves onto the pool.
const ENTER_FROM: usize = 512;

/// The product of `factors`, none of which is zero, in 64-bit words, least significant first,
/// without leading zero words; 1 when there are none.
///
/// The factors are read on the calling thread, and the product is made on it too up to 512 words,
/// and on the native pool above that. It is exact, so it is the same on any number of threads.
///
/// ```
/// use allcores_bigint::product_of_factors;
/// use allcores_parallel::Token;
/// let product = product_of_factors(&Token::new(), [3, 5, u64::MAX].into_iter());
/// assert_eq!(product, Ok(vec![u64::MAX - 14, 14]));
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the work was done.
pub fn product_of_factors(
    token: &Token,
    factors: impl Iterator<Item = u64>,
) -> Result<Vec<u64>, Cancelled> {
    let mut packer = Packer::<Binary>::new();
    for (index, factor) in factors.enumerate() {
        if index.is_multiple_of(BLOCK) {
            token.begin_block()?;
        }
        packer.push(factor);
    }
    let words = packer.finish();
    token.begin_block()?;
    let run = || product_of::<Binary>(token, &words);
    if words.len() < ENTER_FROM { run() } else { enter(run) }
}

#[cfg(test)]
mod tests {
    use super::product_of_factors;
    use crate::factorial;
    use allcores_parallel::{Cancelled, Token};

    #[test]
    fn the_product_of_the_first_numbers_is_a_factorial() {
        for n in [0, 1, 2, 20, 21, 1000, 30_000] {
            let token = Token::new();
            assert_eq!(product_of_factors(&token, 1..=n), factorial(&token, n));
        }
    }

    #[test]
    fn a_cancelled_product_stops_while_it_still_reads() {
        let token = Token::new();
        let factors = (1..).inspect(|&factor| {
            if factor == 100_000 {
                token.cancel();
            }
            assert!(factor < 200_000);
        });
        assert_eq!(product_of_factors(&token, factors), Err(Cancelled));
    }
}
