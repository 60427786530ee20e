//! OpenCV's Gaussian blur in fixed point.
//!
//! Weights are fractions of 8 bits for samples of 8 bits, of 16 for those of 16. All products and sums are
//! exact and only the result is rounded. A sum of weighted samples has a whole part and a fraction of as many bits
//! as a sample; weighted and summed by themselves, both fit the integers that one sum fits.

mod fixed;
mod rows;
mod weights;

use allcores_parallel::{Blocks, Token, for_each_band};

use crate::border::Border;
use crate::simd::Isa;
use crate::{Error, View};
pub(super) use fixed::Fixed;
use rows::Rows;

/// The largest radius in this mode: the time grows with it, and of its weights of 8 bits little is left.
pub(super) const MAX_RADIUS: f64 = 1000.0;

/// Up to this many samples the bands run where the call was made.
const INLINE_SAMPLES: usize = 1 << 14;
/// Samples of a band, when the kernel is small.
const BAND: usize = 1 << 18;

/// Blurs `src` into `out`, which has its length.
pub(super) fn blur<T: Fixed>(
    isa: Isa,
    token: &Token,
    src: View<'_, T>,
    sigma: (f64, f64),
    border: Border,
    out: &mut [T],
) -> Result<(), Error> {
    let row = src.width() * src.channels();
    let across = &weights::fixed(sigma.0, T::REACH, T::BITS);
    let down = &weights::fixed(sigma.1, T::REACH, T::BITS);
    // A band reads as many rows more than it writes as the kernel is high; few bands leave threads idle.
    let halo = (16 * (down.len() - 1)).min(src.height().div_ceil(8));
    let rows = (BAND / row).max(halo).max(1);
    let blocks = Blocks { size: rows * row, inline_up_to: INLINE_SAMPLES };
    Ok(for_each_band(token, out, blocks, |offset, band| {
        isa.run(Rows { token, src, across, down, border, top: offset / row, band });
    })?)
}

#[cfg(test)]
mod tests;
