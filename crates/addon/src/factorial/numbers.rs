//! The size of factorials: logarithms and digits.

use std::ops::Range;

use allcores_bigint::{LogError, MAX_DIGIT_COUNT};
use allcores_parallel::{Cancelled, Token};
use napi::Env;
use napi_derive::napi;

use crate::buffer::{Held, Numbers, NumbersMut};
use crate::call::{run, start};
use crate::failure::{Failure, JsError};
use crate::numeric::each_type;
use crate::outcome::{Finished, Outcome};
use crate::settle::Pending;

impl From<LogError> for Failure {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Cancelled => Cancelled.into(),
            other => Failure::out_of_range(other.to_string()),
        }
    }
}

/// The double next to an element.
trait ToDouble: Copy {
    fn to_double(self) -> f64;
}

macro_rules! to_double {
    ($($type:ty),*) => {$(
        impl ToDouble for $type {
            fn to_double(self) -> f64 {
                self.into()
            }
        }
    )*};
}

to_double!(i8, u8, i16, u16, i32, u32, half::f16, f32, f64);

impl ToDouble for i64 {
    fn to_double(self) -> f64 {
        self as f64
    }
}

impl ToDouble for u64 {
    fn to_double(self) -> f64 {
        self as f64
    }
}

fn convert<T: ToDouble>(numbers: &[T], block: &mut [f64]) {
    for (double, &number) in block.iter_mut().zip(numbers) {
        *double = number.to_double();
    }
}

fn logarithms_of(n: Numbers, out: NumbersMut) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        let NumbersMut::F64(mut out) = out else {
            return Err(Failure::wrong_type("Expected an output of another type"));
        };
        each_type!(n, values => {
            if values.len() != out.len() {
                return Err(Failure::out_of_range("Expected an output of another length"));
            }
            let read = |range: Range<usize>, block: &mut [f64]| convert(&values[range], block);
            allcores_bigint::log_factorials(token, &mut out, &read)?;
        });
        Ok(Outcome::Nothing)
    }
}

fn logarithm_of(n: f64) -> impl FnOnce(&Token) -> Finished {
    move |_| Ok(Outcome::Number(allcores_bigint::log_factorial(n)))
}

fn digits_of(n: f64) -> impl FnOnce(&Token) -> Finished {
    move |_| {
        let n = n as u64;
        if n > MAX_DIGIT_COUNT {
            return Err(Failure::out_of_range("Expected a smaller `n`"));
        }
        Ok(Outcome::Number(allcores_bigint::digit_count(n) as f64))
    }
}

/// ln n! for an integer.
#[napi(catch_unwind)]
pub fn log_factorial(env: Env, n: f64) -> Result<Outcome, JsError> {
    run(env, logarithm_of(n))
}

/// [`log_factorial`] as a job.
#[napi(catch_unwind)]
pub fn start_log_factorial(env: Env, id: u32, n: f64) -> Result<Pending, JsError> {
    start(env, id, Vec::new(), logarithm_of(n))
}

/// Writes ln n! of every element to `out`.
#[napi(catch_unwind)]
pub fn log_factorials(env: Env, n: Numbers, out: NumbersMut) -> Result<Outcome, JsError> {
    run(env, logarithms_of(n, out))
}

/// [`log_factorials`] as a job.
#[napi(catch_unwind)]
pub fn start_log_factorials(
    env: Env,
    id: u32,
    n: Held<Numbers>,
    out: Held<NumbersMut>,
) -> Result<Pending, JsError> {
    let ((n, hold), (out, hold_out)) = (n.split(), out.split());
    start(env, id, vec![hold, hold_out], logarithms_of(n, out))
}

/// The decimal digits of n!, for a safe integer.
#[napi(catch_unwind)]
pub fn digit_count(env: Env, n: f64) -> Result<Outcome, JsError> {
    run(env, digits_of(n))
}

/// [`digit_count`] as a job.
#[napi(catch_unwind)]
pub fn start_digit_count(env: Env, id: u32, n: f64) -> Result<Pending, JsError> {
    start(env, id, Vec::new(), digits_of(n))
}
