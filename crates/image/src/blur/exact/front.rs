use allcores_parallel::Token;

use super::windows::{Plan, Windows};
use crate::View;
use crate::blur::line::{Line, Lines, ROWS, turn, turn_back, weigh};
use crate::blur::sample::{Alpha, Float, read, write};
use crate::simd::Kernel;

/// Samples of a row that are worked on together.
const COLUMN: usize = 64;

/// What all bands share.
#[derive(Clone, Copy)]
pub(super) struct Front<'a, T> {
    pub(super) token: &'a Token,
    pub(super) src: View<'a, T>,
    pub(super) alpha: Alpha,
    pub(super) across: &'a Plan,
    pub(super) down: Option<&'a Windows>,
}

impl<'a, T: Float> Front<'a, T> {
    /// The work that makes rows `top..` of the result; `alpha` says what becomes of its colours.
    pub(super) fn band<'b, O: Float>(
        &'b self,
        top: usize,
        alpha: Alpha,
        band: &'b mut [O],
    ) -> Band<'a, 'b, T, O> {
        Band { front: self, top, alpha, band }
    }
}

/// Up to [`ROWS`] rows: a window of source rows each, then along the rows, which become lanes for that.
pub(super) struct Band<'a, 'b, T, O> {
    front: &'b Front<'a, T>,
    top: usize,
    alpha: Alpha,
    band: &'b mut [O],
}

impl<T: Float, O: Float> Kernel for Band<'_, '_, T, O> {
    #[inline(always)]
    fn run(self) {
        let tile = self.down();
        if self.front.token.is_cancelled() {
            return;
        }
        // One pixel is a line of its channels' lanes.
        match self.front.src.channels() {
            1 => self.across::<ROWS>(&tile),
            2 => self.across::<{ 2 * ROWS }>(&tile),
            3 => self.across::<{ 3 * ROWS }>(&tile),
            _ => self.across::<{ 4 * ROWS }>(&tile),
        }
    }
}

impl<T: Float, O: Float> Band<'_, '_, T, O> {
    /// The rows after the vertical windows, turned: one line of lanes for each sample of a row.
    #[inline(always)]
    fn down(&self) -> Lines {
        let Front { token, src, alpha, down, .. } = *self.front;
        let row = src.width() * src.channels();
        let rows = self.band.len() / row;
        let needs = match down {
            Some(windows) => windows.needs(self.top, self.top + rows),
            None => self.top..self.top + rows,
        };
        let mut tile = Lines::zeros(row.next_multiple_of(COLUMN) * ROWS);
        let mut source = Lines::zeros(needs.len() * COLUMN);
        let source = source.get_mut::<COLUMN>();
        let mut results = [[0.0; COLUMN]; ROWS];
        let columns = tile.get_mut::<ROWS>().chunks_exact_mut(COLUMN);
        for (left, lines) in (0..row).step_by(COLUMN).zip(columns) {
            if token.is_cancelled() {
                break;
            }
            for (line, y) in source.iter_mut().zip(needs.clone()) {
                read(&src.row(y)[left..row.min(left + COLUMN)], alpha, line);
            }
            for (j, result) in results.iter_mut().enumerate().take(rows) {
                match down {
                    Some(windows) => {
                        let (from, weights) = windows.get(self.top + j);
                        weigh(&source[from.saturating_sub(needs.start)..], weights, result);
                    }
                    None => *result = source[j],
                }
            }
            turn(&results, lines);
        }
        tile
    }

    #[inline(always)]
    fn across<const N: usize>(self, tile: &Lines) {
        let Plan { down, up, middle } = self.front.across;
        let width = self.front.src.width();
        let pixels = &tile.get::<N>()[..width];
        let Some(up) = up else {
            return self.give(pixels, down.as_ref());
        };
        let mut coarse = Lines::zeros(middle * N);
        if let Some(down) = down {
            for (x, pixel) in coarse.get_mut::<N>().iter_mut().enumerate() {
                let (from, weights) = down.get(x);
                weigh(&pixels[from..], weights, pixel);
            }
        }
        self.give(coarse.get::<N>(), Some(up));
    }

    /// Writes the windows of the pixels (or the pixels themselves) to the rows.
    // No iterators with closures here: they would keep the baseline's instruction set.
    #[inline(always)]
    fn give<const N: usize>(self, pixels: &[Line<N>], windows: Option<&Windows>) {
        let Band { front, alpha, band, .. } = self;
        let (width, channels) = (front.src.width(), N / ROWS);
        let row = width * channels;
        // Sixteen pixels at a time: whole pixels, and at most `COLUMN` samples.
        let mut results = [[0.0; N]; ROWS];
        let mut rows = [[0.0; COLUMN]; ROWS];
        for left in (0..width).step_by(ROWS) {
            let count = ROWS.min(width - left);
            for (x, result) in (left..left + count).zip(&mut results) {
                match windows {
                    Some(windows) => {
                        let (from, weights) = windows.get(x);
                        weigh(&pixels[from..], weights, result);
                    }
                    None => *result = pixels[x],
                }
            }
            turn_back(results.as_flattened().as_chunks().0, &mut rows);
            for (out, values) in band.chunks_exact_mut(row).zip(&rows) {
                write(*values, alpha, &mut out[left * channels..(left + count) * channels]);
            }
        }
    }
}
