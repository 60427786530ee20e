//! Two entries for each image kernel. The caller allocates every output but encoded files.
//!
//! | file | idea |
//! |---|---|
//! | `codec` | files to pixels and back |
//! | `filter` | one image to one image, and its histogram |
//! | `pair` | several images to one |

mod codec;
mod filter;
mod pair;

use allcores_image::{Error, Pixels, PixelsMut, View};
use napi_derive::napi;

use crate::buffer::{Numbers, NumbersMut};
use crate::failure::Failure;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match error {
            Error::UnknownFormat => "ALLCORES_ERR_IMAGE_FORMAT",
            Error::Corrupt { .. } => "ALLCORES_ERR_IMAGE_CORRUPT",
            Error::TooLarge { .. } => "ALLCORES_ERR_IMAGE_LIMIT",
            Error::Unsupported { .. } => "ALLCORES_ERR_IMAGE_UNSUPPORTED",
            Error::Cancelled => return allcores_parallel::Cancelled.into(),
            Error::WrongType(_) => "ERR_INVALID_ARG_TYPE",
            _ => "ERR_OUT_OF_RANGE",
        };
        Failure::new(code, error.to_string())
    }
}

/// The numbers that say what an image's samples mean.
#[napi(object)]
pub struct Shape {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Samples in a pixel.
    pub channels: u32,
}

impl Shape {
    fn sizes(&self) -> (usize, usize, usize) {
        (self.width as usize, self.height as usize, self.channels as usize)
    }
}

/// The samples of an image, from a typed array of one of the three types that they may have.
pub(crate) fn pixels<'a>(data: &'a Numbers, shape: &Shape) -> Result<Pixels<'a>, Failure> {
    let (width, height, channels) = shape.sizes();
    Ok(match data {
        Numbers::U8(data) => Pixels::U8(View::new(data, width, height, channels)?),
        Numbers::U16(data) => Pixels::U16(View::new(data, width, height, channels)?),
        Numbers::F32(data) => Pixels::F32(View::new(data, width, height, channels)?),
        _ => return Err(no_samples()),
    })
}

fn pixels_mut(out: &mut NumbersMut) -> Result<PixelsMut<'_>, Failure> {
    Ok(match out {
        NumbersMut::U8(out) => PixelsMut::U8(out),
        NumbersMut::U16(out) => PixelsMut::U16(out),
        NumbersMut::F32(out) => PixelsMut::F32(out),
        _ => return Err(no_samples()),
    })
}

pub(crate) fn no_samples() -> Failure {
    Failure::wrong_type("Expected samples of 8 or 16 bits, or of 32-bit floats")
}
