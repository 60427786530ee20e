//! One rayon pool for the whole process, built at first use, joined at [`shutdown`].

use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use rayon::{ThreadPool, ThreadPoolBuilder};

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
/// Top-level calls that are running on the pool right now.
static ACTIVE: AtomicUsize = AtomicUsize::new(0);
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
/// all threads. Already on the pool, with one thread only, or after [`shutdown`], it runs
/// right here.
///
/// A panic in `work` is carried to the caller.
pub fn enter<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    if on_pool() || threads() == 1 {
        return work();
    }
    match running() {
        Some(pool) => pool.install(|| {
            let _active = Active::new();
            work()
        }),
        None => work(),
    }
}

/// Starts `job` on the pool and returns at once. Jobs start in the order of their calls.
/// The job must catch its own panics; one that does not is lost in silence.
///
/// # Errors
/// [`Closed`] after [`shutdown`]; the job was dropped then, without having run.
pub fn spawn(job: impl FnOnce() + Send + 'static) -> Result<(), Closed> {
    let pool = running().ok_or(Closed)?;
    pool.spawn(move || {
        let _active = Active::new();
        job();
    });
    Ok(())
}

/// Ends the pool for good: waits until the calls that are running have left it, then joins
/// every thread. Cancel their tokens first. Later calls run on their own thread. Idempotent.
///
/// Must not be called from a pool thread, which would wait for itself.
pub fn shutdown() {
    end(State::Closed);
}

/// As [`shutdown`], but the next call builds a new pool: for the moment when the last user
/// of the addon has left and another one may still come.
pub fn release() {
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

/// Whether this thread belongs to the pool and splitting may pay.
pub(crate) fn can_split() -> bool {
    on_pool() && threads() > 1 && ACTIVE.load(Ordering::Relaxed) < threads()
}

/// Notes that this thread runs a block, for [`used_threads`].
pub(crate) fn note_thread() {
    if let Some(index) = rayon::current_thread_index() {
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

/// Counts a top-level call for as long as it runs, also when it panics.
struct Active;

impl Active {
    fn new() -> Self {
        ACTIVE.fetch_add(1, Ordering::Relaxed);
        Active
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        ACTIVE.fetch_sub(1, Ordering::Relaxed);
    }
}
