//! Straight alpha to premultiplied and back, in Pillow's rounding. The last channel is
//! alpha.

use crate::tile::Lanes;

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
pub(super) fn premultiply_lanes<const C: usize>(pixels: &mut [[Lanes; C]]) {
    for pixel in pixels {
        let alpha = pixel[C - 1];
        for color in &mut pixel[..C - 1] {
            *color = std::array::from_fn(|i| scaled(color[i], alpha[i]));
        }
    }
}

/// Multiplies the colours of a row by their alpha.
pub(super) fn premultiply(row: &mut [u8], channels: usize) {
    each_pixel(row, channels, scaled);
}

/// Divides the colours of a row by their alpha.
pub(super) fn unpremultiply(row: &mut [u8], channels: usize) {
    each_pixel(row, channels, unscaled);
}

#[inline(always)]
fn each_pixel(row: &mut [u8], channels: usize, change: impl Fn(u8, u8) -> u8) {
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
