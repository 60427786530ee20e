//! The PNG codec, behind the only file that names its back end.

use std::borrow::Cow;
use std::io::{Cursor, ErrorKind, Write};

use allcores_parallel::Token;
use png::{BitDepth, ColorType, DecodingError, DeflateCompression, Filter, Transformations};

use super::png_chunks::{self, corrupt, header};
use super::{Embedded, Format, Info, PngSettings, check_range, exif_orientation, zeroed};
use crate::{Depth, Error, View};

/// More bytes than this cannot come out of one byte of deflated data.
const MAX_INFLATION: usize = 1032;

/// Memory for what is neither pixels nor rows.
const CHUNK_MEMORY: usize = 64 << 20;

/// Samples between two questions to the token: about a millisecond of work.
const SAMPLES_PER_BLOCK: usize = 1 << 18;

pub(super) fn probe(bytes: &[u8]) -> Result<Info, Error> {
    let header = header(bytes)?;
    let raw = header.height.saturating_mul(header.width.saturating_mul(header.bits) / 8);
    if raw / MAX_INFLATION > bytes.len() {
        return Err(corrupt("it is too short for its size in pixels"));
    }
    let exif = png_chunks::exif(bytes);
    Ok(Info {
        format: Format::Png,
        width: header.width,
        height: header.height,
        channels: header.channels,
        depth: if header.depth == 16 { Depth::U16 } else { Depth::U8 },
        bits: header.depth,
        orientation: exif.and_then(exif_orientation),
        has_icc: png_chunks::has_icc(bytes),
        has_exif: exif.is_some(),
        animated: header.animated,
        progressive: false,
    })
}

/// Of 16 bits the high 8 are kept.
pub(super) fn decode_8(
    token: &Token,
    bytes: &[u8],
    info: Info,
    out: &mut [u8],
) -> Result<(), Error> {
    let reduce = Transformations::EXPAND | Transformations::STRIP_16;
    let mut reader = open(bytes, info, reduce, BitDepth::Eight)?;
    if reader.info().interlaced {
        token.begin_block()?;
        reader.next_frame(out).map_err(|e| error(e, info))?;
    } else {
        let row = info.width * info.channels;
        for (y, line) in out.chunks_exact_mut(row).enumerate() {
            read_row(token, &mut reader, info, y, line)?;
        }
    }
    reader.finish().map_err(|e| error(e, info))
}

/// Of a file with samples of 16 bits.
pub(super) fn decode_16(
    token: &Token,
    bytes: &[u8],
    info: Info,
    out: &mut [u16],
) -> Result<(), Error> {
    let mut reader = open(bytes, info, Transformations::EXPAND, BitDepth::Sixteen)?;
    let row = info.width * info.channels;
    if reader.info().interlaced {
        token.begin_block()?;
        let mut stored = zeroed(out.len() * 2, info)?;
        reader.next_frame(&mut stored).map_err(|e| error(e, info))?;
        native(&stored, out);
    } else {
        let mut stored = zeroed(row * 2, info)?;
        for (y, line) in out.chunks_exact_mut(row).enumerate() {
            read_row(token, &mut reader, info, y, &mut stored)?;
            native(&stored, line);
        }
    }
    reader.finish().map_err(|e| error(e, info))
}

/// The machine's numbers from the file's, whose high byte comes first.
fn native(stored: &[u8], out: &mut [u16]) {
    for (sample, bytes) in out.iter_mut().zip(stored.as_chunks().0) {
        *sample = u16::from_be_bytes(*bytes);
    }
}

type Reader<'a> = png::Reader<Cursor<&'a [u8]>>;

/// The file, ready to give rows of the promised shape with samples of `depth`.
fn open(
    bytes: &[u8],
    info: Info,
    transformations: Transformations,
    depth: BitDepth,
) -> Result<Reader<'_>, Error> {
    let row = info.width * info.channels;
    let mut options = png::DecodeOptions::default();
    options.set_ignore_adler32(false);
    options.set_ignore_text_chunk(true);
    options.set_ignore_iccp_chunk(true);
    let mut decoder = png::Decoder::new_with_options(Cursor::new(bytes), options);
    // Rows of 16 bits are twice as long, and the decoder keeps a few.
    decoder.set_limits(png::Limits { bytes: row.saturating_mul(16).saturating_add(CHUNK_MEMORY) });
    decoder.set_transformations(transformations);
    let reader = decoder.read_info().map_err(|e| error(e, info))?;
    let (color, found) = reader.output_color_type();
    let bytes_of_sample = if depth == BitDepth::Sixteen { 2 } else { 1 };
    let size = (info.height * row).checked_mul(bytes_of_sample);
    if (color.samples(), found) != (info.channels, depth) || reader.output_buffer_size() != size {
        return Err(corrupt("its header chunks contradict each other"));
    }
    Ok(reader)
}

