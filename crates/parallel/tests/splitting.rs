//! Splitting depends on the length only, and every block runs exactly once.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use allcores_parallel::{Blocks, Cancelled, Token, for_each_band, join, map, spawn, threads};

#[test]
fn every_small_split_covers_the_range_once_and_in_order() {
    for len in 0..40 {
        for size in 1..10 {
            for inline_up_to in [0, 20, 100] {
                let blocks = Blocks { size, inline_up_to };
                let ranges = map(&Token::new(), len, blocks, |range| range).unwrap();
                let covered: Vec<usize> = ranges.iter().cloned().flatten().collect();
                assert_eq!(covered, (0..len).collect::<Vec<_>>(), "{len} by {size}");
                assert!(ranges.iter().rev().skip(1).all(|range| range.len() == size));

                let mut out = vec![usize::MAX; len];
                for_each_band(&Token::new(), &mut out, blocks, |offset, band| {
                    for (i, value) in band.iter_mut().enumerate() {
                        assert_eq!(*value, usize::MAX, "a cell was written twice");
                        *value = offset + i;
                    }
                })
                .unwrap();
                assert_eq!(out, (0..len).collect::<Vec<_>>());
            }
        }
    }
}

#[test]
fn a_cancelled_token_stops_before_the_next_block() {
    let token = Token::new();
    let ran = AtomicU64::new(0);
    let blocks = Blocks { size: 1, inline_up_to: 0 };
    let result = map(&token, 100_000, blocks, |_| {
        if ran.fetch_add(1, Ordering::SeqCst) == 10 {
            token.cancel();
        }
    });
    assert_eq!(result, Err(Cancelled));
    // Blocks that other threads had begun may still end.
    assert!(ran.load(Ordering::SeqCst) <= 11 + threads() as u64);
    assert_eq!(token.blocks(), ran.load(Ordering::SeqCst));
}

#[test]
fn join_gives_both_results_and_passes_a_cancellation_on() {
    let token = Token::new();
    assert_eq!(join(&token, || Ok(1), || Ok("two")), Ok((1, "two")));
    assert_eq!(join(&token, || Err::<(), _>(Cancelled), || Ok(2)), Err(Cancelled));
    token.cancel();
    assert_eq!(join(&token, || Ok(1), || Ok(2)), Err(Cancelled));
}

#[test]
fn a_panic_in_a_block_reaches_the_caller_and_the_pool_lives_on() {
    let blocks = Blocks { size: 1, inline_up_to: 0 };
    let panicked = std::panic::catch_unwind(|| {
        map(&Token::new(), 100, blocks, |range| assert_ne!(range.start, 50, "planted"))
    });
    assert!(panicked.is_err());
    assert_eq!(map(&Token::new(), 3, blocks, |range| range.start).unwrap(), [0, 1, 2]);
}

#[test]
fn spawned_jobs_run_and_one_that_panics_harms_no_other() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let sender = Mutex::new(sender);
    spawn(|| panic!("planted")).unwrap();
    spawn(move || sender.lock().unwrap().send(7).unwrap()).unwrap();
    assert_eq!(receiver.recv_timeout(std::time::Duration::from_secs(10)), Ok(7));
}
