use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};

use super::window::{Extent, means};
use crate::View;
use crate::blur::line::{Lines, ROWS, turn};
use crate::blur::sample::{Alpha, Float, read, write};
use crate::simd::{Isa, Kernel};

/// Up to this many samples the bands run where the call was made.
const INLINE_SAMPLES: usize = 1 << 14;
/// Samples of a row that are turned together.
const COLUMN: usize = 48;

/// Writes the means along the rows of `src` to `out`.
pub(super) fn blur<T: Float, O: Float>(
    isa: Isa,
    token: &Token,
    src: View<'_, T>,
    extent: Extent,
    out: &mut [O],
) -> Result<(), Cancelled> {
    let row = src.width() * src.channels();
    let blocks = Blocks { size: ROWS * row, inline_up_to: INLINE_SAMPLES };
    for_each_band(token, out, blocks, |offset, band| {
        isa.run(Band { src, extent, top: offset / row, band });
    })
}

/// Up to 16 rows from `top` on.
struct Band<'a, T, O> {
    src: View<'a, T>,
    extent: Extent,
    top: usize,
    band: &'a mut [O],
}

impl<T: Float, O: Float> Kernel for Band<'_, T, O> {
    #[inline(always)]
    fn run(self) {
        // One pixel is a line of its channels' lanes.
        match self.src.channels() {
            1 => self.channels::<ROWS>(),
            2 => self.channels::<{ 2 * ROWS }>(),
            3 => self.channels::<{ 3 * ROWS }>(),
            _ => self.channels::<{ 4 * ROWS }>(),
        }
    }
}

impl<T: Float, O: Float> Band<'_, T, O> {
    #[inline(always)]
    fn channels<const N: usize>(self) {
        let Band { src, extent, top, band } = self;
        let width = src.width();
        let row = width * src.channels();
        let mut tile = Lines::zeros(row.next_multiple_of(COLUMN) * ROWS);
        let mut rows = [[0.0; COLUMN]; ROWS];
        let columns = tile.get_mut::<ROWS>().chunks_exact_mut(COLUMN);
        for (left, lines) in (0..row).step_by(COLUMN).zip(columns) {
            for (y, values) in (top..src.height()).zip(&mut rows) {
                read(&src.row(y)[left..row.min(left + COLUMN)], Alpha::Plain, values);
            }
            turn(&rows, lines);
        }
        let mut results = Lines::zeros(row.next_multiple_of(COLUMN) * ROWS);
        means::<N>(&tile.get()[..width], extent, &mut results.get_mut()[..width]);
        let columns = results.get::<ROWS>().chunks_exact(COLUMN);
        for (left, lines) in (0..row).step_by(COLUMN).zip(columns) {
            for (j, out) in band.chunks_exact_mut(row).enumerate() {
                let mut values = [0.0; COLUMN];
                for (value, line) in values.iter_mut().zip(lines) {
                    *value = line[j];
                }
                write(values, Alpha::Plain, &mut out[left..row.min(left + COLUMN)]);
            }
        }
    }
}