fn read_row(
    token: &Token,
    reader: &mut Reader<'_>,
    info: Info,
    y: usize,
    line: &mut [u8],
) -> Result<(), Error> {
    if y.is_multiple_of((SAMPLES_PER_BLOCK / line.len()).max(1)) {
        token.begin_block()?;
    }
    match reader.read_row(line).map_err(|e| error(e, info))? {
        Some(_) => Ok(()),
        None => Err(corrupt("it has too few rows")),
    }
}

fn error(error: DecodingError, info: Info) -> Error {
    match error {
        DecodingError::IoError(e) if e.kind() == ErrorKind::UnexpectedEof => {
            corrupt("it ends too early")
        }
        DecodingError::LimitsExceeded => Error::TooLarge {
            width: info.width,
            height: info.height,
            limit: super::DEFAULT_PIXEL_LIMIT,
        },
        other => corrupt(&other.to_string()),
    }
}

/// A sample as a PNG holds it.
pub(super) trait PngSample: Copy {
    const DEPTH: BitDepth;

    /// The bytes of a row; `memory` is for those that are not there already.
    fn bytes<'a>(row: &'a [Self], memory: &'a mut Vec<u8>) -> &'a [u8];
}

impl PngSample for u8 {
    const DEPTH: BitDepth = BitDepth::Eight;

    fn bytes<'a>(row: &'a [Self], _: &'a mut Vec<u8>) -> &'a [u8] {
        row
    }
}

impl PngSample for u16 {
    const DEPTH: BitDepth = BitDepth::Sixteen;

    fn bytes<'a>(row: &'a [Self], memory: &'a mut Vec<u8>) -> &'a [u8] {
        memory.clear();
        memory.extend(row.iter().flat_map(|sample| sample.to_be_bytes()));
        memory
    }
}

pub(super) fn encode<T: PngSample>(
    token: &Token,
    view: View<'_, T>,
    &PngSettings { level }: &PngSettings,
    embedded: Embedded<'_>,
) -> Result<Vec<u8>, Error> {
    check_range("level", level, 0, 9)?;
    let (width, height) = (view.width(), view.height());
    let side = |side: usize| i32::try_from(side).ok().map(i32::unsigned_abs);
    let (Some(across), Some(down)) = (side(width), side(height)) else {
        return Err(Error::TooLarge { width, height, limit: 1 << 62 });
    };
    let mut info = png::Info::with_size(across, down);
    info.bit_depth = T::DEPTH;
    info.color_type = match view.channels() {
        1 => ColorType::Grayscale,
        2 => ColorType::GrayscaleAlpha,
        3 => ColorType::Rgb,
        _ => ColorType::Rgba,
    };
    info.icc_profile = embedded.icc.map(Cow::Borrowed);
    info.exif_metadata = embedded.exif.map(Cow::Borrowed);
    let failed = |what: &dyn std::fmt::Display| {
        Error::InvalidArgument(format!("The image cannot be a PNG: {what}"))
    };
    let mut file = Vec::new();
    let mut encoder = png::Encoder::with_info(&mut file, info).map_err(|e| failed(&e))?;
    encoder.set_deflate_compression(match level {
        0 => DeflateCompression::NoCompression,
        _ => DeflateCompression::Level(level),
    });
    encoder.set_filter(if level == 0 { Filter::NoFilter } else { Filter::Adaptive });
    let mut writer = encoder.write_header().map_err(|e| failed(&e))?;
    let mut stream = writer.stream_writer().map_err(|e| failed(&e))?;
    // Compression is slower than reading: smaller groups keep the time between questions.
    let rows = (SAMPLES_PER_BLOCK / 16 / (width * view.channels())).max(1);
    let mut memory = Vec::new();
    for y in 0..height {
        if y % rows == 0 {
            token.begin_block()?;
        }
        stream.write_all(T::bytes(view.row(y), &mut memory)).map_err(|e| failed(&e))?;
    }
    stream.finish().map_err(|e| failed(&e))?;
    writer.finish().map_err(|e| failed(&e))?;
    Ok(file)
}
