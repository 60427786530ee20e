//! One record for each environment (the main thread, or a worker that loaded the addon): its
//! running jobs, and the hook that stops them before the environment's memory is freed.

use std::collections::HashMap;
use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};

use allcores_parallel::{Cancelled, Token};
use napi::{Env, Error, Result, Status, sys};

use crate::settle::{Channel, Deferred};

/// Every live environment of the process, so that the main thread can stop a worker's kernels.
static ENVIRONMENTS: Mutex<Vec<Weak<Environment>>> = Mutex::new(Vec::new());

static CLOSING: AtomicBool = AtomicBool::new(false);

/// What the addon knows of one environment.
pub(crate) struct Environment {
    /// `worker_threads.threadId`, told by TypeScript right after loading; 0 on the main thread.
    thread_id: AtomicU32,
    last_job: AtomicU32,
    /// Whether `open` was called before.
    opened: AtomicBool,
    /// The token of blocking calls, of which an environment has at most one at a time.
    pub(crate) blocking: Token,
    jobs: Mutex<Jobs>,
    /// Signalled whenever a job has left its last line that touches the environment.
    job_ended: Condvar,
    /// The way back to the JavaScript thread; made with the first job.
    pub(crate) channel: Channel,
}

#[derive(Default)]
struct Jobs {
    /// The cleanup hook has run: no job may begin, because its arrays are about to be freed.
    closed: bool,
    /// Jobs that are running on a native thread right now.
    running: usize,
    entries: HashMap<u32, Arc<Entry>>,
}

/// A job in the table, from its call until its promise settles.
pub(crate) struct Entry {
    pub(crate) token: Token,
    /// The promise, until the job begins or is cancelled.
    waiting: Mutex<Option<Deferred>>,
}

impl Entry {
    pub(crate) fn new(deferred: Deferred) -> Self {
        Entry { token: Token::new(), waiting: Mutex::new(Some(deferred)) }
    }

    /// Takes the promise out: by the job that begins, or by whoever rejects it before that.
    pub(crate) fn begin(&self) -> Option<Deferred> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// How busy an environment is, for tests and diagnostics.
pub(crate) struct Activity {
    /// Jobs that are registered and not settled.
    pub(crate) jobs: usize,
    /// Blocks begun by blocking calls and by the jobs that are not settled.
    pub(crate) blocks: u64,
}

impl Environment {
    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number for the next job. Here and not in TypeScript, because a realm or a test runner
    /// may load that twice into one environment.
    pub(crate) fn next_job(&self) -> u32 {
        self.last_job.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }

    /// Registers a job under its number.
    pub(crate) fn add(&self, id: u32, entry: Arc<Entry>) {
        self.jobs().entries.insert(id, entry);
    }

    /// Forgets a job; called on the JavaScript thread when its promise settles.
    pub(crate) fn remove(&self, id: u32) {
        self.jobs().entries.remove(&id);
    }

    /// Asks a job to stop; one that has not begun rejects right here, on the JavaScript
    /// thread. Unknown numbers are jobs that have ended.
    pub(crate) fn cancel(&self, env: Env, id: u32) {
        let entry = self.jobs().entries.get(&id).map(Arc::clone);
        if let Some(entry) = entry {
            entry.token.cancel();
            if let Some(deferred) = entry.begin() {
                deferred.reject(env.raw(), Cancelled.into());
            }
        }
    }

    /// How much of its work a job has done, from 0 to 1; 1 when it has ended.
    pub(crate) fn progress(&self, id: u32) -> f64 {
        self.jobs().entries.get(&id).map_or(1.0, |entry| entry.token.progress())
    }

    /// From "queued" to "running", on the pool thread. `None`: the environment is gone, and
    /// nothing of it may be touched any more.
    pub(crate) fn enter(self: &Arc<Self>) -> Option<Running> {
        let mut jobs = self.jobs();
        if jobs.closed {
            return None;
        }
        jobs.running += 1;
        Some(Running(Arc::clone(self)))
    }

    fn cancel_jobs(&self) {
        for entry in self.jobs().entries.values() {
            entry.token.cancel();
        }
    }

