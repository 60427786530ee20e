//! Advice to the system about memory that JavaScript has just allocated.

use napi_derive::napi;

use crate::buffer::BytesMut;

/// Asks for huge pages under a large new array. The first write to each page of 4 KiB costs
/// about a quarter of a microsecond, which is more than a light kernel's own work; a huge
/// page of 2 MiB is one such cost instead of 512.
///
/// Only advice: where the system has no huge pages, or not for asking, nothing changes.
#[napi(catch_unwind)]
pub fn prefer_huge_pages(mut bytes: BytesMut) {
    advise(&mut bytes);
}

#[cfg(target_os = "linux")]
fn advise(bytes: &mut [u8]) {
    const PAGE: usize = 4096;
    let range = bytes.as_mut_ptr_range();
    let start = range.start.align_offset(PAGE);
    let length = bytes.len().saturating_sub(start) & !(PAGE - 1);
    if length > 0 {
        // SAFETY: the range lies inside a live array, begins and ends at pages, and this
        // advice changes neither what the pages hold nor whether they are mapped.
        unsafe {
            libc::madvise(range.start.wrapping_add(start).cast(), length, libc::MADV_HUGEPAGE)
        };
    }
}

#[cfg(not(target_os = "linux"))]
fn advise(_: &mut [u8]) {}
