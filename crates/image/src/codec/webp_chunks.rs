//! The chunks of a WebP file: a walk over them, and a new list of them with more in it.
//!
//! Written from the "WebP Container Specification" and RFC 6386 (VP8) and 9649 (VP8L).

use super::exif;
use crate::Error;

/// What the header chunks say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) alpha: bool,
    pub(super) animated: bool,
}

/// Bits of the first byte of a VP8X chunk.
const ICC: u8 = 0x20;
const ALPHA: u8 = 0x10;
const EXIF: u8 = 0x08;
const ANIMATION: u8 = 0x02;

/// Where the first chunk of a file begins.
const FIRST: usize = 12;

/// The size of the picture, after its parts were found to agree on it.
pub(super) fn header(bytes: &[u8]) -> Result<Header, Error> {
    let mut list = chunks(bytes.get(FIRST..).unwrap_or_default());
    let first = list.next().ok_or_else(|| corrupt("it ends before its pixels"))?;
    if first.0 != b"VP8X" {
        let size = size_of(first)?.ok_or_else(|| corrupt("it has no pixels"))?;
        return Ok(Header { animated: false, ..size });
    }
    let &[flags, _, _, _, w0, w1, w2, h0, h1, h2, ..] = first.1 else {
        return Err(corrupt("its header chunk is too short"));
    };
    let side = |bytes: [u8; 3]| little(bytes) + 1;
    let canvas = Header {
        width: side([w0, w1, w2]),
        height: side([h0, h1, h2]),
        alpha: flags & ALPHA != 0,
        animated: flags & ANIMATION != 0,
    };
    // Decoders take memory by what stands in front of the pixels, so that must be true too.
    if !canvas.animated {
        return agreed(canvas, (canvas.width, canvas.height), list);
    }
    let frame = list.find(|chunk| chunk.0 == b"ANMF").map(|chunk| chunk.1);
    let frame = frame.ok_or_else(|| corrupt("it ends before its pixels"))?;
    let &[_, _, _, _, _, _, w0, w1, w2, h0, h1, h2, _, _, _, _, ref parts @ ..] = frame else {
        return Err(corrupt("its first frame is too short"));
    };
    let size = (side([w0, w1, w2]), side([h0, h1, h2]));
    if size.0 > canvas.width || size.1 > canvas.height {
        return Err(corrupt("its first frame is larger than its canvas"));
    }
    agreed(canvas, size, chunks(parts))
}

/// The canvas, when the first pixels among `parts` have the expected size.
fn agreed<'a>(
    canvas: Header,
    expected: (usize, usize),
    parts: impl Iterator<Item = Chunk<'a>>,
) -> Result<Header, Error> {
    for part in parts {
        if let Some(size) = size_of(part)? {
            let agree = (size.width, size.height) == expected;
            return if agree { Ok(canvas) } else { Err(corrupt("its parts differ in size")) };
        }
    }
    Err(corrupt("it ends before its pixels"))
}

/// The size that a chunk of pixels begins with; `None` for other chunks.
fn size_of((kind, data): Chunk<'_>) -> Result<Option<Header>, Error> {
    let (width, height, alpha) = match kind {
        b"VP8 " => {
            let &[_, _, _, 0x9D, 0x01, 0x2A, w0, w1, h0, h1, ..] = data else {
                return Err(corrupt("its pixels have no header"));
            };
            // The two high bits ask the viewer to enlarge the picture.
            let side = |bytes| usize::from(u16::from_le_bytes(bytes) & 0x3FFF);
            (side([w0, w1]), side([h0, h1]), false)
        }
        b"VP8L" => {
            let &[0x2F, b0, b1, b2, b3, ..] = data else {
                return Err(corrupt("its pixels have no header"));
            };
            let bits = u32::from_le_bytes([b0, b1, b2, b3]);
            let side = |bits: u32| (bits & 0x3FFF) as usize + 1;
            (side(bits), side(bits >> 14), bits >> 28 & 1 == 1)
        }
        _ => return Ok(None),
    };
    if width == 0 || height == 0 {
        return Err(corrupt("its width or height is 0"));
    }
    Ok(Some(Header { width, height, alpha, animated: false }))
}

