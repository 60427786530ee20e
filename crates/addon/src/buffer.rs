//! JavaScript's typed arrays as slices: the one place that turns their memory into Rust's.
//!
//! # The contract
//! Rust takes a slice to mean that nobody else writes to the memory meanwhile. JavaScript
//! cannot be held to that, so the promise to the user is this: who writes to an array while
//! a kernel reads it gets an unspecified result, never a crash or an access out of bounds.
//! Two rules keep it:
//!
//! 1. No kernel uses a *value* that it read from such memory as an unchecked index or length.
//!    (Decoders, which steer by what they read, get a private copy of shared bytes.)
//! 2. Pointer and length stay valid while the slice lives: a blocking call runs on the
//!    JavaScript thread, so nothing can detach the buffer; a job holds the array by a
//!    reference, its environment's cleanup hook waits for it, and the TypeScript layer holds
//!    plain buffers against a transfer (`src/internal/hold.ts`) and refuses resizable ones.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::{ptr, slice};

use half::f16;
use napi::bindgen_prelude::{FromNapiValue, TypeName, ValidateNapiValue};
use napi::{Error, Result, Status, ValueType, sys};

use crate::settle::Reference;

/// A typed array of any numeric type, from any realm, on any memory.
#[derive(Clone, Copy)]
pub(crate) enum Numbers {
    I8(Memory<i8>),
    U8(Memory<u8>),
    I16(Memory<i16>),
    U16(Memory<u16>),
    I32(Memory<i32>),
    U32(Memory<u32>),
    F16(Memory<f16>),
    F32(Memory<f32>),
    F64(Memory<f64>),
    I64(Memory<i64>),
    U64(Memory<u64>),
}

/// The same, to write: a result whose type the kernel depends on. Not `Copy`: there is one
/// writer.
pub(crate) enum NumbersMut {
    I8(MemoryMut<i8>),
    U8(MemoryMut<u8>),
    I16(MemoryMut<i16>),
    U16(MemoryMut<u16>),
    I32(MemoryMut<i32>),
    U32(MemoryMut<u32>),
    F16(MemoryMut<f16>),
    F32(MemoryMut<f32>),
    F64(MemoryMut<f64>),
    I64(MemoryMut<i64>),
    U64(MemoryMut<u64>),
}

/// The bytes of a `Uint8Array`, `Uint8ClampedArray` or `Buffer`, to read.
#[derive(Clone, Copy)]
pub(crate) struct Bytes(Memory<u8>);

/// The same, to write.
pub(crate) struct BytesMut(MemoryMut<u8>);

/// Pointer and length of a typed array's elements; see the contract above for its life.
#[derive(Clone, Copy)]
pub(crate) struct Memory<T> {
    pointer: *mut T,
    length: usize,
    elements: PhantomData<T>,
}

// SAFETY: the memory belongs to a JavaScript buffer that the contract above keeps alive and in
// place while any thread uses this value; the elements are plain numbers.
unsafe impl<T: Send> Send for Memory<T> {}
// SAFETY: as for `Send`; shared use only reads.
unsafe impl<T: Sync> Sync for Memory<T> {}

impl<T> Memory<T> {
    fn new(pointer: *mut std::ffi::c_void, length: usize) -> Self {
        // An empty or detached array has no address, and a slice must have one.
        let pointer = if length == 0 { ptr::NonNull::dangling().as_ptr() } else { pointer.cast() };
        Memory { pointer, length, elements: PhantomData }
    }
}

/// The same, to write. Not `Copy`: there is one writer.
pub(crate) struct MemoryMut<T>(Memory<T>);

impl<T> MemoryMut<T> {
    fn new(pointer: *mut std::ffi::c_void, length: usize) -> Self {
        MemoryMut(Memory::new(pointer, length))
    }
}

impl<T> Deref for Memory<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        // SAFETY: Node gave the pointer for `length` elements; element types have their natural
        // alignment in every ArrayBuffer; the contract of this module covers life and aliasing.
        unsafe { slice::from_raw_parts(self.pointer, self.length) }
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl<T> Deref for MemoryMut<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> DerefMut for MemoryMut<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as in `Memory::deref`; `MemoryMut` is not `Copy`, so this is the only writer in
        // Rust, and TypeScript refuses an output that overlaps an input (by address: `overlap`),
        // or gives the output alone where a kernel works in place.
        unsafe { slice::from_raw_parts_mut(self.0.pointer, self.0.length) }
    }
}

