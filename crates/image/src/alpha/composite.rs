use std::ops::Range;

use allcores_parallel::Token;
use serde::Deserialize;

use crate::geometry::each_row;
use crate::{Depth, Error, Sample, View};

/// How two pixels become one. After W3C's "Compositing and Blending Level 1"; "source" is the upper image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are those of the specification, which defines them")]
pub enum BlendMode {
    Clear,
    Source,
    Over,
    In,
    Out,
    Atop,
    Dest,
    DestOver,
    DestIn,
    DestOut,
    DestAtop,
    Xor,
    Add,
    Multiply,
    Screen,
    Overlay,
    Darken,
    Lighten,
    ColorDodge,
    ColorBurn,
    HardLight,
    SoftLight,
    Difference,
    Exclusion,
}

/// Lays one image on another; outside of the upper one the lower is kept.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Composite {
    /// The column of the lower image at which the upper one begins, also left of it.
    pub left: i64,
    /// The row at which it begins.
    pub top: i64,
    /// How two pixels become one.
    pub blend: BlendMode,
}

impl Composite {
    pub(super) fn run<T: Sample>(
        &self,
        token: &Token,
        base: View<'_, T>,
        over: View<'_, T>,
        out: &mut [T],
    ) -> Result<(), Error> {
        let colours = |channels: usize| if channels > 2 { 3 } else { 1 };
        let (lower, upper) = (base.channels(), over.channels());
        if colours(upper) > colours(lower) {
            return Err(Error::InvalidArgument(format!(
                "Expected a grey image to lay on a grey one, got {upper} channels on {lower}"
            )));
        }
        let columns = covered(self.left, over.width(), base.width());
        let lines = covered(self.top, over.height(), base.height());
        let mixer = Mixer { blend: self.blend, colours: colours(lower), grey: colours(upper) == 1 };
        each_row(token, base, out, |y, row| {
            let below = base.row(y);
            row.copy_from_slice(below);
            if !lines.contains(&y) || columns.is_empty() {
                return;
            }
            // Both differences are inside of the upper image, by the making of the ranges.
            let above = over.row((y as i64 - self.top) as usize);
            let skipped = (columns.start as i64 - self.left) as usize;
            let pixels = above[skipped * upper..].chunks_exact(upper);
            let inside = &mut row[columns.start * lower..columns.end * lower];
            for (to, pixel) in inside.chunks_exact_mut(lower).zip(pixels) {
                mixer.mix(to, pixel);
            }
        })?;
        Ok(())
    }
}

/// The positions of the lower image that `len` positions from `start` on cover.
fn covered(start: i64, len: usize, all: usize) -> Range<usize> {
    let end = start.saturating_add_unsigned(len as u64);
    let inside = |position: i64| position.clamp(0, all as i64) as usize;
    inside(start)..inside(end)
}

/// One pixel on another.
struct Mixer {
    blend: BlendMode,
    /// Of the lower image and the result.
    colours: usize,
    /// Whether the upper image has one colour for all of them.
    grey: bool,
}

