//! Rates of every kernel and element type, next to the rate of only reading.
//!
//! `cargo run --release -p allcores-numeric --example time [MiB per array] [type]`
//!
//! "memory" is GB/s over an array of that size (best of several runs, on all native threads),
//! "limit" the share of the read limit measured in the same run, "1000" nanoseconds for a call
//! on 1,000 elements.

use std::hint::black_box;
use std::time::Instant;

use allcores_numeric::{
    Element, Filter, NanPolicy, Precision, describe, dot, max, mean, min, min_max, read_limit, sum,
    sum_of_squares, variance,
};
use allcores_parallel::Token;

const SMALL: usize = 1000;
const RUNS: usize = 12;

fn main() {
    let mebibytes = std::env::args().nth(1).and_then(|size| size.parse().ok()).unwrap_or(128);
    let bytes = mebibytes << 20_usize;
    println!("{mebibytes} MiB per array, {} threads", allcores_parallel::threads());
    println!("{:16} {:>6} {:>9} {:>7} {:>9}", "kernel", "type", "memory", "limit", "1000");
    table(bytes, |i| i as f64 * 0.37 - 1e6);
    table(bytes, |i| i as f32 * 0.37 - 1e6);
    table(bytes, |i| i as u8);
    table(bytes, |i| i as i8);
    table(bytes, |i| i as u16);
    table(bytes, |i| i as i16);
    table(bytes, |i| i as u32);
    table(bytes, |i| i as i32);
    table(bytes, |i| i);
    table(bytes, |i| i as i64);
}

fn table<T: Element>(bytes: usize, value: impl Fn(u64) -> T) {
    let name = std::any::type_name::<T>();
    if std::env::args().nth(2).is_some_and(|wanted| wanted != name) {
        return;
    }
    let scrambled = |i: usize| value((i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20);
    let a: Vec<T> = (0..bytes / size_of::<T>()).map(scrambled).collect();
    let words = vec![1_u8; bytes];
    let token = Token::new();
    let limit = best(|| black_box(read_limit(&token, &words).is_ok()));
    println!("{:16} {:>6} {:>9.1}", "read limit", "", bytes as f64 / limit);
    let row = |kernel: &str, read: usize, call: &dyn Fn(&[T]) -> bool| {
        let memory = best(|| call(&a));
        let small = &a[..SMALL];
        let calls = 20_000;
        let small = best(|| (0..calls).all(|_| call(black_box(small)))) / f64::from(calls);
        let rate = (bytes * read) as f64 / memory;
        let share = rate / (bytes as f64 / limit);
        println!("{kernel:16} {name:>6} {rate:>9.1} {share:>7.2} {small:>9.1}");
    };
    let (all, precision) = (Filter::ALL, Precision::Pairwise);
    let mask: Vec<u8> =
        (0..a.len()).map(|i| (i.wrapping_mul(0x9e37_79b9) >> 20) as u8 & 1).collect();
    let omit = Filter { mask: None, nan: NanPolicy::Omit };
    row("sum", 1, &|a| black_box(sum(&token, a, all, precision)).is_ok());
    row("sum, fast", 1, &|a| black_box(sum(&token, a, all, Precision::Fast)).is_ok());
    row("sum, omit", 1, &|a| black_box(sum(&token, a, omit, precision)).is_ok());
    row("sum, where", 1, &|a| black_box(sum(&token, a, masked(&mask, a), precision)).is_ok());
    row("mean", 1, &|a| black_box(mean(&token, a, all)).is_ok());
    row("mean, omit", 1, &|a| black_box(mean(&token, a, omit)).is_ok());
    row("variance", 1, &|a| black_box(variance(&token, a, all, 0)).is_ok());
    row("variance, omit", 1, &|a| black_box(variance(&token, a, omit, 0)).is_ok());
    row("variance, where", 1, &|a| black_box(variance(&token, a, masked(&mask, a), 0)).is_ok());
    row("describe", 1, &|a| black_box(describe(&token, a, all, 0)).is_ok());
    row("describe, omit", 1, &|a| black_box(describe(&token, a, omit, 0)).is_ok());
    row("min", 1, &|a| black_box(min(&token, a, all)).is_ok());
    row("min, omit", 1, &|a| black_box(min(&token, a, omit)).is_ok());
    row("min, where", 1, &|a| black_box(min(&token, a, masked(&mask, a))).is_ok());
    row("max", 1, &|a| black_box(max(&token, a, all)).is_ok());
    row("min and max", 1, &|a| black_box(min_max(&token, a, all)).is_ok());
    row("sum of squares", 1, &|a| black_box(sum_of_squares(&token, a, all, precision)).is_ok());
    drop(words);
    let b = a.clone();
    row("dot", 2, &|a| black_box(dot(&token, a, &b[..a.len()], all, precision)).is_ok());
}

fn masked<'m, T>(mask: &'m [u8], values: &[T]) -> Filter<'m> {
    Filter { mask: Some(&mask[..values.len()]), nan: NanPolicy::Propagate }
}

/// Nanoseconds of the fastest run.
fn best(mut run: impl FnMut() -> bool) -> f64 {
    (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            assert!(run(), "the kernel was cancelled");
            start.elapsed().as_secs_f64() * 1e9
        })
        .fold(f64::INFINITY, f64::min)
}
