//! Milliseconds of histogram and bincount over easy and hard inputs.
//!
//! `cargo run --release -p allcores-numeric --example time_histogram [millions of elements]`

use std::hint::black_box;
use std::time::Instant;

use allcores_numeric::{Bins, Element, Filter, bincount, bincount_length, histogram};
use allcores_parallel::Token;

fn main() {
    let millions = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(16);
    let n = millions * 1_000_000_usize;
    let scramble = |i: usize| (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 11;
    table::<f64>("random", n, |i| scramble(i) as f64);
    table::<f64>("sorted", n, |i| i as f64);
    table::<f64>("all in one bin", n, |i| if i == 0 { 1e9 } else { 1.0 });
    table::<f64>("on the edges", n, |i| (scramble(i) % 257) as f64);
    table::<f32>("random f32", n, |i| scramble(i) as f32);
    table::<i32>("random i32", n, |i| scramble(i) as i32);
    table::<u8>("random u8", n, |i| scramble(i) as u8);
    counts::<u8>("random u8", n, |i| scramble(i) as u8);
    counts::<u8>("equal u8", n, |_| 7);
    counts::<u16>("random u16", n, |i| scramble(i) as u16);
    counts::<u16>("equal u16", n, |_| 777);
    counts::<u32>("up to 2^20, u32", n, |i| scramble(i) as u32 % (1 << 20));
}

fn table<T: Element>(name: &str, n: usize, value: impl Fn(usize) -> T) {
    let values: Vec<T> = (0..n).map(value).collect();
    let mask: Vec<u8> = (0..n).map(|i| (i % 3) as u8).collect();
    let weights = vec![1.5; n];
    let edges: Vec<f64> = (0..=256).map(|i| f64::from(i * i) * 1e10).collect();
    let token = Token::new();
    let run = |bins, mask, weights| {
        let filter = Filter { mask, ..Filter::ALL };
        best(|| black_box(histogram(&token, &values, filter, bins, weights, false)).is_ok())
    };
    let uniform = |count| Bins::Uniform { count, range: None };
    println!(
        "{name:16} 256 bins {:6.2}  masked {:6.2}  weighted {:6.2}  edges {:6.2}  5000 bins {:6.2}",
        run(uniform(256), None, None),
        run(uniform(256), Some(&mask), None),
        run(uniform(256), None, Some(&weights)),
        run(Bins::Edges(&edges), None, None),
        run(uniform(5000), None, None),
    );
}

fn counts<T: Element>(name: &str, n: usize, value: impl Fn(usize) -> T) {
    let values: Vec<T> = (0..n).map(value).collect();
    let token = Token::new();
    let run = || {
        let length = bincount_length(&token, &values, 0).expect("integers from 0");
        bincount(&token, &values, None, black_box(&mut vec![0.0; length])).is_ok()
    };
    println!("{name:16} bincount {:6.2}", best(run));
}

/// Milliseconds of the fastest run.
fn best(mut run: impl FnMut() -> bool) -> f64 {
    (0..8)
        .map(|_| {
            let start = Instant::now();
            assert!(run(), "the kernel failed");
            start.elapsed().as_secs_f64() * 1e3
        })
        .fold(f64::INFINITY, f64::min)
}
