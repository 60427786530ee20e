//! Box blurs with Pillow's bits.
//!
//! | file | idea |
//! |---|---|
//! | `radius` | from a radius to the box and its fixed-point weights |
//! | `pass` | one box blur of a line of lane groups, fed and drained in blocks |
//! | `chain` | passes in a row, so that a line is read once and written once |
//! | `horizontal` | bands of 16 rows, turned into lanes |
//! | `vertical` | strips of columns, in place |
//! | `whole` | one box blur of whole radii, both directions at once |

mod chain;
mod horizontal;
mod pass;
mod radius;
mod vertical;
mod whole;

use allcores_parallel::Token;

use crate::simd::Isa;
use crate::view::check_out;
use crate::{Error, View};
pub(super) use radius::Box;
pub(super) use whole::{Mean, blur as blur_whole};

/// The largest radius of Pillow's blurs, in pixels. Beyond it the 24 bits of their weights
/// have no meaning left.
pub const MAX_RADIUS: f32 = 1_000_000.0;

/// Applies a box `P` times across and another `P` times down; `None` changes nothing.
pub(super) fn blur<const P: usize>(
    isa: Isa,
    token: &Token,
    src: View<'_>,
    filters: (Option<Box>, Option<Box>),
    out: &mut [u8],
) -> Result<(), Error> {
    check_out(out, src.width() * src.height() * src.channels())?;
    horizontal::blur::<P>(isa, token, src, filters.0, out)?;
    if let Some(filter) = filters.1 {
        vertical::blur::<P>(isa, token, src.width() * src.channels(), filter, out)?;
    }
    // A block that met a cancelled token has stopped early.
    if token.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
}

pub(super) fn check_radius(radius: f64) -> Result<(), Error> {
    if (0.0..=f64::from(MAX_RADIUS)).contains(&radius) {
        return Ok(());
    }
    Err(Error::InvalidArgument(format!(
        "Expected `radius` to be a number from 0 to {MAX_RADIUS}, got {radius}"
    )))
}

#[cfg(test)]
mod tests;
