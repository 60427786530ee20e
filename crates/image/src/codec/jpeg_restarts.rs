//! A JPEG file cut at its restart markers.
//!
//! At a restart nothing that comes before counts any more, so what lies between two of them can be decoded by itself.
//! Where restarts fall on the beginnings of rows of blocks, some rows make a file of their own: the tables and the
//! frame header of the whole one, with another height, and the coded data in between. To bring colours that were
//! stored at half the height to full size, a row needs its neighbours' colours, so each part has one group of rows
//! more on either side, whose pixels are thrown away.

use super::jpeg_markers::{EOI, SOI, SOS, next};

/// The fewest rows of blocks of a part.
const ROWS: usize = 16;

/// The coded intervals of a file, and how its rows of blocks lie in them.
pub(super) struct Restarts<'a> {
    bytes: &'a [u8],
    /// The segments without which no pixel can be decoded, from the first marker to the coded data.
    header: Vec<u8>,
    /// Where in the header the height stands.
    height_at: usize,
    /// Where the coded data of each interval begin, and where those of the last end.
    starts: Vec<usize>,
    /// Blocks of a row, in groups that are coded together; and those of an interval.
    across: usize,
    interval: usize,
    /// Rows of blocks: in the picture, from one that begins with an interval to the next, and in a part.
    rows: usize,
    aligned: usize,
    part: usize,
    /// Pixels of a row of blocks, and of the picture.
    row_height: usize,
    height: usize,
}

/// Some rows of blocks as a file of their own.
pub(super) struct Part {
    pub(super) file: Vec<u8>,
    /// Of the picture in it.
    pub(super) height: usize,
    /// Rows of pixels above those that are wanted.
    pub(super) above: usize,
}

impl<'a> Restarts<'a> {
    /// `None` for a file whose rows of blocks cannot be decoded by themselves, or are too few to gain anything by it.
    pub(super) fn of(bytes: &'a [u8]) -> Option<Self> {
        let mut header = vec![0xFF, SOI];
        let (mut frame, mut interval, mut at) = (None, 0, 0);
        loop {
            let segment = next(bytes, &mut at)?;
            // Marker and length are 2 bytes each.
            let whole = bytes.get(at.checked_sub(segment.body.len() + 4)?..at)?;
            match segment.marker {
                // Frames in one scan of Huffman codes.
                0xC0 | 0xC1 if frame.is_none() => {
                    frame = Some(segment.body);
                    header.extend_from_slice(whole);
                }
                0xDD => {
                    interval = usize::from(u16::from_be_bytes(*segment.body.first_chunk()?));
                    header.extend_from_slice(whole);
                }
                // Tables, and what says which colours the components are.
                0xC4 | 0xDB | 0xE0 | 0xEE => header.extend_from_slice(whole),
                0xE1..=0xEF | 0xFE => {}
                SOS => {
                    let &[_, h1, h0, w1, w0, components, ref parts @ ..] = frame? else {
                        return None;
                    };
                    if segment.body.first() != Some(&components) {
                        return None;
                    }
                    let parts = parts.as_chunks::<3>().0.get(..usize::from(components))?;
                    // One component alone is coded block by block.
                    let side = |factor: &dyn Fn(&[u8; 3]) -> u8| match parts {
                        [_] => Some(8),
                        parts => parts.iter().map(|part| 8 * usize::from(factor(part))).max(),
                    };
                    let side = |factor| side(factor).filter(|&side| side > 0);
                    let row_height = side(&|part| part[1] & 15)?;
                    let width = usize::from(u16::from_be_bytes([w1, w0]));
                    let height = usize::from(u16::from_be_bytes([h1, h0]));
                    let across = width.div_ceil(side(&|part| part[1] >> 4)?);
                    let rows = height.div_ceil(row_height);
                    if interval == 0 || across == 0 {
                        return None;
                    }
                    let aligned = interval / divisor(interval, across);
                    let part = (8 * aligned).max(ROWS).next_multiple_of(aligned);
                    if rows < 2 * part {
                        return None;
                    }
                    header.extend_from_slice(whole);
                    let starts = intervals(bytes, at, (across * rows).div_ceil(interval))?;
                    let height_at = height_at(&header)?;
                    return Some(Restarts {
                        bytes,
                        header,
                        height_at,
                        starts,
                        across,
                        interval,
                        rows,
                        aligned,
                        part,
                        row_height,
                        height,
                    });
                }
                _ => return None,
            }
        }
    }

    /// Rows of pixels of a part, but of the last.
    pub(super) fn height(&self) -> usize {
        self.part * self.row_height
    }

    /// The part that begins with this row of pixels, a multiple of [`Restarts::height`].
    pub(super) fn part(&self, top: usize) -> Part {
        let first = top / self.row_height;
        let start = first.saturating_sub(self.aligned);
        let end = (first + self.part + 1).min(self.rows);
        let from = start * self.across / self.interval;
        let to = (end * self.across).div_ceil(self.interval);
        let bottom = (end * self.row_height).min(self.height);
        let height = bottom - start * self.row_height;

        let data = &self.bytes[self.starts[from]..self.starts[to]];
        let mut file = Vec::with_capacity(self.header.len() + data.len() + 2);
        file.extend_from_slice(&self.header);
        file[self.height_at..][..2].copy_from_slice(&(height as u16).to_be_bytes());
        file.extend_from_slice(data);
        for (number, &start) in self.starts[from + 1..to].iter().enumerate() {
            let marker = self.header.len() + start - self.starts[from] - 1;
            file[marker] = RST + (number % 8) as u8;
        }
        // In place of the marker behind the last interval.
        let len = file.len();
        file[len - 2..].copy_from_slice(&[0xFF, EOI]);

        Part { file, height, above: top - start * self.row_height }
    }
}

/// The first of the eight restart markers.
const RST: u8 = 0xD0;

/// Where each of `count` intervals begins in coded data, and the place behind the marker that ends the last. `None`
/// when there are more or fewer, or anything else than the end of the file follows them.
fn intervals(bytes: &[u8], from: usize, count: usize) -> Option<Vec<usize>> {
    let mut starts = vec![from];
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| byte == 0xFF)? + 2;
        match *bytes.get(at - 1)? {
            0x00 => {}
            marker if usize::from(marker.wrapping_sub(RST)) == (starts.len() - 1) % 8 => {
                starts.push(at);
            }
            EOI => {
                starts.push(at);
                return (starts.len() == count + 1).then_some(starts);
            }
            _ => return None,
        }
    }
}

/// The place of the height in the frame header.
fn height_at(header: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let segment = next(header, &mut at)?;
        if matches!(segment.marker, 0xC0 | 0xC1) {
            return Some(at - segment.body.len() + 1);
        }
    }
}

/// The greatest common divisor.
fn divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { divisor(b, a % b) }
}
