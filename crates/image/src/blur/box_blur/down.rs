use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};

use super::window::{Extent, means};
use crate::blur::line::Lines;
use crate::blur::sample::{Alpha, Float, read, write};
use crate::simd::{Isa, Kernel};

/// Samples across a column.
const COLUMN: usize = 16;
/// Columns of a strip: the cache lines that it reads of each row are whole ones.
const COLUMNS: usize = 4;
/// Up to this many samples the strips run where the call was made.
const INLINE_SAMPLES: usize = 1 << 14;

/// Writes the means down the columns of `src`, whose rows have `row` samples, to `out`.
pub(super) fn blur<T: Float>(
    isa: Isa,
    token: &Token,
    row: usize,
    src: &[f32],
    extent: Extent,
    out: &mut [T],
) -> Result<(), Cancelled> {
    let inline = out.len() <= INLINE_SAMPLES;
    // A strip is the list of its pieces of all rows, so strips can be written in parallel.
    let mut strips: Vec<Vec<&mut [T]>> = Vec::new();
    strips.resize_with(row.div_ceil(COLUMNS * COLUMN), Vec::new);
    for line in out.chunks_exact_mut(row) {
        for (strip, piece) in strips.iter_mut().zip(line.chunks_mut(COLUMNS * COLUMN)) {
            strip.push(piece);
        }
    }
    let blocks = Blocks { size: 1, inline_up_to: if inline { strips.len() } else { 0 } };
    for_each_band(token, &mut strips, blocks, |index, strips| {
        for (index, strip) in (index..).zip(strips) {
            let left = index * COLUMNS * COLUMN;
            isa.run(Strip { src, row, left, extent, rows: strip });
        }
    })
}

/// Some columns of all rows, from sample `left` on.
struct Strip<'a, 'b, T> {
    src: &'a [f32],
    row: usize,
    left: usize,
    extent: Extent,
    rows: &'a mut [&'b mut [T]],
}

impl<T: Float> Kernel for Strip<'_, '_, T> {
    #[inline(always)]
    fn run(self) {
        let Strip { src, row, left, extent, rows } = self;
        let (height, width) = (rows.len(), rows[0].len());
        let mut lines = Lines::zeros(height * COLUMN);
        let mut results = Lines::zeros(height * COLUMN);
        for from in (0..width).step_by(COLUMN) {
            let to = width.min(from + COLUMN);
            let source = src.chunks_exact(row).map(|row| &row[left + from..left + to]);
            for (line, samples) in lines.get_mut::<COLUMN>().iter_mut().zip(source) {
                read(samples, Alpha::Plain, line);
            }
            means::<COLUMN>(lines.get(), extent, results.get_mut());
            for (piece, values) in rows.iter_mut().zip(results.get::<COLUMN>()) {
                write(*values, Alpha::Plain, &mut piece[from..to]);
            }
        }
    }
}
