//! Rates of argmin, argmax, any, all and count_nonzero for every element type, next to the rate
//! of only reading.
//!
//! `cargo run --release -p allcores-numeric --example time_arg [MiB per array] [type]`

use std::hint::black_box;
use std::time::Instant;

use allcores_numeric::{
    Element, Filter, NanPolicy, all, any, argmax, argmin, count_nonzero, read_limit,
};
use allcores_parallel::Token;

const RUNS: usize = 12;

fn main() {
    let mebibytes = std::env::args().nth(1).and_then(|size| size.parse().ok()).unwrap_or(128);
    let bytes = mebibytes << 20_usize;
    println!("{mebibytes} MiB per array, {} threads", allcores_parallel::threads());
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
    let scrambled =
        |i: usize| value(((i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20) | 1);
    let a: Vec<T> = (0..bytes / size_of::<T>()).map(scrambled).collect();
    let zeros: Vec<T> = vec![value(0); a.len()];
    let mask: Vec<u8> = (0..a.len()).map(|i| u8::from(i % 7 != 3)).collect();
    let words = vec![1_u8; bytes];
    let token = Token::new();
    let limit = best(|| black_box(read_limit(&token, &words).is_ok()));
    println!("{:16} {:>6} {:>9.1}", "read limit", "", bytes as f64 / limit);
    let row = |kernel: &str, call: &dyn Fn(&[T], Filter<'_>) -> bool| {
        print!("{kernel:16} {name:>6}");
        for filter in [
            Filter::ALL,
            Filter { mask: None, nan: NanPolicy::Omit },
            Filter { mask: Some(&mask), nan: NanPolicy::Propagate },
        ] {
            let memory = best(|| call(&a, filter));
            let rate = bytes as f64 / memory;
            let share = rate / (bytes as f64 / limit);
            print!("{rate:>9.1} {share:>7.2}");
        }
        println!();
    };
    row("argmin", &|a, f| black_box(argmin(&token, a, f)).is_ok());
    row("argmax", &|a, f| black_box(argmax(&token, a, f)).is_ok());
    row("count_nonzero", &|a, f| black_box(count_nonzero(&token, a, f)).is_ok());
    row("all", &|a, f| black_box(all(&token, a, f)).is_ok());
    row("any of zeros", &|_, f| black_box(any(&token, &zeros, f)).is_ok());
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
