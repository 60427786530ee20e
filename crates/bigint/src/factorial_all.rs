use allcores_parallel::{Blocks, Cancelled, Token, enter, join, map};

use crate::factorial::factorial;
use crate::falling_factorial::falling_factorial;
use crate::product::product;
use crate::radix::Binary;
use crate::size::{factorial_bits, falling_bits};
use crate::work::{product_work, swing_work, tree_work};

/// Below so many words in all results the work takes about as long as waking the pool.
const ENTER_FROM: f64 = 20_000.0;

/// So many factorials are made one from the other; the next begins anew. Some hundred of these
/// products take as long as a new beginning, and the chains run beside each other.
const CHAIN: usize = 256;

/// A product of the integers between two arguments that has more than this part of the result's bits
/// costs more than a new beginning.
const LONGEST_STEP: f64 = 0.3;

/// A factorial that is known: n and the words of n!.
pub type Known<'a> = (u32, &'a [u64]);

/// The factorials of `ns`, which rise and are below 2^32, each in 64-bit words, least significant
/// first, without leading zero words. `known` is a factorial to go on from, of a smaller n.
///
/// Each is the one before times the product of the integers between the two, which costs a small
/// part of a factorial when they are close together. The chains are cut by the numbers alone, so
/// nothing depends on the number of threads, and the results are exact.
///
/// ```
/// use allcores_bigint::factorial_all;
/// use allcores_parallel::Token;
/// let token = Token::new();
/// let [five, six, twenty] = [120, 720, 2_432_902_008_176_640_000].map(|word| vec![word]);
/// assert_eq!(factorial_all(&token, &[5, 6], None), Ok(vec![five, six.clone()]));
/// assert_eq!(factorial_all(&token, &[20], Some((6, &six))), Ok(vec![twenty]));
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the work was done.
///
/// # Panics
/// When `ns` do not rise, or do not begin above what is known.
pub fn factorial_all(
    token: &Token,
    ns: &[u32],
    known: Option<Known<'_>>,
) -> Result<Vec<Vec<u64>>, Cancelled> {
    assert!(ns.is_sorted_by(|a, b| a < b), "the arguments rise");
    assert!(known.zip(ns.first()).is_none_or(|((n, _), &first)| n < first), "they go on from it");
    token.begin_block()?;
    token.expect_work(work(ns, known));
    let words: f64 = ns.iter().map(|&n| factorial_bits(n.into()) / 64.0 + 1.0).sum();
    let run = || chains(token, ns, known);
    if words < ENTER_FROM { run() } else { enter(run) }
}

fn work(ns: &[u32], known: Option<Known<'_>>) -> u64 {
    let limbs = |bits: f64| (bits / 64.0) as usize;
    let mut total = 0;
    for (i, &n) in ns.iter().enumerate() {
        let before = match i {
            0 => known.map(|(n, _)| n),
            _ if i % CHAIN == 0 => None,
            _ => Some(ns[i - 1]),
        };
        total += match before.filter(|&before| is_near(before, n)) {
            Some(before) => {
                tree_work(limbs(falling_bits(n.into(), (n - before).into())))
                    + product_work(limbs(factorial_bits(n.into())))
            }
            None => swing_work(n, 64.0),
        };
    }
    total
}

/// Cuts the list and runs the pieces beside each other.
fn chains(token: &Token, ns: &[u32], known: Option<Known<'_>>) -> Result<Vec<Vec<u64>>, Cancelled> {
    if ns.len() <= CHAIN {
        return chain(token, ns, known);
    }
    // Every cut is a whole number of chains from the start.
    let (left, right) = ns.split_at((ns.len() / 2).next_multiple_of(CHAIN).min(ns.len() - 1));
    let (mut left, right) =
        join(token, || chains(token, left, known), || chains(token, right, None))?;
    left.extend(right);
    Ok(left)
}

fn chain(token: &Token, ns: &[u32], known: Option<Known<'_>>) -> Result<Vec<Vec<u64>>, Cancelled> {
    let before = |i: usize| if i == 0 { known.map(|(n, _)| n) } else { Some(ns[i - 1]) };
    // The products between do not depend on each other.
    let one_each = Blocks { size: 1, inline_up_to: if is_dense(ns) { ns.len() } else { 0 } };
    let steps = map(token, ns.len(), one_each, |range| {
        let n = ns[range.start];
        let near = before(range.start).filter(|&before| is_near(before, n));
        near.map(|before| falling_factorial(token, n.into(), (n - before).into())).transpose()
    })?;
    let mut results: Vec<Vec<u64>> = Vec::with_capacity(ns.len());
    for (&n, step) in ns.iter().zip(steps) {
        let last = results.last().map(Vec::as_slice).or(known.map(|(_, words)| words));
        results.push(match (step?, last) {
            (Some(step), Some(last)) => product::<Binary>(token, last, &step)?,
            _ => factorial(token, n.into())?,
        });
    }
    Ok(results)
}

/// Whether all products between are so small that to hand one over costs more than it.
fn is_dense(ns: &[u32]) -> bool {
    match ns {
        [first, .., last] => (last - first) as usize <= 64 * ns.len(),
        _ => true,
    }
}

/// Whether n! is made from the factorial before it.
fn is_near(before: u32, n: u32) -> bool {
    falling_bits(n.into(), (n - before).into()) <= LONGEST_STEP * factorial_bits(n.into())
}
