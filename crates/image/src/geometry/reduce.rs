use allcores_parallel::{Cancelled, Token};
use serde::Deserialize;

use super::mirror::{copy, each_row_of};
use crate::pixels::each_depth;
use crate::step::Operation;
use crate::{Depth, Error, Pixels, PixelsMut, Sample, Shape, View};

/// The means of squares of pixels, as Pillow's `Image.reduce` takes them; squares at the right and lower edge may be
/// smaller. Of 8 bits Pillow's bytes. Colours are weighed by their alpha.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reduce {
    /// Pixels across and down of a square, from 1.
    pub factor: usize,
}

impl Operation for Reduce {
    fn shape(&self, src: Shape, _: Depth) -> Result<Shape, Error> {
        // Pillow's sums of bytes have 32 bits.
        if !(1..=4096).contains(&self.factor) {
            return Err(Error::InvalidArgument(format!(
                "Expected `factor` to be an integer from 1 to 4096, got {}",
                self.factor
            )));
        }
        let [width, height] = [src.width, src.height].map(|side| side.div_ceil(self.factor));
        Ok(Shape { width, height, ..src })
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        each_depth!(src, out, |src, out| {
            match self.factor {
                // Not even through alpha and back.
                1 => copy(token, src, out)?,
                factor => reduce(token, factor, src, out)?,
            }
            Ok(())
        })
    }
}

fn reduce<T: Means>(
    token: &Token,
    factor: usize,
    src: View<'_, T>,
    out: &mut [T],
) -> Result<(), Cancelled> {
    let channels = src.channels();
    let width = src.width().div_ceil(factor);
    each_row_of(token, width * channels, out, |y, out| {
        let rows = y * factor..src.height().min((y + 1) * factor);
        let mut sums = vec![T::Sum::default(); out.len()];
        for y in rows.clone() {
            let squares = src.row(y).chunks(factor * channels);
            for (sums, square) in sums.chunks_exact_mut(channels).zip(squares) {
                T::add(sums, square);
            }
        }
        for (x, (out, sums)) in
            out.chunks_exact_mut(channels).zip(sums.chunks_exact(channels)).enumerate()
        {
            let columns = factor.min(src.width() - x * factor);
            T::mean(sums, columns * rows.len(), out);
        }
    })
}

/// How pixels of a type are added up and divided.
trait Means: Sample {
    type Sum: Copy + Default;

    /// Adds whole pixels of `sums.len()` channels.
    fn add(sums: &mut [Self::Sum], pixels: &[Self]);

    /// The mean of `count` pixels.
    fn mean(sums: &[Self::Sum], count: usize, out: &mut [Self]);
}

impl Means for u8 {
    type Sum = u32;

    fn add(sums: &mut [u32], pixels: &[u8]) {
        let channels = sums.len();
        for pixel in pixels.chunks_exact(channels) {
            let alpha = pixel[channels - 1];
            for (c, (sum, &sample)) in sums.iter_mut().zip(pixel).enumerate() {
                let colour = channels.is_multiple_of(2) && c + 1 < channels;
                let sample = if colour { crate::alpha::scaled(sample, alpha) } else { sample };
                *sum += u32::from(sample);
            }
        }
    }

    fn mean(sums: &[u32], count: usize, out: &mut [u8]) {
        let count = count as u32;
        // In 64 bits, because 2^32 / 256 for one pixel times 255 just fits 32, and the half does not.
        let multiplier = (1u64 << 32) / (u64::from(count) << 8);
        let channels = sums.len();
        for (out, &sum) in out.iter_mut().zip(sums) {
            *out = ((u64::from(sum + count / 2) * multiplier) >> 24) as u8;
        }
        if channels.is_multiple_of(2) {
            let alpha = out[channels - 1];
            for colour in &mut out[..channels - 1] {
                *colour = crate::alpha::unscaled(*colour, alpha);
            }
        }
    }
}

macro_rules! means_in_double_precision {
    ($($T:ty),*) => {$(
        impl Means for $T {
            type Sum = f64;

            fn add(sums: &mut [f64], pixels: &[$T]) {
                let channels = sums.len();
                for pixel in pixels.chunks_exact(channels) {
                    let alpha = pixel[channels - 1].to_f64();
                    for (c, (sum, sample)) in sums.iter_mut().zip(pixel).enumerate() {
                        let colour = channels.is_multiple_of(2) && c + 1 < channels;
                        *sum += sample.to_f64() * if colour { alpha } else { 1.0 };
                    }
                }
            }

            fn mean(sums: &[f64], count: usize, out: &mut [$T]) {
                let channels = sums.len();
                let alpha = sums[channels - 1];
                for (c, (out, &sum)) in out.iter_mut().zip(sums).enumerate() {
                    let colour = channels.is_multiple_of(2) && c + 1 < channels;
                    let value = match colour {
                        true if alpha == 0.0 => 0.0,
                        true => sum / alpha,
                        false => sum / count as f64,
                    };
                    *out = <$T>::from_f64(value);
                }
            }
        }
    )*};
}

means_in_double_precision!(u16, f32);
