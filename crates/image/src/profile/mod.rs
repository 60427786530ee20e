//! Colour profiles: pixels of another colour space to sRGB. The only file that names the
//! back end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use allcores_parallel::{Blocks, Token, for_each_band};
use moxcms::{
    ColorProfile, DataColorSpace, Layout, ToneReprCurve, TransformExecutor, TransformOptions,
};

use crate::{Error, PixelsMut, Sample, Shape};

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

fn convert<T: Channel>(
    token: &Token,
    pixels: &mut [T],
    shape: Shape,
    icc: &[u8],
) -> Result<bool, Error> {
    token.begin_block()?;
    // The profile comes from a file, and the back end computes a lot from it.
    let found = catch_unwind(AssertUnwindSafe(|| {
        transform::<T>(icc, shape.channels)
            .filter(|transform| moves_colors::<T>(&**transform, shape.channels))
    }));
    let Ok(Some(transform)) = found else { return Ok(false) };
    let size = shape.channels * (BAND / shape.channels);
    let blocks = Blocks { size, inline_up_to: size };
    for_each_band(token, pixels, blocks, |_, band| {
        let mut before = [T::default(); STEP * 4];
        for pixels in band.chunks_mut(STEP * shape.channels) {
            let before = &mut before[..pixels.len()];
            before.copy_from_slice(pixels);
            let done = transform.transform(before, pixels);
            assert!(done.is_ok(), "whole pixels of the layout that the transform was made for");
        }
    })?;
    Ok(true)
}

type Transform<T> = dyn TransformExecutor<T> + Send + Sync;

/// From the profile to sRGB, when it can be used for pictures of so many channels.
fn transform<T: Channel>(icc: &[u8], channels: usize) -> Option<Arc<Transform<T>>> {
    let profile = ColorProfile::new_from_slice(icc).ok()?;
    let srgb = ColorProfile::new_srgb();
    let (layout, target) = match (profile.color_space, channels) {
        (DataColorSpace::Rgb, 3) => (Layout::Rgb, srgb),
        (DataColorSpace::Rgb, 4) => (Layout::Rgba, srgb),
        (DataColorSpace::Gray, 1) => (Layout::Gray, grey(srgb.red_trc)),
        (DataColorSpace::Gray, 2) => (Layout::GrayAlpha, grey(srgb.red_trc)),
        _ => return None,
    };
    let options = TransformOptions {
        rendering_intent: profile.rendering_intent,
        // The transfer function of a profile is its curve. A second, coded one may differ.
        allow_use_cicp_transfer: false,
        prefer_fixed_point: false,
        ..TransformOptions::default()
    };
    T::transform(&profile, &target, layout, options)
}

/// sRGB's curve for grey.
fn grey(curve: Option<ToneReprCurve>) -> ColorProfile {
    let mut profile = ColorProfile::new_gray_with_gamma(1.0);
    profile.gray_trc = curve;
    profile
}

/// Whether a transform changes some colour by more than a level of 8 bits: tried on a grid
/// over all colours.
fn moves_colors<T: Channel>(transform: &Transform<T>, channels: usize) -> bool {
    const STEPS: usize = 18; // 0, 15, 30, … 255
    let level = |i: usize| T::from_f64((i * 15) as f64 / 255.0 * T::DEPTH.white());
    let white = T::from_f64(T::DEPTH.white());
    let before: Vec<T> = match channels {
        1 | 2 => (0..STEPS).flat_map(|i| [level(i), white].into_iter().take(channels)).collect(),
        _ => (0..STEPS * STEPS * STEPS)
            .flat_map(|i| {
                let color = [i / STEPS / STEPS, i / STEPS % STEPS, i % STEPS].map(level);
                color.into_iter().chain([white]).take(channels)
            })
            .collect(),
    };
    let mut after = vec![T::default(); before.len()];
    let one = T::DEPTH.white() / 255.0;
    transform.transform(&before, &mut after).is_ok()
        && before.iter().zip(&after).any(|(a, b)| (a.to_f64() - b.to_f64()).abs() > one)
}

/// The samples that the back end has a transform for.
trait Channel: Sample {
    fn transform(
        from: &ColorProfile,
        to: &ColorProfile,
        layout: Layout,
        options: TransformOptions,
    ) -> Option<Arc<Transform<Self>>>;
}

impl Channel for u8 {
    fn transform(
        from: &ColorProfile,
        to: &ColorProfile,
        layout: Layout,
        options: TransformOptions,
    ) -> Option<Arc<Transform<u8>>> {
        from.create_transform_8bit(layout, to, layout, options).ok()
    }
}

impl Channel for u16 {
    fn transform(
        from: &ColorProfile,
        to: &ColorProfile,
        layout: Layout,
        options: TransformOptions,
    ) -> Option<Arc<Transform<u16>>> {
        from.create_transform_16bit(layout, to, layout, options).ok()
    }
}
