//! Two entries for each reduction: one that blocks and one that starts a job.

use allcores_numeric::{Error, Exact};
use allcores_parallel::Token;
use napi::Env;
use napi_derive::napi;

use crate::buffer::{Held, Numbers};
use crate::call::{run, start};
use crate::failure::{Failure, JsError};
use crate::outcome::{Finished, Outcome};
use crate::settle::Pending;

/// Runs one generic kernel on whichever element type the array has.
macro_rules! each_type {
    ($numbers:expr, $values:ident => $body:expr) => {
        match $numbers {
            Numbers::I8($values) => $body,
            Numbers::U8($values) => $body,
            Numbers::I16($values) => $body,
            Numbers::U16($values) => $body,
            Numbers::I32($values) => $body,
            Numbers::U32($values) => $body,
            Numbers::F32($values) => $body,
            Numbers::F64($values) => $body,
            Numbers::I64($values) => $body,
            Numbers::U64($values) => $body,
        }
    };
}

/// A result of a kernel as JavaScript sees it.
trait IntoOutcome {
    /// `wide`: the input's elements are bigints, or the caller asked for one.
    fn into_outcome(self, wide: bool) -> Outcome;
}

impl IntoOutcome for f64 {
    fn into_outcome(self, _: bool) -> Outcome {
        Outcome::Number(self)
    }
}

impl IntoOutcome for Exact {
    fn into_outcome(self, wide: bool) -> Outcome {
        if wide {
            let words = self.words().to_vec();
            Outcome::BigInt { negative: self.is_negative(), words }
        } else {
            Outcome::Number(self.to_f64())
        }
    }
}

impl IntoOutcome for i64 {
    fn into_outcome(self, _: bool) -> Outcome {
        Outcome::BigInt { negative: self < 0, words: vec![self.unsigned_abs()] }
    }
}

impl IntoOutcome for u64 {
    fn into_outcome(self, _: bool) -> Outcome {
        Outcome::BigInt { negative: false, words: vec![self] }
    }
}

macro_rules! is_a_number {
    ($($type:ty),*) => {$(
        impl IntoOutcome for $type {
            fn into_outcome(self, _: bool) -> Outcome {
                Outcome::Number(self.into())
            }
        }
    )*};
}

is_a_number!(i8, u8, i16, u16, i32, u32, f32);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Cancelled => allcores_parallel::Cancelled.into(),
            other => Failure::out_of_range(other.to_string()),
        }
    }
}

fn is_wide(numbers: &Numbers) -> bool {
    matches!(numbers, Numbers::I64(_) | Numbers::U64(_))
}

fn sum_of(x: Numbers, bigint: bool) -> impl FnOnce(&Token) -> Finished {
    let wide = bigint || is_wide(&x);
    move |token| each_type!(x, values => Ok(allcores_numeric::sum(token, &values)?.into_outcome(wide)))
}

fn mean_of(x: Numbers) -> impl FnOnce(&Token) -> Finished {
    move |token| each_type!(x, values => Ok(Outcome::Number(allcores_numeric::mean(token, &values)?)))
}

fn variance_of(x: Numbers, ddof: u32) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        each_type!(x, values => {
            Ok(Outcome::Number(allcores_numeric::variance(token, &values, ddof as usize)?))
        })
    }
}

fn min_of(x: Numbers) -> impl FnOnce(&Token) -> Finished {
    move |token| each_type!(x, values => Ok(allcores_numeric::min(token, &values)?.into_outcome(false)))
}

fn max_of(x: Numbers) -> impl FnOnce(&Token) -> Finished {
    move |token| each_type!(x, values => Ok(allcores_numeric::max(token, &values)?.into_outcome(false)))
}

fn squares_of(x: Numbers, bigint: bool) -> impl FnOnce(&Token) -> Finished {
    let wide = bigint || is_wide(&x);
    move |token| {
        each_type!(x, values => {
            Ok(allcores_numeric::sum_of_squares(token, &values)?.into_outcome(wide))
        })
    }
}

