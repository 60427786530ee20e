//! The slices at every instruction set against sums that are made one by one.

use allcores_parallel::Token;
use half::f16;

use super::accumulator::Accumulator;
use super::{ExactFloat, dot, length, rounded, sum, sum_of_magnitudes, sum_of_squares};
use crate::filter::{Filter, NanPolicy};
use crate::split::Job;
use crate::test_data::{levels, scrambled};

/// Doubles with exponents spread over `binades` from `lowest`.
fn spread(n: usize, lowest: u64, binades: u64) -> Vec<f64> {
    let value = |i| {
        let x = scrambled(i);
        let exponent = lowest + (x >> 20) % binades;
        f64::from_bits(x << 63 | exponent << 52 | scrambled(i + n) >> 12)
    };
    (0..n).map(value).collect()
}

fn one_by_one<T: ExactFloat>(add: impl FnOnce(&mut Accumulator)) -> f64 {
    let mut total = Accumulator::new();
    add(&mut total);
    rounded(T::FORMAT, total.total())
}

/// Everything over one input and each filter, against the sums one by one.
fn check<T: ExactFloat>(values: &[T], mask: &[u8]) {
    let token = Token::new();
    let others: Vec<T> = values.iter().rev().copied().collect();
    for (mask, nan) in [
        (None, NanPolicy::Propagate),
        (None, NanPolicy::Omit),
        (Some(mask), NanPolicy::Propagate),
        (Some(mask), NanPolicy::Omit),
    ] {
        let filter = Filter { mask, nan };
        let keeps = |i: usize, value: f64| {
            mask.is_none_or(|mask| mask[i] != 0) && !(filter.omits_nan() && value.is_nan())
        };
        let kept = || {
            let wide = values.iter().map(|value| value.widen()).enumerate();
            wide.filter(|&(i, value)| keeps(i, value)).map(|(_, value)| value)
        };
        let pairs = || {
            let wide = values.iter().zip(&others).map(|(a, b)| (a.widen(), b.widen()));
            wide.enumerate().filter(|&(i, (a, b))| keeps(i, a) && keeps(i, b)).map(|(_, pair)| pair)
        };
        let expected = [
            one_by_one::<T>(|total| kept().for_each(|value| total.add(value))),
            one_by_one::<T>(|total| kept().for_each(|value| total.add(value.abs()))),
            one_by_one::<T>(|total| pairs().for_each(|(a, b)| total.add_product(a, b))),
            one_by_one::<T>(|total| kept().for_each(|value| total.add_product(value, value))),
        ];
        for isa in levels() {
            let job = Job { token: &token, isa };
            let results = [
                0.0 + sum(job, values, filter).unwrap(),
                sum_of_magnitudes(job, values, filter).unwrap(),
                dot(job, values, &others, filter).unwrap(),
                sum_of_squares(job, values, filter).unwrap(),
            ];
            let n = values.len();
            assert_eq!(
                results.map(f64::to_bits),
                expected.map(f64::to_bits),
                "{results:?} {expected:?} n = {n} {filter:?} at {isa:?}"
            );
        }
    }
}

fn mask(n: usize) -> Vec<u8> {
    (0..n).map(|i| (scrambled(i) % 5) as u8 * 50).collect()
}

#[test]
fn sums_of_every_spread_equal_those_made_one_by_one() {
    for n in [0, 1, 7, 8, 9, 100, 1023, 1024, 1025, 2047, 2048, 2049, 5000, 9001] {
        for (lowest, binades) in [
            (1023, 1),
            (1000, 20),
            (1000, 35),
            (990, 60),
            (950, 90),
            (1, 2040),
            (1, 30),
            (2000, 46),
            (1, 1),
            (500, 40),
        ] {
            check(&spread(n, lowest, binades), &mask(n));
        }
    }
}

#[test]
fn sums_of_narrow_floats_are_rounded_to_their_type_once() {
    for n in [0, 5, 1000, 5003] {
        let wide = spread(n, 1000, 40);
        check(&wide.iter().map(|&x| x as f32).collect::<Vec<f32>>(), &mask(n));
        check(&wide.iter().map(|&x| f16::from_f64(x)).collect::<Vec<f16>>(), &mask(n));
    }
    // Twice rounded, over a double, this would be 1: the half is a tie only without the last term.
    let token = Token::new();
    let values = [1.0_f32, 2_f32.powi(-24), 2_f32.powi(-120)];
    assert_eq!(sum(Job::new(&token), &values, Filter::ALL), Ok(1.0 + 2_f64.powi(-23)));
}

#[test]
fn one_odd_value_in_a_block_changes_nothing_for_the_others() {
    let odd = [f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e-320, f64::MAX, 5e-324, 1e-200, 0.0];
    let mut values = spread(6000, 1015, 12);
    for (i, value) in odd.into_iter().enumerate() {
        for place in [0, 2047, 2048, 5999] {
            let kept = values[place];
            values[place] = value;
            // In some of them the filters leave it out.
            check(&values, &mask(6000 + i)[i..]);
            values[place] = kept;
        }
    }
    check(&[f64::INFINITY, f64::NAN, 0.0, f64::NAN], &[1, 0, 1, 1]);
}

