//! Advice to the system about memory: large new memory, and what was given back.

use std::ops::Range;

use napi::Env;
use napi_derive::napi;

use crate::buffer::BytesMut;
use crate::call::start;
use crate::failure::JsError;
use crate::outcome::Outcome;
use crate::settle::Pending;

/// Asks for huge pages under a large new array. The first write to each page of 4 KiB costs
/// about a quarter of a microsecond, which is more than a light kernel's own work; a huge
/// page of 2 MiB is one such cost instead of 512.
///
/// Only advice: where the system has no huge pages, or not for asking, nothing changes.
#[napi(catch_unwind)]
pub fn prefer_huge_pages(mut bytes: BytesMut) {
    let range = bytes.as_mut_ptr_range();
    advise(range.start.addr()..range.end.addr());
}

/// The same for new memory of Rust's, by its addresses.
#[cfg(target_os = "linux")]
pub(crate) fn advise(range: Range<usize>) {
    const PAGE: usize = 4096;
    let start = range.start.next_multiple_of(PAGE);
    let length = range.end.saturating_sub(start) & !(PAGE - 1);
    if length > 0 {
        // SAFETY: this advice changes neither what pages hold nor whether they are mapped, whatever
        // the range; it begins and ends at pages.
        unsafe {
            libc::madvise(std::ptr::without_provenance_mut(start), length, libc::MADV_HUGEPAGE)
        };
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn advise(_: Range<usize>) {}

/// Gives memory back to the system that was freed but kept for later use, as a job. The C library
/// keeps some for each thread, up to 64 MiB each, which with many threads is more than a batch of images
/// may take in all.
#[napi(catch_unwind)]
pub fn start_trim_memory(env: Env, id: u32) -> Result<Pending, JsError> {
    start(env, id, Vec::new(), |_| {
        trim();
        Ok(Outcome::Nothing)
    })
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn trim() {
    // SAFETY: the function takes the allocator's own locks and touches only what is free.
    unsafe { libc::malloc_trim(0) };
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn trim() {}
