//! Prints the least time of each kernel, on as many threads as `ALLCORES_THREADS` says.

use std::hint::black_box;
use std::time::{Duration, Instant};

use allcores_bigint::{factorial, factorial_string, multiply};
use allcores_parallel::{Token, threads};

fn least_time(mut work: impl FnMut()) -> Duration {
    let start = Instant::now();
    let mut least = Duration::MAX;
    let mut runs = 0;
    while runs < 3 || (start.elapsed() < Duration::from_millis(600) && runs < 10_000) {
        let begin = Instant::now();
        work();
        least = least.min(begin.elapsed());
        runs += 1;
    }
    least
}

fn main() {
    let token = Token::new();
    println!("{} thread(s)", threads());
    for n in [20, 100, 300, 600, 1_000, 2_000, 4_000, 10_000, 100_000, 1_000_000] {
        let words = least_time(|| drop(black_box(factorial(&token, black_box(n)))));
        let text = least_time(|| drop(black_box(factorial_string(&token, black_box(n)))));
        println!("{n:>8}!  words {words:>12.3?}  text {text:>12.3?}");
    }
    for len in [16, 24, 32, 48, 64, 128, 512, 4_096, 32_768] {
        let a: Vec<u64> = (1..=len).map(|i: u64| i.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect();
        let b: Vec<u64> = (1..=len).map(|i: u64| i.wrapping_mul(0xD1B5_4A32_D192_ED03)).collect();
        let product = least_time(|| drop(black_box(multiply(&token, black_box(&a), &b))));
        let square = least_time(|| drop(black_box(multiply(&token, black_box(&a), &a))));
        println!("{len:>8} limbs  product {product:>12.3?}  square {square:>12.3?}");
    }
}
