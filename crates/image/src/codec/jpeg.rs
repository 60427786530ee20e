//! The JPEG decoder. This file and the encoder's are the only ones that name their back end.

use std::panic::{AssertUnwindSafe, catch_unwind};

use libjpeg_turbo_rs as turbo;

use super::jpeg_markers::{self, corrupt, frame, is_complete};
use super::{Format, Info, Scale, exif_orientation, zeroed};
use crate::{Depth, Error};

/// More than any Huffman-coded file can hold: one bit for a block of 8 x 8 samples, each
/// sample for 4 x 4 pixels.
const MAX_PIXELS_PER_BYTE: usize = 8 * 64 * 16;

/// Scans of a progressive file: encoders write about ten. Each costs a walk over the whole
/// image, so a small file with thousands of them would take minutes.
const MAX_SCANS: usize = 200;

pub(super) fn probe(bytes: &[u8]) -> Result<Info, Error> {
    let frame = frame(bytes)?;
    let unsupported = |what: String| Err(Error::Unsupported { what });
    if frame.precision != 8 {
        return unsupported(format!("JPEG with {} bits a sample", frame.precision));
    }
    if frame.width == 0 {
        return Err(corrupt("its width is 0"));
    }
    if frame.height == 0 {
        return unsupported("JPEG whose height follows its pixels".to_owned());
    }
    let channels = match frame.components {
        1 => 1,
        3 | 4 => 3,
        n => return unsupported(format!("JPEG with {n} components")),
    };
    if !frame.whole_sampling {
        return unsupported("JPEG with fractional sampling".to_owned());
    }
    if !frame.arithmetic && frame.width * frame.height / MAX_PIXELS_PER_BYTE > bytes.len() {
        return Err(corrupt("it is too short for its size in pixels"));
    }
    let exif = jpeg_markers::exif(bytes);
    Ok(Info {
        format: Format::Jpeg,
        width: frame.width,
        height: frame.height,
        channels,
        depth: Depth::U8,
        bits: frame.precision,
        orientation: exif.and_then(exif_orientation),
        has_icc: jpeg_markers::has_icc(bytes),
        has_exif: exif.is_some(),
        animated: false,
        progressive: frame.progressive,
    })
}

pub(super) fn decode(bytes: &[u8], info: Info, scale: Scale, out: &mut [u8]) -> Result<(), Error> {
    if !is_complete(bytes) {
        return Err(corrupt("it ends before its end marker"));
    }
    // The back end has been seen to panic on headers that contradict each other. That is a
    // damaged file, not a fault of the caller; `out` holds bytes, so nothing can be broken.
    catch_unwind(AssertUnwindSafe(|| decode_complete(bytes, info, scale, out)))
        .unwrap_or_else(|_| Err(corrupt("its parts contradict each other")))
}

fn decode_complete(bytes: &[u8], info: Info, scale: Scale, out: &mut [u8]) -> Result<(), Error> {
    let limits = turbo::DecodeLimits { max_scans: MAX_SCANS, ..Default::default() };
    let mut decoder = turbo::Decoder::new_with_limits(bytes, limits).map_err(|e| error(e, info))?;
    let factor = turbo::ScalingFactor::try_new(1, scale.denominator() as u32);
    decoder.set_scale(factor.map_err(|e| error(e, info))?);
    let header = decoder.header();
    let components = header.components.len();
    if (header.width(), header.height()) != (info.width, info.height) {
        return Err(corrupt("it has two frame headers"));
    }
    if components == 4 {
        return decode_cmyk(decoder, info, out);
    }
    let (format, channels) = match components {
        1 => (turbo::PixelFormat::Grayscale, 1),
        _ => (turbo::PixelFormat::Rgb, 3),
    };
    if channels != info.channels {
        return Err(corrupt("it has two frame headers"));
    }
    decoder.set_output_format(format);
    decode_all(&decoder, info, out)
}

/// Ink to light, as Pillow does: it takes the samples as inverted, which is what Adobe's
/// programs write, whether the file says so or not.
fn decode_cmyk(mut decoder: turbo::Decoder<'_>, info: Info, out: &mut [u8]) -> Result<(), Error> {
    decoder.set_output_format(turbo::PixelFormat::Cmyk);
    let mut inverted = zeroed(out.len() / 3 * 4, info)?;
    decode_all(&decoder, info, &mut inverted)?;
    for (rgb, &[c, m, y, white]) in
        out.as_chunks_mut::<3>().0.iter_mut().zip(inverted.as_chunks().0)
    {
        *rgb = [c, m, y].map(|sample| {
            let ink = u32::from(255 - sample) * u32::from(white) + 128;
            white.saturating_sub(((ink + (ink >> 8)) >> 8) as u8)
        });
    }
    Ok(())
}

fn decode_all(decoder: &turbo::Decoder<'_>, info: Info, out: &mut [u8]) -> Result<(), Error> {
    let done = decoder.decode_image_into(out).map_err(|e| error(e, info))?;
    // Stray bytes between segments harm no pixel; everything else does.
    let harmless =
        |w: &turbo::DecodeWarning| matches!(w, turbo::DecodeWarning::ExtraneousData { .. });
    match done.warnings.iter().find(|warning| !harmless(warning)) {
        Some(warning) => Err(corrupt(&warning.to_string())),
        None if done.bytes_written == out.len() => Ok(()),
        None => Err(corrupt("its pixels are incomplete")),
    }
}

fn error(error: turbo::JpegError, info: Info) -> Error {
    match error {
        turbo::JpegError::Unsupported(detail) => {
            Error::Unsupported { what: format!("This kind of JPEG ({detail})") }
        }
        turbo::JpegError::AllocationFailed { .. } => too_large(info),
        other => corrupt(&other.to_string()),
    }
}

fn too_large(info: Info) -> Error {
    Error::TooLarge { width: info.width, height: info.height, limit: super::DEFAULT_PIXEL_LIMIT }
}
