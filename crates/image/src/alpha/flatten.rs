use allcores_parallel::{Cancelled, Token};
use serde::Deserialize;

use crate::geometry::each_row_of;
use crate::pixels::each_depth;
use crate::step::Operation;
use crate::{Depth, Error, Pixels, PixelsMut, Sample, Shape, View};

/// Lays an image on a plain background by its alpha, which is gone then. Images without alpha are copied.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flatten {
    /// The background's colour: a sample for each colour, or one for all; `None` is white.
    pub background: Option<Vec<f64>>,
}

impl Operation for Flatten {
    fn shape(&self, src: Shape, _: Depth) -> Result<Shape, Error> {
        let colours = if src.channels > 2 { 3 } else { 1 };
        match &self.background {
            Some(background) if background.len() != 1 && background.len() != colours => {
                Err(Error::InvalidArgument(format!(
                    "Expected `background` to have a number for each of the {colours} colours, got {}",
                    background.len()
                )))
            }
            _ => Ok(Shape { channels: colours, ..src }),
        }
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        each_depth!(src, out, |src, out| Ok(self.flatten(token, src, out)?))
    }
}

impl Flatten {
    fn flatten<T: Sample>(
        &self,
        token: &Token,
        src: View<'_, T>,
        out: &mut [T],
    ) -> Result<(), Cancelled> {
        let white = T::DEPTH.white();
        let background: [f64; 3] = match &self.background {
            None => [white; 3],
            // As the samples would hold it.
            Some(given) => std::array::from_fn(|c| T::from_f64(given[c % given.len()]).to_f64()),
        };
        let colours = if src.channels() > 2 { 3 } else { 1 };
        each_row_of(token, src.width() * colours, out, |y, row| {
            let from = src.row(y);
            if !src.shape().has_alpha() {
                row.copy_from_slice(from);
                return;
            }
            let pixels = from.chunks_exact(colours + 1);
            for (to, pixel) in row.chunks_exact_mut(colours).zip(pixels) {
                let alpha = pixel[colours].to_f64();
                for ((to, colour), back) in to.iter_mut().zip(pixel).zip(&background) {
                    // No half can come out of integers, whose white is odd: the rounding is the nearest.
                    let sum = colour.to_f64() * alpha + back * (white - alpha);
                    *to = T::from_f64(sum / white);
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Flatten;
    use crate::step::Operation;
    use crate::{Depth, Pixels, PixelsMut, Shape, View};
    use allcores_parallel::Token;

    #[test]
    fn every_colour_and_alpha_is_laid_on_white_with_the_nearest_rounding() {
        let data: Vec<u8> =
            (0..=255u8).flat_map(|a| (0..=255u8).flat_map(move |c| [c, a])).collect();
        let src = Pixels::U8(View::new(&data, 256, 256, 2).unwrap());
        let mut out = vec![0; 65_536];
        Flatten { background: None }.run(&Token::new(), src, PixelsMut::U8(&mut out)).unwrap();
        for (pixel, &found) in data.as_chunks::<2>().0.iter().zip(&out) {
            let [colour, alpha] = pixel.map(u32::from);
            assert_eq!(u32::from(found), (colour * alpha + 255 * (255 - alpha) + 127) / 255);
        }
    }

    #[test]
    fn the_background_has_the_unit_of_the_samples_and_must_fit_the_colours() {
        let src = Pixels::F32(View::new(&[1.0, 0.0, 0.5, 0.25], 1, 1, 4).unwrap());
        let mut out = [0.0; 3];
        let flatten = Flatten { background: Some(vec![0.0, 2.0, 0.5]) };
        flatten.run(&Token::new(), src, PixelsMut::F32(&mut out)).unwrap();
        assert_eq!(out, [0.25, 1.5, 0.5]);
        let grey = Shape { width: 1, height: 1, channels: 2 };
        assert!(flatten.shape(grey, Depth::U8).is_err());
    }
}
