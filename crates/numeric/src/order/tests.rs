use allcores_cpu::Level;
use allcores_parallel::Token;

use crate::order::argsort::argsort_as;
use crate::order::element::Ordered;
use crate::order::key::Key;
use crate::order::sort::sort_as;
use crate::simd::{Body, Isa, Simd};
use crate::split::Job;

struct Sort<'a, K>(&'a mut [K], &'a mut [K]);

impl<K: Key> Body for Sort<'_, K> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        K::sort(simd, self.0, self.1);
    }
}

struct Partition<'a, K>(&'a mut [K], &'a mut [K], K);

impl<K: Key> Body for Partition<'_, K> {
    type Output = usize;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> usize {
        K::partition(simd, self.0, self.1, self.2)
    }
}

pub(super) fn scrambled(i: usize) -> u64 {
    let mut x = (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ x >> 32
}

fn levels() -> impl Iterator<Item = Isa> {
    Level::ALL.into_iter().filter_map(Isa::of)
}

fn sorts_like_the_standard_library<K: Key>(key: impl Fn(u64) -> K) {
    let patterns: [&dyn Fn(usize, usize) -> u64; 7] = [
        &|i, _| scrambled(i),
        &|i, _| i as u64,
        &|i, n| (n - i) as u64,
        &|_, _| 5,
        &|i, n| i.min(n - i) as u64,
        &|i, _| scrambled(i) % 3,
        &|i, _| if scrambled(i).is_multiple_of(4) { u64::MAX >> 1 } else { scrambled(i) % 40 },
    ];
    for n in (0..600).chain([1000, 1023, 1024, 1025, 4096, 5000, 40_001]) {
        for pattern in patterns {
            let keys: Vec<K> = (0..n).map(|i| key(pattern(i, n))).collect();
            let mut expected = keys.clone();
            expected.sort();
            let mut spare = vec![K::default(); n];
            for isa in levels() {
                let mut sorted = keys.clone();
                isa.run(Sort(&mut sorted, &mut spare));
                assert_eq!(sorted, expected, "{n} at {isa:?}");
            }
        }
    }
}

#[test]
fn every_level_sorts_every_length_and_pattern_of_keys() {
    sorts_like_the_standard_library(|x| x as i64);
    sorts_like_the_standard_library(|x| (x as i64).wrapping_neg());
    sorts_like_the_standard_library(|x| x as i32);
    sorts_like_the_standard_library(|x| if x == 5 { i64::MAX } else { x as i64 });
}

#[test]
fn a_partition_moves_the_lower_keys_to_the_front_at_every_level() {
    for n in (0..100).chain([1000, 1021]) {
        let keys: Vec<i64> = (0..n).map(|i| scrambled(i) as i64 % 100).collect();
        let narrow: Vec<i32> = keys.iter().map(|&key| key as i32).collect();
        for pivot in [-101, -50, 0, 50, 101] {
            let (mut low, mut high): (Vec<i64>, Vec<i64>) = keys.iter().partition(|&&k| k < pivot);
            low.sort();
            high.sort();
            for isa in levels() {
                let mut parted = keys.clone();
                let below = isa.run(Partition(&mut parted, &mut vec![0; n], pivot));
                assert_eq!(below, low.len(), "{n} at {isa:?}");
                parted[..below].sort();
                parted[below..].sort();
                assert_eq!((&parted[..below], &parted[below..]), (&low[..], &high[..]));
                let mut parted = narrow.clone();
                let below = isa.run(Partition(&mut parted, &mut vec![0; n], pivot as i32));
                parted[..below].sort();
                parted[below..].sort();
                assert!(
                    parted.iter().zip(low.iter().chain(&high)).all(|(&a, &b)| i64::from(a) == b)
                );
            }
        }
    }
}

/// Lengths on both sides of the cutting, and keys that crowd, repeat and differ in few bits.
#[test]
fn every_level_sorts_and_argsorts_alike_in_blocks_and_buckets() {
    let token = Token::new();
    let outliers =
        |i: usize| if i.is_multiple_of(997) { scrambled(i) } else { scrambled(i) % 90_000 };
    let inputs: [&dyn Fn(usize) -> u64; 4] =
        [&scrambled, &|i| scrambled(i) % 3, &outliers, &|i| scrambled(i) << 30];
    for n in [65_536, 65_537, 98_305, 1_100_000] {
        for input in inputs {
            let values: Vec<f64> = (0..n).map(|i| f64::from_bits(input(i))).collect();
            let narrow: Vec<i32> = (0..n).map(|i| input(i) as i32).collect();
            let mut expected = values.clone();
            expected.sort_by_key(|value| value.key());
            let mut expected_narrow = narrow.clone();
            expected_narrow.sort();
            let mut order: Option<Vec<u32>> = None;
            for isa in levels() {
                let job = Job { token: &token, isa };
                let mut out = vec![0.0; n];
                sort_as(job, &values, &mut out).unwrap();
                assert!(out.iter().map(|x| x.to_bits()).eq(expected.iter().map(|x| x.to_bits())));
                let mut out = vec![0; n];
                sort_as(job, &narrow, &mut out).unwrap();
                assert!(out == expected_narrow);
                let mut out = vec![0; n];
                argsort_as::<f64, false>(job, &values, &mut out).unwrap();
                assert!(*order.get_or_insert_with(|| out.clone()) == out);
            }
            let order = order.unwrap();
            let merged = |i: &u32| (values[*i as usize].merged::<false>().key(), *i);
            assert!(order.is_sorted_by_key(merged));
        }
    }
}

#[test]
fn keys_rise_with_the_elements_and_lead_back_to_them() {
    for bits in 0..=u16::MAX {
        let value = half::f16::from_bits(bits);
        assert_eq!(half::f16::from_key(value.key()).to_bits(), bits);
        let next = half::f16::from_key(value.key() + 1);
        if value.key() < i32::from(i16::MAX) && !value.is_nan() {
            let zeros = value.to_bits() == 0x8000 && next.to_bits() == 0;
            assert!(next.is_nan() || value < next || zeros, "{value} {next}");
        }
    }
    let rising =
        [f64::NEG_INFINITY, -1.0, -0.0, 0.0, 1e-310, 1.0, f64::INFINITY, f64::NAN, -f64::NAN];
    assert!(rising.is_sorted_by_key(|value| value.key()));
    assert!(rising.iter().all(|value| f64::from_key(value.key()).to_bits() == value.to_bits()));
    assert_eq!(f64::NEG_INFINITY.key(), i64::MIN);
}
