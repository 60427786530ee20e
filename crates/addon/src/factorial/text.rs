//! Products of any two BigInts, and BigInts as decimal text. Their words cross as they are.

use allcores_bigint::{MAX_BITS, from_decimal, memory, multiply, text_memory, to_decimal};
use allcores_parallel::Token;
use napi::Env;
use napi::bindgen_prelude::BigInt;
use napi_derive::napi;

use super::check_bits;
use crate::call::{run, start};
use crate::failure::{Failure, JsError};
use crate::outcome::{Finished, Outcome};
use crate::settle::Pending;

/// log2 of a number, from its first two words; minus infinity for 0.
fn bits_of(x: &BigInt) -> f64 {
    let Some(top) = x.words.iter().rposition(|&word| word != 0) else { return f64::NEG_INFINITY };
    let below = if top == 0 { 0 } else { x.words[top - 1] };
    let leading = u128::from(x.words[top]) << 64 | u128::from(below);
    (leading as f64).log2() + 64.0 * (top as f64 - 1.0)
}

fn product_of(a: BigInt, b: BigInt) -> Result<impl FnOnce(&Token) -> Finished, Failure> {
    check_bits(bits_of(&a) + bits_of(&b))?;
    Ok(move |token: &Token| {
        let words = multiply(token, &a.words, &b.words)?;
        // A zero has no sign.
        let negative = a.sign_bit != b.sign_bit && !words.is_empty();
        Ok(Outcome::BigInt { negative, words })
    })
}

fn text_of(x: BigInt) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        let mut text = to_decimal(token, &x.words)?;
        if x.sign_bit {
            text.insert(0, b'-');
        }
        Ok(Outcome::Text(text))
    }
}

fn number_of(text: String) -> Result<impl FnOnce(&Token) -> Finished, Failure> {
    let negative = text.starts_with('-');
    let sign = usize::from(negative || text.starts_with('+'));
    let digits = &text.as_bytes()[sign..];
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Failure::new(
            "ERR_INVALID_ARG_VALUE",
            "Expected `text` to be decimal digits with or without a sign before them",
        ));
    }
    let start = sign + digits.iter().take_while(|&&digit| digit == b'0').count();
    check_bits(bits_of_digits(&text.as_bytes()[start..]))?;
    Ok(move |token: &Token| {
        let words = from_decimal(token, &text.as_bytes()[start..])?;
        Ok(Outcome::BigInt { negative: negative && !words.is_empty(), words })
    })
}

/// log2 of a number, from its first digits; its first is not 0.
fn bits_of_digits(digits: &[u8]) -> f64 {
    let (leading, rest) = digits.split_at(digits.len().min(18));
    let number =
        leading.iter().fold(0, |number: u64, &digit| 10 * number + u64::from(digit - b'0'));
    (number as f64).log2() + std::f64::consts::LOG2_10 * rest.len() as f64
}

/// log2 of a bigint's magnitude; minus infinity for 0.
#[napi(catch_unwind)]
pub fn bigint_bits(x: BigInt) -> f64 {
    bits_of(&x)
}

/// The bytes that [`multiply_bigints`], [`bigint_to_string`] or [`bigint_from_string`] take, at most, when
/// the result has so many bits.
#[napi(catch_unwind)]
pub fn bigint_memory(bits: f64, is_text: bool) -> f64 {
    let bits = bits.clamp(0.0, MAX_BITS as f64);
    if is_text { text_memory(bits, 0) } else { memory(bits, 0) }
}

/// a * b.
#[napi(catch_unwind)]
pub fn multiply_bigints(env: Env, a: BigInt, b: BigInt) -> Result<Outcome, JsError> {
    run(env, product_of(a, b)?)
}

/// [`multiply_bigints`] as a job.
#[napi(catch_unwind)]
pub fn start_multiply_bigints(env: Env, id: u32, a: BigInt, b: BigInt) -> Result<Pending, JsError> {
    start(env, id, Vec::new(), product_of(a, b)?)
}

/// A bigint as decimal text.
#[napi(catch_unwind)]
pub fn bigint_to_string(env: Env, x: BigInt) -> Result<Outcome, JsError> {
    run(env, text_of(x))
}

/// [`bigint_to_string`] as a job.
#[napi(catch_unwind)]
pub fn start_bigint_to_string(env: Env, id: u32, x: BigInt) -> Result<Pending, JsError> {
    start(env, id, Vec::new(), text_of(x))
}

/// The bigint of a decimal text.
#[napi(catch_unwind)]
pub fn bigint_from_string(env: Env, text: String) -> Result<Outcome, JsError> {
    run(env, number_of(text)?)
}

/// [`bigint_from_string`] as a job.
#[napi(catch_unwind)]
pub fn start_bigint_from_string(env: Env, id: u32, text: String) -> Result<Pending, JsError> {
    start(env, id, Vec::new(), number_of(text)?)
}
