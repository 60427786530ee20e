//! The one guard that every kernel passes: it catches panics, turns failures into
//! JavaScript errors and settles every promise.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use allcores_parallel::Token;
use napi::Env;

use crate::environment;
use crate::failure::{Failure, JsError};
use crate::outcome::{Finished, Outcome};
use crate::settle::{Deferred, Pending, Reference};

/// Runs a kernel now. It splits over the pool by itself; this thread waits.
pub(crate) fn run(env: Env, kernel: impl FnOnce(&Token) -> Finished) -> Result<Outcome, JsError> {
    let environment = environment::current(env).map_err(internal)?;
    Ok(guard(&environment.blocking, kernel)?)
}

/// Starts a kernel as job `id` on the pool; the promise settles when it has stopped
/// touching its arrays, never earlier.
pub(crate) fn start(
    env: Env,
    id: u32,
    references: Vec<Reference>,
    kernel: impl FnOnce(&Token) -> Finished + Send + 'static,
) -> Result<Pending, JsError> {
    let environment = environment::current(env).map_err(internal)?;
    let (deferred, promise) =
        Deferred::new(env.raw(), environment, id, references).map_err(internal)?;
    let token = Arc::new(Token::new());
    environment.add(id, Arc::clone(&token));

    // The job takes the deferred out when it runs. When it was refused, it is still there.
    let slot = Arc::new(std::sync::Mutex::new(Some(deferred)));
    let job = {
        let (environment, slot) = (Arc::clone(environment), Arc::clone(&slot));
        move || {
            let Some(running) = environment.enter() else { return };
            let result = guard(&token, kernel);
            if let Some(deferred) = take(&slot) {
                deferred.post(result);
            }
            drop(running); // only now may the environment go
        }
    };
    if let Err(closed) = allcores_parallel::spawn(job)
        && let Some(deferred) = take(&slot)
    {
        deferred.reject(env.raw(), closed.into());
    }
    Ok(promise)
}

fn take(slot: &std::sync::Mutex<Option<Deferred>>) -> Option<Deferred> {
    slot.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take()
}

fn guard(token: &Token, kernel: impl FnOnce(&Token) -> Finished) -> Finished {
    // A job that was cancelled while it was queued does not begin.
    if token.is_cancelled() {
        return Err(allcores_parallel::Cancelled.into());
    }
    // Unwind safety: after a panic nothing of the kernel's state is looked at again.
    catch_unwind(AssertUnwindSafe(|| kernel(token)))
        .unwrap_or_else(|payload| Err(Failure::panicked(payload.as_ref())))
}

fn internal(error: napi::Error) -> JsError {
    napi::Error::new("ALLCORES_ERR_PANIC".to_owned(), error.reason)
}
