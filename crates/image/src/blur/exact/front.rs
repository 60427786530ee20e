use allcores_parallel::Token;

use super::windows::{Plan, Windows};
use crate::View;
use crate::blur::line::{Line, Lines, ROWS, turn, weigh};
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
        let Some(down) = down else {
            return self.give(pixels.iter().copied());
        };
        let Some(up) = up else {
            return self.give((0..width).map(|x| window(pixels, down, x)));
        };
        let mut coarse = Lines::zeros(middle * N);
        for (x, pixel) in coarse.get_mut::<N>().iter_mut().enumerate() {
            *pixel = window(pixels, down, x);
        }
        let coarse = coarse.get::<N>();
        self.give((0..width).map(|x| window(coarse, up, x)));
    }

    /// Writes the pixels, in order, to the rows.
    #[inline(always)]
    fn give<const N: usize>(self, pixels: impl Iterator<Item = Line<N>>) {
        let Band { front, alpha, band, .. } = self;
        let row = front.src.width() * front.src.channels();
        let channels = N / ROWS;
        // Sixteen pixels at a time: whole pixels and whole lines at once.
        let mut rows = [[0.0; COLUMN]; ROWS];
        let size = ROWS * channels;
        let mut filled = 0;
        let mut left = 0;
        for pixel in pixels {
            for (c, lanes) in pixel.as_chunks::<ROWS>().0.iter().enumerate() {
                for (row, &lane) in rows.iter_mut().zip(lanes) {
                    row[filled + c] = lane;
                }
            }
            filled += channels;
            if filled == size || left + filled == row {
                for (out, values) in band.chunks_exact_mut(row).zip(&rows) {
                    write(*values, alpha, &mut out[left..left + filled]);
                }
                left += filled;
                filled = 0;
            }
        }
    }
}

#[inline(always)]
fn window<const N: usize>(lines: &[Line<N>], windows: &Windows, i: usize) -> Line<N> {
    let (from, weights) = windows.get(i);
    let mut sum = [0.0; N];
    weigh(&lines[from..], weights, &mut sum);
    sum
}
