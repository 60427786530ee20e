//! What the machine offers, the end of the process, and what tests and benchmarks look at.

use allcores_parallel::{Blocks, Token};
use napi::Env;
use napi_derive::napi;

use crate::buffer::{Bytes, Held};
use crate::call::{run, start};
use crate::environment;
use crate::failure::{Failure, JsError};
use crate::outcome::{Finished, Outcome};
use crate::settle::Pending;

/// What the native side found.
#[napi(object)]
pub struct Machine {
    /// Cores this process may use.
    pub cores: u32,
    /// Native threads the pool has or will have.
    pub threads: u32,
    /// The instruction set that the kernels run on.
    pub level: String,
    /// The instruction sets of this machine, lowest first.
    pub levels: Vec<String>,
    /// Pool threads that have run a block so far.
    pub used_threads: u32,
}

/// How busy a thread's kernels are.
#[napi(object)]
pub struct ThreadActivity {
    /// Asynchronous calls that are not settled.
    pub jobs: u32,
    /// Blocks that its kernels have begun.
    pub blocks: f64,
}

/// Tells the addon which worker this environment is, and checks the environment variables.
/// True the first time.
#[napi(catch_unwind)]
pub fn open(env: Env, thread_id: u32) -> Result<bool, JsError> {
    let failed = |error: allcores_cpu::Error| JsError::from(Failure::from(error));
    allcores_cpu::cores().map_err(failed)?;
    allcores_cpu::threads().map_err(failed)?;
    allcores_cpu::level().map_err(failed)?;
    let environment = environment::current(env)
        .map_err(|error| JsError::from(Failure::new("ALLCORES_ERR_NATIVE_LOAD", error.reason)))?;
    Ok(environment::open(environment, thread_id))
}

/// Cores this process may use.
#[napi(catch_unwind)]
pub fn cores() -> Result<u32, JsError> {
    Ok(allcores_cpu::cores().map_err(Failure::from)? as u32)
}

/// What the native side found.
#[napi(catch_unwind)]
pub fn machine() -> Result<Machine, JsError> {
    Ok(Machine {
        cores: allcores_cpu::cores().map_err(Failure::from)? as u32,
        threads: allcores_parallel::threads() as u32,
        level: allcores_cpu::level().map_err(Failure::from)?.name().to_owned(),
        levels: allcores_cpu::Level::ALL
            .into_iter()
            .filter(|level| level.is_available())
            .map(|level| level.name().to_owned())
            .collect(),
        used_threads: allcores_parallel::used_threads(),
    })
}

/// Asks job `id` of this environment to stop.
#[napi(catch_unwind)]
pub fn cancel(env: Env, id: u32) {
    if let Ok(environment) = environment::current(env) {
        environment.cancel(env, id);
    }
}

/// How much of its work job `id` of this environment has done, from 0 to 1.
#[napi(catch_unwind)]
pub fn progress(env: Env, id: u32) -> f64 {
    environment::current(env).map_or(1.0, |environment| environment.progress(id))
}

/// A number for the next job of this environment.
#[napi(catch_unwind)]
pub fn next_job(env: Env) -> u32 {
    environment::current(env).map_or(0, |environment| environment.next_job())
}

/// Whether two arrays have bytes in common, also when they lie on different buffer objects
/// over one memory.
#[napi(catch_unwind)]
pub fn overlap(a: Bytes, b: Bytes) -> bool {
    let (a, b) = (a.as_ptr_range(), b.as_ptr_range());
    a.start < b.end && b.start < a.end
}

/// Cancels every kernel that a worker thread runs, so that terminating it takes no longer
/// than a block.
#[napi(catch_unwind)]
pub fn cancel_thread(thread_id: u32) {
    environment::cancel_thread(thread_id);
}

/// How busy a worker thread's kernels are.
#[napi(catch_unwind)]
pub fn activity(thread_id: u32) -> ThreadActivity {
    let activity = environment::activity(thread_id);
    ThreadActivity { jobs: activity.jobs as u32, blocks: activity.blocks as f64 }
}

/// Before the process ends: cancels every kernel and joins the pool's threads.
#[napi(catch_unwind)]
pub fn shutdown(env: Env) {
    if let Ok(environment) = environment::current(env) {
        environment::cancel_everything(environment);
        allcores_parallel::shutdown();
    }
}

/// Reads every byte and combines them: the fastest that this machine can read.
#[napi(catch_unwind)]
pub fn read_memory(env: Env, bytes: Bytes) -> Result<Outcome, JsError> {
    run(env, read(bytes))
}

/// [`read_memory`] as a job.
#[napi(catch_unwind)]
pub fn start_read_memory(env: Env, id: u32, bytes: Held<Bytes>) -> Result<Pending, JsError> {
    let (bytes, hold) = bytes.split();
    start(env, id, vec![hold], read(bytes))
}

fn read(bytes: Bytes) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        let words = vec![allcores_numeric::read_limit(token, &bytes)?];
        Ok(Outcome::BigInt { negative: false, words })
    }
}

/// A kernel that does nothing for `blocks` blocks of about a millisecond, or panics in the
/// last one: what the tests of cancellation and of panics run.
#[napi(catch_unwind)]
pub fn exercise(env: Env, blocks: u32, panics: bool) -> Result<Outcome, JsError> {
    run(env, spin(blocks, panics))
}

/// [`exercise`] as a job.
#[napi(catch_unwind)]
pub fn start_exercise(env: Env, id: u32, blocks: u32, panics: bool) -> Result<Pending, JsError> {
    start(env, id, Vec::new(), spin(blocks, panics))
}

fn spin(blocks: u32, panics: bool) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        let one_each = Blocks { size: 1, inline_up_to: 0 };
        allcores_parallel::map(token, blocks as usize, one_each, |range| {
            let begun = std::time::Instant::now();
            while begun.elapsed() < std::time::Duration::from_millis(1) {
                std::hint::spin_loop();
            }
            assert!(!(panics && range.end == blocks as usize), "the exercise panics as asked");
        })?;
        Ok(Outcome::Number(blocks.into()))
    }
}
