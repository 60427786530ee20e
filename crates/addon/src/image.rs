//! Two entries for each image kernel. The caller allocates every output but encoded files.

use allcores_image::{Area, Error, Filter, Info, Subsampling, View};
use allcores_parallel::Token;
use napi::Env;
use napi_derive::napi;

use crate::buffer::{Bytes, BytesMut, Held};
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

/// Which part of an image is brought to which size, and how.
#[napi(object)]
pub struct Placement {
    /// Where the part begins across, in pixels, fractions allowed.
    pub left: f64,
    /// Where it begins down.
    pub top: f64,
    /// Where it ends across.
    pub right: f64,
    /// Where it ends down.
    pub bottom: f64,
    /// Pixels in a row of the result.
    pub width: u32,
    /// Rows of the result.
    pub height: u32,
    /// The interpolation's name.
    pub filter: String,
}

/// An image to read.
struct Raster {
    data: Bytes,
    shape: Shape,
}

impl Raster {
    fn view(&self) -> Result<View<'_>, Error> {
        let Shape { width, height, channels } = self.shape;
        View::new(&self.data, width as usize, height as usize, channels as usize)
    }
}

fn filter_named(name: &str) -> Result<Filter, Failure> {
    Ok(match name {
        "nearest" => Filter::Nearest,
        "box" => Filter::Box,
        "bilinear" => Filter::Bilinear,
        "hamming" => Filter::Hamming,
        "bicubic" => Filter::Bicubic,
        "lanczos3" => Filter::Lanczos3,
        _ => return Err(Failure::wrong_type(format!("Unknown filter {name}"))),
    })
}

fn grayscale_of(raster: Raster, mut out: BytesMut) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        allcores_image::grayscale(token, raster.view()?, &mut out)?;
        Ok(Outcome::Nothing)
    }
}

fn blur_of(raster: Raster, x: f64, y: f64, mut out: BytesMut) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        allcores_image::gaussian_blur(token, raster.view()?, x as f32, y as f32, &mut out)?;
        Ok(Outcome::Nothing)
    }
}

fn resize_of(raster: Raster, to: Placement, mut out: BytesMut) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        let filter = filter_named(&to.filter)?;
        let Placement { left, top, right, bottom, .. } = to;
        let area = Area { left, top, right, bottom };
        let size = (to.width as usize, to.height as usize);
        allcores_image::resize(token, raster.view()?, area, size, filter, &mut out)?;
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

/// One channel of luma.
#[napi(catch_unwind)]
pub fn grayscale(env: Env, data: Bytes, shape: Shape, out: BytesMut) -> Result<Outcome, JsError> {
    run(env, grayscale_of(Raster { data, shape }, out))
}

/// [`grayscale`] as a job.
#[napi(catch_unwind)]
pub fn start_grayscale(
    env: Env,
    id: u32,
    data: Held<Bytes>,
    shape: Shape,
    out: Held<BytesMut>,
) -> Result<Pending, JsError> {
    let ((data, hold), (out, hold_out)) = (data.split(), out.split());
    let raster = Raster { data, shape };
    start(env, id, vec![hold, hold_out], grayscale_of(raster, out))
}

/// A Gaussian blur with Pillow's bytes.
#[napi(catch_unwind)]
pub fn gaussian_blur(
    env: Env,
    data: Bytes,
    shape: Shape,
    x: f64,
    y: f64,
    out: BytesMut,
) -> Result<Outcome, JsError> {
    run(env, blur_of(Raster { data, shape }, x, y, out))
}

/// [`gaussian_blur`] as a job.
#[napi(catch_unwind)]
pub fn start_gaussian_blur(
    env: Env,
    id: u32,
    data: Held<Bytes>,
    shape: Shape,
    x: f64,
    y: f64,
    out: Held<BytesMut>,
) -> Result<Pending, JsError> {
    let ((data, hold), (out, hold_out)) = (data.split(), out.split());
    let raster = Raster { data, shape };
    start(env, id, vec![hold, hold_out], blur_of(raster, x, y, out))
}

/// Brings an area of an image to a size.
#[napi(catch_unwind)]
pub fn resize(
    env: Env,
    data: Bytes,
    shape: Shape,
    to: Placement,
    out: BytesMut,
) -> Result<Outcome, JsError> {
    let raster = Raster { data, shape };
    run(env, resize_of(raster, to, out))
}

/// [`resize`] as a job.
#[napi(catch_unwind)]
pub fn start_resize(
    env: Env,
    id: u32,
    data: Held<Bytes>,
    shape: Shape,
    to: Placement,
    out: Held<BytesMut>,
) -> Result<Pending, JsError> {
    let ((data, hold), (out, hold_out)) = (data.split(), out.split());
    let raster = Raster { data, shape };
    start(env, id, vec![hold, hold_out], resize_of(raster, to, out))
}
