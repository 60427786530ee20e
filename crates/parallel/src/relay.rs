//! Blocks each of which needs something from all blocks before it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use crate::pool::{can_split, enter, note_thread, threads};
use crate::{Cancelled, Token};

/// What is done with the blocks of a [`relay`].
pub trait Relay: Sync {
    /// A block, with all that belongs to it.
    type Block: Send;
    /// What a block adds for the ones behind it.
    type Part: Send;
    /// What a block needs to know of all blocks before it.
    type Carry: Copy + Send + Sync;

    /// What the block will add; it is not finished yet.
    fn look(&self, block: &Self::Block) -> Self::Part;

    /// Finishes the block, and gives the same part as `look`.
    fn finish(&self, block: Self::Block, carry: Self::Carry) -> Self::Part;

    /// The carry behind a block.
    fn pass(&self, carry: Self::Carry, part: Self::Part) -> Self::Carry;
}

/// Finishes all blocks, of which each gets what those before it pass on, from `start`.
///
/// With `inline`, or on one thread, each block is finished in turn and never looked at. On
/// several threads a block is looked at, waits for its carry (which all threads work on), and
/// is finished while the next ones go on: it should fit into a core's cache, for the second
/// look, and be 10 µs to 1 ms of work.
///
/// ```
/// use allcores_parallel::{Relay, Token, relay};
/// struct RunningSum;
/// impl Relay for RunningSum {
///     type Block = &'static mut [u64];
///     type Part = u64;
///     type Carry = u64;
///     fn look(&self, block: &&'static mut [u64]) -> u64 {
///         block.iter().sum()
///     }
///     fn finish(&self, block: &'static mut [u64], carry: u64) -> u64 {
///         let mut sum = 0;
///         for value in block {
///             sum += *value;
///             *value = carry + sum;
///         }
///         sum
///     }
///     fn pass(&self, carry: u64, part: u64) -> u64 {
///         carry + part
///     }
/// }
/// let values: &'static mut [u64] = Box::leak(Box::new([1; 10]));
/// let total = relay(&Token::new(), values.chunks_mut(3), 0, false, &RunningSum);
/// assert_eq!(total, Ok(10));
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the last block began; the blocks before
/// are finished then.
///
/// # Panics
/// When a function of the relay panics.
pub fn relay<R: Relay>(
    token: &Token,
    blocks: impl Iterator<Item = R::Block> + Send,
    start: R::Carry,
    inline: bool,
    relay: &R,
) -> Result<R::Carry, Cancelled> {
    if inline {
        return in_turn(token, blocks, start, relay);
    }
    enter(|| {
        if !can_split() {
            return in_turn(token, blocks, start, relay);
        }
        let course = Course {
            blocks: Mutex::new(blocks.enumerate()),
            turn: AtomicUsize::new(0),
            carry: Mutex::new(start),
            broken: AtomicBool::new(false),
        };
        let runners = (0..threads()).into_par_iter().with_max_len(1);
        runners.try_for_each(|_| course.run(token, relay))?;
        let carry = *lock(&course.carry);
        Ok(carry)
    })
}

fn in_turn<R: Relay>(
    token: &Token,
    blocks: impl Iterator<Item = R::Block>,
    start: R::Carry,
    relay: &R,
) -> Result<R::Carry, Cancelled> {
    let mut carry = start;
    for block in blocks {
        token.begin_block()?;
        note_thread();
        carry = relay.pass(carry, relay.finish(block, carry));
    }
    Ok(carry)
}

/// Threads take blocks in order, so whoever waits for its turn waits for a thread that works.
struct Course<I, C> {
    blocks: Mutex<std::iter::Enumerate<I>>,
    /// Whose carry is in `carry`.
    turn: AtomicUsize,
    carry: Mutex<C>,
    /// A block panicked: its turn never ends.
    broken: AtomicBool,
}

