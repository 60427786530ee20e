//! Milliseconds of median and quantile over the patterns that are hard for selection.
//!
//! `cargo run --release -p allcores-numeric --example time_quantile [millions of elements]`

use std::hint::black_box;
use std::time::Instant;

use allcores_numeric::{Element, Filter, Fractions, Method, median, quantile};
use allcores_parallel::Token;

fn main() {
    let millions = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(16);
    let n = millions * 1_000_000_usize;
    let scramble = |i: usize| (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 11;
    table::<f64>("random", n, |i| scramble(i) as f64);
    table::<f64>("sorted", n, |i| i as f64);
    table::<f64>("reversed", n, |i| (n - i) as f64);
    table::<f64>("equal", n, |_| 3.0);
    table::<f64>("organ pipe", n, |i| i.min(n - i) as f64);
    table::<f64>("ten values", n, |i| (scramble(i) % 10) as f64);
    table::<f32>("random f32", n, |i| scramble(i) as f32);
    table::<i64>("random i64", n, |i| scramble(i) as i64);
    table::<i32>("random i32", n, |i| scramble(i) as i32);
    table::<u16>("random u16", n, |i| scramble(i) as u16);
    table::<u16>("equal u16", n, |_| 7);
    table::<u16>("ten u16", n, |i| (scramble(i) % 10) as u16);
    table::<u8>("random u8", n, |i| scramble(i) as u8);
    table::<u8>("equal u8", n, |_| 7);
}

fn table<T: Element>(name: &str, n: usize, value: impl Fn(usize) -> T) {
    let values: Vec<T> = (0..n).map(value).collect();
    let mask: Vec<u8> = (0..n).map(|i| (i % 3) as u8).collect();
    let token = Token::new();
    let masked = Filter { mask: Some(&mask), ..Filter::ALL };
    let fractions = Fractions::Many(&[0.01, 0.5, 0.99]);
    let three =
        |filter| black_box(quantile(&token, &values, filter, fractions, Method::Linear)).is_ok();
    println!(
        "{name:12} median {:7.2}  three quantiles {:7.2}  median of two thirds {:7.2}  of 1000 {:7.4}",
        best(|| black_box(median(&token, &values, Filter::ALL)).is_ok()),
        best(|| three(Filter::ALL)),
        best(|| black_box(median(&token, &values, masked)).is_ok()),
        best(|| black_box(median(&token, &values[..1000], Filter::ALL)).is_ok()),
    );
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
