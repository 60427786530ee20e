//! Times of exact sums, products and scans: `cargo run --release --example exact [n]`.

use std::time::Instant;

use allcores_numeric::*;
use allcores_parallel::Token;

fn time(name: &str, mut work: impl FnMut() -> f64) {
    let mut best = f64::INFINITY;
    let mut result = 0.0;
    for _ in 0..25 {
        let start = Instant::now();
        result = std::hint::black_box(work());
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("{name:28} {:8.3} ms   {result:e}", best * 1e3);
}

fn main() {
    let n = std::env::args().nth(1).map_or(16_000_000, |n| n.parse().unwrap());
    let mut state = 1_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 * 2_f64.powi(-53)
    };
    let x: Vec<f64> = (0..n).map(|_| next()).collect();
    let wide: Vec<f64> = x.iter().map(|&v| v * 2_f64.powi((v * 1e6) as i32 % 1000)).collect();
    let near: Vec<f64> = x.iter().map(|v| 1.0 + (v - 0.5) * 1e-3).collect();
    let mask: Vec<u8> = x.iter().map(|&v| u8::from(v < 0.7)).collect();
    let small: Vec<i32> = x.iter().map(|&v| (v * 100.0) as i32 + 1).collect();
    let x32: Vec<f32> = x.iter().map(|&v| v as f32).collect();
    let longs: Vec<i64> = x.iter().map(|&v| (v * 1000.0) as i64).collect();
    let token = &Token::new();
    let all = Filter::ALL;
    let omit = Filter { mask: None, nan: NanPolicy::Omit };
    let masked = Filter { mask: Some(&mask), nan: NanPolicy::Propagate };
    time("sum", || sum(token, &x, all, Precision::Pairwise).unwrap());
    time("exact sum", || sum(token, &x, all, Precision::Exact).unwrap());
    time("exact sum, omit", || sum(token, &x, omit, Precision::Exact).unwrap());
    time("exact sum, masked", || sum(token, &x, masked, Precision::Exact).unwrap());
    time("exact sum, wide", || sum(token, &wide, all, Precision::Exact).unwrap());
    time("exact sum, f32", || sum(token, &x32, all, Precision::Exact).unwrap());
    time("dot", || dot(token, &x, &near, all, Precision::Pairwise).unwrap());
    time("exact dot", || dot(token, &x, &near, all, Precision::Exact).unwrap());
    time("exact dot, wide", || dot(token, &x, &wide, all, Precision::Exact).unwrap());
    time("exact squares", || sum_of_squares(token, &x, all, Precision::Exact).unwrap());
    time("product", || product(token, &near, all, Precision::Pairwise).unwrap());
    time("product, fast", || product(token, &near, all, Precision::Fast).unwrap());
    time("exact product", || product(token, &near, all, Precision::Exact).unwrap());
    time("product of i32", || product(token, &small, all, Precision::Exact).unwrap());
    let mut out = vec![0.0; n];
    let mut longs_out = vec![0; n];
    let go = NanPolicy::Propagate;
    time("cumsum", || {
        scan(token, &x, &mut out, Scan::Sums, go).unwrap();
        out[n - 1]
    });
    time("cumsum, omit", || {
        scan(token, &x, &mut out, Scan::Sums, NanPolicy::Omit).unwrap();
        out[n - 1]
    });
    time("cumsum, raise", || {
        scan(token, &x, &mut out, Scan::Sums, NanPolicy::Raise).unwrap();
        out[n - 1]
    });
    time("cumprod", || {
        scan(token, &near, &mut out, Scan::Products, go).unwrap();
        out[n - 1]
    });
    time("cumsum of i32", || {
        scan(token, &small, &mut out, Scan::Sums, go).unwrap();
        out[n - 1]
    });
    time("cumsum in place of zeros", || {
        out.fill(0.0);
        scan_in_place(token, &mut out, Scan::Sums, go).unwrap();
        out[n - 1]
    });
    time("cumsum of i64", || {
        scan_wide(token, &longs, &mut longs_out, Scan::Sums).unwrap();
        longs_out[n - 1] as f64
    });
    time("copy", || {
        out.copy_from_slice(&x);
        out[n - 1]
    });
}
