//! What a kernel gives back, made into a JavaScript value on the JavaScript thread.

use std::ptr;

use napi::bindgen_prelude::ToNapiValue;
use napi::{Error, Result, Status, sys};

use crate::failure::Failure;

/// How a kernel ends.
pub(crate) type Finished = std::result::Result<Outcome, Failure>;

/// A kernel's result in a form that can cross threads.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The result was written into an array that the caller gave.
    Nothing,
    Number(f64),
    /// Sign and little-endian words.
    BigInt {
        negative: bool,
        words: Vec<u64>,
    },
    /// ASCII.
    Text(Vec<u8>),
    /// Becomes a `Uint8Array` on memory of its own, which can be transferred.
    Bytes(Vec<u8>),
}

impl ToNapiValue for Outcome {
    unsafe fn to_napi_value(env: sys::napi_env, outcome: Self) -> Result<sys::napi_value> {
        let mut value = ptr::null_mut();
        let status = match &outcome {
            // SAFETY: for this and all arms below, `env` is the live environment that napi-rs or the settle
            // callback was called with, `value` is a valid out-parameter, and every pointer
            // and length come from the same live vector.
            Outcome::Nothing => unsafe { sys::napi_get_undefined(env, &mut value) },
            // SAFETY: as above.
            Outcome::Number(number) => unsafe { sys::napi_create_double(env, *number, &mut value) },
            // SAFETY: as above.
            Outcome::BigInt { negative, words } => unsafe {
                sys::napi_create_bigint_words(
                    env,
                    (*negative).into(),
                    words.len(),
                    words.as_ptr(),
                    &mut value,
                )
            },
            // SAFETY: as above; Latin-1 takes any bytes.
            Outcome::Text(text) => unsafe {
                sys::napi_create_string_latin1(
                    env,
                    text.as_ptr().cast(),
                    text.len() as isize,
                    &mut value,
                )
            },
            Outcome::Bytes(bytes) => return byte_array(env, bytes),
        };
        check(status, "The result is too large for a JavaScript value").map(|()| value)
    }
}

/// Copies the bytes into an ArrayBuffer of V8's own. External memory would save the copy, but
/// such a buffer cannot be transferred on Node 22 and later and is refused by Electron.
fn byte_array(env: sys::napi_env, bytes: &[u8]) -> Result<sys::napi_value> {
    let (mut memory, mut buffer, mut array) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    // SAFETY: `env` is live (see the caller) and the out-parameters are valid.
    let status =
        unsafe { sys::napi_create_arraybuffer(env, bytes.len(), &mut memory, &mut buffer) };
    check(status, "There is no memory for the result")?;
    if !bytes.is_empty() {
        // SAFETY: V8 has just given `bytes.len()` bytes at `memory` that nobody else knows of.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), memory.cast(), bytes.len()) };
    }
    // SAFETY: `buffer` is the ArrayBuffer made above and the length is its own.
    let status = unsafe {
        sys::napi_create_typedarray(
            env,
            sys::TypedarrayType::uint8_array,
            bytes.len(),
            buffer,
            0,
            &mut array,
        )
    };
    check(status, "There is no memory for the result").map(|()| array)
}

fn check(status: sys::napi_status, message: &str) -> Result<()> {
    if status == sys::Status::napi_ok {
        return Ok(());
    }
    Err(Error::new(Status::from(status), message.to_owned()))
}
