//! The JPEG decoder. This file and the encoder's are the only ones that name their back end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use allcores_parallel::{Blocks, Token, for_each_band};
use libjpeg_turbo_rs as turbo;

use super::jpeg_markers::{self, corrupt, frame, is_complete};
use super::jpeg_restarts::Restarts;
use super::{Format, Info, Scale, exif_orientation, zeroed};
use crate::{Depth, Error};

/// More than any Huffman-coded file can hold: one bit for a block of 8 x 8 samples, each
/// sample for 4 x 4 pixels.
const MAX_PIXELS_PER_BYTE: usize = 8 * 64 * 16;

/// Scans of a progressive file: encoders write about ten. Each costs a walk over the whole
/// image, so a small file with thousands of them would take minutes.
const MAX_SCANS: usize = 200;

/// Up to this many samples the parts of a file are decoded where the call was made.
const INLINE_SAMPLES: usize = 1 << 15;

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

pub(super) fn decode(
    token: &Token,
    bytes: &[u8],
    info: Info,
    scale: Scale,
    out: &mut [u8],
) -> Result<(), Error> {
    if let Some(restarts) = Restarts::of(bytes) {
        return decode_parts(token, &restarts, info, scale, out);
    }
    if !is_complete(bytes) {
        return Err(corrupt("it ends before its end marker"));
    }
    decode_file(bytes, info, scale, out)
}

/// The parts between restarts, each on a thread of its own.
fn decode_parts(
    token: &Token,
    restarts: &Restarts<'_>,
    info: Info,
    scale: Scale,
    out: &mut [u8],
) -> Result<(), Error> {
    let row = info.scaled(scale).width * info.channels;
    let denominator = scale.denominator();
    let blocks =
        Blocks { size: restarts.height() / denominator * row, inline_up_to: INLINE_SAMPLES };
    // Of several errors that of the upper part, as if it had been decoded first.
    let failed = Mutex::new(None);
    for_each_band(token, out, blocks, |offset, band| {
        let top = offset / row * denominator;
        let part = restarts.part(top);
        let info = Info { height: part.height, ..info };
        let from = part.above / denominator * row;
        let decoded = zeroed(info.scaled(scale).height * row, info).and_then(|mut pixels| {
            decode_file(&part.file, info, scale, &mut pixels)?;
            band.copy_from_slice(&pixels[from..][..band.len()]);
            Ok(())
        });
        if let Err(error) = decoded {
            let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
            if failed.as_ref().is_none_or(|&(first, _)| top < first) {
                *failed = Some((top, error));
            }
        }
    })?;
    match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some((_, error)) => Err(error),
        None => Ok(()),
    }
}

fn decode_file(bytes: &[u8], info: Info, scale: Scale, out: &mut [u8]) -> Result<(), Error> {
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

#[cfg(test)]
mod tests {
    use super::{Restarts, decode, decode_file, probe};
    use crate::codec::Scale;
    use allcores_parallel::Token;
    use libjpeg_turbo_rs as turbo;

    /// A noisy picture with restarts after so many groups of blocks.
    fn file(
        (width, height): (usize, usize),
        format: turbo::PixelFormat,
        subsampling: turbo::Subsampling,
        interval: u16,
    ) -> Vec<u8> {
        let mut state = 1u32;
        let noise = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let channels = if format == turbo::PixelFormat::Grayscale { 1 } else { 3 };
        let pixels: Vec<u8> = (0..width * height * channels).map(noise).collect();
        turbo::Encoder::new(&pixels, width, height, format)
            .subsampling(subsampling)
            .restart_blocks(interval)
            .exif_data(b"II*\0\x08\0\0\0\0\0\0\0\0\0")
            .encode()
            .unwrap()
    }

    #[test]
    fn a_file_decoded_in_parts_has_the_pixels_of_the_whole_at_every_scale() {
        use turbo::PixelFormat::{Grayscale, Rgb};
        use turbo::Subsampling::{S411, S420, S422, S440, S444};
        // Several intervals to a row, one, one for several rows, and one that fits no row but every fifth.
        for (size, format, subsampling, interval) in [
            ((75, 1000), Rgb, S420, 1),
            ((75, 1000), Rgb, S420, 5),
            ((75, 1001), Rgb, S420, 15),
            ((75, 1007), Rgb, S420, 2),
            ((40, 517), Rgb, S444, 5),
            ((33, 600), Rgb, S422, 3),
            ((33, 1100), Rgb, S440, 10),
            ((65, 600), Rgb, S411, 3),
            ((70, 300), Grayscale, S444, 9),
        ] {
            let file = file(size, format, subsampling, interval);
            let info = probe(&file).unwrap();
            assert!(Restarts::of(&file).is_some(), "{size:?} {subsampling:?} {interval}");
            for scale in Scale::ALL {
                let mut whole = vec![0; info.scaled(scale).samples().unwrap()];
                let mut parts = vec![1; whole.len()];
                decode_file(&file, info, scale, &mut whole).unwrap();
                decode(&Token::new(), &file, info, scale, &mut parts).unwrap();
                assert!(parts == whole, "{size:?} {subsampling:?} {interval} {scale:?}");
            }
        }
    }

    #[test]
    fn a_file_that_cannot_be_cut_is_decoded_whole() {
        use turbo::{PixelFormat::Rgb, Subsampling::S420};
        // No restarts, too few rows, and intervals that begin with a row only now and then.
        let plain = file((75, 1000), Rgb, S420, 0);
        let low = file((75, 480), Rgb, S420, 5);
        let askew = file((75, 1000), Rgb, S420, 7 * 7);
        for file in [&plain, &low, &askew] {
            assert!(Restarts::of(file).is_none());
        }
        // A restart is missing, one has a wrong number, data follow the scan, or the end is missing.
        let good = file((75, 1000), Rgb, S420, 5);
        let marker = good.windows(2).position(|pair| pair == [0xFF, 0xD3]).unwrap();
        let mut bad = vec![good.clone(); 4];
        bad[0].drain(marker..marker + 2);
        bad[1][marker + 1] = 0xD5;
        bad[2].splice(good.len() - 2.., [0xFF, 0xDA, 0, 2, 0xFF, 0xD9]);
        bad[3].truncate(good.len() - 2);
        for file in &bad {
            assert!(Restarts::of(file).is_none());
        }
        // Cut anywhere in its header, it is no file with restarts, and no reason to panic.
        for end in 0..good.len().min(700) {
            assert!(Restarts::of(&good[..end]).is_none());
        }
    }

    #[test]
    fn damage_in_one_part_is_an_error_of_the_file() {
        use turbo::{PixelFormat::Rgb, Subsampling::S420};
        let mut file = file((75, 1000), Rgb, S420, 5);
        let marker = file.windows(2).position(|pair| pair == [0xFF, 0xD3]).unwrap();
        // The data of an interval are gone; its markers are all there.
        let next =
            marker + 2 + file[marker + 2..].windows(2).position(|p| p == [0xFF, 0xD4]).unwrap();
        file.drain(marker + 2..next);
        assert!(Restarts::of(&file).is_some());
        let info = probe(&file).unwrap();
        let mut out = vec![0; info.shape().samples().unwrap()];
        let error = decode(&Token::new(), &file, info, Scale::Full, &mut out).unwrap_err();
        assert!(matches!(error, crate::Error::Corrupt { .. }), "{error}");
    }
}
