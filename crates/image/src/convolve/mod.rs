//! Weighted sums of the samples around each pixel.
//!
//! | file | idea |
//! |---|---|
//! | `weights` | the kernel as it is applied, and kernels that are a column times a row |
//! | `direct` | 3 x 3 and 5 x 5 weights in a fixed order |
//! | `sums` | any number of weights, a few at a time |
//! | `edges` | the border that stays as it is |
//! | `sobel` | derivatives by 3 x 3 small integers, and the length of the gradient |

mod direct;
mod edges;
mod sobel;
mod sums;
mod weights;

use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};
use serde::Deserialize;

pub use sobel::Sobel;

use crate::border::Border;
use crate::lines::Worked;
use crate::pixels::other_depth;
use crate::simd::Isa;
use crate::step::Operation;
use crate::{Depth, Error, Pixels, PixelsMut, Sample, Shape, View};
use weights::{Number, Weights};

/// The most rows and columns of a kernel.
pub const MAX_KERNEL: u32 = 255;

/// What a convolution takes for the samples beyond the edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ConvolveBorder {
    /// Nothing: pixels whose neighbourhood is not all inside stay as they are.
    Copy,
    /// As of [`Border`].
    #[serde(untagged)]
    Beyond(Border),
}

/// The sum of the samples around each pixel, each times a weight, for each channel:
/// `out(x, y) = sum of kernel(i, j) * in(x + i - width / 2, y + j - height / 2) / scale + offset`.
///
/// 8 bit: single precision. 16 bit and floats: double precision, rounded once. Weights of 0 take no part, so a NaN
/// under them does not spread.
///
/// A kernel of 3 x 3 or 5 x 5 is summed as Pillow sums: rows from the lowest up, each added up by itself from left to
/// right, beginning with the offset (and 0.5, which rounds). Other kernels that are a column times a row are applied
/// as such, when no sum changes by more than a thousandth of a level of 8 bit, or 2^-44 of the largest sum of the
/// other types.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Convolve {
    /// The weights, row by row from the top.
    pub kernel: Vec<f64>,
    /// Its columns: odd, up to [`MAX_KERNEL`].
    pub width: u32,
    /// Its rows: odd, up to [`MAX_KERNEL`].
    pub height: u32,
    /// What the weights are divided by; not 0.
    pub scale: f64,
    /// What is added to the sum, in units of the samples.
    pub offset: f64,
    /// What lies beyond the edges.
    pub border: ConvolveBorder,
}

impl Operation for Convolve {
    fn shape(&self, src: Shape, _: Depth) -> Result<Shape, Error> {
        for (name, value) in [("width", self.width), ("height", self.height)] {
            if value % 2 == 0 || value > MAX_KERNEL {
                return Err(Error::InvalidArgument(format!(
                    "Expected `{name}` to be an odd integer from 1 to {MAX_KERNEL}, got {value}"
                )));
            }
        }
        let expected = (self.width * self.height) as usize;
        if self.kernel.len() != expected {
            return Err(Error::InvalidArgument(format!(
                "Expected `kernel` to hold {} x {} = {expected} numbers, got {}",
                self.width,
                self.height,
                self.kernel.len()
            )));
        }
        let divided = self.kernel.iter().map(|weight| weight / self.scale);
        if !divided.chain([self.offset]).all(|weight| (weight as f32).is_finite()) {
            return Err(Error::InvalidArgument(
                "Expected `offset` and all of `kernel` divided by `scale` to be within single precision"
                    .to_owned(),
            ));
        }
        Ok(src)
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        let isa = Isa::current();
        match (src, out) {
            (Pixels::U8(src), PixelsMut::U8(out)) => filter::<u8, f32>(isa, token, src, self, out),
            (Pixels::U16(src), PixelsMut::U16(out)) => filter::<_, f64>(isa, token, src, self, out),
            (Pixels::F32(src), PixelsMut::F32(out)) => filter::<_, f64>(isa, token, src, self, out),
            (src, out) => Err(other_depth(src.depth(), out.depth())),
        }
    }
}

/// Samples of a band times the weights that each needs: up to 1 ms of work.
const BAND: usize = 1 << 22;

fn filter<T, A>(
    isa: Isa,
    token: &Token,
    src: View<'_, T>,
    options: &Convolve,
    out: &mut [T],
) -> Result<(), Error>
where
    T: Sample + weights::Rounded<A>,
    A: Number + Worked<T>,
{
    let weights = Weights::<A>::new(options);
    let border = match options.border {
        ConvolveBorder::Copy => Border::Replicate,
        ConvolveBorder::Beyond(border) => border,
    };
    run_bands(isa, token, src, &weights, border, out)?;
    if options.border == ConvolveBorder::Copy {
        edges::copy(src, options.width as usize / 2, options.height as usize / 2, out);
    }
    Ok(())
}

fn run_bands<T: Sample + weights::Rounded<A>, A: Number + Worked<T>>(
    isa: Isa,
    token: &Token,
    src: View<'_, T>,
    weights: &Weights<A>,
    border: Border,
    out: &mut [T],
) -> Result<(), Cancelled> {
    let row = src.width() * src.channels();
    // A band reads `height - 1` rows more than it writes.
    let rows = (BAND / row / weights.count()).max(weights.height).min(src.height());
    let blocks = Blocks { size: row * rows.max(1), inline_up_to: 1 << 12 };
    for_each_band(token, out, blocks, |offset, band| {
        let top = offset / row;
        match (weights.width, weights.height) {
            // Under a weight of 0 there may be a NaN.
            _ if T::DEPTH == Depth::F32 && weights.all.contains(&A::default()) => {
                isa.run(sums::Rows { token, src, weights, border, top, band });
            }
            (3, 3) => isa.run(direct::Rows::<T, A, 3> { src, weights, border, top, band }),
            (5, 5) => isa.run(direct::Rows::<T, A, 5> { src, weights, border, top, band }),
            _ => isa.run(sums::Rows { token, src, weights, border, top, band }),
        }
    })
}

#[cfg(test)]
mod tests;
