//! Products at every instruction set against products of wide integers.

use allcores_parallel::Token;
use half::f16;

use super::exactly::Truncated;
use super::factor::{Input, Multiply};
use super::{estimate, exact, hard, product, product_size};
use crate::error::Error;
use crate::filter::{Filter, NanPolicy};
use crate::precision::Precision;
use crate::rounding::{Formatted, Magnitude};
use crate::split::{Job, reduce};
use crate::test_data::{levels, scrambled};

/// The exact product, in words that grow.
fn oracle<T: Multiply>(values: impl Iterator<Item = T>) -> f64 {
    let (mut words, mut exponent, mut negative) = (vec![1_u64], 0_i64, false);
    for value in values {
        let Some(factor) = value.factor() else {
            assert_eq!(value.widen(), 0.0);
            return 0.0;
        };
        let mut carry = 0;
        for word in &mut words {
            let sum = u128::from(*word) * u128::from(factor.significand) + carry;
            *word = sum as u64;
            carry = sum >> 64;
        }
        if carry > 0 {
            words.push(carry as u64);
        }
        exponent += factor.exponent;
        negative ^= value.widen() < 0.0;
    }
    // The upper 128 bits and whether there are more.
    while words.len() < 3 {
        words.insert(0, 0);
        exponent -= 64;
    }
    let (rest, top) = words.split_at(words.len() - 3);
    let room = top[2].leading_zeros();
    let upper = u128::from(top[2]) << 64 | u128::from(top[1]);
    let shifted = if room == 0 { 0 } else { u128::from(top[0]) >> (64 - room) };
    let below = top[0] << room;
    let size = Magnitude {
        top: upper << room | shifted,
        exponent: exponent + 64 * (rest.len() as i64 + 1) - i64::from(room),
        more: below != 0 || rest.iter().any(|&word| word != 0),
    };
    let size = T::RESULT.round(size);
    if negative { -size } else { size }
}

fn check<T: Multiply + std::fmt::Debug>(values: &[T]) {
    let token = Token::new();
    let mask: Vec<u8> = (0..values.len()).map(|i| (scrambled(i) % 3) as u8).collect();
    let masked = Filter { mask: Some(&mask), nan: NanPolicy::Propagate };
    let expected = oracle(values.iter().copied());
    let kept = values.iter().zip(&mask).filter(|&(_, &mask)| mask != 0).map(|(value, _)| *value);
    let expected_masked = oracle(kept);
    for isa in levels() {
        let job = Job { token: &token, isa };
        let n = values.len();
        assert_eq!(exact(job, values, Filter::ALL), Ok(expected), "n = {n} at {isa:?}");
        assert_eq!(exact(job, values, masked), Ok(expected_masked), "n = {n} at {isa:?}");
    }
}

/// Doubles whose product stays near 1: a number and something near its inverse.
fn balanced(n: usize, binades: u64) -> Vec<f64> {
    let value = |i: usize| {
        let x = scrambled(i / 2);
        let exponent = 1023 - binades / 2 + (x >> 20) % binades;
        let value = f64::from_bits(x << 63 | exponent << 52 | scrambled(i / 2 + n) >> 12);
        if i.is_multiple_of(2) { value } else { 1.0 / value * (1.0 + (x % 8) as f64 * 1e-3) }
    };
    (0..n).map(value).collect()
}

#[test]
fn exact_products_equal_those_of_wide_integers() {
    for n in [0, 1, 2, 3, 7, 8, 9, 33, 64, 255, 2048, 2049, 4500] {
        for binades in [1, 4, 60, 900] {
            check(&balanced(n, binades));
        }
        let narrow: Vec<f32> = balanced(n, 30).iter().map(|&x| x as f32).collect();
        check(&narrow);
        let half: Vec<f16> = balanced(n, 4).iter().map(|&x| f16::from_f64(x)).collect();
        check(&half);
        check(&(0..n).map(|i| scrambled(i) as u32 | 1).collect::<Vec<_>>());
        check(&(0..n).map(|i| (scrambled(i) % 3) as i8 - 1).collect::<Vec<_>>());
        check(&(0..n.min(20)).map(|i| scrambled(i).cast_signed()).collect::<Vec<_>>());
        check(&(0..n.min(16)).map(scrambled).collect::<Vec<_>>());
        check(&(0..n).map(|i| 1 + scrambled(i).is_multiple_of(300) as u64).collect::<Vec<_>>());
    }
}

