//! Files to pixels and back. Each back end has a file of its own that keeps a third party's
//! codec to itself; this one knows only their order.
//!
//! | file | idea |
//! |---|---|
//! | `format`, `info` | formats by their first bytes; what a header promises |
//! | `jpeg`, `jpeg_encoder`, `jpeg_markers` | the JPEG decoder and encoder; a walk over a JPEG's segments |
//! | `jpeg_restarts` | a JPEG cut into parts that are decoded on all cores |
//! | `png`, `png_chunks` | the PNG codec; a walk over a PNG's chunks |
//! | `webp`, `webp_encoder`, `webp_chunks` | the WebP decoder and encoder; a WebP's chunks |
//! | `exif` | the orientation in EXIF data |
//! | `encoding` | the settings of each format, and what is embedded |
//! | `flatten` | alpha onto white, for formats without it |

mod encoding;
mod exif;
mod flatten;
mod format;
mod info;
mod jpeg;
mod jpeg_encoder;
mod jpeg_markers;
mod jpeg_restarts;
mod png;
mod png_chunks;
mod webp;
mod webp_chunks;
#[expect(unsafe_code, reason = "calls into libwebp")]
mod webp_encoder;

use allcores_parallel::Token;

use crate::{Depth, Error, Pixels, PixelsMut};
pub use encoding::{Embedded, Encoding, JpegSettings, PngSettings, Subsampling, WebpSettings};
pub use exif::{exif_orientation, set_upright};
pub use format::Format;
pub use info::{Info, Scale};

/// Pixels that [`decode_into`] is meant to be limited to when the user does not say
/// otherwise: 16383 squared.
pub const DEFAULT_PIXEL_LIMIT: u64 = 268_402_689;

/// A longer colour profile is taken for a damaged one: the longest in use have some MiB.
const MAX_PROFILE: usize = 16 << 20;

fn profile_fits(length: usize) -> bool {
    (128..=MAX_PROFILE).contains(&length)
}

/// Reads the header of an image file, and nothing else: no pixel is decoded and no memory
/// is taken.
///
/// A JPEG has 1 channel when it is grey, else 3 (CMYK is converted). A PNG has 1 channel
/// when it is grey, 3 when it is RGB or has a palette, and one more with alpha or a
/// transparent colour. A WebP has 3 channels, with alpha 4. A JPEG or PNG too short for the
/// pixels that its header promises is corrupt.
///
/// ```
/// use allcores_image::{Error, probe};
/// assert_eq!(probe(b"hello"), Err(Error::UnknownFormat));
/// let error = probe(b"GIF89a\x01\0\x01\0").unwrap_err();
/// assert_eq!(error.to_string(), "GIF is not supported");
/// ```
///
/// # Errors
/// [`Error::UnknownFormat`], [`Error::Unsupported`] for a format or variant that is only
/// recognised, [`Error::Corrupt`] when the header is damaged or incomplete.
pub fn probe(bytes: &[u8]) -> Result<Info, Error> {
    match Format::of(bytes)? {
        Format::Jpeg => jpeg::probe(bytes),
        Format::Png => png::probe(bytes),
        Format::Webp => webp::probe(bytes),
    }
}

/// The ICC profile of a file for which [`probe`] said that it has one. `None` as well when
/// the profile is damaged: parts are missing, or it is longer than 16 MiB.
#[must_use]
pub fn icc_profile(bytes: &[u8]) -> Option<Vec<u8>> {
    let icc = match Format::of(bytes).ok()? {
        Format::Jpeg => jpeg_markers::icc(bytes),
        Format::Png => png_chunks::icc(bytes),
        Format::Webp => webp_chunks::icc(bytes).map(<[u8]>::to_vec),
    };
    icc.filter(|icc| profile_fits(icc.len()))
}

/// The EXIF data of a file, from its TIFF header on.
#[must_use]
pub fn exif_data(bytes: &[u8]) -> Option<&[u8]> {
    match Format::of(bytes).ok()? {
        Format::Jpeg => jpeg_markers::exif(bytes),
        Format::Png => png_chunks::exif(bytes),
        Format::Webp => webp_chunks::exif(bytes),
    }
}

