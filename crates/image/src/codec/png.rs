//! The PNG codec, behind the only file that names its back end.

use std::io::{Cursor, ErrorKind, Write};

use allcores_parallel::Token;
use png::{BitDepth, ColorType, DecodingError, DeflateCompression, Filter, Transformations};

use super::png_chunks::{corrupt, header};
use super::{Format, Info, check_range};
use crate::{Error, View};

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
    let (width, height, channels) = (header.width, header.height, header.channels);
    Ok(Info { format: Format::Png, width, height, channels })
}

pub(super) fn decode(token: &Token, bytes: &[u8], info: Info, out: &mut [u8]) -> Result<(), Error> {
    let row = info.width * info.channels;
    let mut options = png::DecodeOptions::default();
    options.set_ignore_adler32(false);
    options.set_ignore_text_chunk(true);
    options.set_ignore_iccp_chunk(true);
    let mut decoder = png::Decoder::new_with_options(Cursor::new(bytes), options);
    // Rows of 16 bits are twice as long, and the decoder keeps a few.
    decoder.set_limits(png::Limits { bytes: row.saturating_mul(16).saturating_add(CHUNK_MEMORY) });
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(|e| error(e, info))?;
    let channels = match reader.output_color_type() {
        (ColorType::Grayscale, BitDepth::Eight) => 1,
        (ColorType::GrayscaleAlpha, BitDepth::Eight) => 2,
        (ColorType::Rgb, BitDepth::Eight) => 3,
        (ColorType::Rgba, BitDepth::Eight) => 4,
        _ => 0,
    };
    if channels != info.channels || reader.output_buffer_size() != Some(out.len()) {
        return Err(corrupt("its header chunks contradict each other"));
    }
    if reader.info().interlaced {
        token.begin_block()?;
        reader.next_frame(out).map_err(|e| error(e, info))?;
    } else {
        let rows = (SAMPLES_PER_BLOCK / row).max(1);
        for (y, line) in out.chunks_exact_mut(row).enumerate() {
            if y % rows == 0 {
                token.begin_block()?;
            }
            match reader.read_row(line).map_err(|e| error(e, info))? {
                Some(_) => {}
                None => return Err(corrupt("it has too few rows")),
            }
        }
    }
    reader.finish().map_err(|e| error(e, info))
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

pub(super) fn encode(token: &Token, view: View<'_>, level: u8) -> Result<Vec<u8>, Error> {
    check_range("level", level, 0, 9)?;
    let (width, height) = (view.width(), view.height());
    let side = |side: usize| i32::try_from(side).ok().map(i32::unsigned_abs);
    let (Some(across), Some(down)) = (side(width), side(height)) else {
        return Err(Error::TooLarge { width, height, limit: 1 << 62 });
    };
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, across, down);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_color(match view.channels() {
        1 => ColorType::Grayscale,
        2 => ColorType::GrayscaleAlpha,
        3 => ColorType::Rgb,
        _ => ColorType::Rgba,
    });
    encoder.set_deflate_compression(match level {
        0 => DeflateCompression::NoCompression,
        _ => DeflateCompression::Level(level),
    });
    if level > 0 {
        encoder.set_filter(Filter::Adaptive);
    }
    let failed = |what: &dyn std::fmt::Display| {
        Error::InvalidArgument(format!("The image cannot be a PNG: {what}"))
    };
    let mut writer = encoder.write_header().map_err(|e| failed(&e))?;
    let mut stream = writer.stream_writer().map_err(|e| failed(&e))?;
    // Compression is slower than reading: smaller groups keep the time between questions.
    let rows = (SAMPLES_PER_BLOCK / 16 / (width * view.channels())).max(1);
    for y in 0..height {
        if y % rows == 0 {
            token.begin_block()?;
        }
        stream.write_all(view.row(y)).map_err(|e| failed(&e))?;
    }
    stream.finish().map_err(|e| failed(&e))?;
    writer.finish().map_err(|e| failed(&e))?;
    Ok(file)
}