#[test]
fn subnormal_factors_and_results_are_rounded_once() {
    let tiny = 5e-324;
    check(&[tiny, 2_f64.powi(1000), 2_f64.powi(70)]);
    check(&[tiny, 0.5]);
    check(&[tiny, 0.5, 1.0 + f64::EPSILON]);
    check(&[tiny * 3.0, 0.5]);
    check(&[2_f64.powi(-537), -2_f64.powi(-538)]);
    check(&[2_f64.powi(-537) * (1.0 + f64::EPSILON), 2_f64.powi(-538)]);
    check(&[1e200, 1e200, 1e-200, 1e-200, 1e-310, 3.0]);
    let mut values = vec![1e300, 1e-300, tiny, 1e307, 1e16];
    values.extend(balanced(3000, 4));
    check(&values);
}

#[test]
fn an_overflow_is_decided_by_the_exact_product() {
    check(&[f64::MAX, 1.0 + f64::EPSILON]);
    // Half a unit above the largest double, and just below.
    check(&[2_f64.powi(970), ((1_u64 << 54) - 1) as f64]);
    check(&[2_f64.powi(1000), 2_f64.powi(1000), 2_f64.powi(-1000), 1.5]);
    check(&[i32::MIN; 100]);
    check(&vec![255_u8; 5000]);
}

#[test]
fn products_on_which_the_rounding_turns_are_found() {
    let token = Token::new();
    // Ties: the factors of 2^53 + 1 and 3·(2^53 + 1) as doubles, among powers of two.
    for factors in [[107.0, 84_179_432_287_299.0], [3.0, 3_002_399_751_580_331.0]] {
        for n in [0, 5, 3000] {
            let mut values: Vec<f64> = balanced(n, 1).iter().map(|_| 2.0).collect();
            values.extend(balanced(n, 1).iter().map(|_| -0.5));
            values.extend(factors);
            check(&values);
            values.push(1.0 + f64::EPSILON);
            values.push(1.0 - f64::EPSILON);
            check(&values);
        }
    }
    // (1 + u)(1 - u) = 1 - u², and its fellows: closer to 1 than any estimate can tell.
    let near = [1.0 + f64::EPSILON, 1.0 - f64::EPSILON];
    check(&near);
    check(&near.repeat(2000));
    let values = near.repeat(50);
    let job = Job::new(&token);
    let input = Input { values: values.as_slice(), filter: Filter::ALL };
    assert_eq!(hard(job, input), Ok(1.0));
    // A tie that 2^-104 decides, and one that it does not quite reach from below.
    check(&[107.0, 84_179_432_287_299.0, near[0], near[1]]);
}

#[test]
fn truncated_products_hold_the_exact_one_between_their_ends() {
    let token = Token::new();
    let job = Job::new(&token);
    for n in [1, 2, 10, 300, 5000] {
        let values = balanced(n, 60);
        let expected = oracle(values.iter().copied()).abs();
        for count in [2, 3, 4, 8, 16] {
            let input = Input { values: values.as_slice(), filter: Filter::ALL };
            let found = reduce(job, Truncated { input, count }).unwrap();
            assert_eq!(found.round(f64::FORMAT), Some(expected), "{n} {count}");
            let (left, right) = input.halves();
            let left = reduce(job, Truncated { input: left, count }).unwrap();
            let right = reduce(job, Truncated { input: right, count }).unwrap();
            let merged = <Truncated<'_, f64> as crate::split::Reduction>::merge(left, right);
            assert_eq!(merged.round(f64::FORMAT), Some(expected), "{n} {count}, merged");
        }
    }
}

