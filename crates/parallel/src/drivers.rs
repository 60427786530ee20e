//! The threads that run spawned jobs, and the queue before them.
//!
//! Jobs do not go into rayon's own queue: a rayon thread that waits for a piece of one call
//! takes whatever it finds there and would run a whole foreign job on top of its stack, so
//! the first call could not end, nor be cancelled, before the second.

use std::cell::Cell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crate::Closed;
use crate::pool::threads;

type Job = Box<dyn FnOnce() + Send>;

struct Drivers {
    queue: VecDeque<Job>,
    handles: Vec<JoinHandle<()>>,
    /// Drivers that wait for a job.
    idle: usize,
    /// Raised by each `end`: drivers of an older generation leave.
    generation: usize,
    closed: bool,
}

static DRIVERS: Mutex<Drivers> = Mutex::new(Drivers {
    queue: VecDeque::new(),
    handles: Vec::new(),
    idle: 0,
    generation: 0,
    closed: false,
});
static WORK: Condvar = Condvar::new();

thread_local! {
    static INDEX: Cell<Option<usize>> = const { Cell::new(None) };
}

/// The number of the driver that this thread is, from 0.
pub(crate) fn index() -> Option<usize> {
    INDEX.get()
}

/// Jobs that no driver has taken yet.
pub(crate) fn queued() -> usize {
    lock().queue.len()
}

/// Queues a job; at most `threads()` run at a time, in the order of their calls.
pub(crate) fn spawn(job: Job) -> Result<(), Closed> {
    let mut drivers = lock();
    if drivers.closed {
        return Err(Closed);
    }
    drivers.queue.push_back(job);
    if drivers.idle < drivers.queue.len() && drivers.handles.len() < threads() {
        let (index, generation) = (drivers.handles.len(), drivers.generation);
        let builder = std::thread::Builder::new().name(format!("allcores-job-{index}"));
        match builder.spawn(move || drive(index, generation)) {
            Ok(handle) => drivers.handles.push(handle),
            // The system gives no more threads: the drivers that there are do the work.
            Err(_) if !drivers.handles.is_empty() => {}
            Err(_) => {
                drivers.queue.pop_back();
                return Err(Closed);
            }
        }
    }
    WORK.notify_one();
    Ok(())
}

/// Drops the jobs that wait, lets those that run end, and joins the threads.
pub(crate) fn end(for_good: bool) {
    let mut drivers = lock();
    drivers.closed |= for_good;
    drivers.generation += 1;
    drivers.idle = 0;
    let dropped = std::mem::take(&mut drivers.queue);
    let handles = std::mem::take(&mut drivers.handles);
    drop(drivers);
    WORK.notify_all();
    drop(dropped);
    for handle in handles {
        // A driver catches its jobs' panics; that it has ended is all that is asked here.
        let _ = handle.join();
    }
}

fn drive(index: usize, generation: usize) {
    INDEX.set(Some(index));
    let mut drivers = lock();
    while drivers.generation == generation {
        if let Some(job) = drivers.queue.pop_front() {
            drop(drivers);
            // The job's own affair; the driver goes on.
            let _ = catch_unwind(AssertUnwindSafe(job));
            drivers = lock();
        } else {
            drivers.idle += 1;
            drivers = WORK.wait(drivers).unwrap_or_else(PoisonError::into_inner);
            // `end` has set the count of a new generation.
            if drivers.generation == generation {
                drivers.idle -= 1;
            }
        }
    }
}

fn lock() -> MutexGuard<'static, Drivers> {
    DRIVERS.lock().unwrap_or_else(PoisonError::into_inner)
}
