use allcores_parallel::Token;

use super::image::{Image, bytes_of};
use crate::{Depth, Error, Format, Shape, decode_into, probe};

/// What the header of an image file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The file's format.
    pub format: Format,
    /// Width, height and channels of the decoded pixels.
    pub shape: Shape,
    /// The type of the decoded samples.
    pub depth: Depth,
}

impl Header {
    /// Reads the header of a file, of which at least the beginning is there.
    ///
    /// # Errors
    /// Those of [`probe`].
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let info = probe(bytes)?;
        let shape = Shape { width: info.width, height: info.height, channels: info.channels };
        Ok(Header { format: info.format, shape, depth: Depth::U8 })
    }

    /// Bytes that decoding takes, the pixels among them.
    pub(super) fn bytes_needed(&self) -> Result<u64, Error> {
        bytes_of(self.shape, self.depth)
    }
}

/// The pixels of a file.
pub(super) fn decode(
    token: &Token,
    bytes: &[u8],
    header: &Header,
    max_pixels: u64,
) -> Result<Image, Error> {
    let mut image = Image::new(header.shape, header.depth, None)?;
    match image.pixels_mut() {
        crate::PixelsMut::U8(out) => decode_into(token, bytes, max_pixels, out)?,
        other => return Err(Error::WrongType(format!("A file has no {:?} pixels", other.depth()))),
    }
    Ok(image)
}