#[test]
fn zeros_infinities_and_nan_decide() {
    let token = Token::new();
    let of = |values: &[f64]| product(&token, values, Filter::ALL, Precision::Exact).unwrap();
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    assert_eq!(of(&[]), 1.0);
    assert_eq!(of(&[-2.0, 0.0, 3.0]).to_bits(), (-0.0_f64).to_bits());
    assert_eq!(of(&[-2.0, -0.0, 3.0]).to_bits(), 0);
    assert_eq!(of(&[-2.0, inf]), -inf);
    assert!(of(&[0.0, inf]).is_nan());
    assert!(of(&[nan, 1.0]).is_nan());
    let mut values = balanced(5000, 4);
    for place in [0, 2047, 2048, 4999] {
        let kept = values[place];
        for odd in [0.0, -0.0, inf, -inf] {
            values[place] = odd;
            let sign = values.iter().fold(1.0, |sign: f64, value| sign * value.signum());
            let expected = odd.abs().copysign(sign);
            assert_eq!(of(&values).to_bits(), expected.to_bits());
        }
        values[place] = nan;
        assert!(of(&values).is_nan());
        let omit = Filter { mask: None, nan: NanPolicy::Omit };
        let rest = values.iter().copied().filter(|value| !value.is_nan());
        assert_eq!(product(&token, &values, omit, Precision::Exact), Ok(oracle(rest)));
        let raise = Filter { mask: None, nan: NanPolicy::Raise };
        for precision in [Precision::Exact, Precision::Fast, Precision::Pairwise] {
            let raised = product(&token, &values, raise, precision);
            assert_eq!(raised, Err(Error::Nan { index: place }));
        }
        values[place] = kept;
    }
    let ints = product(&token, &[-3_i8, 0], Filter::ALL, Precision::Pairwise).unwrap();
    assert_eq!(ints.to_bits(), 0);
}

/// The tree as the reference states it, with products.
fn oracle_tree(terms: &[f64]) -> f64 {
    let n = terms.len();
    if n <= 128 {
        let whole = n - n % 8;
        let mut r = [1.0; 8];
        for (i, term) in terms[..whole].iter().enumerate() {
            r[i % 8] *= term;
        }
        let product = ((r[0] * r[1]) * (r[2] * r[3])) * ((r[4] * r[5]) * (r[6] * r[7]));
        return terms[whole..].iter().fold(product, |product, term| product * term);
    }
    let half = n / 2 - n / 2 % 8;
    oracle_tree(&terms[..half]) * oracle_tree(&terms[half..])
}

#[test]
fn the_tree_and_the_lanes_give_one_result_at_every_level() {
    let token = Token::new();
    let all = balanced(300_100, 1);
    for n in (0..600).chain([1023, 1024, 4095, 4096, 4100, 9000, 150_001, 300_100]) {
        let values = &all[..n];
        let mask: Vec<u8> = (0..n).map(|i| (scrambled(i) % 3) as u8).collect();
        let kept: Vec<f64> =
            values.iter().zip(&mask).map(|(&x, &mask)| if mask == 0 { 1.0 } else { x }).collect();
        let masked = Filter { mask: Some(&mask), nan: NanPolicy::Omit };
        let mut fast = Vec::new();
        for isa in levels() {
            let job = Job { token: &token, isa };
            let tree = reduce(job, super::Ordered::<_, false>(crate::terms::Values::new(values)));
            assert_eq!(tree, Ok(oracle_tree(values)), "n = {n} at {isa:?}");
            let terms = crate::terms::Values::new(values);
            let tree = filtered_tree(job, terms, masked);
            assert_eq!(tree, oracle_tree(&kept), "n = {n} at {isa:?}");
            fast.push(reduce(job, super::Ordered::<_, true>(terms)).unwrap().to_bits());
        }
        assert!(fast.iter().all(|&bits| bits == fast[0]), "n = {n}");
        let exact = exact(Job::new(&token), values, Filter::ALL).unwrap();
        let error = (f64::from_bits(fast[0]) - exact).abs() / exact.abs();
        assert!(error < (n + 1) as f64 * 1.2e-16, "n = {n}: {error}");
    }
}

fn filtered_tree(job: Job<'_>, terms: crate::terms::Values<'_, f64>, filter: Filter<'_>) -> f64 {
    crate::kept::filtered!(terms, filter, kept => reduce(job, super::Ordered::<_, false>(kept)).unwrap())
}

#[test]
fn an_estimate_knows_the_size_of_a_product() {
    let token = Token::new();
    let size = |values: &[i64]| product_size(&token, values, Filter::ALL).unwrap();
    assert_eq!((size(&[]).bits, size(&[0, 5]).bits, size(&[5, -1]).bits), (1, 0, 3));
    assert!(size(&[5, -1]).is_negative && !size(&[-5, 0]).is_negative);
    assert_eq!(size(&[i64::MIN; 100_000]).bits, 6_300_001);
    let job = Job::new(&token);
    assert_eq!(estimate(job, &[2.0; 300_000], Filter::ALL).unwrap().exponent(), 300_000);
}
