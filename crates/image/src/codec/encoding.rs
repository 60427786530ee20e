use serde::Deserialize;

use super::{exif, profile_fits};
use crate::Error;

/// How a picture becomes a file, as data: a format and its settings. In JSON
/// `{"jpeg":{"quality":80,"subsampling":"4:2:0","progressive":false,"optimize":false}}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Encoding {
    /// JPEG.
    Jpeg(JpegSettings),
    /// PNG.
    Png(PngSettings),
    /// WebP.
    Webp(WebpSettings),
}

impl Encoding {
    /// Reads an encoding from its JSON.
    ///
    /// ```
    /// use allcores_image::{Encoding, WebpSettings};
    /// let lossy = Encoding::parse(r#"{"webp":{"lossy":{"quality":80}}}"#).unwrap();
    /// assert_eq!(lossy, Encoding::Webp(WebpSettings::Lossy { quality: 80 }));
    /// assert!(Encoding::parse(r#"{"webp":{"lossless":{}}}"#).is_ok());
    /// assert!(Encoding::parse(r#"{"png":{"level":6,"depth":8}}"#).is_err());
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when the text is no JSON, names no format, lacks a setting
    /// or has one too many.
    pub fn parse(json: &str) -> Result<Self, Error> {
        serde_json::from_str(json)
            .map_err(|error| Error::InvalidArgument(format!("Expected a format in JSON: {error}")))
    }
}

/// Settings of a JPEG file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JpegSettings {
    /// From 1 (smallest) to 100 (best).
    pub quality: u8,
    /// The resolution of the colours.
    pub subsampling: Subsampling,
    /// Whether the picture comes in scans of rising quality. Such files are smaller and
    /// take several times as long to write and to read. Their tables are always optimised.
    pub progressive: bool,
    /// Whether the Huffman tables are made for this picture: some per cent smaller, about
    /// half as fast.
    pub optimize: bool,
}

/// How the colours of a JPEG are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Subsampling {
    /// One colour for 2 x 2 pixels: smaller files.
    #[serde(rename = "4:2:0")]
    S420,
    /// One colour for 2 pixels of a row.
    #[serde(rename = "4:2:2")]
    S422,
    /// One colour for each pixel.
    #[serde(rename = "4:4:4")]
    S444,
}

/// Settings of a PNG file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PngSettings {
    /// From 0 (no compression, no filters) to 9 (smallest, slowest).
    pub level: u8,
}

/// Settings of a WebP file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum WebpSettings {
    /// Smaller, with other pixels. Alpha is kept exactly all the same.
    Lossy {
        /// From 1 (smallest) to 100 (best).
        quality: u8,
    },
    /// Every sample is kept, also the colour of what is transparent.
    Lossless {},
}

/// Data that is written into a file beside the pixels. Neither changes a pixel.
#[derive(Clone, Copy, Debug, Default)]
pub struct Embedded<'a> {
    /// The colour profile that the pixels are meant in: an ICC profile of RGB for 3 and 4
    /// channels and in a WebP, else of grey.
    pub icc: Option<&'a [u8]>,
    /// EXIF data, from its TIFF header on or with `Exif\0\0` before it.
    pub exif: Option<&'a [u8]>,
}

impl<'a> Embedded<'a> {
    /// The same with bare EXIF data, when both belong into a file that is grey or not.
    pub(super) fn checked(self, grey: bool) -> Result<Self, Error> {
        let refused = |text: String| Err(Error::InvalidArgument(text));
        if let Some(icc) = self.icc {
            let (space, name) = if grey { (b"GRAY", "grey") } else { (b"RGB ", "RGB") };
            if icc.get(36..40) != Some(b"acsp") || !profile_fits(icc.len()) {
                return refused("Expected `icc` to be an ICC profile of at most 16 MiB".to_owned());
            }
            if icc.get(16..20) != Some(space) {
                return refused(format!("Expected `icc` to be a profile of {name} for this file"));
            }
        }
        let exif = match self.exif {
            None => None,
            Some(exif) => match exif::tiff(exif) {
                None => {
                    return refused(
                        "Expected `exif` to begin with a TIFF header, `II*\\0` or `MM\\0*`"
                            .to_owned(),
                    );
                }
                bare => bare,
            },
        };
        Ok(Embedded { icc: self.icc, exif })
    }
}
