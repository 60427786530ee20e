//! A process of its own, because a pool that was shut down stays shut.

use allcores_parallel::{Blocks, Closed, Token, map, release, shutdown, spawn};

#[test]
fn after_shutdown_calls_run_on_their_own_thread_and_jobs_are_refused() {
    let blocks = Blocks { size: 1, inline_up_to: 0 };
    let here = std::thread::current().id();
    assert_eq!(map(&Token::new(), 64, blocks, |range| range.start).unwrap().len(), 64);
    release();
    assert_eq!(spawn(|| ()), Ok(()), "a released pool is built again");
    shutdown();
    shutdown();
    release();
    let ran_on = map(&Token::new(), 64, blocks, |_| std::thread::current().id()).unwrap();
    assert!(ran_on.iter().all(|&id| id == here));
    assert_eq!(spawn(|| ()), Err(Closed));
}
