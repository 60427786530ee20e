use allcores_cpu::Level;

use std::marker::PhantomData;

use crate::order::cells::{Desk, SortSegments};
use crate::order::key::Key;
use crate::simd::{Body, Isa, Simd};

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
fn a_partition_keeps_the_order_of_both_sides_at_every_level() {
    for n in (0..100).chain([1000, 1021]) {
        let keys: Vec<i64> = (0..n).map(|i| scrambled(i) as i64 % 100).collect();
        let narrow: Vec<i32> = keys.iter().map(|&key| key as i32).collect();
        for pivot in [-101, -50, 0, 50, 101] {
            let (mut low, high): (Vec<i64>, Vec<i64>) = keys.iter().partition(|&&k| k < pivot);
            let count = low.len();
            low.extend(high);
            for isa in levels() {
                let mut parted = keys.clone();
                let below = isa.run(Partition(&mut parted, &mut vec![0; n], pivot));
                assert_eq!((below, &parted), (count, &low), "{n} at {isa:?}");
                let mut parted = narrow.clone();
                let below = isa.run(Partition(&mut parted, &mut vec![0; n], pivot as i32));
                assert_eq!(below, count);
                assert!(parted.iter().zip(&low).all(|(&a, &b)| i64::from(a) == b));
            }
        }
    }
}

#[test]
#[ignore]
fn rates() {
    for n in [128, 1000, 8192, 32768, 65536] {
        let keys: Vec<i64> = (0..n).map(|i| scrambled(i) as i64).collect();
        let narrow: Vec<i32> = keys.iter().map(|&key| key as i32).collect();
        let mut spare = vec![0; n];
        let mut spare32 = vec![0; n];
        for isa in levels() {
            let reps = 4_000_000 / n;
            let best = |f: &mut dyn FnMut()| {
                let mut b = f64::INFINITY;
                for _ in 0..5 {
                    let cpu = || -> f64 {
                        let s = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
                        s.split(' ').next().unwrap().parse::<f64>().unwrap() * 1e-9
                    };
                    let t = cpu();
                    for _ in 0..reps {
                        f();
                    }
                    b = b.min(cpu() - t);
                }
                b * 1e9 / (reps * n) as f64
            };
            let mut work = keys.clone();
            let copy = best(&mut || work.copy_from_slice(&keys));
            let sort = best(&mut || {
                work.copy_from_slice(&keys);
                isa.run(Sort(&mut work, &mut spare))
            });
            let part = best(&mut || {
                work.copy_from_slice(&keys);
                isa.run(Partition(&mut work, &mut spare, 0));
            });
            let mut work = narrow.clone();
            let sort32 = best(&mut || {
                work.copy_from_slice(&narrow);
                isa.run(Sort(&mut work, &mut spare32))
            });
            let mut desk = Desk::new();
            let cells = best(&mut || {
                let segments = keys.chunks(128);
                isa.run(SortSegments { segments, desk: &mut desk, keys: PhantomData })
            });
            let mut desk = Desk::new();
            let cells32 = best(&mut || {
                let segments = narrow.chunks(128);
                isa.run(SortSegments { segments, desk: &mut desk, keys: PhantomData })
            });
            print!("cells {cells:.2} cells32 {cells32:.2} ");
            println!(
                "{n} {isa:?} copy {copy:.2} sort {sort:.2} partition {part:.2} sort32 {sort32:.2}"
            );
        }
    }
}
