//! Scans at every instruction set against the order that they promise, written plainly.

use allcores_parallel::{Token, enter};
use half::f16;

use super::doubles::BLOCK;
use super::{InPlace, Scan, ScanKernels, scan, scan_in_place, scan_wide, scan_wide_in_place, sums};
use crate::element::Element;
use crate::error::Error;
use crate::filter::NanPolicy;
use crate::split::Job;
use crate::terms::Widen;
use crate::test_data::{levels, scrambled};

fn noise(n: usize) -> Vec<f64> {
    (0..n).map(|i| scrambled(i).cast_signed() as f64 * 2_f64.powi(-63)).collect()
}

/// The promised order.
fn oracle(values: &[f64], scan: Scan) -> Vec<f64> {
    if scan == Scan::Products {
        let products = values.iter().scan(1.0, |product, value| {
            *product *= value;
            Some(*product)
        });
        return products.collect();
    }
    let mut results = Vec::new();
    let mut carry = -0.0;
    for block in values.chunks(BLOCK) {
        let mut end = -0.0;
        for row in block.chunks(8) {
            let at = |i: usize| row.get(i).copied().unwrap_or(-0.0);
            let [lower, upper] = [0, 4].map(|o| {
                let (first, second) = (at(o) + at(o + 1), at(o + 2) + at(o + 3));
                [at(o), first, first + at(o + 2), first + second]
            });
            let upper = upper.map(|value| lower[3] + value);
            let sums: Vec<f64> = lower.into_iter().chain(upper).collect();
            results.extend(sums[..row.len()].iter().map(|sum| carry + (end + sum)));
            end += sums[7];
        }
        carry += end;
    }
    results
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

fn factors(n: usize) -> Vec<f64> {
    noise(n).iter().map(|x| 1.0 + x * 1e-4).collect()
}

#[test]
fn scans_follow_their_order_at_every_level_and_in_place() {
    let token = Token::new();
    let sizes = (0..70).chain([1000, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 9, 3 * BLOCK + 77]);
    for n in sizes {
        for (values, kind) in [(noise(n), Scan::Sums), (factors(n), Scan::Products)] {
            let expected = bits(&oracle(&values, kind));
            for isa in levels() {
                let job = Job { token: &token, isa };
                let mut out = vec![9.0; n];
                f64::scan(job, &values, &mut out, kind, NanPolicy::Propagate).unwrap();
                assert!(bits(&out) == expected, "{n} {kind:?} at {isa:?}");
                f64::scan(job, &values, &mut out, kind, NanPolicy::Omit).unwrap();
                assert!(bits(&out) == expected, "{n} {kind:?} at {isa:?}");
                let mut out = values.clone();
                sums(job, out.chunks_mut(BLOCK).map(InPlace), n, false).unwrap();
                assert!(
                    kind == Scan::Products || bits(&out) == expected,
                    "{n} in place at {isa:?}"
                );
            }
            let mut out = values.clone();
            scan_in_place(&token, &mut out, kind, NanPolicy::Omit).unwrap();
            assert!(bits(&out) == expected, "{n} {kind:?} in place");
        }
    }
}

#[test]
fn products_of_integers_are_zero_behind_a_zero() {
    let token = Token::new();
    let mut values = vec![i32::MIN; 200];
    values[100] = 0;
    let mut out = vec![9.0; 200];
    scan(&token, &values, &mut out, Scan::Products, NanPolicy::Propagate).unwrap();
    assert_eq!(out[99], f64::INFINITY);
    assert_eq!(bits(&out[100..]), vec![0; 100]);
    let floats: Vec<f64> = values.iter().copied().map(f64::from).collect();
    scan(&token, &floats, &mut out, Scan::Products, NanPolicy::Propagate).unwrap();
    assert!(out[100].is_nan());
}

#[test]
fn scans_on_the_pool_give_the_bits_of_scans_outside() {
    let token = Token::new();
    let values = noise(20 * BLOCK + 5);
    let expected = oracle(&values, Scan::Sums);
    for _ in 0..20 {
        let mut out = vec![0.0; values.len()];
        let run = |out: &mut [f64]| scan(&token, &values, out, Scan::Sums, NanPolicy::Propagate);
        run(&mut out).unwrap();
        assert!(out == expected);
        enter(|| run(&mut out)).unwrap();
        assert!(out == expected);
        let mut out = values.clone();
        scan_in_place(&token, &mut out, Scan::Sums, NanPolicy::Propagate).unwrap();
        assert!(out == expected);
    }
}

#[test]
fn a_scan_is_close_to_the_exact_one_and_never_falls_for_what_is_not_negative() {
    let token = Token::new();
    let values: Vec<f64> = noise(5 * BLOCK).iter().map(|x| x.abs()).collect();
    let mut out = vec![0.0; values.len()];
    scan(&token, &values, &mut out, Scan::Sums, NanPolicy::Propagate).unwrap();
    assert!(out.is_sorted());
    // The values are multiples of 2^-63 and smaller than 1: exact in wide integers.
    let mut exact = 0_i128;
    for (value, result) in values.iter().zip(&out) {
        exact += (value * 2_f64.powi(63)) as i128;
        let error = (*result * 2_f64.powi(63)) as i128 - exact;
        assert!((error as f64).abs() < exact as f64 * 1e-14);
    }
}

fn every_type<T: Element + Widen>(make: impl Fn(u64) -> T) {
    let token = Token::new();
    let values: Vec<T> = (0..1003).map(|i| make(scrambled(i) % 7)).collect();
    let wide: Vec<f64> = values.iter().map(|value| value.widen()).collect();
    for kind in [Scan::Sums, Scan::Products] {
        let mut out = vec![0.0; values.len()];
        scan(&token, &values, &mut out, kind, NanPolicy::Propagate).unwrap();
        // Integers have no −0.
        let plain = |values: Vec<f64>| bits(&values.iter().map(|x| 0.0 + x).collect::<Vec<_>>());
        assert_eq!(plain(out), plain(oracle(&wide, kind)));
    }
}

#[test]
fn every_element_type_is_scanned_as_doubles() {
    every_type(|x| x as i8 - 3);
    every_type(|x| x as u8);
    every_type(|x| x as i16 - 3);
    every_type(|x| x as u16);
    every_type(|x| x as i32 - 3);
    every_type(|x| x as u32);
    every_type(|x| x as f32 - 0.5);
    every_type(|x| f16::from_f64(x as f64 * 0.25));
}

#[test]
fn a_nan_goes_on_or_counts_as_nothing_or_is_refused() {
    let token = Token::new();
    let nan = f64::NAN;
    let run = |values: &[f64], kind, policy| {
        let mut out = vec![9.0; values.len()];
        let result = scan(&token, values, &mut out, kind, policy);
        result.map(|()| out.clone()).map_err(|error| (error, out))
    };
    let sums = run(&[1.0, nan, 2.0], Scan::Sums, NanPolicy::Propagate).unwrap();
    assert!(sums[0] == 1.0 && sums[1].is_nan() && sums[2].is_nan());
    let omitted = run(&[nan, 1.0, nan, 2.0], Scan::Sums, NanPolicy::Omit).unwrap();
    assert_eq!(bits(&omitted), bits(&[0.0, 1.0, 1.0, 3.0]));
    let omitted = run(&[nan, 2.0, nan, 3.0], Scan::Products, NanPolicy::Omit);
    assert_eq!(omitted, Ok(vec![1.0, 2.0, 2.0, 6.0]));
    let raised = run(&[1.0, nan], Scan::Sums, NanPolicy::Raise);
    assert_eq!(raised, Err((Error::Nan { index: 1 }, vec![9.0; 2])));
    assert_eq!(bits(&run(&[-0.0, 0.0], Scan::Sums, NanPolicy::Raise).unwrap()), bits(&[-0.0, 0.0]));
    // One NaN only, also where the machine makes one with a sign.
    let mut infinities = [1.0; 20];
    (infinities[0], infinities[1]) = (f64::INFINITY, f64::NEG_INFINITY);
    let sums = run(&infinities, Scan::Sums, NanPolicy::Propagate).unwrap();
    assert_eq!(bits(&sums[1..]), bits(&[nan; 19]));
    infinities[1] = 0.0;
    let products = run(&infinities, Scan::Products, NanPolicy::Propagate).unwrap();
    assert_eq!(bits(&products[1..]), bits(&[nan; 19]));
    let mut out = [0.0; 2];
    let wrong = scan(&token, &[1.0], &mut out, Scan::Sums, NanPolicy::Raise);
    assert_eq!(wrong, Err(Error::Lengths { left: 1, right: 2 }));
}

#[test]
fn wide_integers_are_exact_to_the_ends_of_their_range() {
    let token = Token::new();
    let n = 4 * BLOCK + 11;
    for shift in [1, 20, 40] {
        let values: Vec<i64> = (0..n).map(|i| scrambled(i).cast_signed() >> shift).collect();
        let mut expected = Vec::new();
        let mut sum = 0_i128;
        let mut refused = None;
        for (index, &value) in values.iter().enumerate() {
            sum += i128::from(value);
            if i64::try_from(sum).is_err() {
                refused = Some(index);
                break;
            }
            expected.push(sum as i64);
        }
        let mut out = vec![7; n];
        let result = scan_wide(&token, &values, &mut out, Scan::Sums);
        let mut place = values.clone();
        let in_place = scan_wide_in_place(&token, &mut place, Scan::Sums);
        assert_eq!(result, in_place);
        match refused {
            None => assert!(result.is_ok() && out == expected && place == expected),
            Some(index) => {
                assert_eq!(result, Err(Error::Overflow { index }));
                assert!(out.iter().all(|&value| value == 7) && place == values);
            }
        }
    }
    let run = |values: &[u64], kind| {
        let mut out = vec![0; values.len()];
        scan_wide(&token, values, &mut out, kind).map(|()| out)
    };
    let largest = i64::MAX as u64;
    assert_eq!(run(&[largest - 1, 1], Scan::Sums), Ok(vec![i64::MAX - 1, i64::MAX]));
    assert_eq!(run(&[largest, 1], Scan::Sums), Err(Error::Overflow { index: 1 }));
    assert_eq!(run(&[1 << 63], Scan::Sums), Err(Error::Overflow { index: 0 }));
    assert_eq!(run(&[u64::MAX], Scan::Products), Err(Error::Overflow { index: 0 }));
    assert_eq!(run(&[0, u64::MAX], Scan::Products), Ok(vec![0, 0]));
    assert_eq!(run(&[3, largest / 3], Scan::Products), Ok(vec![3, largest as i64 / 3 * 3]));
}

#[test]
fn wide_products_stop_at_the_first_value_out_of_range_and_not_behind_a_zero() {
    let token = Token::new();
    let n = 3 * BLOCK;
    let mut values: Vec<i64> =
        (0..n).map(|i| if scrambled(i).is_multiple_of(2) { 1 } else { -1 }).collect();
    for (index, value) in [(5, i64::MIN), (6, -1)] {
        values[index] = value;
    }
    values[5] = if values[..5].iter().product::<i64>() < 0 { i64::MAX } else { i64::MIN };
    let mut out = vec![0; n];
    let result = scan_wide(&token, &values, &mut out, Scan::Products);
    if values[5] == i64::MIN {
        assert_eq!(result, Err(Error::Overflow { index: 6 }));
    }
    values[5] = 1;
    values[BLOCK + 3] = 0;
    values[BLOCK + 4] = i64::MIN;
    values[BLOCK + 5] = i64::MIN;
    scan_wide(&token, &values, &mut out, Scan::Products).unwrap();
    let mut product = 1;
    for (value, result) in values.iter().zip(&out) {
        product *= value;
        assert_eq!(*result, product);
    }
    values[2 * BLOCK] = 2;
    let mut place = values.clone();
    scan_wide_in_place(&token, &mut place, Scan::Products).unwrap();
    assert!(place[BLOCK + 3..].iter().all(|&value| value == 0));
}
