//! Files to pixels and back. Each format has a file of its own that keeps its third-party
//! codec to itself; this one knows only their order.
//!
//! | file | idea |
//! |---|---|
//! | `format` | formats by their first bytes |
//! | `jpeg`, `jpeg_markers` | the JPEG codec; a walk over a JPEG's segments |
//! | `png`, `png_chunks` | the PNG codec; a walk over a PNG's first chunks |
//! | `flatten` | alpha onto white, for formats without it |

mod flatten;
mod format;
mod jpeg;
mod jpeg_markers;
mod png;
mod png_chunks;

use allcores_parallel::Token;

use crate::view::{check_out, samples};
use crate::{Error, View};
pub use format::Format;
pub use jpeg::Subsampling;

/// Pixels that [`decode_into`] is meant to be limited to when the user does not say
/// otherwise: 16383 squared.
pub const DEFAULT_PIXEL_LIMIT: u64 = 268_402_689;

/// What the header of an image file promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// The file's format.
    pub format: Format,
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// Channels of the decoded pixels, 1 to 4.
    pub channels: usize,
}

/// Reads the header of an image file, and nothing else: no pixel is decoded and no memory
/// is taken that depends on the header's numbers.
///
/// A JPEG has 1 channel when it is grey, else 3 (CMYK is converted). A PNG has 1 channel
/// when it is grey, 3 when it is RGB or has a palette, and one more with alpha or a
/// transparent colour. A file too short for the pixels that its header promises is corrupt.
///
/// ```
/// use allcores_image::{Error, probe};
/// assert_eq!(probe(b"hello"), Err(Error::UnknownFormat));
/// let error = probe(b"RIFF\x24\0\0\0WEBPVP8 ").unwrap_err();
/// assert_eq!(error.to_string(), "WebP is not supported");
/// ```
///
/// # Errors
/// [`Error::UnknownFormat`], [`Error::Unsupported`] for a format or variant that is only
/// recognised, [`Error::Corrupt`] when the header is damaged or incomplete.
pub fn probe(bytes: &[u8]) -> Result<Info, Error> {
    match Format::of(bytes)? {
        Format::Jpeg => jpeg::probe(bytes),
        Format::Png => png::probe(bytes),
    }
}

/// Decodes an image file into `out`, which must hold the `width * height * channels`
/// samples that [`probe`] promises for the same bytes.
///
/// JPEG is decoded with the bits of libjpeg-turbo, hence Pillow's; CMYK becomes RGB as by
/// Pillow's `convert`. PNG: palettes become RGB (RGBA when entries are transparent), a
/// transparent colour becomes alpha, 1, 2 and 4 bits are spread over 0..=255, of 16 bits
/// the high 8 are kept. Profiles, gamma and orientation are not applied. Of an animation
/// the first picture is decoded.
///
/// Runs on the calling thread. The token is asked for every group of rows of a PNG without
/// interlacing; a JPEG is decoded as one block (4 ms a megapixel).
///
/// # Errors
/// Those of [`probe`]; [`Error::TooLarge`] when the header promises more than
/// `limit_pixels` (nothing was allocated then); [`Error::InvalidArgument`] when `out` has
/// the wrong length; [`Error::Corrupt`] for every file that is damaged so that it shows,
/// and for every file that ends early; [`Error::Cancelled`]. After an error `out` is
/// partly written.
pub fn decode_into(
    token: &Token,
    bytes: &[u8],
    limit_pixels: u64,
    out: &mut [u8],
) -> Result<(), Error> {
    let info = probe(bytes)?;
    let Info { width, height, channels, .. } = info;
    if (width as u64).saturating_mul(height as u64) > limit_pixels {
        return Err(Error::TooLarge { width, height, limit: limit_pixels });
    }
    check_out(out, samples(width, height, channels)?)?;
    token.begin_block()?;
    match info.format {
        Format::Jpeg => jpeg::decode(bytes, info, out)?,
        Format::Png => png::decode(token, bytes, info, out)?,
    }
    token.begin_block()?;
    Ok(())
}

/// Encodes a baseline JPEG file with the bits of libjpeg-turbo.
///
/// `quality` is from 1 (smallest) to 100 (best). 1 channel gives a grey JPEG, 3 a YCbCr
/// one with the given `subsampling` of its colours; of 2 and 4 channels the colours are
/// first laid on white. Runs on the calling thread, as one block (3 ms a megapixel).
///
/// ```
/// use allcores_image::{Subsampling, View, encode_jpeg, probe};
/// let view = View::new(&[255, 0, 0], 1, 1, 3).unwrap();
/// let token = allcores_parallel::Token::new();
/// let file = encode_jpeg(&token, view, 80, Subsampling::S420).unwrap();
/// assert_eq!(probe(&file).unwrap().channels, 3);
/// ```
///
/// # Errors
/// [`Error::InvalidArgument`] for another quality, [`Error::TooLarge`] for more than
/// 65,500 pixels across or down, [`Error::Cancelled`].
pub fn encode_jpeg(
    token: &Token,
    view: View<'_>,
    quality: u8,
    subsampling: Subsampling,
) -> Result<Vec<u8>, Error> {
    jpeg::encode(token, view, quality, subsampling)
}

/// Encodes a PNG file of 8 bits a sample; its pixels are those of `view`, exactly.
///
/// `level` is from 0 (no compression, no filters) to 9 (smallest, slowest). 1 channel gives
/// grey, 2 grey with alpha, 3 RGB, 4 RGBA. Runs on the calling thread; the token is asked
/// for every group of rows.
///
/// # Errors
/// [`Error::InvalidArgument`] for another level, [`Error::TooLarge`] for more than 2^31 - 1
/// pixels across or down, [`Error::Cancelled`].
pub fn encode_png(token: &Token, view: View<'_>, level: u8) -> Result<Vec<u8>, Error> {
    png::encode(token, view, level)
}

/// A number of an encoder that must lie between two others.
fn check_range(name: &str, value: u8, least: u8, most: u8) -> Result<(), Error> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(Error::InvalidArgument(format!(
        "Expected `{name}` to be an integer from {least} to {most}, got {value}"
    )))
}
