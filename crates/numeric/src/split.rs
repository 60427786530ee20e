//! Divide and conquer for every kernel of this crate, without a heap allocation.

use allcores_parallel::{Cancelled, Token, enter, join};

use crate::simd::{Body, Isa};

/// Up to this many bytes the caller does the work alone: at 35 GB/s that is 30 µs, what
/// waking the pool costs.
const INLINE_BYTES: usize = 1 << 20;
/// A piece that is at least twice as large is cut once more. Pieces of 256 to 512 KiB are 7
/// to 15 µs of work from memory, and well below a millisecond for the slowest body.
const PIECE_BYTES: usize = 1 << 18;

/// What a kernel call knows besides its input.
#[derive(Clone, Copy, Debug)]
pub struct Job<'t> {
    pub(crate) token: &'t Token,
    pub(crate) isa: Isa,
}

impl<'t> Job<'t> {
    #[inline]
    pub(crate) fn new(token: &'t Token) -> Self {
        Job { token, isa: Isa::detected() }
    }
}

/// A body whose result may be put together from the results of its two halves:
/// `r.run() == R::merge(left.run(), right.run())`, bit for bit, with `(left, right) = r.cut()`.
pub(crate) trait Reduction: Body<Output: Send> + Copy + Send + Sync {
    /// How much memory the body reads.
    fn bytes(self) -> usize;

    /// Two halves, by a rule that knows the length only. Called from 256 KiB upwards.
    fn cut(self) -> (Self, Self);

    fn merge(left: Self::Output, right: Self::Output) -> Self::Output;
}

/// Runs `whole`, on all threads when it is large.
#[inline]
pub(crate) fn reduce<R: Reduction>(job: Job<'_>, whole: R) -> Result<R::Output, Cancelled> {
    if whole.bytes() <= INLINE_BYTES {
        job.token.begin_block()?;
        return Ok(job.isa.run(whole));
    }
    enter(|| pieces(job, whole))
}

fn pieces<R: Reduction>(job: Job<'_>, piece: R) -> Result<R::Output, Cancelled> {
    if piece.bytes() < 2 * PIECE_BYTES {
        return Ok(job.isa.run(piece));
    }
    let (left, right) = piece.cut();
    let (left, right) = join(job.token, || pieces(job, left), || pieces(job, right))?;
    Ok(R::merge(left, right))
}
