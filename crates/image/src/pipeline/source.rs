use allcores_parallel::Token;

use super::image::{Advice, Image, bytes_of};
use crate::{Depth, Error, Format, Info, Scale, Shape, decode_into, icc_profile, probe, to_srgb};

/// What the header of an image file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    info: Info,
}

impl Header {
    /// Reads the header of a file, of which at least the beginning is there.
    ///
    /// # Errors
    /// Those of [`probe`].
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        Ok(Header { info: probe(bytes)? })
    }

    /// Width, height and channels of the pixels, decoded at full size.
    pub(super) fn shape(&self) -> Shape {
        self.info.shape()
    }

    /// The same, decoded at a smaller size.
    pub(super) fn scaled(&self, scale: Scale) -> Shape {
        self.info.scaled(scale)
    }

    /// The type of the decoded samples.
    pub(super) fn depth(&self) -> Depth {
        self.info.depth
    }

    /// The EXIF orientation; 1 when there is none.
    pub(super) fn orientation(&self) -> u8 {
        self.info.orientation.unwrap_or(1)
    }

    /// Whether the file can be decoded at smaller sizes.
    pub(super) fn has_scales(&self) -> bool {
        self.info.format == Format::Jpeg
    }

    /// Bytes that decoding takes, the pixels among them.
    pub(super) fn bytes_needed(&self, scale: Scale) -> Result<u64, Error> {
        // A coefficient of 2 bytes for each sample, at any scale.
        let coefficients =
            if self.info.progressive { 2 * bytes_of(self.shape(), Depth::U8)? } else { 0 };
        Ok(bytes_of(self.scaled(scale), self.depth())? + coefficients)
    }
}

/// The pixels of a file, in the colours of sRGB unless those of its profile are kept.
pub(super) fn decode(
    token: &Token,
    bytes: &[u8],
    header: &Header,
    scale: Scale,
    keep_profile: bool,
    advice: Advice,
) -> Result<Image, Error> {
    let mut image = Image::new(header.scaled(scale), header.depth(), None, advice)?;
    let shape = image.shape();
    decode_into(token, bytes, u64::MAX, scale, image.pixels_mut())?;
    if !keep_profile
        && header.info.has_icc
        && let Some(icc) = icc_profile(bytes)
    {
        to_srgb(token, image.pixels_mut(), shape, &icc)?;
    }
    Ok(image)
}
