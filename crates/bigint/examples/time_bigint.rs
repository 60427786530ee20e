//! Prints the least time of each kernel, on as many threads as `ALLCORES_THREADS` says, at the level
//! that `ALLCORES_SIMD` says. Arguments choose among `factorial`, `product`, `unbalanced` and `text`;
//! a number after them is the largest size.

use std::hint::black_box;
use std::time::{Duration, Instant};

use allcores_bigint::{factorial, factorial_string, from_decimal, multiply, to_decimal};
use allcores_parallel::{Token, threads};

fn least_time(mut work: impl FnMut()) -> Duration {
    let start = Instant::now();
    let mut least = Duration::MAX;
    let mut runs = 0;
    while runs < 3 || (start.elapsed() < Duration::from_millis(300) && runs < 10_000) {
        let begin = Instant::now();
        work();
        least = least.min(begin.elapsed());
        runs += 1;
    }
    least
}

fn words(len: usize, seed: u64) -> Vec<u64> {
    (1..=len as u64).map(|i| i.wrapping_mul(seed) ^ i >> 3).collect()
}

fn main() {
    let token = Token::new();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let max = arguments.iter().filter_map(|argument| argument.parse().ok()).next();
    let max = max.unwrap_or(1_100_000);
    let wanted = |name: &str| {
        let named = arguments.iter().any(|argument| argument == name);
        named || arguments.iter().all(|argument| argument.parse::<usize>().is_ok())
    };
    println!("{} thread(s)", threads());
    if wanted("factorial") {
        for n in [20, 300, 1_000, 2_000, 4_000, 10_000, 30_000, 100_000, 1_000_000, 10_000_000] {
            if n > max as u64 {
                break;
            }
            let words = least_time(|| drop(black_box(factorial(&token, black_box(n)))));
            let text = least_time(|| drop(black_box(factorial_string(&token, black_box(n)))));
            println!("{n:>8}!  words {words:>12.3?}  text {text:>12.3?}");
        }
    }
    if wanted("product") {
        let lengths = [16, 32, 64, 96, 128, 160, 192, 224, 256, 320, 384, 512, 519, 768, 1_024];
        let large = [4_096, 5_191, 16_384, 32_768, 51_906, 100_000, 144_300, 262_144, 519_053];
        for len in lengths.into_iter().chain(large).filter(|&len| len <= max) {
            let (a, b) = (words(len, 0x9E37_79B9_7F4A_7C15), words(len, 0xD1B5_4A32_D192_ED03));
            let product = least_time(|| drop(black_box(multiply(&token, black_box(&a), &b))));
            let square = least_time(|| drop(black_box(multiply(&token, black_box(&a), &a))));
            println!("{len:>8} limbs  product {product:>12.3?}  square {square:>12.3?}");
        }
    }
    if wanted("text") {
        for n in [1_000, 10_000, 100_000, 1_000_000].into_iter().filter(|&n| n <= max as u64) {
            let words = factorial(&token, n).unwrap();
            let digits = to_decimal(&token, &words).unwrap();
            let out = least_time(|| drop(black_box(to_decimal(&token, black_box(&words)))));
            let back = least_time(|| drop(black_box(from_decimal(&token, black_box(&digits)))));
            println!("{n:>8}!  to decimal {out:>12.3?}  from decimal {back:>12.3?}");
        }
    }
    if wanted("unbalanced") {
        for len in [1_000, 10_000, 100_000, 500_000].into_iter().filter(|&len| len <= max) {
            for ratio in [2, 3, 4, 5, 8, 16, 50] {
                let (a, b) = (words(len, 0x9E37_79B9_7F4A_7C15), words(len / ratio, 77));
                let product = least_time(|| drop(black_box(multiply(&token, black_box(&a), &b))));
                println!("{len:>8} limbs, 1:{ratio:<3} {product:>12.3?}");
            }
        }
    }
}