impl Mixer {
    /// Changes the pixel `to` of the lower image.
    #[inline(always)]
    fn mix<T: Sample>(&self, to: &mut [T], over: &[T]) {
        let white = T::DEPTH.white();
        let alpha = |pixel: &[T]| {
            if pixel.len().is_multiple_of(2) { pixel[pixel.len() - 1].to_f64() } else { white }
        };
        let (source_alpha, base_alpha) = (alpha(over), alpha(to));
        if T::DEPTH == Depth::U8 && self.blend == BlendMode::Over {
            let weights = Bytes::new(source_alpha as u32, base_alpha as u32);
            for c in 0..self.colours {
                let source = over[if self.grey { 0 } else { c }].to_f64() as u32;
                to[c] = T::from_f64(f64::from(weights.colour(source, to[c].to_f64() as u32)));
            }
            if to.len() > self.colours {
                to[self.colours] = T::from_f64(f64::from(weights.alpha));
            }
            return;
        }
        let (source_alpha, base_alpha) = (source_alpha / white, base_alpha / white);
        let (of_source, of_base) = self.blend.shares(source_alpha, base_alpha);
        let sum = source_alpha * of_source + base_alpha * of_base;
        let result_alpha = if self.blend == BlendMode::Add { sum.min(1.0) } else { sum };
        for c in 0..self.colours {
            let source = over[if self.grey { 0 } else { c }].to_f64() / white;
            let base = to[c].to_f64() / white;
            let mixed = (1.0 - base_alpha) * source + base_alpha * self.blend.colour(base, source);
            let value = mixed * source_alpha * of_source + base * base_alpha * of_base;
            // Without alpha the result lies on black.
            let divisor = if to.len() > self.colours { result_alpha } else { 1.0 };
            to[c] = T::from_f64(if divisor == 0.0 { 0.0 } else { value / divisor * white });
        }
        if to.len() > self.colours {
            to[self.colours] = T::from_f64(result_alpha * white);
        }
    }
}

/// Pillow's `alpha_composite` of bytes: weights of 15 bits, every division by 255 rounded.
struct Bytes {
    source: u32,
    base: u32,
    alpha: u32,
}

impl Bytes {
    fn new(source: u32, base: u32) -> Self {
        let sum = source * 255 + base * (255 - source);
        // Where nothing is visible the lower colour stays.
        let source = (source * 255 * 255 * 128).checked_div(sum).unwrap_or(0);
        let alpha = by_255(sum + 0x80);
        Bytes { source, base: 255 * 128 - source, alpha }
    }

    fn colour(&self, source: u32, base: u32) -> u32 {
        by_255(source * self.source + base * self.base + (0x80 << 7)) >> 7
    }
}

fn by_255(value: u32) -> u32 {
    ((value >> 8) + value) >> 8
}

impl BlendMode {
    /// The shares of the upper and the lower pixel (Porter and Duff's `Fa` and `Fb`).
    fn shares(self, source: f64, base: f64) -> (f64, f64) {
        match self {
            BlendMode::Clear => (0.0, 0.0),
            BlendMode::Source => (1.0, 0.0),
            BlendMode::In => (base, 0.0),
            BlendMode::Out => (1.0 - base, 0.0),
            BlendMode::Atop => (base, 1.0 - source),
            BlendMode::Dest => (0.0, 1.0),
            BlendMode::DestOver => (1.0 - base, 1.0),
            BlendMode::DestIn => (0.0, source),
            BlendMode::DestOut => (0.0, 1.0 - source),
            BlendMode::DestAtop => (1.0 - base, source),
            BlendMode::Xor => (1.0 - base, 1.0 - source),
            BlendMode::Add => (1.0, 1.0),
            _ => (1.0, 1.0 - source),
        }
    }