impl Deref for BytesMut {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for BytesMut {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

/// What Node says of a typed array.
struct Info {
    kind: sys::napi_typedarray_type,
    length: usize,
    data: *mut std::ffi::c_void,
}

fn info(env: sys::napi_env, value: sys::napi_value) -> Result<Info> {
    let mut info = Info { kind: 0, length: 0, data: ptr::null_mut() };
    // SAFETY: napi-rs calls the conversions below with a live environment and value; the
    // out-parameters are valid and the two that are not wanted may be null.
    let status = unsafe {
        sys::napi_get_typedarray_info(
            env,
            value,
            &mut info.kind,
            &mut info.length,
            &mut info.data,
            ptr::null_mut(),
            ptr::null_mut(),
        )
    };
    if status == sys::Status::napi_ok { Ok(info) } else { Err(refused()) }
}

fn refused() -> Error {
    Error::new(Status::InvalidArg, "Expected a typed array of another type".to_owned())
}

/// Node's number for a `Float16Array`, which Node-API has given a name only after napi-rs did.
pub(crate) const FLOAT16_ARRAY: sys::napi_typedarray_type = 11;

macro_rules! from_typed_array {
    ($Numbers:ident, $memory:expr) => {
        impl FromNapiValue for $Numbers {
            unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> Result<Self> {
                use sys::TypedarrayType as Type;
                let Info { kind, length, data } = info(env, value)?;
                Ok(match kind {
                    Type::int8_array => $Numbers::I8($memory(data, length)),
                    Type::uint8_array | Type::uint8_clamped_array => {
                        $Numbers::U8($memory(data, length))
                    }
                    Type::int16_array => $Numbers::I16($memory(data, length)),
                    Type::uint16_array => $Numbers::U16($memory(data, length)),
                    Type::int32_array => $Numbers::I32($memory(data, length)),
                    Type::uint32_array => $Numbers::U32($memory(data, length)),
                    FLOAT16_ARRAY => $Numbers::F16($memory(data, length)),
                    Type::float32_array => $Numbers::F32($memory(data, length)),
                    Type::float64_array => $Numbers::F64($memory(data, length)),
                    Type::bigint64_array => $Numbers::I64($memory(data, length)),
                    Type::biguint64_array => $Numbers::U64($memory(data, length)),
                    _ => return Err(refused()),
                })
            }
        }
    };
}

from_typed_array!(Numbers, Memory::new);
from_typed_array!(NumbersMut, MemoryMut::new);

fn byte_memory(env: sys::napi_env, value: sys::napi_value) -> Result<Memory<u8>> {
    use sys::TypedarrayType as Type;
    let Info { kind, length, data } = info(env, value)?;
    match kind {
        Type::uint8_array | Type::uint8_clamped_array => Ok(Memory::new(data, length)),
        _ => Err(refused()),
    }
}

impl FromNapiValue for Bytes {
    unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> Result<Self> {
        byte_memory(env, value).map(Bytes)
    }
}

impl FromNapiValue for BytesMut {
    unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> Result<Self> {
        byte_memory(env, value).map(|bytes| BytesMut(MemoryMut(bytes)))
    }
}

/// An argument that is looked at only when the others say so: reading one that is `undefined`
/// costs as much as a tenth of the sum of a small array.
pub(crate) struct Unread {
    env: sys::napi_env,
    value: sys::napi_value,
}

impl Unread {
    /// The argument as what it must be then.
    pub(crate) fn read<T: FromNapiValue>(&self) -> Result<T> {
        // SAFETY: both come from the call that is still running: `Unread` is no `Send`, so no job
        // can take it along.
        unsafe { T::from_napi_value(self.env, self.value) }
    }
}

impl FromNapiValue for Unread {
    unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> Result<Self> {
        Ok(Unread { env, value })
    }
}

/// An array for a job: the memory, and a strong reference that keeps it alive.
pub(crate) struct Held<T> {
    memory: T,
    reference: Reference,
}

impl<T> Held<T> {
    /// The memory goes into the job, the reference to whoever settles it.
    pub(crate) fn split(self) -> (T, Reference) {
        (self.memory, self.reference)
    }
}

impl<T: FromNapiValue> FromNapiValue for Held<T> {
    unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> Result<Self> {
        // SAFETY: passed through from this function's own caller.
        let memory = unsafe { T::from_napi_value(env, value) }?;
        Ok(Held { memory, reference: Reference::new(env, value)? })
    }
}

macro_rules! is_an_object_argument {
    ($($type:ty),*) => {$(
        impl TypeName for $type {
            fn type_name() -> &'static str {
                "TypedArray"
            }

            fn value_type() -> ValueType {
                ValueType::Object
            }
        }

        impl ValidateNapiValue for $type {
            // `from_napi_value` checks more closely than this could.
            unsafe fn validate(
                _env: sys::napi_env,
                _value: sys::napi_value,
            ) -> Result<sys::napi_value> {
                Ok(ptr::null_mut())
            }
        }
    )*};
}

is_an_object_argument!(Numbers, NumbersMut, Bytes, BytesMut, Unread);
is_an_object_argument!(Held<Numbers>, Held<NumbersMut>, Held<Bytes>, Held<BytesMut>);
