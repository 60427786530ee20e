use allcores_parallel::{Blocks, Cancelled, Token, enter, for_each_band};

use crate::radix::Decimal;
use crate::sieve::odd_primes;
use crate::swing::{self, is_small};
use crate::work::swing_work;

/// Below this the work takes about as long as waking the pool.
const ENTER_FROM: u32 = 6000;

/// log2(10).
const DIGIT_BITS: f64 = std::f64::consts::LOG2_10;

/// 4,096 limbs at a time, some 50 µs; one such block stays on its thread.
const TEXT: Blocks = Blocks { size: 4096 * Decimal::DIGITS, inline_up_to: 4096 * Decimal::DIGITS };

/// n! as decimal text, without leading zeros.
///
/// The same prime swing as [`factorial`](crate::factorial()), but in limbs of 18 decimal
/// digits from the start: there is no conversion between radices. Exact, so the same on any number of threads. Runs on the
/// calling thread below n = 6,000 and on the native pool from there on. A JavaScript string
/// holds the result up to [`MAX_STRING`](crate::MAX_STRING); this function does not check
/// that.
///
/// ```
/// use allcores_bigint::factorial_string;
/// use allcores_parallel::Token;
/// let token = Token::new();
/// assert_eq!(factorial_string(&token, 0).unwrap(), "1");
/// assert_eq!(factorial_string(&token, 25).unwrap(), "15511210043330985984000000");
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the work was done.
///
/// # Panics
/// When `n` is 2^32 or more, whose text would take more than 39 GB.
pub fn factorial_string(token: &Token, n: u64) -> Result<String, Cancelled> {
    let n = u32::try_from(n).expect("the factorial of 2^32 or more was asked for");
    if n >= ENTER_FROM {
        token.expect_work(swing_work(n, DIGIT_BITS * Decimal::DIGITS as f64));
    }
    let run = || {
        let primes = if is_small(n) { Vec::new() } else { odd_primes(token, n)? };
        let scaled = swing::factorial::<Decimal>(token, n, &primes)?;
        text(token, &scaled.limbs, scaled.zeros as usize)
    };
    if n < ENTER_FROM { run() } else { enter(run) }
}

/// The digits of `limbs`, which has no leading zero limb and is not zero, and `zeros`
/// zeros after them.
pub(crate) fn text(token: &Token, limbs: &[u64], zeros: usize) -> Result<String, Cancelled> {
    let Some((top, rest)) = limbs.split_last() else {
        return token.begin_block().map(|()| "0".to_owned());
    };
    let mut text = top.to_string().into_bytes();
    let start = text.len();
    let end = start + rest.len() * Decimal::DIGITS;
    text.resize(end + zeros, b'0');
    for_each_band(token, &mut text[start..end], TEXT, |offset, band| {
        let below = rest.len() - offset / Decimal::DIGITS;
        for (out, &limb) in band.chunks_exact_mut(Decimal::DIGITS).zip(rest[..below].iter().rev()) {
            write_digits(out, limb);
        }
    })?;
    Ok(String::from_utf8(text).expect("only digits were written"))
}

/// Writes all 18 digits of a decimal limb.
fn write_digits(out: &mut [u8], limb: u64) {
    // Two halves are independent chains of divisions, and fit into 32 bits.
    let (high, low) = ((limb / 1_000_000_000) as u32, (limb % 1_000_000_000) as u32);
    let (left, right) = out.split_at_mut(Decimal::DIGITS / 2);
    for (half, mut rest) in [(left, high), (right, low)] {
        for digit in half.iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::text;
    use allcores_parallel::Token;

    #[test]
    fn limbs_keep_their_inner_zeros_and_zeros_follow() {
        let token = Token::new();
        assert_eq!(text(&token, &[], 0).unwrap(), "0");
        assert_eq!(text(&token, &[7], 2).unwrap(), "700");
        assert_eq!(
            text(&token, &[5, 0, 12], 1).unwrap(),
            "120000000000000000000000000000000000050"
        );
        let limbs: Vec<u64> = (1..=10_000).collect();
        let expected: String = (1..10_000).rev().map(|limb| format!("{limb:018}")).collect();
        assert_eq!(text(&token, &limbs, 0).unwrap(), format!("10000{expected}"));
    }
}
