//! Windows along columns.
//!
//! M. van Herk (1992), J. Gil and M. Werman (1993): the lines are cut into blocks as long as the window. Each window
//! is the end of one block and the beginning of the next, so the best of both ends is the best of the window, and
//! the best of every end and every beginning costs one comparison a sample.

use super::across::better;

/// Lines of samples, one below the other.
pub(super) struct Lines<K> {
    pub(super) samples: Vec<K>,
    /// Of a line.
    pub(super) len: usize,
}

/// Gives `write` the lines of the best of `window` lines each: the first of those from line 0 on, `count` in all.
/// There are `count + window - 1` lines, whose samples are overwritten.
#[inline(always)]
pub(super) fn slide<K: Ord + Copy + Default, const MAX: bool>(
    lines: &mut Lines<K>,
    count: usize,
    window: usize,
    to: &mut impl Sink<K>,
) {
    let len = lines.len;
    let mut beginning = vec![K::default(); len];
    for start in (0..count).step_by(window) {
        let end = start + window;
        let (before, next) = lines.samples.split_at_mut(end * len);
        let block = &mut before[start * len..];
        // From here on a line of the block has the best from it to the end of the block.
        for i in (0..window - 1).rev() {
            let (line, after) = block[i * len..].split_at_mut(len);
            for (sample, &below) in line.iter_mut().zip(&after[..len]) {
                *sample = better::<K, MAX>(*sample, below);
            }
        }
        to.write(start, &block[..len]);
        for (i, line) in next.chunks_exact(len).take(window.min(count - start) - 1).enumerate() {
            let ends = &mut block[(i + 1) * len..][..len];
            if i == 0 {
                beginning.copy_from_slice(line);
            }
            for ((end, best), &sample) in ends.iter_mut().zip(&mut beginning).zip(line) {
                *best = better::<K, MAX>(*best, sample);
                *end = better::<K, MAX>(*end, *best);
            }
            to.write(start + i + 1, ends);
        }
    }
}

/// Where lines go.
pub(super) trait Sink<K> {
    /// Takes line `y`.
    fn write(&mut self, y: usize, line: &[K]);
}
