//! The one thing in EXIF data that changes how a picture looks: its orientation.
//!
//! EXIF data is a TIFF file: a byte order, the place of the first directory, and there
//! entries of 12 bytes (tag, type, count, value), sorted or not. Written from the TIFF 6.0
//! and Exif 2.3 specifications.

/// What stands before EXIF data in a JPEG file, and by habit elsewhere.
pub(super) const PREFIX: &[u8] = b"Exif\0\0";

const ORIENTATION: u16 = 0x0112;
const SHORT: u16 = 3;
const LONG: u16 = 4;

/// The data from its TIFF header on, when there is one.
pub(super) fn tiff(exif: &[u8]) -> Option<&[u8]> {
    let tiff = exif.strip_prefix(PREFIX).unwrap_or(exif);
    Reader::new(tiff).map(|_| tiff)
}

/// The orientation that EXIF data gives a picture: 1 upright, 2 mirrored, 3 upside down, 4
/// both, 5 to 8 the same with rows and columns exchanged. `None` when there is none, or it
/// is damaged or out of range.
///
/// ```
/// use allcores_image::exif_orientation;
/// let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
/// assert_eq!(exif_orientation(exif), Some(6));
/// assert_eq!(exif_orientation(b"no EXIF"), None);
/// ```
#[must_use]
pub fn exif_orientation(exif: &[u8]) -> Option<u8> {
    let (reader, entry, kind) = find(exif)?;
    let value = match kind {
        SHORT => u32::from(reader.short(entry + 8)?),
        _ => reader.long(entry + 8)?,
    };
    u8::try_from(value).ok().filter(|value| (1..=8).contains(value))
}

/// Says in EXIF data that the picture is upright, for pixels that have been turned. Data
/// without an orientation stays as it is.
///
/// ```
/// use allcores_image::{exif_orientation, set_upright};
/// let mut exif = *b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
/// set_upright(&mut exif);
/// assert_eq!(exif_orientation(&exif), Some(1));
/// ```
pub fn set_upright(exif: &mut [u8]) {
    let Some((reader, entry, kind)) = find(exif) else { return };
    let (start, big) = (exif.len() - reader.tiff.len() + entry + 8, reader.big);
    let one: &[u8] = match (kind, big) {
        (SHORT, true) => &[0, 1],
        (SHORT, false) => &[1, 0],
        (_, true) => &[0, 0, 0, 1],
        (_, false) => &[1, 0, 0, 0],
    };
    if let Some(value) = exif.get_mut(start..start + one.len()) {
        value.copy_from_slice(one);
    }
}

/// The entry of the orientation in the first directory: its place, and the type of its value.
fn find(exif: &[u8]) -> Option<(Reader<'_>, usize, u16)> {
    let reader = Reader::new(exif.strip_prefix(PREFIX).unwrap_or(exif))?;
    let directory = usize::try_from(reader.long(4)?).ok()?;
    let entries = usize::from(reader.short(directory)?);
    let first = directory.checked_add(2)?;
    let entry = (0..entries)
        .map_while(|i| first.checked_add(i * 12))
        .take_while(|&at| at < reader.tiff.len())
        .find(|&at| reader.short(at) == Some(ORIENTATION))?;
    let kind = reader.short(entry + 2)?;
    let one = reader.long(entry + 4)? == 1;
    (one && matches!(kind, SHORT | LONG)).then_some((reader, entry, kind))
}

/// Numbers in the byte order of the data.
struct Reader<'a> {
    tiff: &'a [u8],
    big: bool,
}

impl<'a> Reader<'a> {
    fn new(tiff: &'a [u8]) -> Option<Self> {
        let big = match tiff.get(..4)? {
            b"II*\0" => false,
            b"MM\0*" => true,
            _ => return None,
        };
        Some(Reader { tiff, big })
    }

    fn short(&self, at: usize) -> Option<u16> {
        let bytes = *self.tiff.get(at..)?.first_chunk()?;
        Some(if self.big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn long(&self, at: usize) -> Option<u32> {
        let bytes = *self.tiff.get(at..)?.first_chunk()?;
        Some(if self.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }
}

#[cfg(test)]
mod tests {
    use super::{PREFIX, exif_orientation, set_upright};

    /// EXIF data with one other entry before the orientation.
    fn data(big: bool, kind: u16, count: u32, value: u32) -> Vec<u8> {
        let short = |v: u16| if big { v.to_be_bytes() } else { v.to_le_bytes() };
        let long = |v: u32| if big { v.to_be_bytes() } else { v.to_le_bytes() };
        let mut out = if big { b"MM\0*".to_vec() } else { b"II*\0".to_vec() };
        out.extend(long(10));
        out.extend([0, 0]); // the directory need not follow the header
        out.extend(short(2));
        for (tag, kind, count, value) in [(0x010F, 2, 2, 65), (0x0112, kind, count, value)] {
            out.extend(short(tag));
            out.extend(short(kind));
            out.extend(long(count));
            if kind == 3 {
                out.extend(short(value as u16));
                out.extend([0, 0]);
            } else {
                out.extend(long(value));
            }
        }
        out.extend(long(0));
        out
    }

    #[test]
    fn every_orientation_is_read_and_made_upright_in_both_byte_orders_and_types() {
        for big in [false, true] {
            for kind in [3, 4] {
                for value in 1..=8 {
                    let mut bare = data(big, kind, 1, value);
                    assert_eq!(exif_orientation(&bare), Some(value as u8));
                    let mut prefixed = [PREFIX, &bare].concat();
                    assert_eq!(exif_orientation(&prefixed), Some(value as u8));
                    for exif in [&mut bare, &mut prefixed] {
                        set_upright(exif);
                        assert_eq!(exif_orientation(exif), Some(1));
                    }
                    assert_eq!(bare, data(big, kind, 1, 1));
                }
            }
        }
    }

    #[test]
    fn what_is_no_orientation_is_none_and_damage_never_panics() {
        for (kind, count, value) in [(3, 1, 0), (3, 1, 9), (3, 2, 1), (2, 1, 1), (4, 1, 65_537)] {
            assert_eq!(exif_orientation(&data(true, kind, count, value)), None);
        }
        let whole = data(false, 3, 1, 6);
        let value = whole.len() - 8;
        for len in 0..whole.len() {
            let mut cut = whole[..len].to_vec();
            assert_eq!(exif_orientation(&cut), (len >= value + 2).then_some(6), "{len}");
            set_upright(&mut cut);
            for byte in [0, 0xFF] {
                let mut wrong = whole.clone();
                wrong[len] = byte;
                let _ = exif_orientation(&wrong);
                set_upright(&mut wrong);
            }
        }
    }
}
