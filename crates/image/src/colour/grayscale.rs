use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};

use super::tone::Tone;
use crate::pixels::each_depth;
use crate::simd::{Isa, Kernel};
use crate::step::Operation;
use crate::view::check_out;
use crate::{Depth, Error, Pixels, PixelsMut, Shape, View};

/// Samples of a band: about 50 µs of work.
const BAND: usize = 1 << 17;

/// One channel of luma, as a step. Of 8 bits [`grayscale`]; 16 bits and floats have the same weights.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grayscale {}

impl Operation for Grayscale {
    fn shape(&self, src: Shape, _: Depth) -> Result<Shape, Error> {
        Ok(Shape { channels: 1, ..src })
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        each_depth!(src, out, |src, out| Ok(run(Isa::current(), token, src, out)?))
    }
}

/// Converts to one channel of grey, as Pillow's `convert("L")` does, bit for bit.
///
/// From RGB and RGBA the grey is `(19595 R + 38470 G + 7471 B + 32768) >> 16`; alpha is
/// dropped. From one channel, or grey with alpha, the grey is copied. `out` gets
/// `width * height` samples, the same on any number of threads.
///
/// ```
/// use allcores_image::{View, grayscale};
/// let red = View::new(&[255, 0, 0], 1, 1, 3).unwrap();
/// let mut grey = [0];
/// grayscale(&allcores_parallel::Token::new(), red, &mut grey).unwrap();
/// assert_eq!(grey, [76]);
/// ```
///
/// # Errors
/// [`Error::InvalidArgument`] when `out` has another length, [`Error::Cancelled`].
pub fn grayscale(token: &Token, src: View<'_>, out: &mut [u8]) -> Result<(), Error> {
    check_out(out, src.width() * src.height())?;
    Ok(run(Isa::current(), token, src, out)?)
}

fn run<T: Tone>(isa: Isa, token: &Token, src: View<'_, T>, out: &mut [T]) -> Result<(), Cancelled> {
    let blocks = Blocks { size: BAND, inline_up_to: BAND };
    for_each_band(token, out, blocks, |offset, band| isa.run(Grey { src, offset, band }))
}

/// The pixels from number `offset` on.
struct Grey<'a, T: Tone> {
    src: View<'a, T>,
    offset: usize,
    band: &'a mut [T],
}

impl<T: Tone> Kernel for Grey<'_, T> {
    #[inline(always)]
    fn run(self) {
        let width = self.src.width();
        let (mut at, mut rest) = (self.offset, self.band);
        while !rest.is_empty() {
            let (x, y) = (at % width, at / width);
            let (part, next) = rest.split_at_mut(rest.len().min(width - x));
            let row = &self.src.row(y)[x * self.src.channels()..];
            match self.src.channels() {
                1 => part.copy_from_slice(&row[..part.len()]),
                // Loops, because a closure given to `for_each` may keep the baseline's instructions.
                2 => {
                    for (grey, pixel) in part.iter_mut().zip(row.as_chunks::<2>().0) {
                        *grey = pixel[0];
                    }
                }
                3 => {
                    for (grey, &[r, g, b]) in part.iter_mut().zip(row.as_chunks::<3>().0) {
                        *grey = T::luma(r, g, b);
                    }
                }
                _ => {
                    for (grey, &[r, g, b, _]) in part.iter_mut().zip(row.as_chunks::<4>().0) {
                        *grey = T::luma(r, g, b);
                    }
                }
            }
            at += part.len();
            rest = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::run;
    use crate::simd::Isa;
    use crate::{Region, View};
    use allcores_parallel::Token;

    #[test]
    fn every_instruction_set_gives_the_formula_also_on_a_crop_and_over_several_bands() {
        let (width, height) = (1000, 300);
        for channels in 1..=4 {
            let data: Vec<u8> =
                (0..width * height * channels).map(|i| (i * i / 7 + i) as u8).collect();
            let view = View::new(&data, width, height, channels).unwrap();
            let view = view
                .crop(Region { left: 3, top: 1, width: width - 5, height: height - 1 })
                .unwrap();
            let expected: Vec<u8> = (0..view.height())
                .flat_map(|y| view.row(y).chunks(channels))
                .map(|p| match *p {
                    [r, g, b] | [r, g, b, _] => {
                        ((19595 * u64::from(r)
                            + 38470 * u64::from(g)
                            + 7471 * u64::from(b)
                            + 32768)
                            >> 16) as u8
                    }
                    _ => p[0],
                })
                .collect();
            for isa in Isa::all() {
                let mut out = vec![0; expected.len()];
                run(isa, &Token::new(), view, &mut out).unwrap();
                assert!(out == expected, "{isa:?} {channels}");
            }
        }
    }
}
