//! Promises settled from pool threads: one threadsafe function for each environment and a
//! raw deferred for each job, which costs 0.6 µs a promise where a threadsafe function for
//! each one would cost 1.4 µs.

use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use napi::bindgen_prelude::{ToNapiValue, TypeName};
use napi::{Error, Result, Status, ValueType, sys};

use crate::environment::Environment;
use crate::failure::Failure;
use crate::outcome::{Finished, Outcome};

/// A strong reference to a JavaScript value. Made and dropped on the JavaScript thread only;
/// one that is lost with its environment is reclaimed by Node.
pub(crate) struct Reference {
    env: sys::napi_env,
    raw: sys::napi_ref,
}

// SAFETY: a pool thread only carries the reference back; `release` is called by the settle
// callback, on the JavaScript thread.
unsafe impl Send for Reference {}

impl Reference {
    pub(crate) fn new(env: sys::napi_env, value: sys::napi_value) -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: called during a conversion, with a live environment and value.
        check(unsafe { sys::napi_create_reference(env, value, 1, &mut raw) })?;
        Ok(Reference { env, raw })
    }

    fn release(self) {
        // SAFETY: the only callers run on the JavaScript thread of the live `env`. A failure
        // leaves the reference to the environment's end, which is safe.
        unsafe { sys::napi_delete_reference(self.env, self.raw) };
    }
}

/// The way from pool threads to one environment's JavaScript thread.
pub(crate) struct Channel {
    function: sys::napi_threadsafe_function,
    /// Unsettled promises. Touched on the JavaScript thread only.
    pending: AtomicUsize,
}

// SAFETY: Node's threadsafe functions may be called from any thread; `hold` and `settled`,
// which may not, are called on the JavaScript thread only.
unsafe impl Send for Channel {}
// SAFETY: as for `Send`.
unsafe impl Sync for Channel {}

impl Channel {
    /// Makes the threadsafe function, unreferenced: an idle addon keeps no program alive.
    pub(crate) fn new(env: sys::napi_env) -> Result<Self> {
        let mut name = ptr::null_mut();
        let text = c"allcores";
        // SAFETY: `env` is live, the text is terminated, `name` is a valid out-parameter.
        check(unsafe { sys::napi_create_string_utf8(env, text.as_ptr(), 8, &mut name) })?;
        let mut function = ptr::null_mut();
        // SAFETY: as above; no JavaScript function is needed because `settle` is given, and
        // nothing is to be finalized.
        check(unsafe {
            sys::napi_create_threadsafe_function(
                env,
                ptr::null_mut(),
                ptr::null_mut(),
                name,
                0,
                1,
                ptr::null_mut(),
                None,
                ptr::null_mut(),
                Some(settle),
                &mut function,
            )
        })?;
        // SAFETY: made just now, on this thread.
        check(unsafe { sys::napi_unref_threadsafe_function(env, function) })?;
        Ok(Channel { function, pending: AtomicUsize::new(0) })
    }

    fn hold(&self, env: sys::napi_env) -> Result<()> {
        if self.pending.fetch_add(1, Ordering::Relaxed) == 0 {
            // SAFETY: on the JavaScript thread of the live `env`.
            check(unsafe { sys::napi_ref_threadsafe_function(env, self.function) })?;
        }
        Ok(())
    }

    fn settled(&self, env: sys::napi_env) {
        if self.pending.fetch_sub(1, Ordering::Relaxed) == 1 {
            // SAFETY: on the JavaScript thread of the live `env`. A failure would only keep
            // the program alive.
            unsafe { sys::napi_unref_threadsafe_function(env, self.function) };
        }
    }
}

/// A promise on its way to JavaScript.
pub(crate) struct Pending(sys::napi_value);

impl TypeName for Pending {
    fn type_name() -> &'static str {
        "Promise"
    }

    fn value_type() -> ValueType {
        ValueType::Object
    }
}

impl ToNapiValue for Pending {
    unsafe fn to_napi_value(_: sys::napi_env, pending: Self) -> Result<sys::napi_value> {
        Ok(pending.0)
    }
}

/// An unsettled promise and what its job holds. `settle` ends it on the JavaScript thread;
/// [`Deferred::post`] carries it there.
pub(crate) struct Deferred {
    environment: Arc<Environment>,
    job: u32,
    raw: sys::napi_deferred,
    references: Vec<Reference>,
    result: Finished,
}

// SAFETY: the raw deferred and the references are only carried by the pool thread and used
// on the JavaScript thread.
unsafe impl Send for Deferred {}

