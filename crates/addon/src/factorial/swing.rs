//! n! as a bigint and as text: the short way for small n, with nothing but the number.

use allcores_parallel::Token;
use napi::Env;
use napi_derive::napi;

use crate::call::{run, start};
use crate::failure::JsError;
use crate::outcome::{Finished, Outcome};
use crate::settle::Pending;

fn factorial_of(n: u32) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        let words = allcores_bigint::factorial(token, n.into())?;
        Ok(Outcome::BigInt { negative: false, words })
    }
}

fn text_of(n: u32) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        let text = allcores_bigint::factorial_string(token, n.into())?;
        Ok(Outcome::Text(text.into_bytes()))
    }
}

/// n! as a bigint.
#[napi(catch_unwind)]
pub fn factorial(env: Env, n: u32) -> Result<Outcome, JsError> {
    run(env, factorial_of(n))
}

/// [`factorial`] as a job.
#[napi(catch_unwind)]
pub fn start_factorial(env: Env, id: u32, n: u32) -> Result<Pending, JsError> {
    start(env, id, Vec::new(), factorial_of(n))
}

/// n! as decimal text.
#[napi(catch_unwind)]
pub fn factorial_string(env: Env, n: u32) -> Result<Outcome, JsError> {
    run(env, text_of(n))
}

/// [`factorial_string`] as a job.
#[napi(catch_unwind)]
pub fn start_factorial_string(env: Env, id: u32, n: u32) -> Result<Pending, JsError> {
    start(env, id, Vec::new(), text_of(n))
}
