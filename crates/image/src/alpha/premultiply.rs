//! Straight alpha to premultiplied and back; of 8 bits in Pillow's rounding. The last channel is
//! alpha.

use allcores_parallel::{Cancelled, Token};
use serde::Deserialize;

use crate::geometry::each_row;
use crate::pixels::each_depth;
use crate::step::Operation;
use crate::{Depth, Error, Pixels, PixelsMut, Sample, Shape, View};

/// Multiplies the colours by their alpha. Images without alpha are copied.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Premultiply {}

/// Divides the colours by their alpha, where that is not 0. Images without alpha are copied.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unpremultiply {}

impl Operation for Premultiply {
    fn shape(&self, src: Shape, _: Depth) -> Result<Shape, Error> {
        Ok(src)
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        each_depth!(src, out, |src, out| Ok(rows(token, src, out, Alpha::scaled)?))
    }
}

impl Operation for Unpremultiply {
    fn shape(&self, src: Shape, _: Depth) -> Result<Shape, Error> {
        Ok(src)
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        each_depth!(src, out, |src, out| Ok(rows(token, src, out, Alpha::unscaled)?))
    }
}

fn rows<T: Alpha>(
    token: &Token,
    src: View<'_, T>,
    out: &mut [T],
    change: impl Fn(T, T) -> T + Sync,
) -> Result<(), Cancelled> {
    each_row(token, src, out, |y, row| {
        row.copy_from_slice(src.row(y));
        if src.shape().has_alpha() {
            each_pixel(row, src.channels(), &change);
        }
    })
}

/// Samples that can be multiplied by alpha.
pub(crate) trait Alpha: Sample {
    fn scaled(self, alpha: Self) -> Self;
    fn unscaled(self, alpha: Self) -> Self;
}

impl Alpha for u8 {
    fn scaled(self, alpha: u8) -> u8 {
        scaled(self, alpha)
    }

    fn unscaled(self, alpha: u8) -> u8 {
        unscaled(self, alpha)
    }
}

impl Alpha for u16 {
    fn scaled(self, alpha: u16) -> u16 {
        ((u64::from(self) * u64::from(alpha) + 32_767) / 65_535) as u16
    }

    fn unscaled(self, alpha: u16) -> u16 {
        let (colour, alpha) = (u64::from(self), u64::from(alpha));
        match alpha {
            0 => self,
            _ => ((colour * 65_535 + alpha / 2) / alpha).min(65_535) as u16,
        }
    }
}

impl Alpha for f32 {
    fn scaled(self, alpha: f32) -> f32 {
        self * alpha
    }

    fn unscaled(self, alpha: f32) -> f32 {
        if alpha == 0.0 { self } else { self / alpha }
    }
}

/// `color * alpha / 255`, rounded.
#[inline(always)]
pub(crate) fn scaled(color: u8, alpha: u8) -> u8 {
    let product = u32::from(color) * u32::from(alpha) + 128;
    ((product + (product >> 8)) >> 8) as u8
}

/// `color * 255 / alpha`, truncated and clamped; unchanged where alpha is 0 or 255.
#[inline(always)]
pub(crate) fn unscaled(color: u8, alpha: u8) -> u8 {
    match alpha {
        0 | 255 => color,
        _ => (255 * u32::from(color) / u32::from(alpha)).min(255) as u8,
    }
}

/// Multiplies the colours of turned pixels by their alpha.
#[inline(always)]
pub(crate) fn premultiply_lanes<const C: usize, const N: usize>(pixels: &mut [[[u8; N]; C]]) {
    for pixel in pixels {
        let alpha = pixel[C - 1];
        // Loops, because a closure would keep the baseline's instructions.
        for color in &mut pixel[..C - 1] {
            for i in 0..N {
                color[i] = scaled(color[i], alpha[i]);
            }
        }
    }
}

/// Multiplies the colours of a row by their alpha.
pub(crate) fn premultiply<T: Alpha>(row: &mut [T], channels: usize) {
    each_pixel(row, channels, T::scaled);
}

/// Divides the colours of a row by their alpha.
pub(crate) fn unpremultiply<T: Alpha>(row: &mut [T], channels: usize) {
    each_pixel(row, channels, T::unscaled);
}

#[inline(always)]
fn each_pixel<T: Sample>(row: &mut [T], channels: usize, change: impl Fn(T, T) -> T) {
    if channels == 2 {
        for [color, alpha] in row.as_chunks_mut::<2>().0 {
            *color = change(*color, *alpha);
        }
    } else {
        for [red, green, blue, alpha] in row.as_chunks_mut::<4>().0 {
            for color in [red, green, blue] {
                *color = change(*color, *alpha);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Alpha, Premultiply, Unpremultiply};
    use crate::step::Operation;
    use crate::{Pixels, PixelsMut, View};
    use allcores_parallel::Token;

    #[test]
    fn sixteen_bits_are_rounded_to_the_nearest_and_come_back() {
        for (colour, alpha) in
            [(0u16, 0u16), (65_535, 65_535), (40_000, 30_001), (12_345, 1), (7, 65_534)]
        {
            let exact = f64::from(colour) * f64::from(alpha) / 65_535.0;
            let product = colour.scaled(alpha);
            assert!((f64::from(product) - exact).abs() <= 0.5, "{colour} {alpha}");
            if alpha > 0 {
                let back = f64::from(product) * 65_535.0 / f64::from(alpha);
                assert!((f64::from(product.unscaled(alpha)) - back.min(65_535.0)).abs() <= 0.5);
            }
        }
    }

    #[test]
    fn alpha_itself_is_kept_and_images_without_it_are_copied() {
        let data = [1.0f32, 0.5, 2.0, 0.0];
        let mut out = [0.0; 4];
        let two = Pixels::F32(View::new(&data, 2, 1, 2).unwrap());
        Premultiply {}.run(&Token::new(), two, PixelsMut::F32(&mut out)).unwrap();
        assert_eq!(out, [0.5, 0.5, 0.0, 0.0]);
        Unpremultiply {}.run(&Token::new(), two, PixelsMut::F32(&mut out)).unwrap();
        assert_eq!(out, [2.0, 0.5, 2.0, 0.0]);
        let one = Pixels::F32(View::new(&data, 4, 1, 1).unwrap());
        Premultiply {}.run(&Token::new(), one, PixelsMut::F32(&mut out)).unwrap();
        assert_eq!(out, data);
    }
}
