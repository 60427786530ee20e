use allcores_parallel::Token;
use serde::Deserialize;

use super::layout::{Layout, Wanted};
use super::{Area, Filter, Fit, buffer, double, fast, resize};
use crate::border::Border;
use crate::geometry::Pad;
use crate::pixels::other_depth;
use crate::step::Operation;
use crate::{Depth, Error, Pixels, PixelsMut, Sample, Shape, View};

/// Whose arithmetic resizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Resampling {
    /// Pillow's: its bytes on 8 bits, the same windows and weights in double precision on other types.
    Pillow,
    /// Weights of 16 bits (32 for samples of 16 bits), by the crate `fast_image_resize`. Not for floats.
    Fast,
}

/// What resizes an area of an image to a size.
type Resizing<T> =
    fn(&Token, View<'_, T>, Area, (usize, usize), Filter, &mut [T]) -> Result<(), Error>;

/// Samples that can be resized.
trait Resized: Sample {
    const PILLOW: Resizing<Self>;
    const FAST: Option<Resizing<Self>>;
}

impl Resized for u8 {
    const PILLOW: Resizing<u8> = resize;
    const FAST: Option<Resizing<u8>> = Some(fast::resize);
}

impl Resized for u16 {
    const PILLOW: Resizing<u16> = double::resize;
    const FAST: Option<Resizing<u16>> = Some(fast::resize);
}

impl Resized for f32 {
    const PILLOW: Resizing<f32> = double::resize;
    const FAST: Option<Resizing<f32>> = None;
}

fn no_floats() -> Error {
    Error::WrongType("Expected samples of 8 or 16 bits for resize with mode 'fast'".to_owned())
}

/// [`resize`](crate::resize()) to a wanted size, as a step. One of the two sizes may be left out; it follows from
/// the aspect ratio.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Resize {
    /// Pixels across, from 1.
    pub width: Option<usize>,
    /// Pixels down, from 1.
    pub height: Option<usize>,
    /// What to do with another aspect ratio.
    pub fit: Fit,
    /// Which part is kept when sides are cut off, or where the picture lies on its background: from 0 (left, top)
    /// to 1 (right, bottom).
    pub position: (f64, f64),
    /// Samples around a contained picture: one for each channel, or one for all.
    pub background: Vec<f64>,
    /// The interpolation.
    pub filter: Filter,
    /// Leave an image that would grow as it is.
    pub without_enlargement: bool,
    /// Whose arithmetic resizes.
    pub mode: Resampling,
    /// What the whole image would be resized as, when it was decoded at a fraction of its size.
    #[serde(skip)]
    pub(crate) layout: Option<Layout>,
}

impl Resize {
    /// What this means for one image.
    pub(crate) fn layout(&self, src: Shape) -> Result<Layout, Error> {
        let &Resize { width, height, fit, position, without_enlargement, .. } = self;
        match self.layout {
            Some(layout) => Ok(layout),
            None => Wanted { width, height, fit, position, without_enlargement }.layout(src),
        }
    }

    fn resized<T: Resized>(
        &self,
        token: &Token,
        src: View<'_, T>,
        out: &mut [T],
    ) -> Result<(), Error> {
        let Layout { area, picture, canvas, place } = self.layout(src.shape())?;
        let resize = match self.mode {
            Resampling::Pillow => T::PILLOW,
            Resampling::Fast => T::FAST.ok_or_else(no_floats)?,
        };
        if picture == canvas {
            return resize(token, src, area, picture, self.filter, out);
        }
        let mut small = buffer(picture.0, picture.1, src.channels())?;
        resize(token, src, area, picture, self.filter, &mut small)?;
        let pad = Pad {
            left: place.0,
            top: place.1,
            right: canvas.0 - picture.0 - place.0,
            bottom: canvas.1 - picture.1 - place.1,
            mode: Border::Constant,
            background: self.background.clone(),
        };
        let small = View::new(&small, picture.0, picture.1, src.channels())?;
        pad.run(token, T::pixels(small), T::pixels_mut(out))
    }
}

impl Operation for Resize {
    fn shape(&self, src: Shape, depth: Depth) -> Result<Shape, Error> {
        if self.mode == Resampling::Fast && depth == Depth::F32 {
            return Err(no_floats());
        }
        if self.background.len() != 1 && self.background.len() != src.channels {
            return Err(Error::InvalidArgument(format!(
                "Expected `background` to have a number for each of the {} channels, got {}",
                src.channels,
                self.background.len()
            )));
        }
        let (width, height) = self.layout(src)?.canvas;
        Ok(Shape { width, height, ..src })
    }

    fn scratch(&self, src: Shape, depth: Depth) -> u64 {
        let Ok(Layout { picture, canvas, .. }) = self.layout(src) else { return 0 };
        let contained = if picture == canvas { 0 } else { picture.0 * picture.1 };
        // The image between the two passes.
        let between = if depth == Depth::U8 { picture.0 * src.height } else { 0 };
        ((contained + between) * src.channels * depth.bytes()) as u64
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        match (src, out) {
            (Pixels::U8(src), PixelsMut::U8(out)) => self.resized(token, src, out),
            (Pixels::U16(src), PixelsMut::U16(out)) => self.resized(token, src, out),
            (Pixels::F32(src), PixelsMut::F32(out)) => self.resized(token, src, out),
            (src, out) => Err(other_depth(src.depth(), out.depth())),
        }
    }
}