impl<C: Copy, I: Iterator> Course<I, C> {
    fn run<R: Relay<Block = I::Item, Carry = C>>(
        &self,
        token: &Token,
        relay: &R,
    ) -> Result<(), Cancelled> {
        loop {
            // Before a block is taken: one that was taken is always finished.
            token.begin_block()?;
            let Some((index, block)) = lock(&self.blocks).next() else { return Ok(()) };
            note_thread();
            let watch = BrokenByPanic(&self.broken);
            let part = relay.look(&block);
            if !self.wait_for(index) {
                return Ok(()); // the panic is carried to the caller
            }
            let carry = {
                let mut carry = lock(&self.carry);
                let mine = *carry;
                *carry = relay.pass(mine, part);
                mine
            };
            // SYNC: pairs with the acquire in `wait_for`; the next block sees this carry.
            self.turn.store(index + 1, Ordering::Release);
            relay.finish(block, carry);
            drop(watch);
        }
    }

    fn wait_for(&self, index: usize) -> bool {
        let mut rounds = 0_u32;
        // SYNC: pairs with the release in `run`.
        while self.turn.load(Ordering::Acquire) != index {
            if self.broken.load(Ordering::Relaxed) {
                return false;
            }
            rounds += 1;
            if rounds < 1000 {
                std::hint::spin_loop();
            } else {
                // The thread before this one may have lost its core.
                std::thread::yield_now();
            }
        }
        true
    }
}

struct BrokenByPanic<'a>(&'a AtomicBool);

impl Drop for BrokenByPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::{Relay, relay};
    use crate::{Cancelled, Token};

    /// Hashes a chain of blocks, so that every wrong carry shows; block 30 may panic or cancel.
    struct Chain<'t> {
        token: &'t Token,
        cancels: bool,
        panics: bool,
    }

    impl Relay for Chain<'_> {
        type Block = (u64, &'static std::sync::atomic::AtomicU64);
        type Part = u64;
        type Carry = u64;

        fn look(&self, block: &Self::Block) -> u64 {
            assert!(!self.panics || block.0 != 30, "block 30");
            block.0
        }

        fn finish(&self, block: Self::Block, carry: u64) -> u64 {
            assert!(!self.panics || block.0 != 30, "block 30");
            if self.cancels && block.0 == 30 {
                self.token.cancel();
            }
            block.1.store(carry, std::sync::atomic::Ordering::Relaxed);
            block.0
        }

        fn pass(&self, carry: u64, part: u64) -> u64 {
            (carry ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        }
    }

    type Cell = std::sync::atomic::AtomicU64;

    fn run(inline: bool, cancels: bool, panics: bool) -> (Result<u64, Cancelled>, Vec<u64>) {
        let cells: &'static [Cell] = Vec::leak((0..1000).map(|_| Cell::new(0)).collect());
        let token = Token::new();
        let blocks = (0_u64..).zip(cells);
        let carry = relay(&token, blocks, 7, inline, &Chain { token: &token, cancels, panics });
        let values = cells.iter().map(|cell| cell.load(std::sync::atomic::Ordering::Relaxed));
        (carry, values.collect())
    }

    #[test]
    fn every_block_gets_the_carry_of_all_before_it_on_any_number_of_threads() {
        let (expected, carries) = run(true, false, false);
        assert!(expected.is_ok());
        for _ in 0..50 {
            assert_eq!(run(false, false, false), (expected, carries.clone()));
        }
    }

    #[test]
    fn a_cancelled_relay_finishes_the_blocks_that_were_begun_and_no_other() {
        for inline in [true, false] {
            let (result, values) = run(inline, true, false);
            assert_eq!(result, Err(Cancelled));
            let done = values.iter().position(|&value| value == 0).unwrap();
            assert!((31..100).contains(&done), "{done}");
            assert!(values[done..].iter().all(|&value| value == 0));
        }
    }

    #[test]
    fn a_panic_in_a_block_reaches_the_caller_and_nobody_waits_for_it() {
        for inline in [true, false] {
            let ended = std::panic::catch_unwind(|| run(inline, false, true));
            assert!(ended.is_err());
        }
    }
}
