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
    /// The part of the image that is taken for all of it. A JPEG that was decoded at a fraction of its size may
    /// end within its last column and row.
    #[serde(skip)]
    pub(crate) shown: Option<Area>,
}

impl Resize {
    /// The part of an image that is taken, and the size that it is brought to.
    fn place(&self, src: Shape) -> Result<(Area, usize, usize), Error> {
        let (right, bottom) = (src.width as f64, src.height as f64);
        let whole = self.shown.unwrap_or(Area { left: 0.0, top: 0.0, right, bottom });
        let (full_width, full_height) = (whole.right - whole.left, whole.bottom - whole.top);
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
                    Fit::Cover => (centred(whole, width as f64 / height as f64), width, height),
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

    fn scratch(&self, src: Shape, depth: Depth) -> u64 {
        // The image between the two passes.
        let width = self.place(src).map_or(0, |(_, width, _)| width);
        (width * src.height * src.channels * depth.bytes()) as u64
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

/// The largest box of an aspect ratio in the middle of an area, as Pillow's `ImageOps.fit` takes it.
fn centred(area: Area, ratio: f64) -> Area {
    let (width, height) = (area.right - area.left, area.bottom - area.top);
    if width / height >= ratio {
        let part = ratio * height;
        let left = area.left + (width - part) * 0.5;
        return Area { left, right: left + part, ..area };
    }
    let part = width / ratio;
    let top = area.top + (height - part) * 0.5;
    Area { top, bottom: top + part, ..area }
}
