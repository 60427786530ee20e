//! The WebP decoder, behind the only file that names its back end.

use std::io::{Cursor, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};

use image_webp::{DecodingError, WebPDecoder};

use super::webp_chunks::{self, corrupt, header, is_complete};
use super::{Format, Info, exif_orientation};
use crate::{Depth, Error};

pub(super) fn probe(bytes: &[u8]) -> Result<Info, Error> {
    let header = header(bytes)?;
    let exif = webp_chunks::exif(bytes);
    Ok(Info {
        format: Format::Webp,
        width: header.width,
        height: header.height,
        channels: if header.alpha { 4 } else { 3 },
        depth: Depth::U8,
        bits: 8,
        orientation: exif.and_then(exif_orientation),
        has_icc: webp_chunks::icc(bytes).is_some(),
        has_exif: exif.is_some(),
        animated: header.animated,
        progressive: false,
    })
}

pub(super) fn decode(bytes: &[u8], info: Info, out: &mut [u8]) -> Result<(), Error> {
    if !is_complete(bytes) {
        return Err(corrupt("it ends too early"));
    }
    // Should the back end panic, the file is damaged; `out` holds bytes, so nothing can be
    // broken.
    catch_unwind(AssertUnwindSafe(|| decode_complete(bytes, info, out)))
        .unwrap_or_else(|_| Err(corrupt("its parts contradict each other")))
}

fn decode_complete(bytes: &[u8], info: Info, out: &mut [u8]) -> Result<(), Error> {
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(|e| error(e, info))?;
    let (width, height) = decoder.dimensions();
    let channels = if decoder.has_alpha() { 4 } else { 3 };
    if (width as usize, height as usize, channels) != (info.width, info.height, info.channels) {
        return Err(corrupt("its header chunks contradict each other"));
    }
    decoder.read_image(out).map_err(|e| error(e, info))
}

fn error(error: DecodingError, info: Info) -> Error {
    match error {
        DecodingError::IoError(e) if e.kind() == ErrorKind::UnexpectedEof => {
            corrupt("it ends too early")
        }
        DecodingError::MemoryLimitExceeded => Error::TooLarge {
            width: info.width,
            height: info.height,
            limit: super::DEFAULT_PIXEL_LIMIT,
        },
        DecodingError::UnsupportedFeature(what) => {
            Error::Unsupported { what: format!("This kind of WebP ({what})") }
        }
        other => corrupt(&other.to_string()),
    }
}
