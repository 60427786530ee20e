//! The N-API module: argument checks, one call into a crate, result. No algorithm lives here.
//!
//! ```text
//!  buffer.rs       JavaScript's typed arrays as slices            (unsafe)
//!  environment.rs  one record for each main thread or worker, and the hook that runs before
//!                  its memory is freed                            (unsafe: instance data, hook)
//!  settle.rs       promises settled from pool threads             (unsafe: deferreds, threadsafe function)
//!  call.rs         the one guard that every kernel passes: blocking, or as a job
//!  outcome.rs      what a kernel gives back, made into a JavaScript value
//!  failure.rs      what can go wrong, made into a JavaScript error with a stable code
//!  memory.rs       advice about large new arrays                  (unsafe)
//!  quick.rs        a short way into the plain reductions      (unsafe: a callback made by hand)
//!  segment.rs      memory that processes share                    (unsafe)
//!  child.rs        what a child process asks of the system        (unsafe: V8's own function)
//!  machine.rs      cores, levels, shutdown, diagnostics
//!  pipeline.rs     chains of image filters, from file to file
//!  numeric/  factorial/  image/           two entries for each kernel
//! ```
//!
//! Every export catches panics. The TypeScript layer has checked all arguments; what is
//! checked again here is what memory safety rests on.

#![deny(unsafe_code)]
#![expect(unreachable_pub, reason = "napi-derive wants its exports to be `pub`")]

use napi::bindgen_prelude::{Object, retain_current_module_for_unload_safety};
use napi::{Env, Result};
use napi_derive::napi;

#[expect(unsafe_code, reason = "typed arrays are raw memory of the JavaScript heap")]
mod buffer;
mod call;
#[cfg_attr(
    target_os = "linux",
    expect(unsafe_code, reason = "a function of V8 is found by its name")
)]
mod child;
#[expect(unsafe_code, reason = "napi-rs has no cheap, untagged instance data")]
mod environment;
mod factorial;
mod failure;
mod image;
mod machine;
#[cfg_attr(target_os = "linux", expect(unsafe_code, reason = "madvise is a system call"))]
mod memory;
#[allow(clippy::too_many_arguments, reason = "JavaScript passes arguments and options one by one")]
mod numeric;
#[expect(unsafe_code, reason = "Node-API values are made through its C functions")]
mod outcome;
mod pipeline;
#[expect(unsafe_code, reason = "a function is made by hand, past napi-rs")]
mod quick;
#[expect(unsafe_code, reason = "foreign memory becomes an ArrayBuffer")]
mod segment;
#[expect(unsafe_code, reason = "one shared threadsafe function is not in napi-rs's safe surface")]
mod settle;

/// Runs for each environment that loads the addon.
#[napi(module_exports, catch_unwind)]
pub fn init(_exports: Object<'_>, env: Env) -> Result<()> {
    // Pool threads may outlive the environment that loaded the image first.
    retain_current_module_for_unload_safety();
    environment::register(env)
}
