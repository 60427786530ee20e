//! Prints the least time of what is told of factorials without writing them, on as many threads as
//! `ALLCORES_THREADS` says.

use std::hint::black_box;
use std::time::{Duration, Instant};

use allcores_bigint::{digit_count, factorial_mod, log_factorials, trailing_zeros};
use allcores_parallel::{Token, threads};

fn least_time<R>(mut work: impl FnMut() -> R) -> Duration {
    let start = Instant::now();
    let mut least = Duration::MAX;
    let mut runs = 0;
    while runs < 2 || (start.elapsed() < Duration::from_millis(200) && runs < 10_000) {
        let begin = Instant::now();
        black_box(work());
        least = least.min(begin.elapsed());
        runs += 1;
    }
    least
}

fn main() {
    let token = Token::new();
    println!("{} thread(s)", threads());
    for n in
        [1_000, 60_000, 1_000_000, 4_000_000, 10_000_000, 40_000_000, 100_000_000, 1_000_000_000]
    {
        for (name, m) in [
            ("31-bit prime", (1 << 31) - 1),
            ("61-bit prime", (1 << 61) - 1),
            ("two primes", 3_037_000_453 * 3_037_000_493),
        ] {
            let time = least_time(|| factorial_mod(&token, black_box(n), m));
            println!("{n:>12}! modulo {name}  {time:>12.3?}");
        }
    }
    for len in [1_000, 30_000, 1_000_000] {
        let mut out = vec![0.0; len];
        let time = least_time(|| {
            let read = |range: std::ops::Range<usize>, block: &mut [f64]| {
                for (double, i) in block.iter_mut().zip(range) {
                    *double = i as f64;
                }
            };
            log_factorials(&token, &mut out, &read).unwrap();
        });
        println!("ln of {len:>9} factorials  {time:>12.3?}");
    }
    let time = least_time(|| digit_count(black_box(123_456_789_012_345)));
    println!("digits  {time:>12.3?}");
    let time = least_time(|| trailing_zeros(&token, 1 << 50, black_box(94_906_249 * 94_906_247)));
    println!("zeros in a base of two primes  {time:>12.3?}");
}
