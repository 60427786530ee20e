//! Rows turned into lanes.
//!
//! A horizontal pass runs along `x`, where each step needs the one before; that cannot use
//! vectors. Sixteen rows beside each other can: a tile holds, for each column and channel,
//! the samples of 16 rows as one group of [`Lanes`], so a horizontal pass becomes the same
//! code as a vertical one.

use crate::simd::transpose;

/// How many rows are turned together.
pub(crate) const LANES: usize = 16;

/// One sample of 16 rows (or 16 neighbouring samples of one row in a vertical pass).
pub(crate) type Lanes = [u8; LANES];

/// Reads samples `from..from + tile.len()` of up to 16 rows; lanes without a row are 0.
#[inline(always)]
pub(crate) fn read<'a>(
    row: impl Fn(usize) -> &'a [u8],
    rows: usize,
    from: usize,
    tile: &mut [Lanes],
) {
    let len = tile.len();
    let (blocks, rest) = tile.as_chunks_mut::<LANES>();
    let rest_from = from + blocks.len() * LANES;
    if rows == LANES {
        // Loops, because a closure given to `map` or `from_fn` would keep the baseline's instructions.
        let mut parts: [&[Lanes]; LANES] = [&[]; LANES];
        for (j, part) in parts.iter_mut().enumerate() {
            *part = row(j)[from..from + len].as_chunks().0;
        }
        for (i, block) in blocks.iter_mut().enumerate() {
            let mut square = [&ZERO; LANES];
            for (to, part) in square.iter_mut().zip(&parts) {
                *to = part.get(i).unwrap_or(&ZERO);
            }
            *block = transpose(square);
        }
        read_plain(row, rows, rest_from, rest);
    } else {
        read_plain(row, rows, from, tile);
    }
}

static ZERO: Lanes = [0; LANES];

#[inline(always)]
fn read_plain<'a>(row: impl Fn(usize) -> &'a [u8], rows: usize, from: usize, tile: &mut [Lanes]) {
    tile.fill(ZERO);
    for j in 0..rows {
        let part = &row(j)[from..from + tile.len()];
        for (lanes, &sample) in tile.iter_mut().zip(part) {
            lanes[j] = sample;
        }
    }
}

/// Writes the tile to samples `from..` of the rows of `band`, which are `stride` apart; the
/// band has at most 16.
#[inline(always)]
pub(crate) fn write(tile: &[Lanes], band: &mut [u8], stride: usize, from: usize) {
    let full = band.len() == LANES * stride;
    let (blocks, rest) = tile.as_chunks::<LANES>();
    let mut at = from;
    for block in blocks {
        if full {
            let turned = transpose(block.each_ref());
            for (row, lanes) in band.chunks_exact_mut(stride).zip(&turned) {
                row[at..at + LANES].copy_from_slice(lanes);
            }
        } else {
            write_plain(block, band, stride, at);
        }
        at += LANES;
    }
    write_plain(rest, band, stride, at);
}

#[inline(always)]
fn write_plain(tile: &[Lanes], band: &mut [u8], stride: usize, from: usize) {
    for (j, row) in band.chunks_exact_mut(stride).enumerate() {
        for (sample, lanes) in row[from..from + tile.len()].iter_mut().zip(tile) {
            *sample = lanes[j];
        }
    }
}
