//! A walk over the segments of a JPEG file, without decoding.

use super::exif::PREFIX as EXIF;
use super::profile_fits;
use crate::Error;

/// What the frame header says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) precision: u8,
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) components: usize,
    /// Whether every component's sampling divides the largest one.
    pub(super) whole_sampling: bool,
    /// Arithmetic coding packs more pixels into a byte than Huffman codes can.
    pub(super) arithmetic: bool,
    /// Whether the picture comes in scans of rising quality.
    pub(super) progressive: bool,
}

pub(super) const SOI: u8 = 0xD8;
pub(super) const EOI: u8 = 0xD9;
pub(super) const SOS: u8 = 0xDA;

/// The frame header.
pub(super) fn frame(bytes: &[u8]) -> Result<Frame, Error> {
    let mut at = 0;
    while let Some(segment) = next(bytes, &mut at) {
        match segment.marker {
            // Huffman tables, an extension and arithmetic conditioning lie among the frames.
            0xC4 | 0xC8 | 0xCC => {}
            0xC0..=0xCF => {
                if let [precision, h1, h0, w1, w0, components, ref parts @ ..] = *segment.body {
                    let parts = parts.as_chunks().0;
                    let parts = parts
                        .get(..usize::from(components))
                        .ok_or_else(|| corrupt("its frame header is too short"))?;
                    return Ok(Frame {
                        whole_sampling: whole_sampling(parts)?,
                        precision,
                        width: usize::from(u16::from_be_bytes([w1, w0])),
                        height: usize::from(u16::from_be_bytes([h1, h0])),
                        components: usize::from(components),
                        arithmetic: segment.marker >= 0xC9,
                        progressive: segment.marker & 3 == 2,
                    });
                }
                break;
            }
            SOS | EOI => break,
            _ => {}
        }
    }
    Err(corrupt("it has no complete frame header"))
}

/// What precedes each part of an ICC profile in its APP2 segment; the part's number, from 1,
/// and how many there are follow as a byte each.
pub(super) const ICC: &[u8] = b"ICC_PROFILE\0";

/// The bytes of the first Exif segment, without its prefix.
pub(super) fn exif(bytes: &[u8]) -> Option<&[u8]> {
    applications(bytes, 0xE1, EXIF).next()
}

/// Whether some segment has a part of an ICC profile.
pub(super) fn has_icc(bytes: &[u8]) -> bool {
    applications(bytes, 0xE2, ICC).next().is_some()
}

/// The ICC profile, put together from its parts; none when a part is missing or doubled, or
/// when they are too long together.
pub(super) fn icc(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut parts: Vec<Option<&[u8]>> = Vec::new();
    for body in applications(bytes, 0xE2, ICC) {
        let &[number, count, ref part @ ..] = body else { return None };
        if parts.is_empty() {
            parts.resize(usize::from(count), None);
        }
        let place = parts.get_mut(usize::from(number).checked_sub(1)?)?;
        if usize::from(count) == 0 || place.replace(part).is_some() {
            return None;
        }
    }
    let parts = parts.into_iter().collect::<Option<Vec<_>>>()?;
    profile_fits(parts.iter().map(|part| part.len()).sum()).then(|| parts.concat())
}

/// What follows `prefix` in the segments before the pixels that have `marker` and begin so.
fn applications<'a>(
    bytes: &'a [u8],
    marker: u8,
    prefix: &'static [u8],
) -> impl Iterator<Item = &'a [u8]> {
    let mut at = 0;
    std::iter::from_fn(move || next(bytes, &mut at))
        .take_while(|segment| !matches!(segment.marker, SOS | EOI))
        .filter(move |segment| segment.marker == marker)
        .filter_map(move |segment| segment.body.strip_prefix(prefix))
}

/// Whether each component can be brought to full size by repeating its samples a whole
/// number of times. A part is a component's number, its sampling across and down (4 bits
/// each), and its table.
fn whole_sampling(parts: &[[u8; 3]]) -> Result<bool, Error> {
    for factor in [|part: &[u8; 3]| part[1] >> 4, |part: &[u8; 3]| part[1] & 15] {
        if !parts.iter().map(factor).all(|factor| (1..=4).contains(&factor)) {
            return Err(corrupt("its sampling factors are out of range"));
        }
        let most = parts.iter().map(factor).max().unwrap_or(1);
        if !parts.iter().map(factor).all(|factor| most.is_multiple_of(factor)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether the file goes on to its end marker. Decoders invent the pixels that are missing.
pub(super) fn is_complete(bytes: &[u8]) -> bool {
    let mut at = 0;
    while let Some(segment) = next(bytes, &mut at) {
        if segment.marker == EOI {
            return true;
        }
    }
    false
}

/// Where the parts of a file with one scan and nothing behind it begin.
pub(super) struct Places {
    /// The height in the frame header.
    pub(super) height: usize,
    /// The segment that begins the scan.
    pub(super) scan_header: usize,
    /// The coded data.
    pub(super) scan: usize,
    /// What follows them.
    pub(super) end: usize,
}

/// The places in a file that the back end has just written.
pub(super) fn scan_data(file: &[u8]) -> Option<Places> {
    let (mut at, mut height) = (0, None);
    loop {
        let segment = next(file, &mut at)?;
        let start = at - segment.body.len();
        match segment.marker {
            0xC0 | 0xC1 => height = Some(start + 1),
            SOS => {
                let end = file.strip_suffix(&[0xFF, EOI])?.len();
                // Marker and length are 2 bytes each.
                return Some(Places { height: height?, scan_header: start - 4, scan: at, end });
            }
            EOI => return None,
            _ => {}
        }
    }
}

pub(super) fn corrupt(detail: &str) -> Error {
    Error::Corrupt { format: "JPEG", detail: detail.to_owned() }
}

pub(super) struct Segment<'a> {
    pub(super) marker: u8,
    pub(super) body: &'a [u8],
}

/// The next segment from `at` on; anything between segments, such as entropy-coded data,
/// is passed over.
pub(super) fn next<'a>(bytes: &'a [u8], at: &mut usize) -> Option<Segment<'a>> {
    loop {
        let rest = bytes.get(*at..)?;
        *at += rest.iter().position(|&byte| byte == 0xFF)? + 1;
        let marker = *bytes.get(*at)?;
        match marker {
            0xFF => {} // padding
            // A stuffed data byte, restart markers and the like: no segment follows.
            0x00 | 0x01 | 0xD0..=0xD7 | SOI => *at += 1,
            EOI => {
                *at += 1;
                return Some(Segment { marker, body: &[] });
            }
            _ => {
                let length = bytes.get(*at + 1..*at + 3)?;
                let end = *at + 1 + usize::from(u16::from_be_bytes([length[0], length[1]]));
                let body = bytes.get(*at + 3..end)?;
                *at = end;
                return Some(Segment { marker, body });
            }
        }
    }
}
