//! Two entries for each image kernel. The caller allocates every output but encoded files.

use allcores_image::{Error, Filter, Subsampling, View};
use allcores_parallel::Token;
use napi::Env;
use napi_derive::napi;

use crate::buffer::{Bytes, BytesMut, Held};
use crate::call::{run, start};
use crate::failure::{Failure, JsError};
use crate::outcome::{Finished, Outcome};
use crate::settle::Pending;

/// What a file's header says.
#[napi(object)]
pub struct ImageInfo {
    /// `jpeg` or `png`.
    pub format: String,
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Samples in a decoded pixel.
    pub channels: u32,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match error {
            Error::UnknownFormat => "ALLCORES_ERR_IMAGE_FORMAT",
            Error::Corrupt { .. } => "ALLCORES_ERR_IMAGE_CORRUPT",
            Error::TooLarge { .. } => "ALLCORES_ERR_IMAGE_LIMIT",
            Error::Unsupported { .. } => "ALLCORES_ERR_IMAGE_UNSUPPORTED",
            Error::Cancelled => return allcores_parallel::Cancelled.into(),
            _ => "ERR_OUT_OF_RANGE",
        };
        Failure::new(code, error.to_string())
    }
}

/// An image to read: the samples and what they mean.
struct Raster {
    data: Bytes,
    width: usize,
    height: usize,
    channels: usize,
}

impl Raster {
    fn new(data: Bytes, width: u32, height: u32, channels: u32) -> Self {
        let [width, height, channels] = [width, height, channels].map(|value| value as usize);
        Raster { data, width, height, channels }
    }

    fn view(&self) -> Result<View<'_>, Error> {
        View::new(&self.data, self.width, self.height, self.channels)
    }
}

fn filter_named(name: &str) -> Result<Filter, Failure> {
    Ok(match name {
        "nearest" => Filter::Nearest,
        "box" => Filter::Box,
        "bilinear" => Filter::Bilinear,
        "hamming" => Filter::Hamming,
        "bicubic" => Filter::Bicubic,
        "lanczos3" => Filter::Lanczos3,
        _ => return Err(Failure::wrong_type(format!("Unknown filter {name}"))),
    })
}
