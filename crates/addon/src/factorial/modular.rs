//! Factorials modulo a number, and zeros at the end of factorials.

use allcores_parallel::Token;
use napi::Env;
use napi::bindgen_prelude::BigInt;
use napi_derive::napi;

use crate::call::{run, start};
use crate::failure::{Failure, JsError};
use crate::outcome::{Finished, Outcome};
use crate::settle::Pending;

/// A bigint argument that TypeScript has checked to fit into a word.
fn word(value: &BigInt) -> Result<u64, Failure> {
    let (negative, word, lossless) = value.get_u64();
    if negative || !lossless {
        return Err(Failure::out_of_range("Expected an integer from 0 to 2^64 - 1"));
    }
    Ok(word)
}

fn residue_of(n: BigInt, m: BigInt) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        let (n, m) = (word(&n)?, word(&m)?);
        if m == 0 || m > 1 << 63 {
            return Err(Failure::out_of_range("Expected `m` to be an integer from 1 to 2^63"));
        }
        let residue = allcores_bigint::factorial_mod(token, n, m)?;
        Ok(Outcome::BigInt { negative: false, words: vec![residue] })
    }
}

fn zeros_of(n: f64, base: f64) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        if base < 2.0 {
            return Err(Failure::out_of_range("Expected `base` to be an integer from 2"));
        }
        let zeros = allcores_bigint::trailing_zeros(token, n as u64, base as u64)?;
        Ok(Outcome::Number(zeros as f64))
    }
}

/// n! modulo m.
#[napi(catch_unwind)]
pub fn factorial_mod(env: Env, n: BigInt, m: BigInt) -> Result<Outcome, JsError> {
    run(env, residue_of(n, m))
}

/// [`factorial_mod`] as a job.
#[napi(catch_unwind)]
pub fn start_factorial_mod(env: Env, id: u32, n: BigInt, m: BigInt) -> Result<Pending, JsError> {
    start(env, id, Vec::new(), residue_of(n, m))
}

/// The zeros at the end of n! in a base. Both are safe integers.
#[napi(catch_unwind)]
pub fn trailing_zeros(env: Env, n: f64, base: f64) -> Result<Outcome, JsError> {
    run(env, zeros_of(n, base))
}

/// [`trailing_zeros`] as a job.
#[napi(catch_unwind)]
pub fn start_trailing_zeros(env: Env, id: u32, n: f64, base: f64) -> Result<Pending, JsError> {
    start(env, id, Vec::new(), zeros_of(n, base))
}
