//! Two entries for each kernel of the factorial family.

mod all;
mod family;
mod modular;
mod numbers;
mod swing;
mod text;

use allcores_bigint::{MAX_BITS, factorial_bits, factorial_mod_memory, memory, text_memory};
use napi_derive::napi;

use self::family::Call;
use crate::buffer::Numbers;
use crate::failure::{Failure, JsError};

/// The bytes that a call will take, at most. `kind` is the name of the kernel or `text` for a factorial's
/// decimal text; `numbers` are its integers as 64-bit words.
#[napi(catch_unwind)]
pub fn factorial_memory(kind: String, numbers: Numbers) -> Result<f64, JsError> {
    let words = words(&numbers)?;
    Ok(match (kind.as_str(), words) {
        ("factorial", &[n]) => memory(factorial_bits(n), n),
        ("factorialString", &[n]) => text_memory(factorial_bits(n), n),
        ("factorialMod", &[n, m]) => factorial_mod_memory(n, m),
        ("factorialAll", ns) => {
            let bytes = |&n: &u64| factorial_bits(n) / 8.0;
            let largest = ns.iter().copied().max().unwrap_or(0);
            // Each result is there twice, when it becomes a BigInt.
            memory(factorial_bits(largest), largest) + 2.0 * ns.iter().map(bytes).sum::<f64>()
        }
        (kind, words) => Call::parse(kind, words)?.memory(),
    })
}

fn words(numbers: &Numbers) -> Result<&[u64], Failure> {
    match numbers {
        Numbers::U64(words) => Ok(words),
        _ => Err(Failure::wrong_type("Expected the integers in a BigUint64Array")),
    }
}

/// Refuses a result that no BigInt can hold.
fn check_bits(bits: f64) -> Result<(), Failure> {
    if bits < MAX_BITS as f64 {
        return Ok(());
    }
    Err(Failure::out_of_range(format!(
        "Expected a result of at most {MAX_BITS} bits, which is what a bigint holds; it would have \
         about {bits:.0}, and there is no other form of it"
    )))
}
