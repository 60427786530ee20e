use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};

use super::chain::Chain;
use super::pass::STEPS;
use super::radius::Box;
use crate::View;
use crate::simd::{Isa, Kernel};
use crate::tile::{self, LANES, Lanes};

/// Up to this many samples the bands run where the call was made.
const INLINE_SAMPLES: usize = 1 << 15;

/// Samples between two questions to the token: some 300 µs of work.
const SAMPLES_PER_BLOCK: usize = 1 << 18;

/// Blurs every row of `src` into `out`, or copies it when there is no filter.
pub(super) fn blur<const P: usize>(
    isa: Isa,
    token: &Token,
    src: View<'_>,
    filter: Option<Box>,
    out: &mut [u8],
) -> Result<(), Cancelled> {
    let row = src.width() * src.channels();
    let blocks = Blocks { size: LANES * row, inline_up_to: INLINE_SAMPLES };
    for_each_band(token, out, blocks, |offset, band| {
        let top = offset / row;
        let Some(filter) = filter else {
            for (y, out) in band.chunks_exact_mut(row).enumerate() {
                out.copy_from_slice(src.row(top + y));
            }
            return;
        };
        match src.channels() {
            1 => isa.run(Rows::<1, P> { token, src, top, filter, band }),
            2 => isa.run(Rows::<2, P> { token, src, top, filter, band }),
            3 => isa.run(Rows::<3, P> { token, src, top, filter, band }),
            _ => isa.run(Rows::<4, P> { token, src, top, filter, band }),
        }
    })
}

/// Up to 16 rows from `top` on, with `C` channels. One step of the line is one pixel.
struct Rows<'a, const C: usize, const P: usize> {
    token: &'a Token,
    src: View<'a>,
    top: usize,
    filter: Box,
    band: &'a mut [u8],
}

impl<const C: usize, const P: usize> Kernel for Rows<'_, C, P> {
    #[inline(always)]
    fn run(self) {
        let Rows { token, src, top, filter, band } = self;
        let width = src.width();
        let stride = width * C;
        let rows = band.len() / stride;
        let mut chain = Chain::<C, P>::new(filter, width);
        let mut results = [[[0; LANES]; C]; STEPS];
        let mut written = 0;
        for x in (0..width).step_by(STEPS) {
            if x % (SAMPLES_PER_BLOCK / LANES) == 0 && x > 0 && token.begin_block().is_err() {
                return;
            }
            let count = STEPS.min(width - x);
            let tile: &mut [Lanes] = chain.room(count).as_flattened_mut();
            tile::read(|j| src.row(top + j), rows, x * C, tile);
            loop {
                let count = chain.pull(&mut results);
                if count == 0 {
                    break;
                }
                tile::write(results[..count].as_flattened(), band, stride, written * C);
                written += count;
            }
        }
    }
}
