//! Spawned jobs: their order, how many run at a time, and that no call waits for another.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::time::Duration;

use allcores_parallel::{Blocks, Token, enter, map, release, spawn, threads};

const LONG: Duration = Duration::from_secs(20);

/// Starts jobs that all wait for the barrier's last member, and waits until they have begun.
fn occupy(count: usize) -> Arc<Barrier> {
    let gate = Arc::new(Barrier::new(count + 1));
    let (begun, all) = mpsc::channel();
    for _ in 0..count {
        let (gate, begun) = (Arc::clone(&gate), begun.clone());
        spawn(move || {
            begun.send(()).unwrap();
            gate.wait();
        })
        .unwrap();
    }
    for _ in 0..count {
        all.recv_timeout(LONG).unwrap();
    }
    gate
}

// One test, because it takes all threads of the process.
#[test]
fn jobs_start_in_order_at_most_one_for_each_thread_and_calls_run_beside_them() {
    let others = occupy(threads() - 1);
    let one = occupy(1);
    let (sender, receiver) = mpsc::channel();
    let running = Arc::new(AtomicUsize::new(0));
    for number in 0..10 {
        let (sender, running) = (sender.clone(), Arc::clone(&running));
        spawn(move || {
            let now = running.fetch_add(1, Ordering::SeqCst) + 1;
            sender.send((number, now)).unwrap();
            running.fetch_sub(1, Ordering::SeqCst);
        })
        .unwrap();
    }
    // Every thread is taken, so none of the ten has begun; a call of this thread runs all the same.
    let here = std::thread::current().id();
    let blocks = Blocks { size: 1, inline_up_to: 0 };
    let ran_on = map(&Token::new(), 8, blocks, |_| std::thread::current().id()).unwrap();
    assert!(ran_on.iter().all(|&id| id == here));
    assert_eq!(enter(|| 7), 7);
    assert!(receiver.try_recv().is_err());

    // With one thread free they run one at a time, in the order of their calls.
    one.wait();
    for number in 0..10 {
        assert_eq!(receiver.recv_timeout(LONG), Ok((number, 1)));
    }
    others.wait();

    release();
    occupy(threads()).wait();
}
