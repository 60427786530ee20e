use allcores_parallel::{Blocks, Token, for_each_band};
use serde::Deserialize;

use crate::blur::{MAX_EXACT_RADIUS, MAX_RADIUS, exact_floats, gaussian_blur, zeros};
use crate::pixels::other_depth;
use crate::simd::{Isa, Kernel};
use crate::step::Operation;
use crate::{Depth, Error, Pixels, PixelsMut, Shape, View};

/// Samples of a band: some 50 µs of work.
const BAND: usize = 1 << 17;
/// The largest `percent`. Pillow's arithmetic in 32 bits has room for 200 times more.
const MAX_PERCENT: u32 = 10_000;

/// Adds what a Gaussian blur takes away, where that is more than a threshold.
///
/// With `d` the difference between a sample and its blur: the sample plus `d * percent / 100` where
/// `|d| > threshold`, else the sample. Samples of 8 bits get the bits of Pillow's
/// `ImageFilter.UnsharpMask(radius, percent, threshold)`: its Gaussian, integers, the fraction cut off. The
/// others get an exact Gaussian and are rounded; for them a level of the threshold is 1/255 of white. Alpha is
/// a channel like the others.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnsharpMask {
    /// The standard deviation of the blur, in pixels.
    pub radius: f64,
    /// How much of the difference is added.
    pub percent: u32,
    /// The largest difference that is left alone, in levels of 255.
    pub threshold: u32,
}

impl Operation for UnsharpMask {
    fn shape(&self, src: Shape, depth: Depth) -> Result<Shape, Error> {
        let limit = if depth == Depth::U8 { f64::from(MAX_RADIUS) } else { MAX_EXACT_RADIUS };
        if !(0.0..=limit).contains(&self.radius) {
            return Err(Error::InvalidArgument(format!(
                "Expected `radius` to be a number from 0 to {limit} for samples of this type, got {}",
                self.radius
            )));
        }
        if self.percent > MAX_PERCENT || self.threshold > 255 {
            return Err(Error::InvalidArgument(format!(
                "Expected `percent` to be an integer from 0 to {MAX_PERCENT} and `threshold` one from 0 to 255, \
                 got {} and {}",
                self.percent, self.threshold
            )));
        }
        Ok(src)
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        let radius = self.radius as f32;
        let (percent, threshold) = (self.percent, self.threshold);
        let factor = percent as f32 / 100.0;
        match (src, out) {
            (Pixels::U8(src), PixelsMut::U8(out)) => {
                gaussian_blur(token, src, radius, radius, out)?;
                let mask = Bytes { percent: percent as i32, threshold: threshold as i32 };
                apply(token, src, mask, out)
            }
            (Pixels::U16(src), PixelsMut::U16(out)) => {
                let mut blurred = zeros(out.len(), src.shape())?;
                exact_floats(token, src, self.radius, &mut blurred)?;
                let (row, threshold) = (src.width() * src.channels(), threshold as f32 * 257.0);
                apply(token, src, Words { factor, threshold, blurred: &blurred, row }, out)
            }
            (Pixels::F32(src), PixelsMut::F32(out)) => {
                exact_floats(token, src, self.radius, out)?;
                apply(token, src, Floats { factor, threshold: threshold as f32 / 255.0 }, out)
            }
            (src, out) => Err(other_depth(src.depth(), out.depth())),
        }
    }
}

/// What becomes of a row.
trait Mask<T>: Copy + Send + Sync {
    /// Writes row `y` of the result. `out` holds its blur, unless the mask knows that.
    fn row(self, y: usize, samples: &[T], out: &mut [T]);
}

#[derive(Clone, Copy)]
struct Bytes {
    percent: i32,
    threshold: i32,
}

impl Mask<u8> for Bytes {
    #[inline(always)]
    fn row(self, _: usize, samples: &[u8], out: &mut [u8]) {
        for (out, &sample) in out.iter_mut().zip(samples) {
            let difference = i32::from(sample) - i32::from(*out);
            let sharp = (i32::from(sample) + difference * self.percent / 100).clamp(0, 255);
            *out = if difference.abs() > self.threshold { sharp as u8 } else { sample };
        }
    }
}

