//! The JPEG encoder, in bands.
//!
//! The blocks of a JPEG are independent but for one thing: each stores its mean as the difference from
//! that of the block before. A restart marker ends that, and is part of every decoder since
//! 1992. So a picture that is large enough is encoded as bands of rows on all cores, each as a
//! file of its own, whose coded data are then put behind one another with restart markers
//! between them. The pixels are those of a file in one piece, which is a few bytes smaller
//! for each band.

use std::borrow::Cow;

use allcores_parallel::{Blocks, Token, map};
use libjpeg_turbo_rs as turbo;

use super::flatten::flatten;
use super::jpeg_markers::scan_data;
use super::{Embedded, JpegSettings, Subsampling, check_range};
use crate::{Error, Region, View};

/// What a segment holds beside its length and the prefix of EXIF data.
const MAX_EXIF: usize = 65_533 - 6;

/// Pixels across or down that the back end takes.
const MAX_SIDE: usize = 65_500;

/// Pixels of a band: half a millisecond of work.
const PIXELS_PER_BAND: usize = 1 << 18;

pub(super) fn encode(
    token: &Token,
    view: View<'_>,
    settings: &JpegSettings,
    embedded: Embedded<'_>,
) -> Result<Vec<u8>, Error> {
    check_range("quality", settings.quality, 1, 100)?;
    let (width, height) = (view.width(), view.height());
    if width.max(height) > MAX_SIDE {
        return Err(Error::TooLarge { width, height, limit: (MAX_SIDE * MAX_SIDE) as u64 });
    }
    if embedded.exif.is_some_and(|exif| exif.len() > MAX_EXIF) {
        let text = format!("Expected `exif` to have at most {MAX_EXIF} bytes for a JPEG");
        return Err(Error::InvalidArgument(text));
    }
    let band = rows_of_band(view, settings.subsampling);
    // Progressive files and tables made for the picture need all of it at once.
    if settings.progressive || settings.optimize || height <= band.rows {
        token.begin_block()?;
        let file = compress(token, view, settings, embedded)?;
        token.begin_block()?;
        return Ok(file);
    }
    let blocks = Blocks { size: band.rows, inline_up_to: band.rows };
    let parts = map(token, height, blocks, |rows| {
        let embedded = if rows.start == 0 { embedded } else { Embedded::default() };
        let region = Region { left: 0, top: rows.start, width, height: rows.len() };
        compress(token, view.crop(region)?, settings, embedded)
    })?;
    let parts = parts.into_iter().collect::<Result<Vec<_>, _>>()?;
    joined(&parts, height as u16, band.units as u16)
        .ok_or_else(|| Error::InvalidArgument("The image cannot be a JPEG".to_owned()))
}

/// How a picture is cut into bands.
struct Band {
    /// A whole number of rows of blocks.
    rows: usize,
    /// What is coded between two restarts: groups of blocks, 16 bits of them at most.
    units: usize,
}

fn rows_of_band(view: View<'_>, subsampling: Subsampling) -> Band {
    let (across, down) = match subsampling {
        _ if view.channels() < 3 => (8, 8),
        Subsampling::S420 => (16, 16),
        Subsampling::S422 => (16, 8),
        Subsampling::S444 => (8, 8),
    };
    let units_of_row = view.width().div_ceil(across);
    let rows =
        (PIXELS_PER_BAND / (view.width() * down)).clamp(1, usize::from(u16::MAX) / units_of_row);
    Band { rows: rows * down, units: rows * units_of_row }
}

/// One file of the bands of a picture, each of which is a file. `None` when one of them is
/// not as the back end writes them.
fn joined(parts: &[Vec<u8>], height: u16, units: u16) -> Option<Vec<u8>> {
    let scans = parts.iter().map(|part| scan_data(part)).collect::<Option<Vec<_>>>()?;
    let first = scans.first()?;
    let mut out = Vec::with_capacity(parts.iter().map(Vec::len).sum());
    out.extend_from_slice(parts.first()?.get(..first.scan)?);
    out.get_mut(first.height..first.height + 2)?.copy_from_slice(&height.to_be_bytes());
    let [high, low] = units.to_be_bytes();
    // The restart interval stands before the header of the scan.
    out.splice(first.scan_header..first.scan_header, [0xFF, 0xDD, 0, 4, high, low]);
    for (i, (part, place)) in parts.iter().zip(&scans).enumerate() {
        if i > 0 {
            out.extend([0xFF, 0xD0 + ((i - 1) % 8) as u8]);
        }
        out.extend_from_slice(part.get(place.scan..place.end)?);
    }
    out.extend([0xFF, 0xD9]);
    Some(out)
}

/// A file of its own.
fn compress(
    token: &Token,
    view: View<'_>,
    settings: &JpegSettings,
    embedded: Embedded<'_>,
) -> Result<Vec<u8>, Error> {
    let JpegSettings { quality, subsampling, progressive, optimize } = *settings;
    let pixels = match (view.channels(), view.contiguous()) {
        (1 | 3, Some(pixels)) => Cow::Borrowed(pixels),
        _ => Cow::Owned(flatten(token, view)?),
    };
    let (format, subsampling) = match (view.channels(), subsampling) {
        (1 | 2, _) => (turbo::PixelFormat::Grayscale, turbo::Subsampling::S444),
        (_, Subsampling::S420) => (turbo::PixelFormat::Rgb, turbo::Subsampling::S420),
        (_, Subsampling::S422) => (turbo::PixelFormat::Rgb, turbo::Subsampling::S422),
        (_, Subsampling::S444) => (turbo::PixelFormat::Rgb, turbo::Subsampling::S444),
    };
    let mut encoder = turbo::Encoder::new(&pixels, view.width(), view.height(), format)
        .quality(quality)
        .force_baseline(true)
        .subsampling(subsampling)
        .progressive(progressive)
        .optimize_huffman(optimize || progressive);
    if let Some(icc) = embedded.icc {
        encoder = encoder.icc_profile(icc);
    }
    if let Some(exif) = embedded.exif {
        encoder = encoder.exif_data(exif);
    }
    encoder.encode().map_err(|e| Error::InvalidArgument(format!("The image cannot be a JPEG: {e}")))
}
