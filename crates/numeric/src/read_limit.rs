use allcores_parallel::{Cancelled, Token};

use crate::simd::{Body, Simd};
use crate::split::{Job, Reduction, reduce};
use crate::terms::AHEAD;

/// Reads `bytes` and does nothing else: the XOR of its little-endian 64-bit words (a last
/// partial word counts as filled up with zeros).
///
/// It is cut and run like the other kernels, so its rate is the limit that they can reach on
/// this machine.
///
/// ```
/// use allcores_numeric::read_limit;
/// use allcores_parallel::Token;
/// let mut bytes = [0; 17];
/// (bytes[0], bytes[8], bytes[16]) = (1, 2, 4);
/// assert_eq!(read_limit(&Token::new(), &bytes), Ok(7));
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the last block began.
pub fn read_limit(token: &Token, bytes: &[u8]) -> Result<u64, Cancelled> {
    reduce(Job::new(token), Words(bytes))
}

/// So many bytes are asked for in advance at once; more would wait for each other.
const PAGE: usize = 1024;
const LINE: usize = 64;

#[derive(Clone, Copy)]
pub(crate) struct Words<'a>(pub(crate) &'a [u8]);

impl Body for Words<'_> {
    type Output = u64;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> u64 {
        let mut all = 0;
        for page in self.0.chunks(PAGE) {
            for line in (0..page.len()).step_by(LINE) {
                simd.prefetch(page.as_ptr().wrapping_add(line).wrapping_add(AHEAD));
            }
            let (words, last) = page.as_chunks();
            for &word in words {
                all ^= u64::from_le_bytes(word);
            }
            for (index, &byte) in last.iter().enumerate() {
                all ^= u64::from(byte) << (8 * index);
            }
        }
        all
    }
}

impl Reduction for Words<'_> {
    #[inline]
    fn bytes(self) -> usize {
        self.0.len()
    }

    #[inline]
    fn cut(self) -> (Self, Self) {
        // At a word, so that a word is never torn.
        let (left, right) = self.0.split_at(self.0.len() / 16 * 8);
        (Words(left), Words(right))
    }

    #[inline]
    fn merge(left: u64, right: u64) -> u64 {
        left ^ right
    }
}
