//! A walk over the chunks of a PNG file that come before its pixels.

use super::format::PNG_SIGNATURE;
use crate::Error;

/// What the header chunks say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Channels after decoding: palettes are RGB, a transparent colour is alpha.
    pub(super) channels: usize,
    /// Bits of a pixel in the file.
    pub(super) bits: usize,
}

pub(super) fn header(bytes: &[u8]) -> Result<Header, Error> {
    let mut at = PNG_SIGNATURE.len();
    let (kind, first) = chunk(bytes, &mut at)?;
    let &[w3, w2, w1, w0, h3, h2, h1, h0, depth, color, ..] = first else {
        return Err(corrupt("its header chunk is too short"));
    };
    if kind != b"IHDR" {
        return Err(corrupt("it has no header chunk"));
    }
    let (width, height) =
        (u32::from_be_bytes([w3, w2, w1, w0]), u32::from_be_bytes([h3, h2, h1, h0]));
    if width == 0 || height == 0 || width.max(height) > i32::MAX as u32 {
        return Err(corrupt("its width or height is out of range"));
    }
    let (samples, mut channels) = match (color, depth) {
        (0, 1 | 2 | 4 | 8 | 16) => (1, 1),
        (2, 8 | 16) => (3, 3),
        (3, 1 | 2 | 4 | 8) => (1, 3),
        (4, 8 | 16) => (2, 2),
        (6, 8 | 16) => (4, 4),
        _ => return Err(corrupt("its colour type and bit depth do not fit together")),
    };
    loop {
        match chunk(bytes, &mut at)?.0 {
            b"tRNS" if matches!(color, 0 | 2 | 3) => {
                channels += 1;
                break;
            }
            b"IDAT" => break,
            b"IEND" => return Err(corrupt("it has no pixels")),
            _ => {}
        }
    }
    let bits = samples * usize::from(depth);
    Ok(Header { width: width as usize, height: height as usize, channels, bits })
}

pub(super) fn corrupt(detail: &str) -> Error {
    Error::Corrupt { format: "PNG", detail: detail.to_owned() }
}

/// The type and the data of the chunk at `at`. The data of pixel chunks may be cut off
/// here, because the decoder finds that out by itself.
fn chunk<'a>(bytes: &'a [u8], at: &mut usize) -> Result<(&'a [u8; 4], &'a [u8]), Error> {
    let parse = || {
        let (length, rest) = bytes.get(*at..)?.split_first_chunk()?;
        let (kind, data) = rest.split_first_chunk()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        if kind == b"IDAT" {
            return Some((kind, data, *at));
        }
        Some((kind, data.get(..length)?, at.checked_add(length)?.checked_add(12)?))
    };
    let (kind, data, end) = parse().ok_or_else(|| corrupt("it ends before its pixels"))?;
    *at = end;
    Ok((kind, data))
}