#[derive(Clone, Copy)]
struct Words<'a> {
    factor: f32,
    threshold: f32,
    /// The blur, not rounded, in rows of `row` samples.
    blurred: &'a [f32],
    row: usize,
}

impl Mask<u16> for Words<'_> {
    #[inline(always)]
    fn row(self, y: usize, samples: &[u16], out: &mut [u16]) {
        let blurred = &self.blurred[y * self.row..];
        for ((out, &sample), &blurred) in out.iter_mut().zip(samples).zip(blurred) {
            let difference = f32::from(sample) - blurred;
            let sharp = (f32::from(sample) + difference * self.factor + 0.5) as u16;
            *out = if difference.abs() > self.threshold { sharp } else { sample };
        }
    }
}

#[derive(Clone, Copy)]
struct Floats {
    factor: f32,
    threshold: f32,
}

impl Mask<f32> for Floats {
    #[inline(always)]
    fn row(self, _: usize, samples: &[f32], out: &mut [f32]) {
        for (out, &sample) in out.iter_mut().zip(samples) {
            let difference = sample - *out;
            let sharp = sample + difference * self.factor;
            *out = if difference.abs() > self.threshold { sharp } else { sample };
        }
    }
}

fn apply<T: Copy + Send + Sync>(
    token: &Token,
    src: View<'_, T>,
    mask: impl Mask<T>,
    out: &mut [T],
) -> Result<(), Error> {
    let isa = Isa::current();
    let row = src.width() * src.channels();
    let blocks = Blocks { size: row * (BAND / row).max(1), inline_up_to: BAND };
    Ok(for_each_band(token, out, blocks, |offset, band| {
        isa.run(Rows { src, top: offset / row, mask, band });
    })?)
}

struct Rows<'a, T, M> {
    src: View<'a, T>,
    top: usize,
    mask: M,
    band: &'a mut [T],
}

impl<T: Copy, M: Mask<T>> Kernel for Rows<'_, T, M> {
    #[inline(always)]
    fn run(self) {
        let Rows { src, top, mask, band } = self;
        let row = src.width() * src.channels();
        for (y, out) in (top..).zip(band.chunks_exact_mut(row)) {
            mask.row(y, src.row(y), out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::UnsharpMask;
    use crate::step::Operation;
    use crate::{Pixels, PixelsMut, View};
    use allcores_parallel::Token;

    fn mask(threshold: u32) -> UnsharpMask {
        UnsharpMask { radius: 1.0, percent: 150, threshold }
    }

    #[test]
    fn sixteen_bits_and_floats_are_the_sample_plus_a_part_of_its_difference_to_an_exact_blur() {
        // exp(-d²/2) at whole distances, the sum over them all, and a dot of 40,000 on 10,000 in one row.
        let kernel: f64 = (-6..=6).map(|d: i32| (-0.5 * f64::from(d * d)).exp()).sum();
        let words = [10_000, 10_000, 10_000, 10_000, 40_000, 10_000, 10_000, 10_000, 10_000u16];
        let mut out = [0; 9];
        let view = View::new(&words, 9, 1, 1).unwrap();
        mask(3).run(&Token::new(), Pixels::U16(view), PixelsMut::U16(&mut out)).unwrap();
        for (x, &got) in out.iter().enumerate() {
            let weight = (-0.5 * (x as f64 - 4.0).powi(2)).exp() / kernel;
            let blurred = 10_000.0 + 30_000.0 * weight;
            let difference = f64::from(words[x]) - blurred;
            let sharp = if difference.abs() > 771.0 { difference * 1.5 } else { 0.0 };
            let expected = (f64::from(words[x]) + sharp).clamp(0.0, 65_535.0);
            assert!((f64::from(got) - expected).abs() <= 0.51, "{x}: {got} {expected}");
        }
        assert_eq!(out[8], 10_000);
        let floats = words.map(|word| f32::from(word) / 10_000.0);
        let mut out = [0.0; 9];
        let view = View::new(&floats, 9, 1, 1).unwrap();
        mask(0).run(&Token::new(), Pixels::F32(view), PixelsMut::F32(&mut out)).unwrap();
        let expected = 4.0 + 1.5 * (3.0 - 3.0 / kernel);
        assert!((f64::from(out[4]) - expected).abs() < 1e-5, "{} {expected}", out[4]);
    }
}
