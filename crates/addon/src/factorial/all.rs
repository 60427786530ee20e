//! The factorials of many numbers.

use allcores_parallel::Token;
use napi::Env;
use napi::bindgen_prelude::BigInt;
use napi_derive::napi;

use crate::buffer::Numbers;
use crate::call::{run, start};
use crate::failure::{Failure, JsError};
use crate::outcome::{Finished, Outcome};
use crate::settle::Pending;

/// A factorial that the caller has already.
#[napi(object)]
pub struct KnownFactorial {
    /// Its argument, below all others.
    pub n: u32,
    /// Its value.
    pub value: BigInt,
}

fn all_of(
    numbers: &Numbers,
    known: Option<KnownFactorial>,
) -> Result<impl FnOnce(&Token) -> Finished + use<>, Failure> {
    let ns = match numbers {
        Numbers::U32(ns) => ns.to_vec(),
        _ => return Err(Failure::wrong_type("Expected the arguments in a Uint32Array")),
    };
    // The kernel would panic.
    let begins = known.as_ref().zip(ns.first()).is_none_or(|(known, &first)| known.n < first);
    if !begins || !ns.is_sorted_by(|a, b| a < b) {
        return Err(Failure::out_of_range("Expected arguments that rise"));
    }
    Ok(move |token: &Token| {
        let results = {
            let known = known.as_ref().map(|known| (known.n, known.value.words.as_slice()));
            allcores_bigint::factorial_all(token, &ns, known)?
        };
        let value = |words| Some(Outcome::BigInt { negative: false, words });
        Ok(Outcome::List(results.into_iter().map(value).collect()))
    })
}

/// The factorials of numbers that rise, as bigints, made from one that is known if there is one.
#[napi(catch_unwind)]
pub fn factorial_all(
    env: Env,
    numbers: Numbers,
    known: Option<KnownFactorial>,
) -> Result<Outcome, JsError> {
    let all = all_of(&numbers, known)?;
    run(env, all)
}

/// [`factorial_all`] as a job.
#[napi(catch_unwind)]
pub fn start_factorial_all(
    env: Env,
    id: u32,
    numbers: Numbers,
    known: Option<KnownFactorial>,
) -> Result<Pending, JsError> {
    let all = all_of(&numbers, known)?;
    start(env, id, Vec::new(), all)
}
