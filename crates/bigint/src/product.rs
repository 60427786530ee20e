//! The door to multiplication: products as new vectors, over all threads when they are
//! large. By the length of the shorter factor: limb by limb, Karatsuba's method, transforms, and
//! above the longest transform Karatsuba's cuts again.

use allcores_parallel::{Cancelled, Token, enter, join};

use crate::karatsuba::{self, Cut};
use crate::linear::{absolute_difference, add_assign, trim, trimmed};
use crate::ntt;
use crate::radix::{Binary, Radix};
use crate::work::product_work;

/// A product whose lengths multiply to at most this stays on one thread and asks the token
/// once. That is 30 to 120 µs of work, by shape and radix; a third of it still pays for a
/// hand-over.
const SEQUENTIAL_AREA: usize = 400 * 400;

/// From this many limbs in both factors together, [`multiply`] moves onto the pool.
const ENTER_FROM: usize = 2000;

/// The product of two numbers, in 64-bit words, least significant first, without leading
/// zero words. Zero is the empty vector; leading zero words of the factors are allowed.
///
/// Runs on the calling thread up to 2,000 words in both factors together, and on the
/// native pool above that. The result is exact, so it is the same on any number of threads.
///
/// ```
/// use allcores_bigint::multiply;
/// use allcores_parallel::Token;
/// let token = Token::new();
/// assert_eq!(multiply(&token, &[u64::MAX], &[u64::MAX]), Ok(vec![1, u64::MAX - 1]));
/// assert_eq!(multiply(&token, &[5, 0], &[0]), Ok(vec![]));
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the work was done.
pub fn multiply(token: &Token, a: &[u64], b: &[u64]) -> Result<Vec<u64>, Cancelled> {
    let (a, b) = (trimmed(a), trimmed(b));
    token.expect_work(product_work(a.len() + b.len()));
    let run = || if a == b { square::<Binary>(token, a) } else { product::<Binary>(token, a, b) };
    if a.len() + b.len() < ENTER_FROM { run() } else { enter(run) }
}

/// `a * b` without leading zero limbs; zero is empty.
pub(crate) fn product<R: Radix>(
    token: &Token,
    a: &[u64],
    b: &[u64],
) -> Result<Vec<u64>, Cancelled> {
    if a.is_empty() || b.is_empty() {
        return token.begin_block().map(|()| Vec::new());
    }
    let mut out = vec![0; a.len() + b.len()];
    multiply_into::<R>(token, &mut out, a, b)?;
    token.work_done(product_work(out.len()));
    trim(&mut out);
    Ok(out)
}

/// `a * a` without leading zero limbs; zero is empty.
pub(crate) fn square<R: Radix>(token: &Token, a: &[u64]) -> Result<Vec<u64>, Cancelled> {
    if a.is_empty() {
        return token.begin_block().map(|()| Vec::new());
    }
    let mut out = vec![0; 2 * a.len()];
    square_into::<R>(token, &mut out, a)?;
    token.work_done(product_work(out.len()));
    trim(&mut out);
    Ok(out)
}

/// `out = a * b` for lengths that add up to that of `out`; neither factor is empty.
fn multiply_into<R: Radix>(
    token: &Token,
    out: &mut [u64],
    a: &[u64],
    b: &[u64],
) -> Result<(), Cancelled> {
    let (a, b) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    if (R::TRANSFORM_FROM..=ntt::MAX_SHORTER).contains(&b.len()) {
        return ntt::multiply_into::<R>(token, out, a, b);
    }
    if a.len().saturating_mul(b.len()) <= SEQUENTIAL_AREA {
        token.begin_block()?;
        let mut scratch = vec![0; karatsuba::scratch_len::<R>(a.len(), b.len())];
        karatsuba::multiply::<R>(out, a, b, &mut scratch);
        return Ok(());
    }
    match karatsuba::cut::<R>(a.len(), b.len()) {
        Cut::Both(half) => {
            let ((a0, a1), (b0, b1)) = (a.split_at(half), b.split_at(half));
            let (low, high) = out.split_at_mut(2 * half);
            let (_, (_, (middle, negative))) = join(
                token,
                || multiply_into::<R>(token, low, a0, b0),
                || {
                    join(
                        token,
                        || multiply_into::<R>(token, high, a1, b1),
                        || {
                            let mut differences = vec![0; 2 * half];
                            let (a, b) = differences.split_at_mut(half);
                            let negative = absolute_difference::<R>(a, a0, a1)
                                != absolute_difference::<R>(b, b0, b1);
                            let mut middle = vec![0; 2 * half];
                            multiply_into::<R>(token, &mut middle, a, b)?;
                            Ok((middle, negative))
                        },
                    )
                },
            )?;
            karatsuba::add_middle::<R>(out, &middle, half, negative);
        }
        // A short factor is worth a cut here too, because the other one is very long.
        Cut::None | Cut::Longer(_) => {
            let at = a.len().div_ceil(2);
            let (a0, a1) = a.split_at(at);
            let upper = &mut out[at..];
            let (lower, ()) = join(
                token,
                || {
                    let mut lower = vec![0; at + b.len()];
                    multiply_into::<R>(token, &mut lower, a0, b)?;
                    Ok(lower)
                },
                || multiply_into::<R>(token, upper, a1, b),
            )?;
            out[..at].copy_from_slice(&lower[..at]);
            add_assign::<R>(&mut out[at..], &lower[at..]);
        }
    }
    Ok(())
}

/// `out = a * a` for `out` twice as long as `a`, which is not empty.
fn square_into<R: Radix>(token: &Token, out: &mut [u64], a: &[u64]) -> Result<(), Cancelled> {
    if (R::TRANSFORM_SQUARE_FROM..=ntt::MAX_SHORTER).contains(&a.len()) {
        return ntt::square_into::<R>(token, out, a);
    }
    if a.len().saturating_mul(a.len()) <= SEQUENTIAL_AREA {
        token.begin_block()?;
        let mut scratch = vec![0; karatsuba::scratch_len::<R>(a.len(), a.len())];
        karatsuba::square::<R>(out, a, &mut scratch);
        return Ok(());
    }
    let half = a.len().div_ceil(2);
    let (a0, a1) = a.split_at(half);
    let (low, high) = out.split_at_mut(2 * half);
    let (_, (_, middle)) = join(
        token,
        || square_into::<R>(token, low, a0),
        || {
            join(
                token,
                || square_into::<R>(token, high, a1),
                || {
                    let mut difference = vec![0; half];
                    absolute_difference::<R>(&mut difference, a0, a1);
                    let mut middle = vec![0; 2 * half];
                    square_into::<R>(token, &mut middle, &difference)?;
                    Ok(middle)
                },
            )
        },
    )?;
    karatsuba::add_middle::<R>(out, &middle, half, false);
    Ok(())
}
