use allcores_image::{Depth, Error, Step};
use allcores_parallel::Token;
use napi::Env;
use napi_derive::napi;

use super::{Shape, pixels, pixels_mut};
use crate::buffer::{Held, Numbers, NumbersMut};
use crate::call::{run, start};
use crate::failure::{Failure, JsError};
use crate::outcome::{Finished, Outcome};
use crate::settle::Pending;

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