    /// Stops everything and waits: afterwards no pool thread touches this environment.
    fn close(&self) {
        self.blocking.cancel();
        self.cancel_jobs();
        let mut jobs = self.jobs();
        jobs.closed = true;
        while jobs.running > 0 {
            jobs = self.job_ended.wait(jobs).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn activity(&self) -> Activity {
        let jobs = self.jobs();
        let blocks = jobs.entries.values().map(|entry| entry.token.blocks()).sum::<u64>();
        Activity { jobs: jobs.entries.len(), blocks: blocks + self.blocking.blocks() }
    }
}

/// A job that is on a pool thread. Its end lets the cleanup hook go on, also after a panic.
pub(crate) struct Running(Arc<Environment>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.jobs().running -= 1;
        self.0.job_ended.notify_all();
    }
}

/// Makes the record of an environment that loads the addon.
pub(crate) fn register(env: Env) -> Result<()> {
    let environment = Arc::new(Environment {
        thread_id: AtomicU32::new(0),
        last_job: AtomicU32::new(0),
        opened: AtomicBool::new(false),
        blocking: Token::new(),
        jobs: Mutex::default(),
        job_ended: Condvar::new(),
        channel: Channel::new(env.raw())?,
    });
    all().push(Arc::downgrade(&environment));
    let data = Box::into_raw(Box::new(environment)).cast::<c_void>();
    // SAFETY: `env` is live; `data` is a leaked box that `drop_environment` takes back once.
    let status = unsafe {
        sys::napi_set_instance_data(env.raw(), data, Some(drop_environment), ptr::null_mut())
    };
    check(status)?;
    // Hooks run in reverse order. The channel's threadsafe function was made above and has
    // registered its own hook then, so ours runs before it is closed.
    // SAFETY: the hook runs before the instance data's finalizer, so `data` is alive in it.
    check(unsafe { sys::napi_add_env_cleanup_hook(env.raw(), Some(clean_up), data) })
}

/// The record of the environment that makes the current call.
pub(crate) fn current(env: Env) -> Result<&'static Arc<Environment>> {
    let mut data = ptr::null_mut();
    // SAFETY: `env` is live and `data` is a valid out-parameter.
    check(unsafe { sys::napi_get_instance_data(env.raw(), &mut data) })?;
    // SAFETY: `register` stored this pointer before any export could be called, and it is
    // freed only when the environment ends, which no call of it outlives. The lifetime is
    // written as static because it is the environment's; callers clone the Arc to keep it.
    let environment = unsafe { data.cast::<Arc<Environment>>().as_ref() };
    environment.ok_or_else(|| Error::new(Status::GenericFailure, "The addon was not initialised"))
}

/// Tells a record its thread's number; true when nobody has done so before.
pub(crate) fn open(environment: &Environment, thread_id: u32) -> bool {
    environment.thread_id.store(thread_id, Ordering::Relaxed);
    !environment.opened.swap(true, Ordering::Relaxed)
}

/// Whether the process is ending, so that no kernel may begin.
pub(crate) fn is_closing() -> bool {
    CLOSING.load(Ordering::Relaxed)
}

/// Cancels every kernel, blocking or not, that the thread with this number runs.
pub(crate) fn cancel_thread(id: u32) {
    for environment in of_thread(id) {
        environment.blocking.cancel();
        environment.cancel_jobs();
    }
}

/// What the thread with this number is doing; zeros when it has not loaded the addon.
pub(crate) fn activity(id: u32) -> Activity {
    of_thread(id).map(|environment| environment.activity()).fold(
        Activity { jobs: 0, blocks: 0 },
        |total, one| Activity { jobs: total.jobs + one.jobs, blocks: total.blocks + one.blocks },
    )
}

/// Before the process ends: stops every job, and every blocking call of other threads; no
/// other may begin.
pub(crate) fn cancel_everything(own: &Arc<Environment>) {
    CLOSING.store(true, Ordering::Relaxed);
    for environment in all().iter().filter_map(Weak::upgrade) {
        environment.cancel_jobs();
        if !Arc::ptr_eq(&environment, own) {
            environment.blocking.cancel();
        }
    }
}

fn all() -> MutexGuard<'static, Vec<Weak<Environment>>> {
    ENVIRONMENTS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn of_thread(id: u32) -> impl Iterator<Item = Arc<Environment>> {
    let environments: Vec<_> = all().iter().filter_map(Weak::upgrade).collect();
    environments
        .into_iter()
        .filter(move |environment| environment.thread_id.load(Ordering::Relaxed) == id)
}

unsafe extern "C" fn clean_up(data: *mut c_void) {
    // SAFETY: Node passes the pointer that `register` gave, before it finalizes it.
    let environment = unsafe { &*data.cast::<Arc<Environment>>() };
    environment.close();
    let mut environments = all();
    environments.retain(|other| !ptr::eq(other.as_ptr(), Arc::as_ptr(environment)));
    let last = environments.is_empty();
    drop(environments);
    if last {
        allcores_parallel::release();
    }
}

unsafe extern "C" fn drop_environment(_: sys::napi_env, data: *mut c_void, _: *mut c_void) {
    // SAFETY: Node calls the finalizer once, with the box that `register` leaked.
    drop(unsafe { Box::from_raw(data.cast::<Arc<Environment>>()) });
}

fn check(status: sys::napi_status) -> Result<()> {
    if status == sys::Status::napi_ok {
        return Ok(());
    }
    Err(Error::new(Status::from(status), "Node-API refused a call".to_owned()))
}
