//! An image in bands of rows, and these in strips of columns whose lines fit the cache.

use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};

use super::Reach;
use super::across;
use super::down::{self, Lines, Sink};
use crate::View;
use crate::lines::Worked;
use crate::order::Ordered;
use crate::simd::{Isa, Kernel};

/// Samples of a band, when the window is small.
const BAND: usize = 1 << 18;

/// Bytes of the lines of a strip.
const STRIP: usize = 1 << 18;

/// The fewest samples of a strip's lines.
const MIN_STRIP: usize = 1 << 10;

/// Writes the smallest sample in the rectangle around each pixel, or the largest when `MAX`.
pub(crate) fn filter<T: Ordered, const MAX: bool>(
    isa: Isa,
    token: &Token,
    src: View<'_, T>,
    reach: Reach,
    out: &mut [T],
) -> Result<(), Cancelled>
where
    T::Key: Worked<T>,
{
    let row = src.width() * src.channels();
    // A band reads `up + down` rows more than it writes; few bands leave threads idle.
    let halo = (8 * (reach.up + reach.down)).min(src.height().div_ceil(8));
    let rows = (BAND / row).max(halo).max(1);
    let blocks = Blocks { size: rows * row, inline_up_to: 1 << 14 };
    for_each_band(token, out, blocks, |offset, band| {
        isa.run(Band::<T, MAX> { token, src, reach, top: offset / row, band });
    })
}

struct Band<'a, T, const MAX: bool> {
    token: &'a Token,
    src: View<'a, T>,
    reach: Reach,
    top: usize,
    band: &'a mut [T],
}

impl<T: Ordered, const MAX: bool> Kernel for Band<'_, T, MAX>
where
    T::Key: Worked<T>,
{
    #[inline(always)]
    fn run(self) {
        let Band { token, src, reach, top, band } = self;
        let channels = src.channels();
        let row = src.width() * channels;
        let count = band.len() / row;
        let window = reach.up + 1 + reach.down;
        let bytes = (count + window - 1) * size_of::<T>();
        let strip = (STRIP / bytes).max(MIN_STRIP).next_multiple_of(channels).min(row);
        let margin = (reach.left + reach.right) * channels;

        let outside = if MAX { T::FIRST } else { T::LAST };
        let mut line = vec![outside; strip + margin];
        let mut other = line.clone();
        let mut lines = Lines { samples: Vec::new(), len: strip };
        for left in (0..row).step_by(strip) {
            if left > 0 && token.begin_block().is_err() {
                return;
            }
            let len = strip.min(row - left);
            // The part of the row that the strip sees, and where it stands in the line.
            let from = left.saturating_sub(reach.left * channels);
            let to = row.min(left + len + reach.right * channels);
            let at = from + reach.left * channels - left;
            lines.len = len;
            lines.samples.resize((count + window - 1) * len, outside);
            for (i, samples) in lines.samples.chunks_exact_mut(len).enumerate() {
                let y = (top + i).checked_sub(reach.up).filter(|&y| y < src.height());
                let Some(y) = y else {
                    samples.fill(outside);
                    continue;
                };
                let line = &mut line[..len + margin];
                line[..at].fill(outside);
                for (to, &sample) in line[at..].iter_mut().zip(&src.row(y)[from..to]) {
                    *to = sample.key();
                }
                line[at + to - from..].fill(outside);
                let across = reach.left + 1 + reach.right;
                across::slide::<_, MAX>(line, &mut other, samples, across, channels);
            }
            let mut sink = Part { band: &mut *band, row, left };
            down::slide::<_, MAX>(&mut lines, count, window, &mut sink);
        }
    }
}

/// Some columns of a band.
struct Part<'a, T> {
    band: &'a mut [T],
    row: usize,
    left: usize,
}

impl<T: Ordered> Sink<T::Key> for Part<'_, T> {
    #[inline(always)]
    fn write(&mut self, y: usize, line: &[T::Key]) {
        let out = &mut self.band[y * self.row + self.left..][..line.len()];
        for (to, &key) in out.iter_mut().zip(line) {
            *to = T::of_key(key);
        }
    }
}