#[test]
fn blocks_of_the_largest_terms_are_added_up_without_rounding() {
    // Close below a power of two, and odd in units of the first slice: what a block holds grows
    // by all bits of a term. The second half takes nearly all of it away again.
    let unit = 2_f64.powi(-40);
    let half = 1 << 15;
    let positive = (0..half).map(|i| 2.0 - if i % 64 == 5 { 2.0 * unit } else { unit });
    let negative = (0..half).map(|i| if i == 7 { 3.0 * unit } else { 2.0 * unit } - 2.0);
    let values: Vec<f64> = positive.chain(negative).collect();
    check(&values, &mask(values.len()));
}

#[test]
fn blocks_that_grow_and_shrink_are_guessed_again() {
    let mut values = Vec::new();
    for (i, lowest) in [1023, 1100, 900, 1, 2040, 1023, 1000, 1060].into_iter().enumerate() {
        values.extend(spread(2048 + i, lowest, 6));
    }
    check(&values, &mask(values.len()));
}

#[test]
fn a_block_of_larger_terms_than_the_one_before_is_not_taken_for_one_of_its_size() {
    // Nothing is left of them after the slices of the first block, but their sums have too many bits.
    let larger = (0..2048).map(|i| 1000.0 + f64::from(2 * i + 1) * 2_f64.powi(-41));
    let mut values = vec![0.75; 2048];
    values.extend(larger);
    values.extend([-1000.0; 2048]);
    check(&values, &mask(values.len()));
}

#[test]
fn a_sum_that_is_cut_over_the_threads_is_the_same() {
    let token = Token::new();
    let values = spread(400_003, 1000, 70);
    let expected = one_by_one::<f64>(|total| values.iter().for_each(|&value| total.add(value)));
    let job = Job::new(&token);
    assert_eq!(sum(job, &values, Filter::ALL), Ok(expected));
    let reversed: Vec<f64> = values.iter().rev().copied().collect();
    assert_eq!(sum(job, &reversed, Filter::ALL), Ok(expected));
}

#[test]
fn zero_is_negative_only_when_everything_is() {
    let token = Token::new();
    let job = Job::new(&token);
    let sign = |values: &[f64], filter| sum(job, values, filter).unwrap().is_sign_negative();
    let omit = Filter { mask: None, nan: NanPolicy::Omit };
    assert!(sign(&[], Filter::ALL));
    assert!(sign(&[-0.0; 3], Filter::ALL));
    assert!(!sign(&[-0.0, 0.0], Filter::ALL));
    assert!(!sign(&[1.0, -1.0], Filter::ALL));
    assert!(sign(&[-0.0, f64::NAN], omit));
    assert!(sign(&[0.0, -0.0], Filter { mask: Some(&[0, 1]), nan: NanPolicy::Omit }));
    let mut many = vec![-0.0; 200_000];
    assert!(sign(&many, Filter::ALL));
    many[199_999] = 0.0;
    assert!(!sign(&many, Filter::ALL));
    assert_eq!(dot(job, &[], &[] as &[f64], Filter::ALL).map(f64::to_bits), Ok(0));
}

#[test]
fn a_length_is_the_rounded_root_of_the_exact_sum() {
    let token = Token::new();
    let job = Job::new(&token);
    let norm = |values: &[f64]| length(job, values, Filter::ALL).unwrap();
    assert_eq!(norm(&[3.0, 4.0]), 5.0);
    assert_eq!(norm(&[3e-200, 4e-200]), 5e-200);
    assert_eq!(norm(&[3.0 * 2_f64.powi(1000), 4.0 * 2_f64.powi(1000)]), 5.0 * 2_f64.powi(1000));
    assert_eq!(norm(&[5e-324]), 5e-324);
    assert_eq!(norm(&[f64::MAX, f64::MAX]), f64::INFINITY);
    assert_eq!(norm(&[f64::MAX]), f64::MAX);
    assert_eq!(norm(&[]), 0.0);
    assert_eq!(norm(&[f64::NEG_INFINITY, 1.0]), f64::INFINITY);
    // With two roundings this is one unit less: the sum is just above the square of a tie.
    let tie = (1.0 + 2_f64.powi(-52), 2_f64.powi(-53));
    let values = [tie.0, (2.0 * tie.0 * tie.1).sqrt(), tie.1];
    assert!(norm(&values) >= tie.0);
    for square in [0_u128, 1, 2, 24, 25, 26, 1 << 106, u128::MAX] {
        let expected = (square as f64).sqrt();
        assert_eq!(super::root(square.into()), expected, "{square}");
    }
    let wide = crate::exact::Exact::from(u128::MAX).plus(crate::exact::Exact::from(1_i128));
    assert_eq!(super::root(wide), 2_f64.powi(64));
}