/// Decodes an image file into `out`, which must hold an image of [`Info::scaled`] as
/// [`probe`] says it for the same bytes.
///
/// JPEG is decoded with the bits of libjpeg-turbo, hence Pillow's; CMYK becomes RGB as by
/// Pillow's `convert`, and a smaller `scale` gives the bits of Pillow's `draft`. PNG:
/// palettes become RGB (RGBA when entries are transparent), a transparent colour becomes
/// alpha, 1, 2 and 4 bits are spread over 0..=255. Lossy WebP is decoded with the bits of
/// libwebp. `scale` is for JPEG; other formats are decoded whole. Profiles, gamma and
/// orientation are not applied. Of an animation the first picture is decoded.
///
/// Any file goes into samples of 8 bits (of 16 bits the high 8 are kept) and of 16 bits (of
/// 8 bits a sample times 257).
///
/// Runs on the calling thread, but for a large JPEG with restart markers, whose parts are
/// decoded on all cores. The token is asked for each of those and for every group of rows of a
/// PNG without interlacing; other files are decoded as one block (JPEG 4 ms a megapixel, WebP
/// about 10).
///
/// # Errors
/// Those of [`probe`]; [`Error::TooLarge`] when the header promises more than
/// `limit_pixels` (nothing was allocated then); [`Error::InvalidArgument`] when `out` has
/// the wrong length, [`Error::WrongType`] when it holds floats; [`Error::Corrupt`] for every
/// file that is damaged so that it shows, and for every file that ends early;
/// [`Error::Cancelled`]. After an error `out` is partly written.
pub fn decode_into(
    token: &Token,
    bytes: &[u8],
    limit_pixels: u64,
    scale: Scale,
    out: PixelsMut<'_>,
) -> Result<(), Error> {
    let info = probe(bytes)?;
    let Info { width, height, .. } = info;
    if (width as u64).saturating_mul(height as u64) > limit_pixels {
        return Err(Error::TooLarge { width, height, limit: limit_pixels });
    }
    out.check(info.scaled(scale))?;
    token.begin_block()?;
    match out {
        PixelsMut::U8(out) => decode_bytes(token, bytes, info, scale, out)?,
        PixelsMut::U16(out) if info.depth == Depth::U16 => png::decode_16(token, bytes, info, out)?,
        PixelsMut::U16(out) => {
            let mut narrow = zeroed(out.len(), info)?;
            decode_bytes(token, bytes, info, scale, &mut narrow)?;
            for (wide, &sample) in out.iter_mut().zip(&narrow) {
                *wide = u16::from(sample) * 257;
            }
        }
        PixelsMut::F32(_) => {
            let text = "Expected `out` to have samples of 8 or 16 bits, got floats";
            return Err(Error::WrongType(text.to_owned()));
        }
    }
    token.begin_block()?;
    Ok(())
}

fn decode_bytes(
    token: &Token,
    bytes: &[u8],
    info: Info,
    scale: Scale,
    out: &mut [u8],
) -> Result<(), Error> {
    match info.format {
        Format::Jpeg => jpeg::decode(token, bytes, info, scale, out),
        Format::Png => png::decode_8(token, bytes, info, out),
        Format::Webp => webp::decode(bytes, info, out),
    }
}

/// Working memory for a picture.
fn zeroed<T: Copy + Default>(len: usize, info: Info) -> Result<Vec<T>, Error> {
    let Info { width, height, .. } = info;
    let mut memory = Vec::new();
    memory.try_reserve_exact(len).map_err(|_| Error::TooLarge {
        width,
        height,
        limit: DEFAULT_PIXEL_LIMIT,
    })?;
    memory.resize(len, T::default());
    Ok(memory)
}

/// Encodes an image as a file.
///
/// JPEG has the coefficients of libjpeg-turbo: 1 channel gives a grey file, 3 a YCbCr one;
/// of 2 and 4 channels the colours are first laid on white. A large one that is neither
/// progressive nor optimised is encoded in bands on all cores, with restart markers. PNG has 8 or 16 bits a sample as
/// the image, and exactly its pixels. WebP is made by libwebp; grey becomes RGB.
///
/// The same bytes on any number of threads.
///
/// ```
/// use allcores_image::{Embedded, Encoding, Pixels, PngSettings, View, encode, probe};
/// let pixels = Pixels::U16(View::new(&[65_535, 0, 0], 1, 1, 3).unwrap());
/// let settings = Encoding::Png(PngSettings { level: 6 });
/// let token = allcores_parallel::Token::new();
/// let file = encode(&token, pixels, &settings, Embedded::default()).unwrap();
/// assert_eq!(probe(&file).unwrap().bits, 16);
/// ```
///
/// # Errors
/// [`Error::WrongType`] when the format has no samples of that type (only PNG has 16 bits),
/// [`Error::InvalidArgument`] for a setting out of range or embedded data that is none,
/// [`Error::TooLarge`] for more pixels across or down than the format holds (JPEG 65,500,
/// PNG 2^31 - 1, WebP 16,383), [`Error::Cancelled`].
pub fn encode(
    token: &Token,
    pixels: Pixels<'_>,
    encoding: &Encoding,
    embedded: Embedded<'_>,
) -> Result<Vec<u8>, Error> {
    let grey = pixels.shape().channels < 3 && !matches!(encoding, Encoding::Webp(_));
    let embedded = embedded.checked(grey)?;
    match (encoding, pixels) {
        (Encoding::Jpeg(settings), Pixels::U8(view)) => {
            jpeg_encoder::encode(token, view, settings, embedded)
        }
        (Encoding::Png(settings), Pixels::U8(view)) => png::encode(token, view, settings, embedded),
        (Encoding::Png(settings), Pixels::U16(view)) => {
            png::encode(token, view, settings, embedded)
        }
        (Encoding::Webp(settings), Pixels::U8(view)) => {
            webp_encoder::encode(token, view, settings, embedded)
        }
        (Encoding::Png(_), _) => Err(wrong_type("PNG", "8 or 16 bits")),
        (Encoding::Jpeg(_), _) => Err(wrong_type("JPEG", "8 bits")),
        (Encoding::Webp(_), _) => Err(wrong_type("WebP", "8 bits")),
    }
}

fn wrong_type(format: &str, bits: &str) -> Error {
    Error::WrongType(format!("Expected samples of {bits}, which {format} holds"))
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
