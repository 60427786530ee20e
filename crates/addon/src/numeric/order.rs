//! sort, argsort, unique and searchsorted.

use allcores_numeric::{Element, Error, Side, Unique, Wanted};
use allcores_parallel::Token;
use half::f16;
use napi::Env;
use napi_derive::napi;

use super::each_type;
use crate::buffer::{Held, Numbers, NumbersMut};
use crate::call::{run, start};
use crate::failure::{Failure, JsError};
use crate::outcome::{Elements, Finished, Outcome};
use crate::settle::Pending;

macro_rules! into_elements {
    ($($T:ident $Variant:ident)+) => {$(
        impl From<Vec<$T>> for Elements {
            fn from(values: Vec<$T>) -> Self {
                Elements::$Variant(values)
            }
        }
    )+};
}

into_elements!(i8 I8 u8 U8 i16 I16 u16 U16 i32 I32 u32 U32 f16 F16 f32 F32 f64 F64 i64 I64 u64 U64);

fn other_type() -> Failure {
    Failure::wrong_type("Expected an output of another type")
}

/// Without `x` the output is sorted in place.
fn sorted(x: Option<Numbers>, out: NumbersMut) -> impl FnOnce(&Token) -> Finished {
    macro_rules! sorted {
        ($($Variant:ident)+) => {
            move |token: &Token| {
                match (x, out) {
                    $((Some(Numbers::$Variant(x)), NumbersMut::$Variant(mut out)) => {
                        allcores_numeric::sort(token, &x, &mut out)?;
                    })+
                    $((None, NumbersMut::$Variant(mut out)) => {
                        allcores_numeric::sort_in_place(token, &mut out)?;
                    })+
                    _ => return Err(other_type()),
                }
                Ok(Outcome::Nothing)
            }
        };
    }
    sorted!(I8 U8 I16 U16 I32 U32 F16 F32 F64 I64 U64)
}

fn argsorted(x: Numbers, out: NumbersMut) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        let NumbersMut::U32(mut out) = out else { return Err(other_type()) };
        each_type!(x, values => allcores_numeric::argsort(token, &values, &mut out))?;
        Ok(Outcome::Nothing)
    }
}

fn distinct(
    x: Numbers,
    index: bool,
    counts: bool,
    inverse: Option<NumbersMut>,
) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        let mut inverse = match inverse {
            Some(NumbersMut::U32(inverse)) => Some(inverse),
            Some(_) => return Err(other_type()),
            None => None,
        };
        let wanted = Wanted { index, counts, inverse: inverse.as_deref_mut() };
        each_type!(x, values => listed(allcores_numeric::unique(token, &values, wanted)))
    }
}

fn listed<T: Element>(unique: Result<Unique<T>, Error>) -> Finished
where
    Elements: From<Vec<T>>,
{
    let Unique { values, index, counts } = unique?;
    let places = |places: Option<Vec<u32>>| places.map(|places| Outcome::Array(places.into()));
    Ok(Outcome::List(vec![Some(Outcome::Array(values.into())), places(index), places(counts)]))
}

fn searched(
    sorted: Numbers,
    values: Numbers,
    right: bool,
    out: NumbersMut,
) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        let NumbersMut::U32(mut out) = out else { return Err(other_type()) };
        let side = if right { Side::Right } else { Side::Left };
        each_type!(sorted, sorted => each_type!(values, values => {
            allcores_numeric::searchsorted(token, &sorted, &values, side, &mut out)
        }))?;
        Ok(Outcome::Nothing)
    }
}

/// Sorts `x` into `out`, of the same type and length; `out` in place without `x`.
#[napi(catch_unwind)]
pub fn sort(env: Env, x: Option<Numbers>, out: NumbersMut) -> Result<Outcome, JsError> {
    run(env, sorted(x, out))
}

/// [`sort`] as a job.
#[napi(catch_unwind)]
pub fn start_sort(
    env: Env,
    id: u32,
    x: Option<Held<Numbers>>,
    out: Held<NumbersMut>,
) -> Result<Pending, JsError> {
    let (out, hold_out) = out.split();
    let (x, hold) = x.map(Held::split).unzip();
    start(env, id, [Some(hold_out), hold].into_iter().flatten().collect(), sorted(x, out))
}

/// Writes the indices of `x` in sorted order to `out`, a `Uint32Array` of its length.
#[napi(catch_unwind)]
pub fn argsort(env: Env, x: Numbers, out: NumbersMut) -> Result<Outcome, JsError> {
    run(env, argsorted(x, out))
}

/// [`argsort`] as a job.
#[napi(catch_unwind)]
pub fn start_argsort(
    env: Env,
    id: u32,
    x: Held<Numbers>,
    out: Held<NumbersMut>,
) -> Result<Pending, JsError> {
    let ((x, hold), (out, hold_out)) = (x.split(), out.split());
    start(env, id, vec![hold, hold_out], argsorted(x, out))
}

/// The distinct values, and as wanted the index of each and its count (else `undefined`); for
/// each element the number of its value goes to `inverse`.
#[napi(catch_unwind)]
pub fn unique(
    env: Env,
    x: Numbers,
    index: bool,
    counts: bool,
    inverse: Option<NumbersMut>,
) -> Result<Outcome, JsError> {
    run(env, distinct(x, index, counts, inverse))
}

/// [`unique`] as a job.
#[napi(catch_unwind)]
pub fn start_unique(
    env: Env,
    id: u32,
    x: Held<Numbers>,
    index: bool,
    counts: bool,
    inverse: Option<Held<NumbersMut>>,
) -> Result<Pending, JsError> {
    let (x, hold) = x.split();
    let (inverse, hold_inverse) = inverse.map(Held::split).unzip();
    let references = [Some(hold), hold_inverse].into_iter().flatten().collect();
    start(env, id, references, distinct(x, index, counts, inverse))
}

/// For each of `values` its index in `sorted`, before equal elements or with `right` behind
/// them, into `out`, a `Uint32Array` as long as `values`.
#[napi(catch_unwind)]
pub fn searchsorted(
    env: Env,
    sorted: Numbers,
    values: Numbers,
    right: bool,
    out: NumbersMut,
) -> Result<Outcome, JsError> {
    run(env, searched(sorted, values, right, out))
}

/// [`searchsorted`] as a job.
#[napi(catch_unwind)]
pub fn start_searchsorted(
    env: Env,
    id: u32,
    sorted: Held<Numbers>,
    values: Held<Numbers>,
    right: bool,
    out: Held<NumbersMut>,
) -> Result<Pending, JsError> {
    let ((sorted, hold), (values, hold_values)) = (sorted.split(), values.split());
    let (out, hold_out) = out.split();
    start(env, id, vec![hold, hold_values, hold_out], searched(sorted, values, right, out))
}