fn dot_of(a: Numbers, b: Numbers, bigint: bool) -> impl FnOnce(&Token) -> Finished {
    let wide = bigint || is_wide(&a);
    macro_rules! pairs {
        ($($variant:ident)*) => {
            move |token: &Token| match (a, b) {
                $((Numbers::$variant(left), Numbers::$variant(right)) => {
                    Ok(allcores_numeric::dot(token, &left, &right)?.into_outcome(wide))
                })*
                _ => Err(Failure::wrong_type("Expected two typed arrays of the same type")),
            }
        };
    }
    pairs!(I8 U8 I16 U16 I32 U32 F32 F64 I64 U64)
}

/// The sum; a bigint for 64-bit integers or when `bigint` asks for one.
#[napi(catch_unwind)]
pub fn sum(env: Env, x: Numbers, bigint: bool) -> Result<Outcome, JsError> {
    run(env, sum_of(x, bigint))
}

/// [`sum`] as a job.
#[napi(catch_unwind)]
pub fn start_sum(env: Env, id: u32, x: Held<Numbers>, bigint: bool) -> Result<Pending, JsError> {
    let (x, hold) = x.split();
    start(env, id, vec![hold], sum_of(x, bigint))
}

/// The arithmetic mean.
#[napi(catch_unwind)]
pub fn mean(env: Env, x: Numbers) -> Result<Outcome, JsError> {
    run(env, mean_of(x))
}

/// [`mean`] as a job.
#[napi(catch_unwind)]
pub fn start_mean(env: Env, id: u32, x: Held<Numbers>) -> Result<Pending, JsError> {
    let (x, hold) = x.split();
    start(env, id, vec![hold], mean_of(x))
}

/// The variance with divisor n - ddof.
#[napi(catch_unwind)]
pub fn variance(env: Env, x: Numbers, ddof: u32) -> Result<Outcome, JsError> {
    run(env, variance_of(x, ddof))
}

/// [`variance`] as a job.
#[napi(catch_unwind)]
pub fn start_variance(env: Env, id: u32, x: Held<Numbers>, ddof: u32) -> Result<Pending, JsError> {
    let (x, hold) = x.split();
    start(env, id, vec![hold], variance_of(x, ddof))
}

/// The least element.
#[napi(catch_unwind)]
pub fn min(env: Env, x: Numbers) -> Result<Outcome, JsError> {
    run(env, min_of(x))
}

/// [`min`] as a job.
#[napi(catch_unwind)]
pub fn start_min(env: Env, id: u32, x: Held<Numbers>) -> Result<Pending, JsError> {
    let (x, hold) = x.split();
    start(env, id, vec![hold], min_of(x))
}

/// The greatest element.
#[napi(catch_unwind)]
pub fn max(env: Env, x: Numbers) -> Result<Outcome, JsError> {
    run(env, max_of(x))
}

/// [`max`] as a job.
#[napi(catch_unwind)]
pub fn start_max(env: Env, id: u32, x: Held<Numbers>) -> Result<Pending, JsError> {
    let (x, hold) = x.split();
    start(env, id, vec![hold], max_of(x))
}

/// The sum of the products of two arrays of one type and length.
#[napi(catch_unwind)]
pub fn dot(env: Env, a: Numbers, b: Numbers, bigint: bool) -> Result<Outcome, JsError> {
    run(env, dot_of(a, b, bigint))
}

/// [`dot`] as a job.
#[napi(catch_unwind)]
pub fn start_dot(
    env: Env,
    id: u32,
    a: Held<Numbers>,
    b: Held<Numbers>,
    bigint: bool,
) -> Result<Pending, JsError> {
    let ((a, hold_a), (b, hold_b)) = (a.split(), b.split());
    start(env, id, vec![hold_a, hold_b], dot_of(a, b, bigint))
}

/// The sum of the squares.
#[napi(catch_unwind)]
pub fn sum_of_squares(env: Env, x: Numbers, bigint: bool) -> Result<Outcome, JsError> {
    run(env, squares_of(x, bigint))
}

/// [`sum_of_squares`] as a job.
#[napi(catch_unwind)]
pub fn start_sum_of_squares(
    env: Env,
    id: u32,
    x: Held<Numbers>,
    bigint: bool,
) -> Result<Pending, JsError> {
    let (x, hold) = x.split();
    start(env, id, vec![hold], squares_of(x, bigint))
}
