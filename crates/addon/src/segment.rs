//! Memory that processes share, as ArrayBuffers.

use allcores_shm::{Descriptor, Segment};
use napi::Env;
use napi::bindgen_prelude::ArrayBuffer;
use napi_derive::napi;

use crate::failure::{Failure, JsError};

/// The code of every failure here: what the system said is in the message.
const REFUSED: &str = "ALLCORES_ERR_SEGMENT";

/// A new segment.
#[napi(object)]
pub struct NewSegment<'env> {
    /// The descriptor to start a child with; `closeDescriptor` when that is done.
    pub fd: i32,
    /// Its memory; unmapped when nothing refers to it any more.
    pub buffer: ArrayBuffer<'env>,
}

/// Makes memory that child processes can map as well.
#[napi(catch_unwind)]
pub fn create_segment(env: &Env, bytes: u32) -> Result<NewSegment<'_>, JsError> {
    let (segment, descriptor) = Segment::create(bytes as usize).map_err(refused)?;
    let buffer = wrap(env, segment)?;
    Ok(NewSegment { fd: descriptor.into_number(), buffer })
}

/// Maps the segment that this process was started with, and closes its descriptor.
#[napi(catch_unwind)]
pub fn attach_segment(env: &Env, fd: i32, bytes: u32) -> Result<ArrayBuffer<'_>, JsError> {
    let descriptor = Descriptor::adopt(fd).map_err(refused)?;
    wrap(env, Segment::attach(&descriptor, bytes as usize).map_err(refused)?)
}

/// Closes a descriptor of `createSegment`.
#[napi(catch_unwind)]
pub fn close_descriptor(fd: i32) -> Result<(), JsError> {
    Descriptor::adopt(fd).map(drop).map_err(refused)
}

fn wrap(env: &Env, segment: Segment) -> Result<ArrayBuffer<'_>, JsError> {
    let (pointer, length) = (segment.as_ptr().as_ptr(), segment.len());
    // SAFETY: the range is mapped for as long as the segment lives, which the finalizer alone ends.
    // The slice that this makes is not read: other processes may write there.
    let wrapped = unsafe {
        ArrayBuffer::from_external(env, pointer, length, segment, |_, segment| drop(segment))
    };
    let buffer = wrapped.map_err(|error| Failure::new(REFUSED, error.reason))?;
    // An engine without external memory gives a copy.
    if buffer.as_ptr() == pointer.cast_const() {
        return Ok(buffer);
    }
    Err(Failure::new(REFUSED, "this engine takes no memory from outside").into())
}

fn refused(error: std::io::Error) -> JsError {
    Failure::new(REFUSED, error.to_string()).into()
}
