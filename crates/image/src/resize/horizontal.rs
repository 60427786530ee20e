use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};

use super::weights::{HALF, Weights, sample};
use crate::View;
use crate::alpha;
use crate::simd::{Isa, Kernel};
use crate::tile::{self, LANES, Lanes};

/// Target pixels that share one tile of turned source pixels.
const TARGETS: usize = 32;
/// Source pixels of a tile: it stays in the nearest cache.
const TILE: usize = 512;
/// Up to this many products the bands run where the call was made.
const INLINE_PRODUCTS: usize = 1 << 18;
/// Products between two questions to the token: some 200 µs of work.
const PRODUCTS_PER_BLOCK: usize = 1 << 21;

/// Resizes every row of `src` to the width of `weights`. With `premultiply` the colours
/// are multiplied by alpha first.
pub(super) fn resize(
    isa: Isa,
    token: &Token,
    src: View<'_>,
    weights: &Weights,
    premultiply: bool,
    out: &mut [u8],
) -> Result<(), Cancelled> {
    let row = out.len() / src.height();
    let inline_up_to = INLINE_PRODUCTS / weights.taps();
    let blocks = Blocks { size: LANES * row, inline_up_to };
    for_each_band(token, out, blocks, |offset, band| {
        let top = offset / row;
        match src.channels() {
            1 => isa.run(Rows::<1> { token, src, top, weights, premultiply, band, row }),
            2 => isa.run(Rows::<2> { token, src, top, weights, premultiply, band, row }),
            3 => isa.run(Rows::<3> { token, src, top, weights, premultiply, band, row }),
            _ => isa.run(Rows::<4> { token, src, top, weights, premultiply, band, row }),
        }
    })
}

/// Up to 16 rows from `top` on, with `C` channels; `row` samples in a target row.
struct Rows<'a, const C: usize> {
    token: &'a Token,
    src: View<'a>,
    top: usize,
    weights: &'a Weights,
    premultiply: bool,
    band: &'a mut [u8],
    row: usize,
}

impl<const C: usize> Kernel for Rows<'_, C> {
    #[inline(always)]
    fn run(self) {
        let Rows { token, src, top, weights, premultiply, band, row } = self;
        let rows = band.len() / row;
        let mut tile = [[[0; LANES]; C]; TILE];
        let mut sums = [[[0; LANES]; C]; TARGETS];
        let mut results = [[[0; LANES]; C]; TARGETS];
        let mut products = 0;
        for first in (0..row / C).step_by(TARGETS) {
            let count = TARGETS.min(row / C - first);
            let (last, taps) = weights.of(first + count - 1);
            let (from, to) = (weights.of(first).0, last + taps.len());
            sums.as_flattened_mut().fill([HALF; LANES]);
            for left in (from..to).step_by(TILE) {
                let right = to.min(left + TILE);
                let tile = &mut tile[..right - left];
                tile::read(|j| src.row(top + j), rows, left * C, tile.as_flattened_mut());
                if premultiply {
                    alpha::premultiply_lanes(tile);
                }
                for (target, sums) in (first..first + count).zip(&mut sums) {
                    let (start, taps) = weights.of(target);
                    let (begin, end) = (start.max(left), (start + taps.len()).min(right));
                    if begin < end {
                        let taps = &taps[begin - start..end - start];
                        add(sums, &tile[begin - left..end - left], taps);
                        products += taps.len() * C * LANES;
                    }
                }
                if products > PRODUCTS_PER_BLOCK {
                    products = 0;
                    if token.begin_block().is_err() {
                        return;
                    }
                }
            }
            for (result, sums) in results.as_flattened_mut().iter_mut().zip(sums.as_flattened()) {
                *result = sums.map(sample);
            }
            tile::write(results[..count].as_flattened(), band, row, first * C);
        }
    }
}

/// Adds the weighted pixels to the sums of one target pixel. The sums cannot exceed 31
/// bits: no filter's absolute weights sum to 2.
#[inline(always)]
fn add<const C: usize>(sums: &mut [[i32; LANES]; C], pixels: &[[Lanes; C]], taps: &[i32]) {
    for (c, total) in sums.iter_mut().enumerate() {
        let mut sums = *total;
        for (pixel, &tap) in pixels.iter().zip(taps) {
            for i in 0..LANES {
                sums[i] = sums[i].wrapping_add(i32::from(pixel[c][i]).wrapping_mul(tap));
            }
        }
        *total = sums;
    }
}
