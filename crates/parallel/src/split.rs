//! Splitting by size, combining in order.

use std::ops::Range;

use rayon::prelude::*;

use crate::pool::{can_split, enter, note_thread};
use crate::{Cancelled, Token};

/// How a length is cut. A block should be 10 µs to 1 ms of work: shorter ones pay more for
/// the hand-over than for the work, longer ones delay a cancellation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocks {
    /// The length of every block but the last. At least 1.
    pub size: usize,
    /// Up to this length the blocks run on the calling thread, because waking the pool
    /// (15 to 45 µs) would cost more than it saves.
    pub inline_up_to: usize,
}

impl Blocks {
    fn count(self, len: usize) -> usize {
        len.div_ceil(self.size)
    }

    fn range(self, len: usize, index: usize) -> Range<usize> {
        let start = index * self.size;
        start..len.min(start + self.size)
    }
}

/// Calls `kernel` for each block of `0..len` and gives the results in index order.
///
/// ```
/// use allcores_parallel::{map, Blocks, Token};
/// let blocks = Blocks { size: 100, inline_up_to: 0 };
/// let sums = map(&Token::new(), 250, blocks, |range| range.sum::<usize>()).unwrap();
/// assert_eq!(sums.len(), 3);
/// assert_eq!(sums.iter().sum::<usize>(), (0..250).sum());
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the last block began.
///
/// # Panics
/// When `kernel` panics, or `blocks.size` is 0.
pub fn map<R: Send>(
    token: &Token,
    len: usize,
    blocks: Blocks,
    kernel: impl Fn(Range<usize>) -> R + Sync,
) -> Result<Vec<R>, Cancelled> {
    let run = |index| {
        token.begin_block()?;
        note_thread();
        Ok(kernel(blocks.range(len, index)))
    };
    let count = blocks.count(len);
    if len <= blocks.inline_up_to || count <= 1 {
        return (0..count).map(run).collect();
    }
    enter(|| {
        if can_split() {
            (0..count).into_par_iter().map(run).collect()
        } else {
            (0..count).map(run).collect()
        }
    })
}

/// Cuts `out` into bands of `blocks.size` elements and calls `kernel` with the offset of
/// each band and the band itself.
///
/// ```
/// use allcores_parallel::{for_each_band, Blocks, Token};
/// let mut squares = [0; 10];
/// let blocks = Blocks { size: 3, inline_up_to: 0 };
/// for_each_band(&Token::new(), &mut squares, blocks, |offset, band| {
///     for (i, value) in band.iter_mut().enumerate() {
///         *value = (offset + i) * (offset + i);
///     }
/// })
/// .unwrap();
/// assert_eq!(squares[9], 81);
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the last band began; `out` is then
/// partly written.
///
/// # Panics
/// When `kernel` panics, or `blocks.size` is 0.
pub fn for_each_band<T: Send>(
    token: &Token,
    out: &mut [T],
    blocks: Blocks,
    kernel: impl Fn(usize, &mut [T]) + Sync,
) -> Result<(), Cancelled> {
    let run = |(index, band): (usize, &mut [T])| {
        token.begin_block()?;
        note_thread();
        kernel(index * blocks.size, band);
        Ok(())
    };
    if out.len() <= blocks.inline_up_to || out.len() <= blocks.size {
        return out.chunks_mut(blocks.size).enumerate().try_for_each(run);
    }
    enter(|| {
        if can_split() {
            out.par_chunks_mut(blocks.size).enumerate().try_for_each(run)
        } else {
            out.chunks_mut(blocks.size).enumerate().try_for_each(run)
        }
    })
}

/// Runs `left` and `right`, at the same time when this thread is on the pool (see
/// [`crate::enter`]) and threads are free, else one after the other.
///
/// Call it for halves of at least 10 µs of work; each half asks the token as a block does.
///
/// ```
/// use allcores_parallel::{enter, join, Cancelled, Token};
/// fn sum(token: &Token, items: &[u64]) -> Result<u64, Cancelled> {
///     if items.len() <= 1000 {
///         return Ok(items.iter().sum());
///     }
///     let (left, right) = items.split_at(items.len() / 2);
///     let (left, right) = join(token, || sum(token, left), || sum(token, right))?;
///     Ok(left + right)
/// }
/// let items: Vec<u64> = (0..10_000).collect();
/// assert_eq!(enter(|| sum(&Token::new(), &items)), Ok(49_995_000));
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before both had begun, or when one of them
/// gave it.
///
/// # Panics
/// When one of them panics.
pub fn join<A: Send, B: Send>(
    token: &Token,
    left: impl FnOnce() -> Result<A, Cancelled> + Send,
    right: impl FnOnce() -> Result<B, Cancelled> + Send,
) -> Result<(A, B), Cancelled> {
    let (mut left, mut right) = (Some(left), Some(right));
    let (mut left_result, mut right_result) = (None, None);
    join_units(token, &mut || left_result = left.take().map(|left| left()), &mut || {
        right_result = right.take().map(|right| right())
    });
    Ok((left_result.unwrap_or(Err(Cancelled))?, right_result.unwrap_or(Err(Cancelled))?))
}

/// [`join`] for all types at once: rayon's machinery would be compiled anew for each pair of
/// closures, a fourth of the whole addon. What is not run leaves no result.
fn join_units(token: &Token, left: &mut (dyn FnMut() + Send), right: &mut (dyn FnMut() + Send)) {
    let run = |half: &mut (dyn FnMut() + Send)| {
        if token.begin_block().is_ok() {
            note_thread();
            half();
        }
    };
    if can_split() {
        rayon::join(|| run(left), || run(right));
    } else {
        run(left);
        run(right);
    }
}