/// The EXIF data.
pub(super) fn exif(bytes: &[u8]) -> Option<&[u8]> {
    let data = find(bytes, b"EXIF")?;
    Some(data.strip_prefix(exif::PREFIX).unwrap_or(data))
}

/// The colour profile.
pub(super) fn icc(bytes: &[u8]) -> Option<&[u8]> {
    find(bytes, b"ICCP")
}

fn find<'a>(bytes: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    chunks(bytes.get(FIRST..)?).find(|chunk| chunk.0 == kind).map(|chunk| chunk.1)
}

/// Whether the file is as long as it says.
pub(super) fn is_complete(bytes: &[u8]) -> bool {
    let length = bytes.get(4..).and_then(|rest| rest.first_chunk());
    // Some writers leave out the padding of the last chunk.
    length.is_some_and(|&length| u32::from_le_bytes(length) as usize + 7 <= bytes.len())
}

/// The file with a profile and EXIF data in it. `file` is an encoder's, without either.
pub(super) fn embed(
    file: Vec<u8>,
    icc: Option<&[u8]>,
    exif: Option<&[u8]>,
) -> Result<Vec<u8>, Error> {
    if icc.is_none() && exif.is_none() {
        return Ok(file);
    }
    let Header { width, height, alpha, .. } = header(&file)?;
    let flag = |on: bool, bit| if on { bit } else { 0 };
    let flags = flag(icc.is_some(), ICC) | flag(alpha, ALPHA) | flag(exif.is_some(), EXIF);
    let [w0, w1, w2, ..] = (width as u32 - 1).to_le_bytes();
    let [h0, h1, h2, ..] = (height as u32 - 1).to_le_bytes();
    let mut out = b"RIFF\0\0\0\0WEBP".to_vec();
    push(&mut out, (b"VP8X", &[flags, 0, 0, 0, w0, w1, w2, h0, h1, h2]));
    if let Some(icc) = icc {
        push(&mut out, (b"ICCP", icc));
    }
    for chunk in chunks(&file[FIRST..]).filter(|chunk| chunk.0 != b"VP8X") {
        push(&mut out, chunk);
    }
    if let Some(exif) = exif {
        push(&mut out, (b"EXIF", exif));
    }
    let length = u32::try_from(out.len() - 8).map_err(|_| Error::TooLarge {
        width,
        height,
        limit: 1 << 28,
    })?;
    out[4..8].copy_from_slice(&length.to_le_bytes());
    Ok(out)
}

fn push(out: &mut Vec<u8>, (kind, data): Chunk<'_>) {
    out.extend(kind);
    out.extend((data.len() as u32).to_le_bytes());
    out.extend(data);
    out.extend(&[0][..data.len() % 2]);
}

pub(super) fn corrupt(detail: &str) -> Error {
    Error::Corrupt { format: "WebP", detail: detail.to_owned() }
}

/// Type and data.
type Chunk<'a> = (&'a [u8; 4], &'a [u8]);

/// The chunks of a list. The last one may be cut off when it holds pixels, because the
/// decoder finds that out by itself.
fn chunks(list: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    let mut rest = list;
    std::iter::from_fn(move || {
        let (kind, after) = rest.split_first_chunk()?;
        let (length, data) = after.split_first_chunk()?;
        let length = u32::from_le_bytes(*length) as usize;
        rest = data.get(length.saturating_add(length % 2)..).unwrap_or_default();
        match data.get(..length) {
            Some(whole) => Some((kind, whole)),
            None => matches!(kind, b"VP8 " | b"VP8L" | b"ANMF").then_some((kind, data)),
        }
    })
}

fn little([b0, b1, b2]: [u8; 3]) -> usize {
    u32::from_le_bytes([b0, b1, b2, 0]) as usize
}
