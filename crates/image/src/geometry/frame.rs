use allcores_parallel::{Cancelled, Token};
use serde::Deserialize;

use super::mirror::{copy, each_row_of};
use crate::border::Border;
use crate::pixels::each_depth;
use crate::step::Operation;
use crate::{Depth, Error, Pixels, PixelsMut, Region, Sample, Shape, View};

/// A rectangle of an image.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crop {
    /// Columns left of it.
    pub left: usize,
    /// Rows above it.
    pub top: usize,
    /// Its columns, at least 1.
    pub width: usize,
    /// Its rows, at least 1.
    pub height: usize,
}

impl Crop {
    fn region(&self) -> Region {
        let Crop { left, top, width, height } = *self;
        Region { left, top, width, height }
    }
}

impl Operation for Crop {
    fn shape(&self, src: Shape, _: Depth) -> Result<Shape, Error> {
        self.region().check(src)?;
        Ok(Shape { width: self.width, height: self.height, ..src })
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        each_depth!(src, out, |src, out| Ok(copy(token, src.crop(self.region())?, out)?))
    }
}

/// An image with more pixels around it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pad {
    /// Columns to add on the left.
    pub left: usize,
    /// Rows to add above.
    pub top: usize,
    /// Columns to add on the right.
    pub right: usize,
    /// Rows to add below.
    pub bottom: usize,
    /// What the added pixels show.
    pub mode: Border,
    /// The added pixels of mode `constant`: a sample for each channel, or one for all.
    pub background: Vec<f64>,
}

impl Operation for Pad {
    fn shape(&self, src: Shape, _: Depth) -> Result<Shape, Error> {
        if self.background.len() != 1 && self.background.len() != src.channels {
            return Err(Error::InvalidArgument(format!(
                "Expected `background` to have a number for each of the {} channels, got {}",
                src.channels,
                self.background.len()
            )));
        }
        let added = |all: usize, before: usize, after: usize| {
            all.checked_add(before).and_then(|all| all.checked_add(after))
        };
        match (added(src.width, self.left, self.right), added(src.height, self.top, self.bottom)) {
            (Some(width), Some(height)) => Ok(Shape { width, height, ..src }),
            _ => Err(Error::TooLarge {
                width: usize::MAX,
                height: usize::MAX,
                limit: isize::MAX as u64,
            }),
        }
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        each_depth!(src, out, |src, out| Ok(self.pad(token, src, out)?))
    }
}

impl Pad {
    fn pad<T: Sample>(
        &self,
        token: &Token,
        src: View<'_, T>,
        out: &mut [T],
    ) -> Result<(), Cancelled> {
        let channels = src.channels();
        let colour: Vec<T> = (0..channels)
            .map(|c| T::from_f64(self.background[c % self.background.len()]))
            .collect();
        let columns: Vec<Option<usize>> = (0..src.width() + self.left + self.right)
            .map(|x| self.mode.position(x as i64 - self.left as i64, src.width()))
            .collect();
        let row = columns.len() * channels;
        let inner = self.left * channels..(self.left + src.width()) * channels;
        each_row_of(token, row, out, |y, out| {
            match self.mode.position(y as i64 - self.top as i64, src.height()) {
                None => out.chunks_exact_mut(channels).for_each(|to| to.copy_from_slice(&colour)),
                Some(y) => {
                    let from = src.row(y);
                    out[inner.clone()].copy_from_slice(from);
                    let outside = (0..self.left).chain(self.left + src.width()..columns.len());
                    for x in outside {
                        let pixel = columns[x].map(|x| &from[x * channels..][..channels]);
                        out[x * channels..][..channels].copy_from_slice(pixel.unwrap_or(&colour));
                    }
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Crop, Pad};
    use crate::border::Border;
    use crate::step::Operation;
    use crate::{Depth, Pixels, PixelsMut, Shape, View};
    use allcores_parallel::Token;

    #[test]
    fn a_crop_is_the_rectangle_and_must_lie_inside() {
        let data: Vec<u8> = (0..30).collect();
        let src = Pixels::U8(View::new(&data, 5, 3, 2).unwrap());
        let crop = Crop { left: 3, top: 1, width: 2, height: 2 };
        let mut out = [0; 8];
        crop.run(&Token::new(), src, PixelsMut::U8(&mut out)).unwrap();
        assert_eq!(out, [16, 17, 18, 19, 26, 27, 28, 29]);
        for bad in [
            Crop { left: 4, ..crop },
            Crop { top: 2, ..crop },
            Crop { width: 0, ..crop },
            Crop { left: usize::MAX, ..crop },
        ] {
            assert!(bad.shape(src.shape(), Depth::U8).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn added_pixels_follow_the_mode() {
        let data = [1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0];
        let src = View::new(&data, 3, 2, 1).unwrap();
        for (mode, expected) in [
            (Border::Constant, [9., 9., 9., 9., 9., 9., 1., 2., 3., 9., 9., 4., 5., 6., 9.]),
            (Border::Replicate, [1., 1., 2., 3., 3., 1., 1., 2., 3., 3., 4., 4., 5., 6., 6.]),
            (Border::Reflect, [1., 1., 2., 3., 3., 1., 1., 2., 3., 3., 4., 4., 5., 6., 6.]),
            (Border::Reflect101, [5., 4., 5., 6., 5., 2., 1., 2., 3., 2., 5., 4., 5., 6., 5.]),
            (Border::Wrap, [6., 4., 5., 6., 4., 3., 1., 2., 3., 1., 6., 4., 5., 6., 4.]),
        ] {
            let pad = Pad { left: 1, top: 1, right: 1, bottom: 0, mode, background: vec![9.0] };
            let mut out = [0.0; 15];
            pad.run(&Token::new(), Pixels::F32(src), PixelsMut::F32(&mut out)).unwrap();
            assert_eq!(out, expected, "{mode:?}");
        }
    }

    #[test]
    fn a_background_must_fit_the_channels_and_the_result_must_fit_memory() {
        let shape = Shape { width: 2, height: 2, channels: 3 };
        let pad = Pad {
            left: 1,
            top: 0,
            right: 0,
            bottom: 0,
            mode: Border::Constant,
            background: vec![],
        };
        assert!(pad.shape(shape, Depth::U8).is_err());
        let pad = Pad { background: vec![0.0; 2], ..pad };
        assert!(pad.shape(shape, Depth::U8).is_err());
        let pad = Pad { background: vec![0.0], right: usize::MAX, ..pad };
        assert!(pad.shape(shape, Depth::U8).is_err());
    }
}
