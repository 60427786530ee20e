//! What a kernel gives back, made into a JavaScript value on the JavaScript thread.

use std::ptr;

use half::f16;
use napi::bindgen_prelude::ToNapiValue;
use napi::{Error, Result, Status, sys};

use crate::buffer::FLOAT16_ARRAY;
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
    /// Becomes a typed array on memory of its own, which can be transferred.
    Array(Elements),
    /// Becomes an array of values. `None` is `undefined`.
    List(Vec<Option<Outcome>>),
}

/// Elements of a typed array whose length only the kernel knows.
#[derive(Debug)]
pub(crate) enum Elements {
    I8(Vec<i8>),
    U8(Vec<u8>),
    I16(Vec<i16>),
    U16(Vec<u16>),
    I32(Vec<i32>),
    U32(Vec<u32>),
    F16(Vec<f16>),
    F32(Vec<f32>),
    F64(Vec<f64>),
    I64(Vec<i64>),
    U64(Vec<u64>),
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
            Outcome::Bytes(bytes) => {
                return typed_array(env, bytes, sys::TypedarrayType::uint8_array);
            }
            Outcome::Array(elements) => return array(env, elements),
            Outcome::List(_) => return list(env, outcome),
        };
        check(status, "The result is too large for a JavaScript value").map(|()| value)
    }
}

fn array(env: sys::napi_env, elements: &Elements) -> Result<sys::napi_value> {
    use sys::TypedarrayType as Type;
    match elements {
        Elements::I8(values) => typed_array(env, values, Type::int8_array),
        Elements::U8(values) => typed_array(env, values, Type::uint8_array),
        Elements::I16(values) => typed_array(env, values, Type::int16_array),
        Elements::U16(values) => typed_array(env, values, Type::uint16_array),
        Elements::I32(values) => typed_array(env, values, Type::int32_array),
        Elements::U32(values) => typed_array(env, values, Type::uint32_array),
        Elements::F16(values) => typed_array(env, values, FLOAT16_ARRAY),
        Elements::F32(values) => typed_array(env, values, Type::float32_array),
        Elements::F64(values) => typed_array(env, values, Type::float64_array),
        Elements::I64(values) => typed_array(env, values, Type::bigint64_array),
        Elements::U64(values) => typed_array(env, values, Type::biguint64_array),
    }
}

/// Copies the elements into an ArrayBuffer of V8's own. External memory would save the copy, but
/// such a buffer cannot be transferred on Node 22 and later and is refused by Electron.
fn typed_array<T: Copy>(
    env: sys::napi_env,
    values: &[T],
    kind: sys::napi_typedarray_type,
) -> Result<sys::napi_value> {
    let (mut memory, mut buffer, mut array) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    let size = size_of_val(values);
    // SAFETY: `env` is live (see the caller) and the out-parameters are valid.
    let status = unsafe { sys::napi_create_arraybuffer(env, size, &mut memory, &mut buffer) };
    check(status, "There is no memory for the result")?;
    if !values.is_empty() {
        // SAFETY: V8 has just given `size` bytes at `memory`, aligned for every element type, that
        // nobody else knows of.
        unsafe { ptr::copy_nonoverlapping(values.as_ptr(), memory.cast(), values.len()) };
    }
    // SAFETY: `buffer` is the ArrayBuffer made above and the length is its own.
    let status =
        unsafe { sys::napi_create_typedarray(env, kind, values.len(), buffer, 0, &mut array) };
    check(status, "There is no memory for the result").map(|()| array)
}

fn list(env: sys::napi_env, outcome: Outcome) -> Result<sys::napi_value> {
    let Outcome::List(items) = outcome else { unreachable!("called for lists only") };
    let mut list = ptr::null_mut();
    // SAFETY: `env` is live (see the caller) and the out-parameter is valid.
    let status = unsafe { sys::napi_create_array_with_length(env, items.len(), &mut list) };
    check(status, "There is no memory for the result")?;
    for (index, item) in items.into_iter().enumerate() {
        // SAFETY: `env` is live, as this function's caller promises.
        let item = unsafe { Outcome::to_napi_value(env, item.unwrap_or(Outcome::Nothing)) }?;
        // SAFETY: `list` and `item` are live values of this environment.
        let status = unsafe { sys::napi_set_element(env, list, index as u32, item) };
        check(status, "There is no memory for the result")?;
    }
    Ok(list)
}

fn check(status: sys::napi_status, message: &str) -> Result<()> {
    if status == sys::Status::napi_ok {
        return Ok(());
    }
    Err(Error::new(Status::from(status), message.to_owned()))
}