impl Deferred {
    /// Makes a promise for a job of this environment and keeps the program alive for it.
    pub(crate) fn new(
        env: sys::napi_env,
        environment: &Arc<Environment>,
        job: u32,
        references: Vec<Reference>,
    ) -> Result<(Self, Pending)> {
        let (mut raw, mut promise) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: `env` is live, on its JavaScript thread; the out-parameters are valid.
        check(unsafe { sys::napi_create_promise(env, &mut raw, &mut promise) })?;
        environment.channel.hold(env)?;
        let result = Err(Failure::new("ALLCORES_ERR_CANCELLED", "The call was cancelled"));
        let environment = Arc::clone(environment);
        Ok((Deferred { environment, job, raw, references, result }, Pending(promise)))
    }

    /// Sends the result to the JavaScript thread. Only while the job counts as running
    /// (see `Environment::enter`): afterwards the threadsafe function may be gone.
    pub(crate) fn post(mut self, result: Finished) {
        self.result = result;
        let function = self.environment.channel.function;
        let data = Box::into_raw(Box::new(self)).cast::<c_void>();
        // SAFETY: the environment waits for running jobs before it closes the function;
        // `settle` takes the box back.
        let status = unsafe {
            sys::napi_call_threadsafe_function(
                function,
                data,
                sys::ThreadsafeFunctionCallMode::nonblocking,
            )
        };
        if status != sys::Status::napi_ok {
            // The environment is closing: nobody is left to hear of the result, and the
            // references go with it.
            // SAFETY: Node did not take the pointer, so it is still ours.
            drop(unsafe { Box::from_raw(data.cast::<Deferred>()) });
        }
    }

    /// Settles right here, on the JavaScript thread.
    pub(crate) fn reject(mut self, env: sys::napi_env, failure: Failure) {
        self.result = Err(failure);
        self.finish(env);
    }

    fn finish(self, env: sys::napi_env) {
        let Deferred { environment, job, raw, references, result } = self;
        environment.remove(job);
        environment.channel.settled(env);
        references.into_iter().for_each(Reference::release);
        let made = match result {
            // SAFETY: `env` is live, on its JavaScript thread.
            Ok(outcome) => unsafe { Outcome::to_napi_value(env, outcome) }.map_err(|error| {
                clear_exception(env);
                Failure::out_of_range(error.reason)
            }),
            Err(failure) => Err(failure),
        };
        // A deferred is consumed by either call. If Node refuses, the environment is ending.
        match made {
            Ok(value) => {
                // SAFETY: `raw` was made by this environment and is settled only here.
                unsafe { sys::napi_resolve_deferred(env, raw, value) };
            }
            Err(failure) => {
                let error = error_object(env, &failure);
                // SAFETY: as above.
                unsafe { sys::napi_reject_deferred(env, raw, error) };
            }
        }
    }
}

/// Runs on the JavaScript thread, inside a handle scope, once for each posted deferred.
unsafe extern "C" fn settle(
    env: sys::napi_env,
    _function: sys::napi_value,
    _context: *mut c_void,
    data: *mut c_void,
) {
    // SAFETY: `data` is the box that `post` leaked, and Node passes it once.
    let deferred = unsafe { Box::from_raw(data.cast::<Deferred>()) };
    // Without an environment Node only wants its queue emptied.
    if !env.is_null() {
        // A panic must not unwind into Node; there is nobody left to tell of it here.
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| deferred.finish(env)));
    }
}

/// What V8 threw while a value was made (it was too large) must not stay pending: every later
/// call would be refused, and the promise never settle.
fn clear_exception(env: sys::napi_env) {
    let mut exception = ptr::null_mut();
    // SAFETY: `env` is live, on its JavaScript thread, and the out-parameter is valid.
    unsafe { sys::napi_get_and_clear_last_exception(env, &mut exception) };
}

fn error_object(env: sys::napi_env, failure: &Failure) -> sys::napi_value {
    let text = |text: &str| {
        let mut value = ptr::null_mut();
        // SAFETY: `env` is live; pointer and length are of one string.
        unsafe {
            sys::napi_create_string_utf8(
                env,
                text.as_ptr().cast(),
                text.len() as isize,
                &mut value,
            );
        }
        value
    };
    let (code, message) = (text(failure.code), text(&failure.message));
    let mut error = ptr::null_mut();
    // SAFETY: both are strings of this environment.
    unsafe { sys::napi_create_error(env, code, message, &mut error) };
    error
}

fn check(status: sys::napi_status) -> Result<()> {
    if status == sys::Status::napi_ok {
        return Ok(());
    }
    Err(Error::new(Status::from(status), "Node-API refused a call".to_owned()))
}
