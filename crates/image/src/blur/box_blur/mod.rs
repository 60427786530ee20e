//! Box blurs: the mean of a window with fractional ends.
//!
//! | file | idea |
//! |---|---|
//! | `window` | sums of all windows of a line without a subtraction |
//! | `across` | bands of 16 rows, turned into lanes |
//! | `down` | strips of columns |

mod across;
mod down;
mod window;

use allcores_parallel::Token;
use serde::Deserialize;

use super::line::zeros;
use super::pillow::{self, Box, Mean, blur_whole, check_radius};
use super::sample::Float;
use crate::pixels::other_depth;
use crate::simd::Isa;
use crate::step::Operation;
use crate::{Depth, Error, Pixels, PixelsMut, Shape, View};
use window::Extent;

/// The mean of a window that reaches `x` pixels to the left and right of each pixel and `y` pixels up and
/// down. The fraction of a radius is the weight of one more pixel on each side. Alpha is a plain channel; the
/// edge is repeated outside.
///
/// Samples of 8 bits get the bits of Pillow's `ImageFilter.BoxBlur((x, y))`, which rounds between the two
/// directions; the others are rounded once, at the end.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoxBlur {
    /// How far the window reaches across; 0 leaves the rows as they are.
    pub x: f64,
    /// How far it reaches up and down.
    pub y: f64,
}

impl Operation for BoxBlur {
    fn shape(&self, src: Shape, _: Depth) -> Result<Shape, Error> {
        check_radius(self.x)?;
        check_radius(self.y)?;
        Ok(src)
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        let isa = Isa::current();
        match (src, out) {
            (Pixels::U8(src), PixelsMut::U8(out)) => {
                if let (Some(x), Some(y)) = (Mean::new(self.x), Mean::new(self.y)) {
                    return Ok(blur_whole(isa, token, src, (x, y), out)?);
                }
                let filters = (Box::new(self.x as f32), Box::new(self.y as f32));
                pillow::blur::<1>(isa, token, src, filters, out)
            }
            (Pixels::U16(src), PixelsMut::U16(out)) => blur(isa, token, src, (self.x, self.y), out),
            (Pixels::F32(src), PixelsMut::F32(out)) => blur(isa, token, src, (self.x, self.y), out),
            (src, out) => Err(other_depth(src.depth(), out.depth())),
        }
    }
}

fn blur<T: Float>(
    isa: Isa,
    token: &Token,
    src: View<'_, T>,
    radius: (f64, f64),
    out: &mut [T],
) -> Result<(), Error> {
    let (x, y) = (Extent::new(radius.0), Extent::new(radius.1));
    if radius.1 == 0.0 {
        return Ok(across::blur(isa, token, src, x, out)?);
    }
    let row = src.width() * src.channels();
    let mut means = zeros(out.len(), src.shape())?;
    across::blur(isa, token, src, x, &mut means)?;
    Ok(down::blur(isa, token, row, &means, y, out)?)
}

#[cfg(test)]
mod tests;
