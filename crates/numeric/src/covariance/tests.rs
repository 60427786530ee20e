//! Against exact integers, and the same bits at every instruction set.

use allcores_cpu::Level;
use allcores_parallel::{Token, enter};
use half::f16;

use super::Pairwise;
use crate::exact::Exact;
use crate::filter::{Filter, NanPolicy};
use crate::quotient::quotient;
use crate::simd::Isa;
use crate::split::Job;

fn scrambled(i: usize) -> u64 {
    let mut x = (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ x >> 32
}

/// `n` times the sum of the products of the deviations.
fn deviations(a: &[i64], b: &[i64]) -> i128 {
    let n = a.len() as i128;
    let sum = |x: &[i64]| x.iter().map(|&x| i128::from(x)).sum::<i128>();
    let products: i128 = a.iter().zip(b).map(|(&a, &b)| i128::from(a) * i128::from(b)).sum();
    n * products - sum(a) * sum(b)
}

const SIZES: [usize; 14] = [1, 2, 3, 7, 8, 9, 17, 1023, 1024, 1025, 4096, 33_000, 65_537, 200_003];

#[test]
fn covariances_of_doubles_are_within_1e_13_of_the_deviations() {
    let token = Token::new();
    for (offset, spread) in [(0, 1000), (1_000_000_000, 1000), (-77_777, 1 << 20)] {
        for n in SIZES {
            let a: Vec<i64> = (0..n).map(|i| offset + (scrambled(i) % spread) as i64).collect();
            let b: Vec<i64> =
                (0..n).map(|i| a[i] / 2 + (scrambled(i + 7) % spread) as i64).collect();
            let doubles = |x: &[i64]| x.iter().map(|&x| x as f64).collect::<Vec<f64>>();
            for (left, right) in [(&a, &b), (&b, &a), (&a, &a)] {
                let count = (n as f64).powi(2);
                let exact = deviations(left, right) as f64 / count;
                let size = (deviations(left, left) as f64 / count).sqrt()
                    * (deviations(right, right) as f64 / count).sqrt();
                let (x, y) = (doubles(left), doubles(right));
                for isa in Level::ALL.into_iter().filter_map(Isa::of) {
                    let job = Job { token: &token, isa };
                    let value = f64::covariance(job, &x, &y, Filter::ALL, 0).unwrap();
                    assert!((value - exact).abs() <= 1e-13 * size, "{n} {value} {exact}");
                    let value = f64::correlation(job, &x, &y, Filter::ALL).unwrap();
                    if size > 0.0 {
                        assert!((value - exact / size).abs() <= 2e-13, "{n} {value}");
                    } else {
                        assert!(value.is_nan());
                    }
                }
            }
        }
    }
}

#[test]
fn covariances_of_integers_in_many_blocks_are_the_rounded_quotient_of_exact_sums() {
    let token = Token::new();
    for n in [3, 200_003, 1_200_007] {
        let a: Vec<i64> = (0..n).map(|i| (scrambled(i) % 2000) as i64 - 900).collect();
        let b: Vec<i64> = (0..n).map(|i| a[i] / 3 + (scrambled(i + 5) % 500) as i64).collect();
        let narrow = |x: &[i64]| x.iter().map(|&x| x as i32).collect::<Vec<i32>>();
        let (x, y) = (narrow(&a), narrow(&b));
        let products = Exact::from(deviations(&a, &b));
        for ddof in [0, 1] {
            let exact = quotient(products, n as u128 * (n - ddof) as u128);
            for isa in Level::ALL.into_iter().filter_map(Isa::of) {
                let job = Job { token: &token, isa };
                assert_eq!(i32::covariance(job, &x, &y, Filter::ALL, ddof), Ok(exact), "{n}");
            }
        }
    }
}

fn same_at_every_level<T: Pairwise + Send + Sync>(make: impl Fn(u64) -> T) {
    let token = Token::new();
    for n in SIZES {
        let a: Vec<T> = (0..n).map(|i| make(scrambled(i))).collect();
        let b: Vec<T> = (0..n).map(|i| make(scrambled(i + 5))).collect();
        let mask: Vec<u8> = (0..n).map(|i| (scrambled(i) >> 40 & 3) as u8).collect();
        for mask in [None, Some(&*mask)] {
            for nan in [NanPolicy::Propagate, NanPolicy::Omit] {
                let filter = Filter { mask, nan };
                let both = |isa| {
                    let job = Job { token: &token, isa };
                    let covariance = T::covariance(job, &a, &b, filter, 1).unwrap();
                    let correlation = T::correlation(job, &a, &b, filter).unwrap();
                    [covariance.to_bits(), correlation.to_bits()]
                };
                // What takes part, put together, gives the same up to the order.
                let mut levels = Level::ALL.into_iter().filter_map(Isa::of).map(both);
                let scalar = levels.next().unwrap();
                assert!(levels.all(|bits| bits == scalar), "{n}");
                assert_eq!(enter(|| both(Isa::detected())), scalar);
            }
        }
    }
}

#[test]
fn every_type_gives_the_same_bits_at_every_level() {
    same_at_every_level(|x| x as u8);
    same_at_every_level(|x| x as i8);
    same_at_every_level(|x| x as u16);
    same_at_every_level(|x| x as i16);
    same_at_every_level(|x| x as u32);
    same_at_every_level(|x| x as i32);
    same_at_every_level(|x| x);
    same_at_every_level(|x| x as i64);
    same_at_every_level(|x| if x % 9 == 3 { f64::NAN } else { (x as i32).into() });
    same_at_every_level(|x| (x as i32) as f32 * 1e-3);
    same_at_every_level(|x| f16::from_f64((x as i8).into()));
}

#[test]
fn a_filter_leaves_what_a_copy_without_the_others_has() {
    let token = Token::new();
    let job = Job::new(&token);
    for n in SIZES {
        let value =
            |i: usize| if scrambled(i) % 9 == 3 { f64::NAN } else { (scrambled(i) % 100) as f64 };
        let a: Vec<f64> = (0..n).map(value).collect();
        let b: Vec<f64> = (0..n).map(|i| value(i + 5)).collect();
        let mask: Vec<u8> = (0..n).map(|i| (scrambled(i) >> 40 & 3) as u8).collect();
        let filter = Filter { mask: Some(&mask), nan: NanPolicy::Omit };
        let kept = |i: &usize| mask[*i] != 0 && !a[*i].is_nan() && !b[*i].is_nan();
        let left: Vec<f64> = (0..n).filter(kept).map(|i| a[i]).collect();
        let right: Vec<f64> = (0..n).filter(kept).map(|i| b[i]).collect();
        let value = f64::covariance(job, &a, &b, filter, 0).unwrap();
        let expected = f64::covariance(job, &left, &right, Filter::ALL, 0).unwrap();
        let close = (value - expected).abs() <= 1e-10;
        assert!(close || (value.is_nan() && expected.is_nan()), "{n} {value} {expected}");
    }
}

#[test]
fn nothing_overflows_or_underflows_on_the_way() {
    let token = Token::new();
    let job = Job::new(&token);
    let n = 5000;
    let plain = |seed: usize| (0..n).map(move |i| (scrambled(i + seed) % 1000) as f64 / 256.0);
    let (a, b): (Vec<f64>, Vec<f64>) =
        (plain(0).collect(), plain(9).zip(plain(0)).map(|(x, y)| x + y).collect());
    let correlation = f64::correlation(job, &a, &b, Filter::ALL).unwrap();
    let covariance = f64::covariance(job, &a, &b, Filter::ALL, 1).unwrap();
    for (first, second) in
        [(1e-300, 1e-300), (1e300, 1e300), (1e300, 1e-300), (1e-320, 1.0), (1.0, 1e305)]
    {
        let x: Vec<f64> = a.iter().map(|x| x * first).collect();
        let y: Vec<f64> = b.iter().map(|y| y * second).collect();
        let value = f64::correlation(job, &x, &y, Filter::ALL).unwrap();
        let close = if first < 1e-310 { 1e-2 } else { 1e-13 };
        assert!((value - correlation).abs() <= close, "{first} {second}: {value} {correlation}");
        let value = f64::covariance(job, &x, &y, Filter::ALL, 1).unwrap();
        let expected = covariance * first * second;
        if expected.is_finite() && expected > 1e-300 {
            assert!((value / expected - 1.0).abs() <= 1e-12, "{first} {second}: {value}");
        } else if first > 1e-310 {
            assert_eq!(value, expected);
        }
    }
}

#[test]
fn what_does_not_vary_has_no_correlation() {
    let token = Token::new();
    let job = Job::new(&token);
    let a: Vec<f64> = (0..3000).map(|i| scrambled(i) as f64).collect();
    for value in [0.0, 0.1, 1.0 / 3.0, 1e300, 1e-300, 1e9 + 0.1] {
        let b = vec![value; a.len()];
        assert!(f64::correlation(job, &a, &b, Filter::ALL).unwrap().is_nan(), "{value}");
        assert!(f64::correlation(job, &b, &a, Filter::ALL).unwrap().is_nan(), "{value}");
        assert_eq!(f64::covariance(job, &b, &b, Filter::ALL, 0), Ok(0.0), "{value}");
    }
    assert!(f64::correlation(job, &[1.0], &[2.0], Filter::ALL).unwrap().is_nan());
    assert!(f64::correlation(job, &[], &[], Filter::ALL).unwrap().is_nan());
    assert!(f64::covariance(job, &[1.0, 2.0], &[1.0, 2.0], Filter::ALL, 2).unwrap().is_nan());
    assert!(f64::covariance(job, &[], &[], Filter::ALL, 0).unwrap().is_nan());
}

#[test]
fn a_line_correlates_with_itself_exactly() {
    let token = Token::new();
    let job = Job::new(&token);
    let a: Vec<f64> = (0..3000).map(|i| scrambled(i) as f64).collect();
    let b: Vec<f64> = a.iter().map(|x| -2.0 * x).collect();
    assert_eq!(f64::correlation(job, &a, &a, Filter::ALL), Ok(1.0));
    assert_eq!(f64::correlation(job, &a, &b, Filter::ALL), Ok(-1.0));
}
