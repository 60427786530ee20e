//! Two entries for each image kernel. The caller allocates every output but encoded files.

use allcores_image::{Depth, Error, Info, Pixels, PixelsMut, Step, Subsampling, View};
use allcores_parallel::Token;
use napi::Env;
use napi_derive::napi;

use crate::buffer::{Bytes, BytesMut, Held, Numbers, NumbersMut};
use crate::call::{run, start};
use crate::failure::{Failure, JsError};
use crate::outcome::{Finished, Outcome};
use crate::settle::Pending;

/// What a file's header says.
#[napi(object)]
pub struct ImageInfo {
    /// `jpeg` or `png`.
    pub format: String,
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Samples in a decoded pixel.
    pub channels: u32,
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

/// An image to read.
struct Raster {
    data: Bytes,
    shape: Shape,
}

impl Raster {
    fn view(&self) -> Result<View<'_>, Error> {
        let (width, height, channels) = self.shape.sizes();
        View::new(&self.data, width, height, channels)
    }
}

/// The samples of an image, from a typed array of one of the three types that they may have.
fn pixels<'a>(data: &'a Numbers, shape: &Shape) -> Result<Pixels<'a>, Failure> {
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

fn no_samples() -> Failure {
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

fn decode_of(bytes: Bytes, limit: f64, mut out: BytesMut) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        allcores_image::decode_into(token, &bytes, limit as u64, &mut out)?;
        Ok(Outcome::Nothing)
    }
}

fn jpeg_of(raster: Raster, quality: u32, full_colour: bool) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        let subsampling = if full_colour { Subsampling::S444 } else { Subsampling::S420 };
        let quality = u8::try_from(quality).unwrap_or(u8::MAX); // out of range either way
        let file = allcores_image::encode_jpeg(token, raster.view()?, quality, subsampling)?;
        Ok(Outcome::Bytes(file))
    }
}

fn png_of(raster: Raster, level: u32) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        let level = u8::try_from(level).unwrap_or(u8::MAX); // out of range either way
        Ok(Outcome::Bytes(allcores_image::encode_png(token, raster.view()?, level)?))
    }
}

/// Reads a file's header and refuses an image of more than `limit` pixels.
#[napi(catch_unwind)]
pub fn probe_image(bytes: Bytes, limit: f64) -> Result<ImageInfo, JsError> {
    let info = allcores_image::probe(&bytes).map_err(Failure::from)?;
    let Info { format, width, height, channels, .. } = info;
    let pixels = (width as u64).saturating_mul(height as u64);
    if pixels > limit as u64 {
        let refused = Error::TooLarge { width, height, limit: limit as u64 };
        return Err(Failure::from(refused).into());
    }
    // A header cannot say more than 32 bits in either direction.
    let [width, height, channels] = [width, height, channels].map(|value| value as u32);
    Ok(ImageInfo { format: format.name().to_owned(), width, height, channels })
}

/// Decodes a file into memory of the size that its header asks for.
#[napi(catch_unwind)]
pub fn decode_image(env: Env, bytes: Bytes, limit: f64, out: BytesMut) -> Result<Outcome, JsError> {
    run(env, decode_of(bytes, limit, out))
}

/// [`decode_image`] as a job.
#[napi(catch_unwind)]
pub fn start_decode_image(
    env: Env,
    id: u32,
    bytes: Held<Bytes>,
    limit: f64,
    out: Held<BytesMut>,
) -> Result<Pending, JsError> {
    let ((bytes, hold), (out, hold_out)) = (bytes.split(), out.split());
    start(env, id, vec![hold, hold_out], decode_of(bytes, limit, out))
}

/// A JPEG file.
#[napi(catch_unwind)]
pub fn encode_jpeg(
    env: Env,
    data: Bytes,
    shape: Shape,
    quality: u32,
    full_colour: bool,
) -> Result<Outcome, JsError> {
    run(env, jpeg_of(Raster { data, shape }, quality, full_colour))
}

/// [`encode_jpeg`] as a job.
#[napi(catch_unwind)]
pub fn start_encode_jpeg(
    env: Env,
    id: u32,
    data: Held<Bytes>,
    shape: Shape,
    quality: u32,
    full_colour: bool,
) -> Result<Pending, JsError> {
    let (data, hold) = data.split();
    let raster = Raster { data, shape };
    start(env, id, vec![hold], jpeg_of(raster, quality, full_colour))
}

/// A PNG file.
#[napi(catch_unwind)]
pub fn encode_png(env: Env, data: Bytes, shape: Shape, level: u32) -> Result<Outcome, JsError> {
    run(env, png_of(Raster { data, shape }, level))
}

/// [`encode_png`] as a job.
#[napi(catch_unwind)]
pub fn start_encode_png(
    env: Env,
    id: u32,
    data: Held<Bytes>,
    shape: Shape,
    level: u32,
) -> Result<Pending, JsError> {
    let (data, hold) = data.split();
    start(env, id, vec![hold], png_of(Raster { data, shape }, level))
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
