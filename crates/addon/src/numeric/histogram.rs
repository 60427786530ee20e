//! Histogram and bincount.

use allcores_numeric::Bins;
use allcores_parallel::Token;
use napi::Env;
use napi_derive::napi;

use super::each_type;
use super::filter::OwnFilter;
use crate::buffer::{Bytes, Held, Numbers, NumbersMut};
use crate::call::{run, start};
use crate::failure::{Failure, JsError};
use crate::outcome::{Elements, Finished, Outcome};
use crate::settle::{Pending, Reference};

/// Bins as the caller gave them.
enum OwnBins {
    Uniform { count: usize, range: Option<(f64, f64)> },
    Edges(Vec<f64>),
}

impl OwnBins {
    /// Edges, or `count` bins over a range of two numbers, if there is one.
    fn new(count: u32, range: Option<Vec<f64>>, edges: Option<Vec<f64>>) -> Self {
        match edges {
            Some(edges) => OwnBins::Edges(edges),
            None => OwnBins::Uniform {
                count: count as usize,
                range: range.and_then(|range| Some((*range.first()?, *range.get(1)?))),
            },
        }
    }

    fn get(&self) -> Bins<'_> {
        match self {
            &OwnBins::Uniform { count, range } => Bins::Uniform { count, range },
            OwnBins::Edges(edges) => Bins::Edges(edges),
        }
    }
}

/// A weight for each element, if there are weights.
fn doubles(weights: &Option<Numbers>) -> Result<Option<&[f64]>, Failure> {
    match weights {
        None => Ok(None),
        Some(Numbers::F64(weights)) => Ok(Some(weights)),
        Some(_) => Err(Failure::wrong_type("Expected the weights to be a Float64Array")),
    }
}

/// Weights for a job; the reference joins the others.
fn held(weights: Option<Held<Numbers>>, references: &mut Vec<Reference>) -> Option<Numbers> {
    weights.map(|weights| {
        let (numbers, reference) = weights.split();
        references.push(reference);
        numbers
    })
}

fn histogram_of(
    token: &Token,
    x: Numbers,
    filter: &OwnFilter,
    bins: &OwnBins,
    weights: &Option<Numbers>,
    density: bool,
) -> Finished {
    let weights = doubles(weights)?;
    let found = each_type!(x, values => {
        allcores_numeric::histogram(token, &values, filter.get(), bins.get(), weights, density)
    })?;
    let lists = [found.counts, found.edges];
    Ok(Outcome::List(lists.map(|list| Some(Outcome::Array(Elements::F64(list)))).into()))
}

/// The counts and the edges of a histogram.
#[napi(catch_unwind)]
pub fn histogram(
    env: Env,
    x: Numbers,
    mask: Option<Bytes>,
    nan: u32,
    count: u32,
    range: Option<Vec<f64>>,
    edges: Option<Vec<f64>>,
    weights: Option<Numbers>,
    density: bool,
) -> Result<Outcome, JsError> {
    let filter = OwnFilter::new(mask, nan)?;
    let bins = OwnBins::new(count, range, edges);
    run(env, |token| histogram_of(token, x, &filter, &bins, &weights, density))
}

/// [`histogram`] as a job.
#[napi(catch_unwind)]
pub fn start_histogram(
    env: Env,
    id: u32,
    x: Held<Numbers>,
    mask: Option<Held<Bytes>>,
    nan: u32,
    count: u32,
    range: Option<Vec<f64>>,
    edges: Option<Vec<f64>>,
    weights: Option<Held<Numbers>>,
    density: bool,
) -> Result<Pending, JsError> {
    let (x, hold) = x.split();
    let mut references = vec![hold];
    let filter = OwnFilter::held(mask, nan, &mut references)?;
    let bins = OwnBins::new(count, range, edges);
    let weights = held(weights, &mut references);
    start(env, id, references, move |token| {
        histogram_of(token, x, &filter, &bins, &weights, density)
    })
}

fn bincount_length_of(token: &Token, x: Numbers, min_length: f64) -> Finished {
    let length = each_type!(x, values => {
        allcores_numeric::bincount_length(token, &values, min_length as usize)
    })?;
    Ok(Outcome::Number(length as f64))
}

/// How many counts `bincount` writes.
#[napi(catch_unwind)]
pub fn bincount_length(env: Env, x: Numbers, min_length: f64) -> Result<Outcome, JsError> {
    run(env, |token| bincount_length_of(token, x, min_length))
}

/// [`bincount_length`] as a job.
#[napi(catch_unwind)]
pub fn start_bincount_length(
    env: Env,
    id: u32,
    x: Held<Numbers>,
    min_length: f64,
) -> Result<Pending, JsError> {
    let (x, hold) = x.split();
    start(env, id, vec![hold], move |token| bincount_length_of(token, x, min_length))
}

fn bincount_of(token: &Token, x: Numbers, weights: &Option<Numbers>, out: NumbersMut) -> Finished {
    let NumbersMut::F64(mut counts) = out else {
        return Err(Failure::wrong_type("Expected the counts to be a Float64Array"));
    };
    let weights = doubles(weights)?;
    each_type!(x, values => allcores_numeric::bincount(token, &values, weights, &mut counts))?;
    Ok(Outcome::Nothing)
}

/// How often each integer from 0 occurs, into an array of zeros.
#[napi(catch_unwind)]
pub fn bincount(
    env: Env,
    x: Numbers,
    weights: Option<Numbers>,
    out: NumbersMut,
) -> Result<Outcome, JsError> {
    run(env, |token| bincount_of(token, x, &weights, out))
}

/// [`bincount`] as a job.
#[napi(catch_unwind)]
pub fn start_bincount(
    env: Env,
    id: u32,
    x: Held<Numbers>,
    weights: Option<Held<Numbers>>,
    out: Held<NumbersMut>,
) -> Result<Pending, JsError> {
    let ((x, hold), (out, hold_out)) = (x.split(), out.split());
    let mut references = vec![hold, hold_out];
    let weights = held(weights, &mut references);
    start(env, id, references, move |token| bincount_of(token, x, &weights, out))
}
