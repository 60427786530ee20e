use allcores_image::Pair;
use allcores_parallel::Token;
use napi::Env;
use napi_derive::napi;

use super::{Shape, pixels, pixels_mut};
use crate::buffer::{Held, Numbers, NumbersMut};
use crate::call::{run, start};
use crate::failure::JsError;
use crate::outcome::{Finished, Outcome};
use crate::settle::Pending;

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
