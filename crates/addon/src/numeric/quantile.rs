//! Median and quantile.

use allcores_numeric::{Fractions, Method};
use allcores_parallel::Token;
use napi::Env;
use napi_derive::napi;

use super::each_type;
use super::filter::OwnFilter;
use crate::buffer::{Bytes, Held, Numbers};
use crate::call::{run, start};
use crate::failure::{Failure, JsError};
use crate::outcome::{Elements, Finished, Outcome};
use crate::settle::Pending;

fn median_of(token: &Token, x: Numbers, filter: &OwnFilter) -> Finished {
    each_type!(x, values => {
        Ok(Outcome::Number(allcores_numeric::median(token, &values, filter.get())?))
    })
}

/// The median.
#[napi(catch_unwind)]
pub fn median(env: Env, x: Numbers, mask: Option<Bytes>, nan: u32) -> Result<Outcome, JsError> {
    let filter = OwnFilter::new(mask, nan)?;
    run(env, |token| median_of(token, x, &filter))
}

/// [`median`] as a job.
#[napi(catch_unwind)]
pub fn start_median(
    env: Env,
    id: u32,
    x: Held<Numbers>,
    mask: Option<Held<Bytes>>,
    nan: u32,
) -> Result<Pending, JsError> {
    let (x, hold) = x.split();
    let mut references = vec![hold];
    let filter = OwnFilter::held(mask, nan, &mut references)?;
    start(env, id, references, move |token| median_of(token, x, &filter))
}

/// Which quantiles, and how.
struct Wanted {
    fractions: Vec<f64>,
    /// Whether there is one, asked for as a number.
    is_one: bool,
    method: Method,
}

impl Wanted {
    /// `method` is an index into numpy's thirteen.
    fn new(fractions: Vec<f64>, is_one: bool, method: u32) -> Result<Self, Failure> {
        match Method::ALL.get(method as usize) {
            Some(&(_, method)) => Ok(Wanted { fractions, is_one, method }),
            None => Err(Failure::out_of_range("Expected a method from 0 to 12")),
        }
    }
}

fn quantile_of(token: &Token, x: Numbers, filter: &OwnFilter, wanted: &Wanted) -> Finished {
    let fractions = match wanted.fractions[..] {
        [only] if wanted.is_one => Fractions::One(only),
        _ => Fractions::Many(&wanted.fractions),
    };
    let found = each_type!(x, values => {
        allcores_numeric::quantile(token, &values, filter.get(), fractions, wanted.method)
    })?;
    Ok(match found[..] {
        [only] if wanted.is_one => Outcome::Number(only),
        _ => Outcome::Array(Elements::F64(found)),
    })
}

/// Quantiles: a number when one is asked for as such, else an array of doubles.
#[napi(catch_unwind)]
pub fn quantile(
    env: Env,
    x: Numbers,
    mask: Option<Bytes>,
    nan: u32,
    fractions: Vec<f64>,
    is_one: bool,
    method: u32,
) -> Result<Outcome, JsError> {
    let filter = OwnFilter::new(mask, nan)?;
    let wanted = Wanted::new(fractions, is_one, method)?;
    run(env, |token| quantile_of(token, x, &filter, &wanted))
}

/// [`quantile`] as a job.
#[napi(catch_unwind)]
pub fn start_quantile(
    env: Env,
    id: u32,
    x: Held<Numbers>,
    mask: Option<Held<Bytes>>,
    nan: u32,
    fractions: Vec<f64>,
    is_one: bool,
    method: u32,
) -> Result<Pending, JsError> {
    let (x, hold) = x.split();
    let mut references = vec![hold];
    let filter = OwnFilter::held(mask, nan, &mut references)?;
    let wanted = Wanted::new(fractions, is_one, method)?;
    start(env, id, references, move |token| quantile_of(token, x, &filter, &wanted))
}
