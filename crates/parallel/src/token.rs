use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The thread between a running call and whoever may stop it: a flag that is asked before
/// each block, and a counter of the blocks that were begun.
///
/// ```
/// use allcores_parallel::{Cancelled, Token};
/// let token = Token::new();
/// assert_eq!(token.begin_block(), Ok(()));
/// token.cancel();
/// assert_eq!(token.begin_block(), Err(Cancelled));
/// assert_eq!(token.blocks(), 1);
/// ```
#[derive(Debug, Default)]
pub struct Token {
    cancelled: AtomicBool,
    blocks: AtomicU64,
}

impl Token {
    /// A token that nobody has cancelled.
    #[must_use]
    pub const fn new() -> Self {
        Token { cancelled: AtomicBool::new(false), blocks: AtomicU64::new(0) }
    }

    /// Asks the call to stop before its next block. There is no way back.
    pub fn cancel(&self) {
        // Relaxed: the flag carries no data, it only has to arrive.
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether [`Token::cancel`] was called.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// To be called before each block of at most a millisecond of work.
    ///
    /// # Errors
    /// [`Cancelled`] when the call shall stop; the block must not run then.
    pub fn begin_block(&self) -> Result<(), Cancelled> {
        if self.is_cancelled() {
            return Err(Cancelled);
        }
        self.blocks.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// How many blocks were begun under this token.
    #[must_use]
    pub fn blocks(&self) -> u64 {
        self.blocks.load(Ordering::Relaxed)
    }
}

/// The call was stopped by its [`Token`] before it was done; it has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("The call was cancelled")
    }
}

impl std::error::Error for Cancelled {}
