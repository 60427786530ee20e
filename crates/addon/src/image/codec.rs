use allcores_image::{Depth, Embedded, Encoding, Error, Info, Scale};
use allcores_parallel::Token;
use napi::Env;
use napi_derive::napi;

use super::{Shape, pixels, pixels_mut};
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
