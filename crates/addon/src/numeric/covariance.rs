//! How two arrays vary together.

use allcores_parallel::Token;
use napi::Env;
use napi_derive::napi;

use super::each_pair;
use super::filter::OwnFilter;
use crate::buffer::{Bytes, Held, Numbers};
use crate::call::{run, start};
use crate::failure::{Failure, JsError};
use crate::outcome::{Finished, Outcome};
use crate::settle::Pending;

/// The covariance with divisor n - `ddof`, or without one the correlation.
fn together(
    a: Numbers,
    b: Numbers,
    filter: &OwnFilter,
    ddof: Option<u32>,
    token: &Token,
) -> Finished {
    let filter = filter.get();
    each_pair!(a, b, (left, right) => Ok(Outcome::Number(match ddof {
        Some(ddof) => allcores_numeric::covariance(token, &left, &right, filter, ddof as usize)?,
        None => allcores_numeric::correlation(token, &left, &right, filter)?,
    })))
}

/// The covariance of two arrays of one type and length with divisor n - `ddof`; without `ddof`
/// their correlation.
#[napi(catch_unwind)]
pub fn covariance(
    env: Env,
    a: Numbers,
    b: Numbers,
    mask: Option<Bytes>,
    nan: u32,
    ddof: Option<u32>,
) -> Result<Outcome, JsError> {
    let filter = OwnFilter::new(mask, nan)?;
    run(env, |token| together(a, b, &filter, ddof, token))
}

/// [`covariance`] as a job.
#[napi(catch_unwind)]
pub fn start_covariance(
    env: Env,
    id: u32,
    a: Held<Numbers>,
    b: Held<Numbers>,
    mask: Option<Held<Bytes>>,
    nan: u32,
    ddof: Option<u32>,
) -> Result<Pending, JsError> {
    let ((a, hold_a), (b, hold_b)) = (a.split(), b.split());
    let mut references = vec![hold_a, hold_b];
    let filter = OwnFilter::held(mask, nan, &mut references)?;
    start(env, id, references, move |token| together(a, b, &filter, ddof, token))
}
