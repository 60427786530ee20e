//! Order statistics at every instruction set, by every way, against a sorted copy.

use allcores_cpu::Level;
use allcores_parallel::Token;
use half::f16;

use crate::element::Element;
use crate::quantile::chunk::Elements;
use crate::quantile::keyed::Keyed;
use crate::quantile::radix::radix;
use crate::quantile::sample::{brackets, sample};
use crate::quantile::select::ATTEMPTS;
use crate::simd::Isa;
use crate::split::Job;

fn scrambled(i: usize) -> u64 {
    let x = (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ x >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ x >> 32
}

fn isas() -> impl Iterator<Item = Isa> {
    Level::ALL.into_iter().filter_map(Isa::of)
}

/// An input that is hard for selection: name and value at an index of a length.
type Pattern = (&'static str, fn(usize, usize) -> i64);

fn patterns() -> Vec<Pattern> {
    vec![
        ("random", |i, _| scrambled(i).cast_signed() >> 12),
        ("sorted", |i, _| i as i64),
        ("reversed", |i, n| (n - i) as i64),
        ("equal", |_, _| 7),
        ("organ pipe", |i, n| i.min(n - i) as i64),
        ("two values", |i, _| (scrambled(i) & 1) as i64),
        ("ten values", |i, _| (scrambled(i) % 10) as i64),
        (
            "nearly all equal",
            |i, n| if scrambled(i).is_multiple_of(100) { (i + n) as i64 } else { 5 },
        ),
        ("one outlier", |i, n| if i == n / 2 { i64::MAX >> 12 } else { 0 }),
        ("sawtooth", |i, _| (i % 1000) as i64),
    ]
}

fn ranks_of(n: usize) -> Vec<usize> {
    let mut ranks: Vec<usize> =
        [0, n / 100, n / 4, n / 2, n / 2 + 1, n - n / 50, n - 1].map(|rank| rank.min(n - 1)).into();
    ranks.sort_unstable();
    ranks.dedup();
    ranks
}

/// Every rank of interest by the kernel, against the sorted elements.
fn check<T: Element + PartialOrd>(
    name: &str,
    values: &[T],
    mask: Option<&[u8]>,
    bits: impl Fn(&T) -> u64,
    order: impl Fn(&T, &T) -> std::cmp::Ordering,
) {
    let token = Token::new();
    let taken = |&(index, _): &(usize, &T)| mask.is_none_or(|mask| mask[index] != 0);
    let all: Vec<T> = values.iter().enumerate().filter(taken).map(|(_, &value)| value).collect();
    let mut sorted: Vec<T> = all.iter().copied().filter(|value| !value.wide().is_nan()).collect();
    sorted.sort_by(order);
    for isa in isas() {
        let job = Job { token: &token, isa };
        let found = T::statistics(job, values, mask, &ranks_of, false).unwrap();
        assert_eq!((found.count, found.nans), (sorted.len(), all.len() - sorted.len()), "{name}");
        let expected: Vec<(usize, u64)> = match sorted.len() {
            0 => Vec::new(),
            n => ranks_of(n).into_iter().map(|rank| (rank, bits(&sorted[rank]))).collect(),
        };
        let found: Vec<(usize, u64)> =
            found.found.iter().map(|(rank, value)| (*rank, bits(value))).collect();
        assert_eq!(found, expected, "{name} of {} at {isa:?}", values.len());
    }
}

fn lengths() -> [usize; 14] {
    [1, 2, 3, 7, 8, 9, 100, 1023, 1033, 32_768, 32_769, 65_537, 140_001, 300_003]
}

#[test]
fn every_pattern_of_every_type_gives_the_elements_of_the_ranks() {
    for (name, value) in patterns() {
        for n in lengths() {
            let values: Vec<i64> = (0..n).map(|i| value(i, n)).collect();
            let mask: Vec<u8> = (0..n).map(|i| (scrambled(i) % 3) as u8).collect();
            macro_rules! integers {
                ($($T:ty)+) => {$({
                    let values: Vec<$T> = values.iter().map(|&value| value as $T).collect();
                    check(name, &values, None, |&value| value as u64, Ord::cmp);
                    check(name, &values, Some(&mask), |&value| value as u64, Ord::cmp);
                })+};
            }
            integers!(i8 u8 i16 u16 i32 u32 i64 u64);
            macro_rules! floats {
                ($($T:ty, $narrow:expr;)+) => {$({
                    let mut values: Vec<$T> =
                        values.iter().map(|&value| $narrow(value as f64 * -0.5)).collect();
                    let bits = |value: &$T| u64::from(value.to_bits());
                    check(name, &values, None, bits, <$T>::total_cmp);
                    for (index, value) in values.iter_mut().enumerate() {
                        if scrambled(index).is_multiple_of(7) {
                            *value = if index % 2 == 0 { <$T>::NAN } else { -<$T>::NAN };
                        }
                    }
                    check(name, &values, None, bits, <$T>::total_cmp);
                    check(name, &values, Some(&mask), bits, <$T>::total_cmp);
                })+};
            }
            floats!(f16, f16::from_f64; f32, |value: f64| value as f32; f64, |value: f64| value;);
        }
    }
}

#[test]
fn a_mask_may_leave_one_element_or_none_of_a_large_array() {
    let values: Vec<f64> = (0..200_000).map(|i| i as f64).collect();
    let mut mask = vec![0; values.len()];
    check("nothing", &values, Some(&mask), |value| value.to_bits(), f64::total_cmp);
    mask[123_456] = 9;
    check("one element", &values, Some(&mask), |value| value.to_bits(), f64::total_cmp);
    mask[..50].fill(1);
    check("a stretch", &values, Some(&mask), |value| value.to_bits(), f64::total_cmp);
}

#[test]
fn the_certain_way_gives_the_key_of_every_rank() {
    let token = Token::new();
    for (name, value) in patterns() {
        let n = 70_000;
        let values: Vec<f64> = (0..n).map(|i| value(i, n) as f64 * -0.37).collect();
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        for isa in isas() {
            for rank in ranks_of(n) {
                let elements = Elements { values: &values, mask: None };
                let key = radix(Job { token: &token, isa }, elements, rank).unwrap();
                assert_eq!(f64::of_key(key).to_bits(), sorted[rank].to_bits(), "{name} {rank}");
            }
        }
    }
}

#[test]
fn a_sample_that_misleads_is_made_up_for() {
    // The sample sees nothing of the stretches that hold the median.
    let n = 400_000;
    let elements: Vec<i64> = (0..n).map(|i| scrambled(i as usize).cast_signed()).collect();
    let sample = sample(Elements { values: &elements, mask: None }, 0);
    let mut misled = elements.clone();
    for value in &mut misled {
        if sample.binary_search(value).is_err() {
            *value = 3;
        }
    }
    check("misled", &misled, None, |&value| value.cast_unsigned(), Ord::cmp);
    for value in &mut misled {
        if *value == 3 {
            *value = i64::MIN + (scrambled(value.cast_unsigned() as usize) >> 50).cast_signed();
        }
    }
    let spread = |i: usize, value: i64| {
        if sample.binary_search(&value).is_err() { i as i64 } else { i64::MAX - value.abs() % 99 }
    };
    let misled: Vec<i64> =
        elements.iter().enumerate().map(|(i, &value)| spread(i, value)).collect();
    check("misled", &misled, None, |&value| value.cast_unsigned(), Ord::cmp);
}

#[test]
fn when_every_sample_misleads_the_certain_way_is_taken() {
    let places: Vec<i64> = (0..400_000).collect();
    let elements = Elements { values: &places, mask: None };
    // What the samples see is above everything else.
    let mut misled = places.clone();
    for seed in 0..ATTEMPTS {
        for place in sample(elements, seed) {
            misled[place as usize] = i64::MAX - place;
        }
    }
    check("misled", &misled, None, |&value| value.cast_unsigned(), Ord::cmp);
}

#[test]
fn brackets_are_narrow_and_ordered_around_their_ranks() {
    let sample: Vec<i64> = (0..16_384).collect();
    for ranks in [vec![0], vec![8191, 8192], vec![163, 8192, 16_220], vec![16_383]] {
        let estimates = brackets(&sample, &ranks);
        let share: f64 = estimates.iter().map(|estimate| estimate.share).sum();
        assert!(share < 0.05, "{share}");
        for rank in ranks {
            let is_inside = |bracket: crate::quantile::sift::Bracket| {
                bracket.low < rank as i64 && (rank as i64) < bracket.high
            };
            assert!(estimates.iter().any(|estimate| is_inside(estimate.bracket)), "{rank}");
        }
    }
}

#[test]
fn a_cancelled_call_gives_no_answer() {
    let token = Token::new();
    token.cancel();
    let values = vec![1.0; 100_000];
    for values in [&values[..5], &values] {
        let cancelled = crate::median(&token, values, crate::Filter::ALL);
        assert_eq!(cancelled, Err(crate::Error::Cancelled));
    }
}
