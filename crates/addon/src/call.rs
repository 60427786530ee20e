//! The one guard that every kernel passes: it catches panics, turns failures into
//! JavaScript errors and settles every promise.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use allcores_parallel::Token;
use napi::Env;

use crate::environment::{self, Entry};
use crate::failure::{Failure, JsError};
use crate::outcome::{Finished, Outcome};
use crate::settle::{Deferred, Pending, Reference};

/// Runs a kernel now. It splits over the pool by itself; this thread waits.
pub(crate) fn run(env: Env, kernel: impl FnOnce(&Token) -> Finished) -> Result<Outcome, JsError> {
    let environment = environment::current(env).map_err(internal)?;
    Ok(guard(&environment.blocking, kernel)?)
}

/// Starts a kernel as job `id`; the promise settles when it has stopped touching its arrays,
/// never earlier. One that is cancelled before its turn rejects at once.
pub(crate) fn start(
    env: Env,
    id: u32,
    references: Vec<Reference>,
    kernel: impl FnOnce(&Token) -> Finished + Send + 'static,
) -> Result<Pending, JsError> {
    let environment = environment::current(env).map_err(internal)?;
    let (deferred, promise) =
        Deferred::new(env.raw(), environment, id, references).map_err(internal)?;
    let entry = Arc::new(Entry::new(deferred));
    environment.add(id, Arc::clone(&entry));

    let job = {
        let (environment, entry) = (Arc::clone(environment), Arc::clone(&entry));
        move || {
            let Some(running) = environment.enter() else { return };
            // Nothing left to settle: the call was cancelled while it waited for its turn.
            let Some(deferred) = entry.begin() else { return };
            deferred.post(guard(&entry.token, kernel));
            drop(running); // only now may the environment go
        }
    };
    if let Err(closed) = allcores_parallel::spawn(job)
        && let Some(deferred) = entry.begin()
    {
        deferred.reject(env.raw(), closed.into());
    }
    Ok(promise)
}

fn guard(token: &Token, kernel: impl FnOnce(&Token) -> Finished) -> Finished {
    // The process is ending, or the thread is being terminated.
    if token.is_cancelled() || environment::is_closing() {
        return Err(allcores_parallel::Cancelled.into());
    }
    // Unwind safety: after a panic nothing of the kernel's state is looked at again.
    catch_unwind(AssertUnwindSafe(|| kernel(token)))
        .unwrap_or_else(|payload| Err(Failure::panicked(payload.as_ref())))
}

fn internal(error: napi::Error) -> JsError {
    napi::Error::new("ALLCORES_ERR_PANIC".to_owned(), error.reason)
}
