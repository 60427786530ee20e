//! Two entries for each image kernel. The caller allocates every output but encoded files.

use allcores_image::{
    Depth, Embedded, Encoding, Error, Info, Pair, Pixels, PixelsMut, Scale, Step, View,
};
use allcores_parallel::Token;
use napi::Env;
use napi_derive::napi;

use crate::buffer::{Bytes, Held, Numbers, NumbersMut};
use crate::call::{run, start};
use crate::failure::{Failure, JsError};
use crate::outcome::{Finished, Outcome};
use crate::settle::Pending;

/// What decoding a file needs.
#[napi(object)]
pub struct DecodedShape {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Samples in a decoded pixel.
    pub channels: u32,
    /// Whether the samples need 16 bits.
    pub wide: bool,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match error {
            Error::UnknownFormat => "ALLCORES_ERR_IMAGE_FORMAT",
            Error::Corrupt { .. } => "ALLCORES_ERR_IMAGE_CORRUPT",
            Error::TooLarge { .. } => "ALLCORES_ERR_IMAGE_LIMIT",
            Error::Unsupported { .. } => "ALLCORES_ERR_IMAGE_UNSUPPORTED",
            Error::Cancelled => return allcores_parallel::Cancelled.into(),
            Error::WrongType(_) => "ERR_INVALID_ARG_TYPE",
            _ => "ERR_OUT_OF_RANGE",
        };
        Failure::new(code, error.to_string())
    }
}

/// The numbers that say what an image's samples mean.
#[napi(object)]
pub struct Shape {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Samples in a pixel.
    pub channels: u32,
}

impl Shape {
    fn sizes(&self) -> (usize, usize, usize) {
        (self.width as usize, self.height as usize, self.channels as usize)
    }
}

/// The samples of an image, from a typed array of one of the three types that they may have.
pub(crate) fn pixels<'a>(data: &'a Numbers, shape: &Shape) -> Result<Pixels<'a>, Failure> {
    let (width, height, channels) = shape.sizes();
    Ok(match data {
        Numbers::U8(data) => Pixels::U8(View::new(data, width, height, channels)?),
        Numbers::U16(data) => Pixels::U16(View::new(data, width, height, channels)?),
        Numbers::F32(data) => Pixels::F32(View::new(data, width, height, channels)?),
        _ => return Err(no_samples()),
    })
}

fn pixels_mut(out: &mut NumbersMut) -> Result<PixelsMut<'_>, Failure> {
    Ok(match out {
        NumbersMut::U8(out) => PixelsMut::U8(out),
        NumbersMut::U16(out) => PixelsMut::U16(out),
        NumbersMut::F32(out) => PixelsMut::F32(out),
        _ => return Err(no_samples()),
    })
}

pub(crate) fn no_samples() -> Failure {
    Failure::wrong_type("Expected samples of 8 or 16 bits, or of 32-bit floats")
}

fn filter_of(
    step: String,
    data: Numbers,
    shape: Shape,
    mut out: NumbersMut,
) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        let step = Step::parse(&step)?;
        step.run(token, pixels(&data, &shape)?, pixels_mut(&mut out)?)?;
        Ok(Outcome::Nothing)
    }
}

fn decode_of(
    bytes: Bytes,
    limit: f64,
    srgb: bool,
    mut out: NumbersMut,
) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        let bytes = &*bytes;
        allcores_image::decode_into(
            token,
            bytes,
            limit as u64,
            Scale::Full,
            pixels_mut(&mut out)?,
        )?;
        if srgb && let Some(icc) = allcores_image::icc_profile(bytes) {
            let shape = allcores_image::probe(bytes)?.shape();
            allcores_image::to_srgb(token, pixels_mut(&mut out)?, shape, &icc)?;
        }
        Ok(Outcome::Nothing)
    }
}

/// Format, width, height, channels, bits of a sample, 1 for an animation, orientation, profile, EXIF data;
/// the last three may be missing.
fn metadata_of(bytes: Bytes) -> impl FnOnce(&Token) -> Finished {
    move |_| {
        let info = allcores_image::probe(&bytes)?;
        let number = |value: usize| Some(Outcome::Number(value as f64));
        Ok(Outcome::List(vec![
            Some(Outcome::Text(info.format.name().into())),
            number(info.width),
            number(info.height),
            number(info.channels),
            number(info.bits.into()),
            number(info.animated.into()),
            info.orientation.and_then(|value| number(value.into())),
            allcores_image::icc_profile(&bytes).map(Outcome::Bytes),
            allcores_image::exif_data(&bytes).map(|exif| Outcome::Bytes(exif.to_vec())),
        ]))
    }
}

/// What is written into a file beside the pixels.
struct Extras {
    icc: Option<Bytes>,
    exif: Option<Bytes>,
}

