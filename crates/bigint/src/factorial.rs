use allcores_parallel::{Blocks, Cancelled, Token, enter, for_each_band};

use crate::radix::Binary;
use crate::sieve::odd_primes;
use crate::swing::{self, is_small};
use crate::work::swing_work;

/// The factorials that fit into one word.
const TABLE: [u64; 21] = {
    let mut table = [1; 21];
    let mut n = 1;
    while n < table.len() {
        table[n] = table[n - 1] * n as u64;
        n += 1;
    }
    table
};

/// Below this the work takes about as long as waking the pool.
const ENTER_FROM: u32 = 6000;

/// Up to 64k words (some 10 µs) the shift stays on its thread.
const SHIFT: Blocks = Blocks { size: 1 << 16, inline_up_to: 1 << 16 };

/// n! in 64-bit words, least significant first, without leading zero words.
///
/// Exact, so the same on any number of threads. By prime swing: about log2(n) squarings and
/// products, the last ones of about the size of the result. Runs on the calling thread
/// below n = 6,000 and on the native pool from there on. A BigInt holds the result up to
/// [`MAX_BIGINT`](crate::MAX_BIGINT); this function does not check that.
///
/// ```
/// use allcores_bigint::factorial;
/// use allcores_parallel::Token;
/// let token = Token::new();
/// assert_eq!(factorial(&token, 0), Ok(vec![1]));
/// assert_eq!(factorial(&token, 20), Ok(vec![2_432_902_008_176_640_000]));
/// assert_eq!(factorial(&token, 21), Ok(vec![14_197_454_024_290_336_768, 2]));
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the work was done.
///
/// # Panics
/// When `n` is 2^32 or more, whose factorial would take more than 15 GB.
pub fn factorial(token: &Token, n: u64) -> Result<Vec<u64>, Cancelled> {
    if let Some(&word) = usize::try_from(n).ok().and_then(|n| TABLE.get(n)) {
        return token.begin_block().map(|()| vec![word]);
    }
    let n = u32::try_from(n).expect("the factorial of 2^32 or more was asked for");
    if n >= ENTER_FROM {
        token.expect_work(swing_work(n, 64.0));
    }
    let run = || {
        let primes = if is_small(n) { Vec::new() } else { odd_primes(token, n)? };
        let odd = swing::factorial::<Binary>(token, n, &primes)?;
        shift_left(token, &odd.limbs, odd.zeros as usize)
    };
    if n < ENTER_FROM { run() } else { enter(run) }
}

/// x * 2^bits, for `x` without leading zero words and not zero.
pub(crate) fn shift_left(token: &Token, x: &[u64], bits: usize) -> Result<Vec<u64>, Cancelled> {
    let (words, bits) = (bits / 64, (bits % 64) as u32);
    let overflows = x.last().is_some_and(|top| top.leading_zeros() < bits);
    let mut out = vec![0; words + x.len() + usize::from(overflows)];
    for_each_band(token, &mut out[words..], SHIFT, |offset, band| {
        let below = if offset == 0 { 0 } else { x[offset - 1] };
        let mut low = below;
        let rest = &x[offset..x.len().min(offset + band.len())];
        // Past the end of `x` comes one more word, of what was shifted out of the last.
        for (out, &high) in band.iter_mut().zip(rest.iter().chain(&[0])) {
            *out = ((u128::from(high) << 64 | u128::from(low)) << bits >> 64) as u64;
            low = high;
        }
    })?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::shift_left;
    use allcores_parallel::Token;

    #[test]
    fn a_shift_moves_bits_across_words_and_bands() {
        let token = Token::new();
        assert_eq!(shift_left(&token, &[1], 0), Ok(vec![1]));
        assert_eq!(shift_left(&token, &[1], 63), Ok(vec![1 << 63]));
        assert_eq!(shift_left(&token, &[1], 64), Ok(vec![0, 1]));
        assert_eq!(shift_left(&token, &[3], 127), Ok(vec![0, 1 << 63, 1]));
        let long: Vec<u64> =
            (1..=3 * (1 << 16)).map(|i: u64| i.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect();
        let shifted = shift_left(&token, &long, 70).unwrap();
        for i in 1..long.len() {
            assert_eq!(shifted[i + 1], long[i] << 6 | long[i - 1] >> 58, "{i}");
        }
        assert_eq!(shifted[..2], [0, long[0] << 6]);
    }
}
