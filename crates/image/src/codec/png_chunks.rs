//! A walk over the chunks of a PNG file that come before its pixels.

use super::MAX_PROFILE;
use super::format::PNG_SIGNATURE;
use crate::Error;

/// What the header chunks say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Channels after decoding: palettes are RGB, a transparent colour is alpha.
    pub(super) channels: usize,
    /// Bits of a sample in the file, or of a palette's index.
    pub(super) depth: u8,
    /// Bits of a pixel in the file.
    pub(super) bits: usize,
    /// Whether frames of an animation are announced.
    pub(super) animated: bool,
}

/// The longest name of a profile and the zero after it.
const ICC_NAME: usize = 80;

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
    let (samples, channels) = match (color, depth) {
        (0, 1 | 2 | 4 | 8 | 16) => (1, 1),
        (2, 8 | 16) => (3, 3),
        (3, 1 | 2 | 4 | 8) => (1, 3),
        (4, 8 | 16) => (2, 2),
        (6, 8 | 16) => (4, 4),
        _ => return Err(corrupt("its colour type and bit depth do not fit together")),
    };
    let (mut animated, mut transparent) = (false, 0);
    loop {
        match chunk(bytes, &mut at)?.0 {
            b"acTL" => animated = true,
            b"tRNS" if matches!(color, 0 | 2 | 3) => transparent = 1,
            b"IDAT" => break,
            b"IEND" => return Err(corrupt("it has no pixels")),
            _ => {}
        }
    }
    let bits = samples * usize::from(depth);
    let (width, height) = (width as usize, height as usize);
    Ok(Header { width, height, channels: channels + transparent, depth, bits, animated })
}

/// The EXIF data, which may stand before or after the pixels.
pub(super) fn exif(bytes: &[u8]) -> Option<&[u8]> {
    chunks(bytes).find(|(kind, _)| *kind == b"eXIf").map(|(_, data)| data)
}

/// Whether there is a colour profile.
pub(super) fn has_icc(bytes: &[u8]) -> bool {
    icc_chunk(bytes).is_some()
}

/// The colour profile, inflated; none when it is damaged or too long.
pub(super) fn icc(bytes: &[u8]) -> Option<Vec<u8>> {
    let data = icc_chunk(bytes)?;
    let name = data.iter().take(ICC_NAME).position(|&byte| byte == 0)?;
    let (&0, deflated) = data.get(name + 1..)?.split_first()? else { return None };
    fdeflate::decompress_to_vec_bounded(deflated, MAX_PROFILE).ok()
}

fn icc_chunk(bytes: &[u8]) -> Option<&[u8]> {
    chunks(bytes)
        .take_while(|(kind, _)| *kind != b"IDAT")
        .find(|(kind, _)| *kind == b"iCCP")
        .map(|(_, data)| data)
}

/// The types and data of all whole chunks.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    let mut at = PNG_SIGNATURE.len();
    std::iter::from_fn(move || {
        let (length, rest) = bytes.get(at..)?.split_first_chunk()?;
        let (kind, data) = rest.split_first_chunk()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let data = data.get(..length)?;
        at = at.checked_add(length)?.checked_add(12)?;
        Some((kind, data))
    })
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
