use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The thread between a running call and whoever may stop it: a flag that is asked before
/// each block, a counter of the blocks that were begun, and how far the call has come.
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
    work: AtomicU64,
    expected: AtomicU64,
}

impl Token {
    /// A token that nobody has cancelled.
    #[must_use]
    pub const fn new() -> Self {
        Token {
            cancelled: AtomicBool::new(false),
            blocks: AtomicU64::new(0),
            work: AtomicU64::new(0),
            expected: AtomicU64::new(0),
        }
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

    /// Tells how much work the whole call is, in a unit of the kernel's own, before it begins. A
    /// kernel that calls another has told it already: the first word counts.
    pub fn expect_work(&self, units: u64) {
        let _ = self.expected.compare_exchange(0, units, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Notes that so much of it is done. Costs nothing to speak of, for whoever does not ask.
    pub fn work_done(&self, units: u64) {
        self.work.fetch_add(units, Ordering::Relaxed);
    }

    /// How much of the expected work is done, from 0 to 1; 0 for kernels that expect none.
    ///
    /// ```
    /// use allcores_parallel::Token;
    /// let token = Token::new();
    /// token.expect_work(200);
    /// token.work_done(50);
    /// assert_eq!(token.progress(), 0.25);
    /// ```
    #[must_use]
    pub fn progress(&self) -> f64 {
        match self.expected.load(Ordering::Relaxed) {
            0 => 0.0,
            expected => (self.work.load(Ordering::Relaxed) as f64 / expected as f64).min(1.0),
        }
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
