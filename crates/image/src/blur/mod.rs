//! Gaussian blur as three box blurs in each direction, with Pillow's bits.
//!
//! | file | idea |
//! |---|---|
//! | `radius` | from sigma to the box and its fixed-point weights |
//! | `pass` | one box blur of a line of lane groups, fed and drained in blocks |
//! | `chain` | three passes in a row, so that a line is read once and written once |
//! | `horizontal` | bands of 16 rows, turned into lanes |
//! | `vertical` | strips of columns, in place |

mod chain;
mod horizontal;
mod pass;
mod radius;
mod vertical;

use allcores_parallel::Token;
use serde::Deserialize;

use crate::pixels::other_depth;
use crate::simd::Isa;
use crate::step::Operation;
use crate::view::check_out;
use crate::{Depth, Error, Pixels, PixelsMut, Shape, View};
use radius::Box;

/// The largest radius that [`gaussian_blur`] takes, in pixels. Beyond it the 24 bits of
/// Pillow's weights have no meaning left.
pub const MAX_RADIUS: f32 = 1_000_000.0;

/// [`gaussian_blur`] as a step.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GaussianBlur {
    /// The standard deviation across, in pixels.
    pub x: f64,
    /// The standard deviation down.
    pub y: f64,
}

impl Operation for GaussianBlur {
    fn shape(&self, src: Shape, depth: Depth) -> Result<Shape, Error> {
        if depth != Depth::U8 {
            return Err(Error::WrongType("Expected samples of 8 bits for gaussianBlur".to_owned()));
        }
        check_radius(self.x as f32)?;
        check_radius(self.y as f32)?;
        Ok(src)
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        match (src, out) {
            (Pixels::U8(src), PixelsMut::U8(out)) => {
                gaussian_blur(token, src, self.x as f32, self.y as f32, out)
            }
            (src, out) => Err(other_depth(src.depth(), out.depth())),
        }
    }
}

/// Blurs with a Gaussian of standard deviation `radius_x` across and `radius_y` down, as
/// Pillow's `ImageFilter.GaussianBlur((radius_x, radius_y))` does, bit for bit.
///
/// The Gaussian is approximated by three box blurs in each direction; each rounds to 8
/// bits and repeats its own edge. Channels are independent: alpha is blurred like a colour
/// and does not weigh the others, as in Pillow. A radius of 0 leaves its direction as it
/// is. The time does not depend on the radius. `out` gets the size and the channels of
/// `src`, the same bytes on any number of threads.
///
/// ```
/// use allcores_image::{View, gaussian_blur};
/// let dot = [0, 0, 255, 0, 0];
/// let mut out = [0; 5];
/// let view = View::new(&dot, 5, 1, 1).unwrap();
/// gaussian_blur(&allcores_parallel::Token::new(), view, 1.0, 0.0, &mut out).unwrap();
/// assert_eq!(out, [15, 60, 103, 60, 15]);
/// ```
///
/// # Errors
/// [`Error::InvalidArgument`] when a radius is not from 0 to [`MAX_RADIUS`] or `out` has
/// the wrong length, [`Error::Cancelled`] (`out` is then partly written).
pub fn gaussian_blur(
    token: &Token,
    src: View<'_>,
    radius_x: f32,
    radius_y: f32,
    out: &mut [u8],
) -> Result<(), Error> {
    run(Isa::current(), token, src, (radius_x, radius_y), out)
}

fn run(
    isa: Isa,
    token: &Token,
    src: View<'_>,
    radius: (f32, f32),
    out: &mut [u8],
) -> Result<(), Error> {
    check_radius(radius.0)?;
    check_radius(radius.1)?;
    check_out(out, src.width() * src.height() * src.channels())?;
    horizontal::blur(isa, token, src, Box::of_gaussian(radius.0), out)?;
    if let Some(filter) = Box::of_gaussian(radius.1) {
        vertical::blur(isa, token, src.width() * src.channels(), filter, out)?;
    }
    // A block that met a cancelled token has stopped early.
    if token.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
}

fn check_radius(radius: f32) -> Result<(), Error> {
    if (0.0..=MAX_RADIUS).contains(&radius) {
        return Ok(());
    }
    Err(Error::InvalidArgument(format!(
        "Expected `radius` to be a number from 0 to {MAX_RADIUS}, got {radius}"
    )))
}

#[cfg(test)]
mod tests;