fn encode_of(
    encoding: String,
    data: Numbers,
    shape: Shape,
    extras: Extras,
) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        let encoding = Encoding::parse(&encoding)?;
        let embedded = Embedded { icc: extras.icc.as_deref(), exif: extras.exif.as_deref() };
        let file = allcores_image::encode(token, pixels(&data, &shape)?, &encoding, embedded)?;
        Ok(Outcome::Bytes(file))
    }
}

/// Reads a file's header and refuses an image of more than `limit` pixels.
#[napi(catch_unwind)]
pub fn decoded_shape(bytes: Bytes, limit: f64) -> Result<DecodedShape, JsError> {
    let info = allcores_image::probe(&bytes).map_err(Failure::from)?;
    let Info { width, height, channels, depth, .. } = info;
    let pixels = (width as u64).saturating_mul(height as u64);
    if pixels > limit as u64 {
        let refused = Error::TooLarge { width, height, limit: limit as u64 };
        return Err(Failure::from(refused).into());
    }
    // A header cannot say more than 32 bits in either direction.
    let [width, height, channels] = [width, height, channels].map(|value| value as u32);
    Ok(DecodedShape { width, height, channels, wide: depth == Depth::U16 })
}

/// Decodes a file into memory of the size that its header asks for, and converts it to sRGB if wanted.
#[napi(catch_unwind)]
pub fn decode_image(
    env: Env,
    bytes: Bytes,
    limit: f64,
    srgb: bool,
    out: NumbersMut,
) -> Result<Outcome, JsError> {
    run(env, decode_of(bytes, limit, srgb, out))
}

/// [`decode_image`] as a job.
#[napi(catch_unwind)]
pub fn start_decode_image(
    env: Env,
    id: u32,
    bytes: Held<Bytes>,
    limit: f64,
    srgb: bool,
    out: Held<NumbersMut>,
) -> Result<Pending, JsError> {
    let ((bytes, hold), (out, hold_out)) = (bytes.split(), out.split());
    start(env, id, vec![hold, hold_out], decode_of(bytes, limit, srgb, out))
}

/// What a file says about its picture, as the list that `metadata.ts` reads.
#[napi(catch_unwind)]
pub fn image_metadata(env: Env, bytes: Bytes) -> Result<Outcome, JsError> {
    run(env, metadata_of(bytes))
}

/// [`image_metadata`] as a job.
#[napi(catch_unwind)]
pub fn start_image_metadata(env: Env, id: u32, bytes: Held<Bytes>) -> Result<Pending, JsError> {
    let (bytes, hold) = bytes.split();
    start(env, id, vec![hold], metadata_of(bytes))
}

/// A file. `encoding` is the JSON of the format and its settings.
#[napi(catch_unwind)]
pub fn encode_image(
    env: Env,
    encoding: String,
    data: Numbers,
    shape: Shape,
    icc: Option<Bytes>,
    exif: Option<Bytes>,
) -> Result<Outcome, JsError> {
    run(env, encode_of(encoding, data, shape, Extras { icc, exif }))
}

/// [`encode_image`] as a job.
#[napi(catch_unwind)]
pub fn start_encode_image(
    env: Env,
    id: u32,
    encoding: String,
    data: Held<Numbers>,
    shape: Shape,
    icc: Option<Held<Bytes>>,
    exif: Option<Held<Bytes>>,
) -> Result<Pending, JsError> {
    let (data, hold) = data.split();
    let mut holds = vec![hold];
    let mut part = |held: Option<Held<Bytes>>| {
        held.map(|held| {
            let (bytes, hold) = held.split();
            holds.push(hold);
            bytes
        })
    };
    let extras = Extras { icc: part(icc), exif: part(exif) };
    start(env, id, holds, encode_of(encoding, data, shape, extras))
}

/// The shape of a filter's result, after its options were checked for an image of this shape and type (the
/// bytes of a sample: 1, 2 or 4).
#[napi(catch_unwind)]
pub fn filter_shape(step: String, shape: Shape, sample_bytes: u32) -> Result<Shape, JsError> {
    let depth = match sample_bytes {
        1 => Depth::U8,
        2 => Depth::U16,
        _ => Depth::F32,
    };
    let (width, height, channels) = shape.sizes();
    let shape = allcores_image::Shape { width, height, channels };
    let result = Step::parse(&step).and_then(|step| step.shape(shape, depth));
    let allcores_image::Shape { width, height, channels } = result.map_err(Failure::from)?;
    let [Ok(width), Ok(height), Ok(channels)] = [width, height, channels].map(u32::try_from) else {
        let refused = Error::TooLarge { width, height, limit: u64::from(u32::MAX) };
        return Err(Failure::from(refused).into());
    };
    Ok(Shape { width, height, channels })
}

/// Runs a filter.
#[napi(catch_unwind)]
pub fn filter_image(
    env: Env,
    step: String,
    data: Numbers,
    shape: Shape,
    out: NumbersMut,
) -> Result<Outcome, JsError> {
    run(env, filter_of(step, data, shape, out))
}

