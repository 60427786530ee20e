//! Colour profiles: pixels of another colour space to sRGB. The only file that names the
//! back end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use allcores_parallel::{Blocks, Token, for_each_band};
use moxcms::{
    ColorProfile, DataColorSpace, Layout, RenderingIntent, ToneReprCurve, Transform16BitExecutor,
    TransformOptions,
};

use crate::{Error, PixelsMut, Shape};

/// Samples of a band: some hundred microseconds of work.
const BAND: usize = 1 << 15;

/// Pixels that are copied at a time, because a transform has an input and an output.
const STEP: usize = 1 << 10;

/// Converts pixels, in place, from the colour space that an ICC profile describes to sRGB,
/// with the profile's own intent. Alpha is not changed. Returns whether anything was done.
///
/// Nothing is done, and that is no error, when the profile is sRGB already (no colour moves by
/// more than one level of 8 bits), when it is damaged, and when it is not for the picture's
/// channels: RGB for 3 and 4, grey for 1 and 2. (That of a CMYK JPEG is for inks, which
/// decoding has turned into RGB.) A picture with a broken profile is shown as it is
/// everywhere else, too.
///
/// The same bits on any number of threads.
///
/// # Errors
/// [`Error::InvalidArgument`] when `pixels` has another length than `shape` says,
/// [`Error::WrongType`] for floats, [`Error::Cancelled`] (the pixels are then partly
/// converted).
pub fn to_srgb(
    token: &Token,
    pixels: PixelsMut<'_>,
    shape: Shape,
    icc: &[u8],
) -> Result<bool, Error> {
    pixels.check(shape)?;
    match pixels {
        PixelsMut::U8(pixels) => convert(token, pixels, shape, icc),
        PixelsMut::U16(pixels) => convert(token, pixels, shape, icc),
        PixelsMut::F32(_) => Err(Error::WrongType(
            "Expected samples of 8 or 16 bits to convert to sRGB, got floats".to_owned(),
        )),
    }
}

fn convert<T: Widen + Send>(
    token: &Token,
    pixels: &mut [T],
    shape: Shape,
    icc: &[u8],
) -> Result<bool, Error> {
    token.begin_block()?;
    // The profile comes from a file, and the back end computes a lot from it.
    let found = catch_unwind(AssertUnwindSafe(|| {
        transform(icc, shape.channels)
            .filter(|transform| moves_colors(&**transform, shape.channels))
    }));
    let Ok(Some(transform)) = found else { return Ok(false) };
    let size = shape.channels * (BAND / shape.channels);
    let blocks = Blocks { size, inline_up_to: size };
    for_each_band(token, pixels, blocks, |_, band| {
        let (mut before, mut after) = ([0; STEP * 4], [0; STEP * 4]);
        for pixels in band.chunks_mut(STEP * shape.channels) {
            let (before, after) = (&mut before[..pixels.len()], &mut after[..pixels.len()]);
            for (wide, sample) in before.iter_mut().zip(&*pixels) {
                *wide = sample.widened();
            }
            let done = transform.transform(before, after);
            assert!(done.is_ok(), "whole pixels of the layout that the transform was made for");
            for (sample, &wide) in pixels.iter_mut().zip(&*after) {
                *sample = T::narrowed(wide);
            }
        }
    })?;
    Ok(true)
}

/// Samples of 8 bits are converted as samples of 16: the back end's tables for 8 bits are
/// too coarse for dark colours.
trait Widen: Copy {
    fn widened(self) -> u16;
    fn narrowed(wide: u16) -> Self;
}

impl Widen for u8 {
    fn widened(self) -> u16 {
        u16::from(self) * 257
    }

    fn narrowed(wide: u16) -> u8 {
        ((u32::from(wide) + 128) / 257) as u8
    }
}

impl Widen for u16 {
    fn widened(self) -> u16 {
        self
    }

    fn narrowed(wide: u16) -> u16 {
        wide
    }
}

/// From the profile to sRGB, when it can be used for pictures of so many channels.
fn transform(icc: &[u8], channels: usize) -> Option<Arc<Transform16BitExecutor>> {
    let profile = ColorProfile::new_from_slice(icc).ok()?;
    let srgb = ColorProfile::new_srgb();
    let (layout, target) = match (profile.color_space, channels) {
        (DataColorSpace::Rgb, 3) => (Layout::Rgb, srgb),
        (DataColorSpace::Rgb, 4) => (Layout::Rgba, srgb),
        (DataColorSpace::Gray, 1) => (Layout::Gray, grey(srgb.red_trc)),
        (DataColorSpace::Gray, 2) => (Layout::GrayAlpha, grey(srgb.red_trc)),
        _ => return None,
    };
    let options = |rendering_intent| TransformOptions {
        rendering_intent,
        // The transfer function of a profile is its curve. A second, coded one may differ.
        allow_use_cicp_transfer: false,
        prefer_fixed_point: false,
        ..TransformOptions::default()
    };
    // A profile with tables need not have one for each intent.
    [profile.rendering_intent, RenderingIntent::Perceptual].into_iter().find_map(|intent| {
        profile.create_transform_16bit(layout, &target, layout, options(intent)).ok()
    })
}

/// sRGB's curve for grey.
fn grey(curve: Option<ToneReprCurve>) -> ColorProfile {
    let mut profile = ColorProfile::new_gray_with_gamma(1.0);
    profile.gray_trc = curve;
    profile
}

/// Whether a transform changes some colour by more than a level of 8 bits: tried on a grid
/// over all colours.
fn moves_colors(transform: &Transform16BitExecutor, channels: usize) -> bool {
    const STEPS: usize = 18; // 0, 15, 30, … 255
    const LEVEL: u16 = 257;
    let level = |i: usize| i as u16 * 15 * LEVEL;
    let before: Vec<u16> = match channels {
        1 | 2 => (0..STEPS).flat_map(|i| [level(i), u16::MAX].into_iter().take(channels)).collect(),
        _ => (0..STEPS * STEPS * STEPS)
            .flat_map(|i| {
                let color = [i / STEPS / STEPS, i / STEPS % STEPS, i % STEPS].map(level);
                color.into_iter().chain([u16::MAX]).take(channels)
            })
            .collect(),
    };
    let mut after = vec![0; before.len()];
    transform.transform(&before, &mut after).is_ok()
        && before.iter().zip(&after).any(|(&a, &b)| a.abs_diff(b) > LEVEL)
}
