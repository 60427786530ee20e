use allcores_parallel::Token;
use serde::Deserialize;

use crate::{Depth, Error, Pixels, Shape, Subsampling, encode_jpeg, encode_png};

/// The file format that ends a pipeline, with its options.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Output {
    /// A JPEG file.
    Jpeg(Jpeg),
    /// A PNG file.
    Png(Png),
}

/// Options of a JPEG file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jpeg {
    /// From 1 to 100.
    quality: u8,
    subsampling: Sampling,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
enum Sampling {
    #[serde(rename = "4:2:0")]
    S420,
    #[serde(rename = "4:4:4")]
    S444,
}

/// Options of a PNG file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Png {
    /// From 0 to 9.
    level: u8,
}

impl Output {
    /// Refuses options that are out of range.
    pub(super) fn check(&self) -> Result<(), Error> {
        let (name, value, range) = match self {
            Output::Jpeg(jpeg) => ("quality", jpeg.quality, 1..=100),
            Output::Png(png) => ("level", png.level, 0..=9),
        };
        if range.contains(&value) {
            return Ok(());
        }
        let (least, most) = (range.start(), range.end());
        Err(Error::InvalidArgument(format!(
            "Expected `{name}` to be an integer from {least} to {most}, got {value}"
        )))
    }

    /// Bytes that encoding takes beside the pixels, its file among them.
    pub(super) fn bytes_needed(&self, shape: Shape, depth: Depth) -> Result<u64, Error> {
        super::image::bytes_of(shape, depth)
    }

    /// The file of these pixels.
    pub(super) fn encode(&self, token: &Token, pixels: Pixels<'_>) -> Result<Vec<u8>, Error> {
        let Pixels::U8(view) = pixels else {
            return Err(Error::WrongType("Expected samples of 8 bits for a file".to_owned()));
        };
        match self {
            Output::Jpeg(jpeg) => {
                let subsampling = match jpeg.subsampling {
                    Sampling::S420 => Subsampling::S420,
                    Sampling::S444 => Subsampling::S444,
                };
                encode_jpeg(token, view, jpeg.quality, subsampling)
            }
            Output::Png(png) => encode_png(token, view, png.level),
        }
    }
}
