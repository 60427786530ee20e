//! Between 64-bit words and decimal text, by multiplication only.

use allcores_parallel::{Cancelled, Token, enter, join};

use crate::linear::{add_assign, trim, trimmed};
use crate::product::{product, square};
use crate::radix::{Binary, Decimal, Radix};

/// Up to so many limbs one is added after the other.
const LEAF: usize = 32;

/// From this many limbs on, the work moves onto the pool.
const ENTER_FROM: usize = 1000;

/// The decimal digits of a number in 64-bit words, as ASCII, without leading zeros.
///
/// ```
/// use allcores_bigint::to_decimal;
/// use allcores_parallel::Token;
/// let token = Token::new();
/// assert_eq!(to_decimal(&token, &[0, 1]), Ok(b"18446744073709551616".to_vec()));
/// assert_eq!(to_decimal(&token, &[0]), Ok(b"0".to_vec()));
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the work was done.
pub fn to_decimal(token: &Token, words: &[u64]) -> Result<Vec<u8>, Cancelled> {
    const WORD: [u64; 2] = [446_744_073_709_551_616, 18];
    token.begin_block()?;
    let words = trimmed(words);
    let run = || {
        let limbs = convert::<Decimal>(token, words, &WORD)?;
        crate::decimal_text::text(token, &limbs, 0).map(String::into_bytes)
    };
    if words.len() < ENTER_FROM { run() } else { enter(run) }
}

/// The number of a decimal text, in 64-bit words without leading zero words.
///
/// ```
/// use allcores_bigint::from_decimal;
/// use allcores_parallel::Token;
/// let token = Token::new();
/// assert_eq!(from_decimal(&token, b"18446744073709551616"), Ok(vec![0, 1]));
/// assert_eq!(from_decimal(&token, b""), Ok(vec![]));
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the work was done.
///
/// # Panics
/// May panic when `digits` has other bytes than `0` to `9`.
pub fn from_decimal(token: &Token, digits: &[u8]) -> Result<Vec<u64>, Cancelled> {
    const LIMB: [u64; 1] = [1_000_000_000_000_000_000];
    token.begin_block()?;
    let limb =
        |chunk: &[u8]| chunk.iter().fold(0, |limb, &digit| 10 * limb + u64::from(digit - b'0'));
    let limbs: Vec<u64> = digits.rchunks(Decimal::DIGITS).map(limb).collect();
    let run = || convert::<Binary>(token, trimmed(&limbs), &LIMB);
    if limbs.len() < ENTER_FROM { run() } else { enter(run) }
}

/// The number whose digits in another radix are `limbs`, in the radix `R`; that radix is given in it too.
fn convert<R: Radix>(token: &Token, limbs: &[u64], radix: &[u64]) -> Result<Vec<u64>, Cancelled> {
    // The radix to the powers 32, 64, 128 and so on.
    let mut powers = vec![leaf::<R>(token, &[&[0; LEAF][..], &[1]].concat(), radix)?];
    while LEAF << powers.len() < limbs.len() {
        powers.push(square::<R>(token, powers.last().expect("it is never empty"))?);
    }
    piece::<R>(token, limbs, radix, &powers)
}

fn piece<R: Radix>(
    token: &Token,
    limbs: &[u64],
    radix: &[u64],
    powers: &[Vec<u64>],
) -> Result<Vec<u64>, Cancelled> {
    if limbs.len() <= LEAF {
        return leaf::<R>(token, limbs, radix);
    }
    let (power, below) = powers.split_last().expect("there is one for each halving");
    let at = LEAF << below.len();
    if limbs.len() <= at {
        return piece::<R>(token, limbs, radix, below);
    }
    let (low, high) = limbs.split_at(at);
    let (low, high) = join(
        token,
        || piece::<R>(token, trimmed(low), radix, below),
        || piece::<R>(token, high, radix, below),
    )?;
    let high = product::<R>(token, &high, power)?;
    Ok(sum::<R>(high, &low))
}

/// One limb after the other.
fn leaf<R: Radix>(token: &Token, limbs: &[u64], radix: &[u64]) -> Result<Vec<u64>, Cancelled> {
    let mut number = Vec::new();
    for &limb in limbs.iter().rev() {
        let limb = if limb <= R::MAX_LIMB {
            [limb, 0]
        } else {
            [limb % (R::MAX_LIMB + 1), limb / (R::MAX_LIMB + 1)]
        };
        number = sum::<R>(product::<R>(token, &number, radix)?, trimmed(&limb));
    }
    Ok(number)
}

fn sum<R: Radix>(a: Vec<u64>, b: &[u64]) -> Vec<u64> {
    let mut a = a;
    let len = a.len().max(b.len()) + 1;
    a.resize(len, 0);
    add_assign::<R>(&mut a, b);
    trim(&mut a);
    a
}
