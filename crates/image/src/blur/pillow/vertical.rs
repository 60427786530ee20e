use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};

use super::chain::Chain;
use super::pass::{Group, STEPS};
use super::radius::Box;
use crate::simd::{Isa, Kernel};
use crate::tile::LANES;

/// Groups of lanes in a column: as many running sums as the registers hold.
const K: usize = 4;
/// Samples across a column: one cache line.
const COLUMN: usize = K * LANES;
/// Columns of a strip. Neighbouring cache lines of a row are fetched together, which hides
/// the time that memory takes; more would push the windows out of the cache.
const MAX_COLUMNS: usize = 16;
/// Strips that an image is cut into at least, if it is wide enough.
const MIN_STRIPS: usize = 16;
/// Up to this many samples the strips run where the call was made.
const INLINE_SAMPLES: usize = 1 << 15;
/// Samples between two questions to the token: some 300 µs of work.
const SAMPLES_PER_BLOCK: usize = 1 << 18;

/// Blurs every column of `pixels`, whose rows have `row` samples, in place.
pub(super) fn blur<const P: usize>(
    isa: Isa,
    token: &Token,
    row: usize,
    filter: Box,
    pixels: &mut [u8],
) -> Result<(), Cancelled> {
    let columns = (row / (MIN_STRIPS * COLUMN)).clamp(1, MAX_COLUMNS);
    let inline = pixels.len() <= INLINE_SAMPLES;
    // A strip is the list of its pieces of all rows, so strips can be written in parallel.
    let mut strips: Vec<Vec<&mut [u8]>> = Vec::new();
    strips.resize_with(row.div_ceil(columns * COLUMN), Vec::new);
    for line in pixels.chunks_exact_mut(row) {
        for (strip, piece) in strips.iter_mut().zip(line.chunks_mut(columns * COLUMN)) {
            strip.push(piece);
        }
    }
    let blocks = Blocks { size: 1, inline_up_to: if inline { strips.len() } else { 0 } };
    for_each_band(token, &mut strips, blocks, |_, strips| {
        for strip in strips {
            isa.run(Strip::<P> { token, filter, rows: strip });
        }
    })
}

/// Some columns of all rows. One step of the line is one row.
struct Strip<'a, 'b, const P: usize> {
    token: &'a Token,
    filter: Box,
    rows: &'a mut [&'b mut [u8]],
}

impl<const P: usize> Kernel for Strip<'_, '_, P> {
    #[inline(always)]
    fn run(self) {
        let Strip { token, filter, rows } = self;
        let (height, width) = (rows.len(), rows[0].len());
        let columns = width.div_ceil(COLUMN);
        let mut chains: Vec<_> = (0..columns).map(|_| Chain::<K, P>::new(filter, height)).collect();
        let mut staged = vec![[[[0; LANES]; K]; STEPS]; columns];
        let mut results = [[[0; LANES]; K]; STEPS];
        let mut samples = 0;
        for y in (0..height).step_by(STEPS) {
            let count = STEPS.min(height - y);
            samples += count * width;
            if samples > SAMPLES_PER_BLOCK {
                samples = 0;
                if token.begin_block().is_err() {
                    return;
                }
            }
            for (i, row) in rows[y..y + count].iter().enumerate() {
                for (piece, column) in row.chunks(COLUMN).zip(&mut staged) {
                    copy_in(piece, &mut column[i]);
                }
            }
            for (c, (chain, column)) in chains.iter_mut().zip(&staged).enumerate() {
                chain.room(count).copy_from_slice(&column[..count]);
                let (from, to) = (c * COLUMN, width.min((c + 1) * COLUMN));
                loop {
                    // Results lag behind the rows that were read, so they may overwrite them.
                    let written = chain.given();
                    let count = chain.pull(&mut results);
                    if count == 0 {
                        break;
                    }
                    for (row, result) in rows[written..].iter_mut().zip(&results[..count]) {
                        copy_out(result, &mut row[from..to]);
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn copy_in(piece: &[u8], group: &mut Group<K>) {
    match <&[u8; COLUMN]>::try_from(piece) {
        Ok(piece) => group.as_flattened_mut().copy_from_slice(piece),
        Err(_) => group.as_flattened_mut()[..piece.len()].copy_from_slice(piece),
    }
}

#[inline(always)]
fn copy_out(group: &Group<K>, piece: &mut [u8]) {
    match <&mut [u8; COLUMN]>::try_from(&mut *piece) {
        Ok(piece) => piece.copy_from_slice(group.as_flattened()),
        Err(_) => piece.copy_from_slice(&group.as_flattened()[..piece.len()]),
    }
}
