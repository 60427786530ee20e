//! Times of the ordering kernels.
//!
//! `cargo run --release -p allcores-numeric --example order [elements] [kernel]`
//!
//! "wall" is the best of several runs on all native threads; "cpu" the mean time that all threads
//! together worked, per element, which other processes disturb less.

use std::time::Instant;

use allcores_numeric::{Side, Wanted, argsort, searchsorted, sort, unique};
use allcores_parallel::Token;

const RUNS: u32 = 8;

fn main() {
    let n = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(16_000_000);
    println!("{n} elements, {} threads", allcores_parallel::threads());
    let doubles: Vec<f64> = (0..n).map(|i| random(i) as f64 / 2_f64.powi(64)).collect();
    let mut out = vec![0.0; n];
    let token = Token::new();
    row("sort, float64", n, || sort(&token, &doubles, &mut out).is_ok());
    let singles: Vec<f32> = doubles.iter().map(|&x| x as f32).collect();
    let mut narrow = vec![0.0; n];
    row("sort, float32", n, || sort(&token, &singles, &mut narrow).is_ok());
    let mut order = vec![0; n];
    row("argsort, float64", n, || argsort(&token, &doubles, &mut order).is_ok());
    let few: Vec<f64> = (0..1000).map(|i| i as f64 / 1000.0).collect();
    row("searchsorted into 1000", n, || {
        searchsorted(&token, &few, &doubles, Side::Left, &mut order).is_ok()
    });
    let few: Vec<i32> = (0..n).map(|i| (random(i) % 1000) as i32).collect();
    row("unique, 1000 of int32", n, || unique(&token, &few, Wanted::default()).is_ok());
    let few: Vec<f64> = few.into_iter().map(f64::from).collect();
    row("unique, 1000 of float64", n, || unique(&token, &few, Wanted::default()).is_ok());
    row("unique, all of float64", n, || unique(&token, &doubles, Wanted::default()).is_ok());
    row("searchsorted into n", n, || {
        searchsorted(&token, &out, &doubles, Side::Left, &mut order).is_ok()
    });
}

fn random(i: usize) -> u64 {
    let mut x = (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ x >> 32
}

fn row(name: &str, n: usize, mut run: impl FnMut() -> bool) {
    if std::env::args().nth(2).is_some_and(|wanted| !name.starts_with(&wanted)) {
        return;
    }
    let mut wall = f64::INFINITY;
    assert!(run(), "the kernel was cancelled");
    let worked = process_time();
    for _ in 0..RUNS {
        let start = Instant::now();
        assert!(run(), "the kernel was cancelled");
        wall = wall.min(start.elapsed().as_secs_f64());
    }
    let cpu = (process_time() - worked) / f64::from(RUNS);
    let per = 1e9 / n as f64;
    println!(
        "{name:24} wall {:6.2} ms {:6.2} ns   cpu {:6.2} ns",
        wall * 1e3,
        wall * per,
        cpu * per
    );
}

/// Seconds of processor time, in ticks of 10 ms; 0 where the system has no such file.
fn process_time() -> f64 {
    let Ok(text) = std::fs::read_to_string("/proc/self/stat") else { return 0.0 };
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or("").split(' ').collect();
    let ticks = |index: usize| fields.get(index).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(12) + ticks(13)) / 100.0
}