    /// The upper colour as it is seen on the lower one; 1 is white.
    fn colour(self, base: f64, source: f64) -> f64 {
        match self {
            BlendMode::Multiply => base * source,
            BlendMode::Screen => base + source - base * source,
            BlendMode::Overlay => BlendMode::HardLight.colour(source, base),
            BlendMode::Darken => base.min(source),
            BlendMode::Lighten => base.max(source),
            BlendMode::ColorDodge if base == 0.0 => 0.0,
            BlendMode::ColorDodge if source >= 1.0 => 1.0,
            BlendMode::ColorDodge => (base / (1.0 - source)).min(1.0),
            BlendMode::ColorBurn if base >= 1.0 => 1.0,
            BlendMode::ColorBurn if source <= 0.0 => 0.0,
            BlendMode::ColorBurn => 1.0 - ((1.0 - base) / source).min(1.0),
            BlendMode::HardLight if source <= 0.5 => base * 2.0 * source,
            BlendMode::HardLight => BlendMode::Screen.colour(base, 2.0 * source - 1.0),
            BlendMode::SoftLight if source <= 0.5 => {
                base - (1.0 - 2.0 * source) * base * (1.0 - base)
            }
            BlendMode::SoftLight => {
                let curve = if base <= 0.25 {
                    ((16.0 * base - 12.0) * base + 4.0) * base
                } else {
                    base.sqrt()
                };
                base + (2.0 * source - 1.0) * (curve - base)
            }
            BlendMode::Difference => (base - source).abs(),
            BlendMode::Exclusion => base + source - 2.0 * base * source,
            _ => source,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BlendMode, Composite, covered};
    use crate::View;
    use allcores_parallel::Token;

    fn one(blend: BlendMode, base: [f32; 2], over: [f32; 2]) -> [f32; 2] {
        let mut out = [0.0; 2];
        let [lower, upper] = [&base, &over].map(|pixel| View::new(pixel, 1, 1, 2).unwrap());
        Composite { left: 0, top: 0, blend }.run(&Token::new(), lower, upper, &mut out).unwrap();
        out
    }

    #[test]
    fn opaque_colours_are_mixed_by_the_formulas_of_the_specification() {
        for (blend, expected) in [
            (BlendMode::Over, 0.75),
            (BlendMode::Multiply, 0.1875),
            (BlendMode::Screen, 0.8125),
            (BlendMode::Overlay, 0.375),
            (BlendMode::Darken, 0.25),
            (BlendMode::Lighten, 0.75),
            (BlendMode::ColorDodge, 1.0),
            (BlendMode::ColorBurn, 0.0),
            (BlendMode::HardLight, 0.625),
            (BlendMode::SoftLight, 0.375),
            (BlendMode::Difference, 0.5),
            (BlendMode::Exclusion, 0.625),
            (BlendMode::Add, 1.0),
            (BlendMode::Dest, 0.25),
        ] {
            assert_eq!(one(blend, [0.25, 1.0], [0.75, 1.0]), [expected, 1.0], "{blend:?}");
        }
    }

    #[test]
    fn half_covered_pixels_share_their_alpha_as_porter_and_duff_say() {
        for (blend, colour, alpha) in [
            (BlendMode::Clear, 0.0, 0.0),
            (BlendMode::Source, 1.0, 0.5),
            (BlendMode::Over, 2.0 / 3.0, 0.75),
            (BlendMode::In, 1.0, 0.25),
            (BlendMode::Out, 1.0, 0.25),
            (BlendMode::Atop, 0.5, 0.5),
            (BlendMode::DestOver, 1.0 / 3.0, 0.75),
            (BlendMode::DestIn, 0.0, 0.25),
            (BlendMode::DestOut, 0.0, 0.25),
            (BlendMode::DestAtop, 0.5, 0.5),
            (BlendMode::Xor, 0.5, 0.5),
            (BlendMode::Add, 0.5, 1.0),
        ] {
            let [found, found_alpha] = one(blend, [0.0, 0.5], [1.0, 0.5]);
            assert!((found - colour).abs() < 1e-6, "{blend:?} {found}");
            assert!((found_alpha - alpha).abs() < 1e-6, "{blend:?} {found_alpha}");
        }
    }

    #[test]
    fn an_image_that_hangs_over_the_edge_is_cut() {
        assert_eq!(covered(-2, 5, 10), 0..3);
        assert_eq!(covered(8, 5, 10), 8..10);
        assert!(covered(-9, 5, 10).is_empty() && covered(i64::MAX, 5, 10).is_empty());
        let base = View::new(&[0u8; 9], 3, 3, 1).unwrap();
        let over = View::new(&[9u8, 8, 7, 6], 2, 2, 1).unwrap();
        let mut out = [0; 9];
        let composite = Composite { left: -1, top: 2, blend: BlendMode::Over };
        composite.run(&Token::new(), base, over, &mut out).unwrap();
        assert_eq!(out, [0, 0, 0, 0, 0, 0, 8, 0, 0]);
    }
}
