//! What a child process asks of the system so that its parent is never left in the dark, nor outlived.

use std::time::Duration;

use napi::bindgen_prelude::Uint8ArraySlice;
use napi_derive::napi;

use crate::failure::{Failure, JsError};

/// Ends this process when the other end of a descriptor closes, `grace` milliseconds after that.
#[napi(catch_unwind)]
pub fn end_with_peer(fd: i32, grace: u32) -> Result<(), JsError> {
    allcores_shm::end_with_peer(fd, Duration::from_millis(grace.into()))
        .map_err(|error| Failure::new("ALLCORES_ERR_WATCH", error.to_string()).into())
}

/// Writes `note` to a descriptor when the heap of this thread reaches its limit, which is the last
/// moment before V8 ends the process. False where V8 cannot be asked for that.
#[napi(catch_unwind)]
pub fn note_heap_limit(fd: i32, note: Uint8ArraySlice<'_>) -> bool {
    heap::note_limit(fd, note.to_vec())
}

#[cfg(target_os = "linux")]
mod heap {
    use std::ffi::c_void;
    use std::sync::atomic::{AtomicBool, Ordering};

    type Isolate = *mut c_void;
    type NearLimit = extern "C" fn(data: *mut c_void, current: usize, initial: usize) -> usize;

    /// What to write, and where; it lives as long as the process.
    struct Note {
        fd: i32,
        bytes: Vec<u8>,
        written: AtomicBool,
    }

    pub(super) fn note_limit(fd: i32, bytes: Vec<u8>) -> bool {
        // `v8::Isolate::GetCurrent()` and `v8::Isolate::AddNearHeapLimitCallback(callback, data)`:
        // Node-API has nothing of the kind, and Node exports V8's own functions.
        let current = symbol(c"_ZN2v87Isolate10GetCurrentEv");
        let add = symbol(c"_ZN2v87Isolate24AddNearHeapLimitCallbackEPFmPvmmES1_");
        if current.is_null() || add.is_null() {
            return false;
        }
        // SAFETY: the mangled name says that it takes nothing; it gives a pointer.
        let current: extern "C" fn() -> Isolate = unsafe { std::mem::transmute(current) };
        // SAFETY: a method takes its object first; the mangled name has the types of the others.
        let add: extern "C" fn(Isolate, NearLimit, *mut c_void) =
            unsafe { std::mem::transmute(add) };
        let note = Box::leak(Box::new(Note { fd, bytes, written: AtomicBool::new(false) }));
        add(current(), write_note, std::ptr::from_mut(note).cast());
        true
    }

    fn symbol(name: &std::ffi::CStr) -> *mut c_void {
        // SAFETY: a C string, and the whole program to look in.
        unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) }
    }

    extern "C" fn write_note(data: *mut c_void, current: usize, _initial: usize) -> usize {
        // SAFETY: the note that `note_limit` leaked.
        let note = unsafe { &*data.cast::<Note>() };
        if !note.written.swap(true, Ordering::Relaxed) {
            // SAFETY: the bytes are alive; what becomes of them is the system's affair.
            unsafe { libc::write(note.fd, note.bytes.as_ptr().cast(), note.bytes.len()) };
        }
        // No more than it had: who cannot do with that is to end.
        current
    }
}

#[cfg(not(target_os = "linux"))]
mod heap {
    pub(super) fn note_limit(_fd: i32, _bytes: Vec<u8>) -> bool {
        false
    }
}
