//! A true Gaussian in floats of 32 bits, for samples of all types.
//!
//! | file | idea |
//! |---|---|
//! | `windows` | the weights of each sample, and the way over a coarser line |
//! | `front` | bands of 16 rows: down, then across |
//! | `back` | from coarser rows to all rows |

mod back;
mod front;
mod windows;

use allcores_parallel::{Blocks, Token, for_each_band};

use super::line::{ROWS, zeros};
use super::sample::{Alpha, Float};
use crate::border::Border;
use crate::simd::Isa;
use crate::{Error, View};
use back::Back;
use front::Front;
use windows::Plan;

/// Up to this many samples the bands run where the call was made.
const INLINE_SAMPLES: usize = 1 << 14;
/// Rows that are made of coarser ones together: they share most of those.
const BACK_ROWS: usize = 32;

/// The largest radius in this mode: the weights at a border are as many as the radius is wide.
pub(crate) const MAX_RADIUS: f64 = 100_000.0;

/// Blurs `src` into `out`, which has its length and may be of floats.
pub(super) fn blur<T: Float, O: Float>(
    isa: Isa,
    token: &Token,
    src: View<'_, T>,
    sigma: (f64, f64),
    border: Border,
    alpha: Alpha,
    out: &mut [O],
) -> Result<(), Error> {
    let row = src.width() * src.channels();
    let across = Plan::new(sigma.0, src.width(), border);
    let down = Plan::new(sigma.1, src.height(), border);
    let blocks = Blocks { size: ROWS * row, inline_up_to: INLINE_SAMPLES };
    let front = Front { token, src, alpha, across: &across, down: down.down.as_ref() };
    let Some(up) = &down.up else {
        return Ok(for_each_band(token, out, blocks, |offset, band| {
            isa.run(front.band(offset / row, alpha, band));
        })?);
    };
    let mut coarse = zeros(down.middle * row, src.shape())?;
    for_each_band(token, &mut coarse, blocks, |offset, band| {
        isa.run(front.band(offset / row, Alpha::Plain, band));
    })?;
    let blocks = Blocks { size: BACK_ROWS * row, inline_up_to: INLINE_SAMPLES };
    Ok(for_each_band(token, out, blocks, |offset, band| {
        isa.run(Back { token, coarse: &coarse, row, up, top: offset / row, alpha, band });
    })?)
}

#[cfg(test)]
mod tests;
