use allcores_parallel::Token;
use serde::Deserialize;

use super::{Area, Filter, resize};
use crate::pixels::other_depth;
use crate::step::Operation;
use crate::{Depth, Error, Pixels, PixelsMut, Shape};

/// What happens when the wanted size has another aspect ratio than the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// Stretch.
    Fill,
    /// Cut the longer sides off.
    Cover,
    /// Become smaller than asked in one direction.
    Inside,
    /// Become larger than asked in one direction.
    Outside,
}

/// [`resize`] to a wanted size, as a step. One of the two sizes may be left out; it follows from the aspect
/// ratio.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Resize {
    /// Pixels across, from 1.
    pub width: Option<usize>,
    /// Pixels down, from 1.
    pub height: Option<usize>,
    /// What to do with another aspect ratio.
    pub fit: Fit,
    /// The interpolation.
    pub filter: Filter,
    /// Leave an image that would grow as it is.
    pub without_enlargement: bool,
}

impl Resize {
    /// The part of an image that is taken, and the size that it is brought to.
    fn place(&self, src: Shape) -> Result<(Area, usize, usize), Error> {
        let (full_width, full_height) = (src.width as f64, src.height as f64);
        let whole = Area { left: 0.0, top: 0.0, right: full_width, bottom: full_height };
        for size in [self.width, self.height].into_iter().flatten() {
            if !(1..=0x7fff_ffff).contains(&size) {
                return Err(Error::InvalidArgument(format!(
                    "Expected `width` and `height` to be integers from 1 to 2147483647, got {size}"
                )));
            }
        }
        let (area, width, height) = match (self.width, self.height) {
            (None, None) => {
                return Err(Error::InvalidArgument(
                    "Expected `width` or `height` of resize to be given".to_owned(),
                ));
            }
            (Some(width), None) => (whole, width, scaled(full_height, width as f64 / full_width)),
            (None, Some(height)) => {
                (whole, scaled(full_width, height as f64 / full_height), height)
            }
            (Some(width), Some(height)) => {
                let (across, down) = (width as f64 / full_width, height as f64 / full_height);
                match self.fit {
                    Fit::Fill => (whole, width, height),
                    Fit::Cover => (
                        centred(full_width, full_height, width as f64 / height as f64),
                        width,
                        height,
                    ),
                    Fit::Inside | Fit::Outside => {
                        let scale = if self.fit == Fit::Inside {
                            across.min(down)
                        } else {
                            across.max(down)
                        };
                        (whole, scaled(full_width, scale), scaled(full_height, scale))
                    }
                }
            }
        };
        if self.without_enlargement && (width > src.width || height > src.height) {
            return Ok((whole, src.width, src.height));
        }
        Ok((area, width, height))
    }
}

impl Operation for Resize {
    fn shape(&self, src: Shape, depth: Depth) -> Result<Shape, Error> {
        if depth != Depth::U8 {
            return Err(Error::WrongType("Expected samples of 8 bits for resize".to_owned()));
        }
        let (_, width, height) = self.place(src)?;
        Ok(Shape { width, height, ..src })
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        let (area, width, height) = self.place(src.shape())?;
        match (src, out) {
            (Pixels::U8(src), PixelsMut::U8(out)) => {
                resize(token, src, area, (width, height), self.filter, out)
            }
            (src, out) => Err(other_depth(src.depth(), out.depth())),
        }
    }
}

fn scaled(length: f64, scale: f64) -> usize {
    ((length * scale).round() as usize).max(1)
}

/// The largest box of an aspect ratio in the middle of an image, as Pillow's `ImageOps.fit` takes it.
fn centred(width: f64, height: f64, ratio: f64) -> Area {
    if width / height >= ratio {
        let part = ratio * height;
        let left = (width - part) * 0.5;
        return Area { left, top: 0.0, right: left + part, bottom: height };
    }
    let part = width / ratio;
    let top = (height - part) * 0.5;
    Area { left: 0.0, top, right: width, bottom: top + part }
}
