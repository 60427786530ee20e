//! The one place that decides how work is split over native threads.
//!
//! A kernel is written single-threaded over a block. This crate cuts the work into blocks
//! **by its size alone**, runs them on the process-wide pool and hands the partial results
//! back in index order, so a result never depends on the number of threads. Before each
//! block it asks the call's [`Token`] whether to go on.
//!
//! | function | for |
//! |---|---|
//! | [`map`] | a reduction: one partial result for each block, in order |
//! | [`for_each_band`] | an output that is written band by band |
//! | [`join`] | divide and conquer |
//! | [`relay()`] | blocks that need something from all blocks before them |
//! | [`enter`] | moving a recursive kernel onto the pool once, before it calls [`join`] |
//! | [`spawn`] | a job that nobody waits for (the addon's promises) |
//!
//! The pieces of one call at a time run on the pool. While it has them, and whenever as many
//! calls are running or waiting as there are threads, other calls run their blocks in order
//! on their own thread: no call waits for another one. The blocks stay the same.

#![forbid(unsafe_code)]

mod drivers;
mod pool;
mod relay;
mod split;
mod token;

pub use pool::{Closed, enter, release, shutdown, spawn, threads, used_threads};
pub use relay::{Relay, relay};
pub use split::{Blocks, for_each_band, join, map};
pub use token::{Cancelled, Token};
