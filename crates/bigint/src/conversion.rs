//! Numbers as decimal text, and decimal text as numbers.

use allcores_parallel::{Blocks, Cancelled, Token, enter, for_each_band};

use crate::convert::convert;
use crate::decimal_text::text;
use crate::linear::trim;
use crate::radix::{Binary, Decimal};

/// From this many words, or as many digits as they have, the work moves onto the pool.
const ENTER_FROM: usize = 1 << 10;

/// 4,096 limbs at a time, some 50 µs.
const LIMBS: Blocks = Blocks { size: 4096, inline_up_to: 4096 };

/// The decimal digits of a number in 64-bit words, least significant word first: ASCII without
/// leading zeros, and "0" for zero.
///
/// Divide and conquer by multiplication in decimal limbs, with no division. Exact, so the same on any
/// number of threads. Runs on the calling thread below 1,024 words and on the native pool from there on.
///
/// ```
/// use allcores_bigint::to_decimal;
/// use allcores_parallel::Token;
/// assert_eq!(to_decimal(&Token::new(), &[0, 1]).unwrap(), b"18446744073709551616");
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the work was done.
pub fn to_decimal(token: &Token, words: &[u64]) -> Result<Vec<u8>, Cancelled> {
    let run = || {
        let limbs = convert::<Binary, Decimal>(token, words)?;
        text(token, &limbs, 0).map(String::into_bytes)
    };
    if words.len() < ENTER_FROM { run() } else { enter(run) }
}

/// The number with these decimal digits, in 64-bit words, least significant first, without leading
/// zero words. Leading zeros of the text are allowed, and the empty text is zero.
///
/// The bytes are to be '0' to '9': of any other one the low four bits count, and the result is some
/// number. Exact, so the same on any number of threads. Runs on the calling thread below 18,432 digits
/// and on the native pool from there on.
///
/// ```
/// use allcores_bigint::from_decimal;
/// use allcores_parallel::Token;
/// assert_eq!(from_decimal(&Token::new(), b"0018446744073709551616"), Ok(vec![0, 1]));
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the work was done.
pub fn from_decimal(token: &Token, digits: &[u8]) -> Result<Vec<u64>, Cancelled> {
    let run = || {
        let mut limbs = vec![0; digits.len().div_ceil(Decimal::DIGITS)];
        for_each_band(token, &mut limbs, LIMBS, |offset, band| {
            let end = digits.len() - offset * Decimal::DIGITS;
            for (limb, digits) in band.iter_mut().zip(digits[..end].rchunks(Decimal::DIGITS)) {
                *limb = digits.iter().fold(0, |limb, digit| 10 * limb + u64::from(digit & 15));
                // Fifteens in the place of digits would make more than a limb.
                *limb %= 10u64.pow(Decimal::DIGITS as u32);
            }
        })?;
        trim(&mut limbs);
        convert::<Decimal, Binary>(token, &limbs)
    };
    if digits.len() < ENTER_FROM * Decimal::DIGITS { run() } else { enter(run) }
}
