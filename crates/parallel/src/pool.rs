//! One rayon pool for the whole process, built at first use, joined at [`shutdown`]. It
//! runs the pieces of one call at a time; other calls run on their own threads meanwhile.

use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::drivers;

enum State {
    /// Before the first use, and after [`release`].
    Unbuilt,
    Running(Running),
    /// After [`shutdown`], or when the system gave us no threads.
    Closed,
}

/// rayon's own pool only signals its threads when it is dropped. On Windows a process that
/// exits while they still run crashes, so their handles are kept and joined.
struct Running {
    pool: Arc<ThreadPool>,
    handles: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

static STATE: RwLock<State> = RwLock::new(State::Unbuilt);
/// Calls that are running right now, on whatever thread.
static ACTIVE: AtomicUsize = AtomicUsize::new(0);
/// Whether a call is on the pool.
static SLOT_TAKEN: AtomicBool = AtomicBool::new(false);
/// A bit for each pool thread (modulo 64) that has run a block.
static USED: AtomicU64 = AtomicU64::new(0);

/// The pool takes no more jobs: it was shut down, or its threads could not be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("The native thread pool is closed")
    }
}

impl std::error::Error for Closed {}

/// How many threads the pool has or will have: `ALLCORES_THREADS`, else the cores.
///
/// An unusable variable counts as 1 here; the addon refuses to load with one.
#[must_use]
pub fn threads() -> usize {
    // Fixed at the first question: the pool cannot change its size once it is built.
    static THREADS: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
    *THREADS.get_or_init(|| allcores_cpu::threads().unwrap_or(1))
}

/// How many different pool threads have run a block since the process began (at most 64
/// are told apart). 0 when everything ran on the calling threads.
#[must_use]
pub fn used_threads() -> u32 {
    USED.load(Ordering::Relaxed).count_ones()
}

/// Runs `work` on the pool and waits for it, so that [`crate::join`] inside it can use
/// all threads.
///
/// It runs right here, in order, when the pool cannot help: already on the pool, one thread
/// only, as many calls running or waiting as there are threads, another call on the pool
/// (two of them would run pieces of each other and end together), or after [`shutdown`].
///
/// A panic in `work` is carried to the caller.
pub fn enter<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    let mut work = Some(work);
    let mut result = None;
    enter_unit(&mut || result = work.take().map(|work| work()));
    let Some(result) = result else {
        unreachable!("the work has run, or its panic was carried on")
    };
    result
}

/// [`enter`] for all types at once: see `join_units`.
fn enter_unit(work: &mut (dyn FnMut() + Send)) {
    if on_pool() || threads() == 1 {
        return work();
    }
    let _active = Active::new();
    if ACTIVE.load(Ordering::Relaxed) + drivers::queued() >= threads() {
        return work();
    }
    let Some(_slot) = Slot::take() else { return work() };
    match running() {
        Some(pool) => pool.install(work),
        None => work(),
    }
}

/// Starts `job` on a thread of its own kind and returns at once. At most [`threads`] jobs
/// run at a time; they start in the order of their calls. The job must catch its own
/// panics; one that does not is lost in silence.
///
/// # Errors
/// [`Closed`] after [`shutdown`]; the job was dropped then, without having run.
pub fn spawn(job: impl FnOnce() + Send + 'static) -> Result<(), Closed> {
    drivers::spawn(Box::new(move || {
        let _active = Active::new();
        job();
    }))
}

/// Ends all threads for good: drops the jobs that wait, waits until the calls that are
/// running have ended, then joins every thread. Cancel their tokens first. Later calls run
/// on their own thread. Idempotent.
///
/// Must not be called from a thread of this crate, which would wait for itself.
pub fn shutdown() {
    drivers::end(true);
    end(State::Closed);
}

/// As [`shutdown`], but the next call builds new threads: for the moment when the last user
/// of the addon has left and another one may still come.
pub fn release() {
    drivers::end(false);
    end(State::Unbuilt);
}

fn end(next: State) {
    let mut state = STATE.write().unwrap_or_else(PoisonError::into_inner);
    if let State::Closed = *state {
        return;
    }
    let old = std::mem::replace(&mut *state, next);
    drop(state); // running calls may still ask for the state
    if let State::Running(Running { pool, handles }) = old {
        drop(pool); // the last owner of the pool tells its threads to end
        let handles = std::mem::take(&mut *handles.lock().unwrap_or_else(PoisonError::into_inner));
        for handle in handles {
            // A thread that panicked has ended too, which is all that is asked here.
            let _ = handle.join();
        }
    }
}

/// Whether this thread belongs to the pool, where pieces find other threads.
pub(crate) fn can_split() -> bool {
    on_pool() && threads() > 1
}

/// Notes that this thread runs a block, for [`used_threads`].
pub(crate) fn note_thread() {
    if let Some(index) = rayon::current_thread_index().or_else(drivers::index) {
        let bit = 1 << (index % 64);
        if USED.load(Ordering::Relaxed) & bit == 0 {
            USED.fetch_or(bit, Ordering::Relaxed);
        }
    }
}

// allcores never builds or uses rayon's global pool, so any rayon thread is ours.
fn on_pool() -> bool {
    rayon::current_thread_index().is_some()
}

fn running() -> Option<Arc<ThreadPool>> {
    if let State::Running(running) = &*STATE.read().unwrap_or_else(PoisonError::into_inner) {
        return Some(Arc::clone(&running.pool));
    }
    let mut state = STATE.write().unwrap_or_else(PoisonError::into_inner);
    if let State::Unbuilt = *state {
        *state = build().map_or(State::Closed, State::Running);
    }
    match &*state {
        State::Running(running) => Some(Arc::clone(&running.pool)),
        State::Unbuilt | State::Closed => None,
    }
}

fn build() -> Option<Running> {
    let handles = Arc::new(Mutex::new(Vec::new()));
    let started = Arc::clone(&handles);
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads())
        .thread_name(|index| format!("allcores-{index}"))
        .panic_handler(|_| {}) // without one, a panic in a spawned job aborts the process
        .spawn_handler(move |thread| {
            let mut builder = std::thread::Builder::new();
            if let Some(name) = thread.name() {
                builder = builder.name(name.to_owned());
            }
            let handle = builder.spawn(|| thread.run())?;
            started.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
            Ok(())
        })
        .build()
        .ok()?;
    Some(Running { pool: Arc::new(pool), handles })
}

/// Counts a call from its start to its end, also when it panics. A call inside a job is the
/// job's own and not counted again.
struct Active {
    counted: bool,
}

thread_local! {
    static IS_COUNTED: Cell<bool> = const { Cell::new(false) };
}

impl Active {
    fn new() -> Self {
        let counted = !IS_COUNTED.replace(true);
        if counted {
            ACTIVE.fetch_add(1, Ordering::Relaxed);
        }
        Active { counted }
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        if self.counted {
            IS_COUNTED.set(false);
            ACTIVE.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// The one call that is on the pool.
struct Slot;

impl Slot {
    fn take() -> Option<Self> {
        (!SLOT_TAKEN.swap(true, Ordering::Acquire)).then_some(Slot)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        SLOT_TAKEN.store(false, Ordering::Release);
    }
}