/// [`filter_image`] as a job.
#[napi(catch_unwind)]
pub fn start_filter_image(
    env: Env,
    id: u32,
    step: String,
    data: Held<Numbers>,
    shape: Shape,
    out: Held<NumbersMut>,
) -> Result<Pending, JsError> {
    let ((data, hold), (out, hold_out)) = (data.split(), out.split());
    start(env, id, vec![hold, hold_out], filter_of(step, data, shape, out))
}

fn histogram_of(
    data: Numbers,
    shape: Shape,
    mut out: NumbersMut,
) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        let counts = allcores_image::histogram(token, pixels(&data, &shape)?)?;
        if let NumbersMut::U32(out) = &mut out {
            for (out, count) in out.iter_mut().zip(counts.iter().flatten()) {
                *out = u32::try_from(*count).unwrap_or(u32::MAX);
            }
        }
        Ok(Outcome::Nothing)
    }
}

/// Counts of the values of each channel, one channel after the other.
#[napi(catch_unwind)]
pub fn image_histogram(
    env: Env,
    data: Numbers,
    shape: Shape,
    out: NumbersMut,
) -> Result<Outcome, JsError> {
    run(env, histogram_of(data, shape, out))
}

/// [`image_histogram`] as a job.
#[napi(catch_unwind)]
pub fn start_image_histogram(
    env: Env,
    id: u32,
    data: Held<Numbers>,
    shape: Shape,
    out: Held<NumbersMut>,
) -> Result<Pending, JsError> {
    let ((data, hold), (out, hold_out)) = (data.split(), out.split());
    start(env, id, vec![hold, hold_out], histogram_of(data, shape, out))
}

/// Two images and what to do with them.
struct Two {
    pair: String,
    base: (Numbers, Shape),
    other: (Numbers, Shape),
}

fn pair_of(two: Two, mut out: NumbersMut) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        let Two { pair, base, other } = two;
        let pair = Pair::parse(&pair)?;
        let (base, other) = (pixels(&base.0, &base.1)?, pixels(&other.0, &other.1)?);
        pair.run(token, base, other, pixels_mut(&mut out)?)?;
        Ok(Outcome::Nothing)
    }
}

/// Makes one image of two.
#[napi(catch_unwind)]
pub fn pair_images(
    env: Env,
    pair: String,
    base: Numbers,
    base_shape: Shape,
    other: Numbers,
    other_shape: Shape,
    out: NumbersMut,
) -> Result<Outcome, JsError> {
    let two = Two { pair, base: (base, base_shape), other: (other, other_shape) };
    run(env, pair_of(two, out))
}

/// [`pair_images`] as a job.
#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments, reason = "JavaScript passes them one by one")]
pub fn start_pair_images(
    env: Env,
    id: u32,
    pair: String,
    base: Held<Numbers>,
    base_shape: Shape,
    other: Held<Numbers>,
    other_shape: Shape,
    out: Held<NumbersMut>,
) -> Result<Pending, JsError> {
    let ((base, hold), (other, hold_other)) = (base.split(), other.split());
    let (out, hold_out) = out.split();
    let two = Two { pair, base: (base, base_shape), other: (other, other_shape) };
    start(env, id, vec![hold, hold_other, hold_out], pair_of(two, out))
}

fn join_of(
    planes: [Option<Numbers>; 4],
    shape: Shape,
    mut out: NumbersMut,
) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        let planes: Result<Vec<_>, _> =
            planes.iter().flatten().map(|plane| pixels(plane, &shape)).collect();
        allcores_image::join_channels(token, &planes?, pixels_mut(&mut out)?)?;
        Ok(Outcome::Nothing)
    }
}

/// Puts 1 to 4 grey images of one shape together.
#[napi(catch_unwind)]
pub fn join_images(
    env: Env,
    shape: Shape,
    first: Numbers,
    second: Option<Numbers>,
    third: Option<Numbers>,
    fourth: Option<Numbers>,
    out: NumbersMut,
) -> Result<Outcome, JsError> {
    run(env, join_of([Some(first), second, third, fourth], shape, out))
}

/// [`join_images`] as a job.
#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments, reason = "JavaScript passes them one by one")]
pub fn start_join_images(
    env: Env,
    id: u32,
    shape: Shape,
    first: Held<Numbers>,
    second: Option<Held<Numbers>>,
    third: Option<Held<Numbers>>,
    fourth: Option<Held<Numbers>>,
    out: Held<NumbersMut>,
) -> Result<Pending, JsError> {
    let (out, hold_out) = out.split();
    let mut holds = vec![hold_out];
    let planes = [Some(first), second, third, fourth].map(|plane| {
        plane.map(|plane| {
            let (plane, hold) = plane.split();
            holds.push(hold);
            plane
        })
    });
    start(env, id, holds, join_of(planes, shape, out))
}
