//! Against a plain loop, for every element type at every instruction set.

use allcores_cpu::Level;
use allcores_parallel::{Token, enter};
use half::f16;

use super::{Ordered, arg_extreme};
use crate::error::Error;
use crate::filter::{Filter, NanPolicy};
use crate::simd::Isa;
use crate::split::Job;

fn scrambled(i: usize) -> u64 {
    let mut x = (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ x >> 32
}

fn oracle<T: Ordered>(values: &[T], filter: Filter<'_>, greatest: bool) -> Result<usize, Error> {
    let mut best: Option<(usize, Option<T::Key>)> = None;
    for (index, value) in values.iter().enumerate() {
        let key = value.key();
        let kept = filter.mask.is_none_or(|mask| mask[index] != 0);
        if !kept || (key.is_none() && filter.nan == NanPolicy::Omit) {
            continue;
        }
        let better = match best {
            None => true,
            Some((_, best)) => match (best, key) {
                (None, _) => false,
                (_, None) => true,
                (Some(best), Some(key)) => {
                    if greatest {
                        key > best
                    } else {
                        key < best
                    }
                }
            },
        };
        if better {
            best = Some((index, key));
        }
    }
    match best {
        Some((index, None)) if filter.nan == NanPolicy::Raise => Err(Error::Nan { index }),
        Some((index, _)) => Ok(index),
        None => Err(Error::Empty),
    }
}

fn check<T: Ordered>(make: impl Fn(u64) -> T) {
    let token = Token::new();
    let largest = (3 << 20) / size_of::<T>();
    let values: Vec<T> = (0..largest).map(|i| make(scrambled(i))).collect();
    let mask: Vec<u8> = (0..largest).map(|i| u8::from(scrambled(i) >> 40 & 3 == 0)).collect();
    let sizes = [0, 1, 2, 7, 8, 63, 64, 65, 1023, 1024, 1025, 4097, 100_001, largest - 3];
    for n in sizes {
        let start = n % 3;
        let values = &values[start..(start + n).min(largest)];
        let mask = &mask[start..start + values.len()];
        for mask in [None, Some(mask)] {
            for nan in [NanPolicy::Propagate, NanPolicy::Omit, NanPolicy::Raise] {
                let filter = Filter { mask, nan };
                for isa in Level::ALL.into_iter().filter_map(Isa::of) {
                    let job = Job { token: &token, isa };
                    let least = || arg_extreme::<T, false>(job, values, filter);
                    let greatest = || arg_extreme::<T, true>(job, values, filter);
                    assert_eq!(least(), oracle(values, filter, false), "{n} {isa:?} {nan}");
                    assert_eq!(greatest(), oracle(values, filter, true), "{n} {isa:?} {nan}");
                    assert_eq!(enter(least), least());
                }
            }
        }
    }
}

#[test]
fn the_first_extreme_is_found_in_every_type_at_every_level() {
    check(|x| x as u8);
    check(|x| x as i8);
    check(|x| x as u16);
    check(|x| x as i16);
    check(|x| x as u32);
    check(|x| x as i32);
    check(|x| x);
    check(|x| x as i64);
    check(|x| x as i32 as f64);
    check(|x| x as i32 as f32);
    check(|x| f16::from_f64((x as i16).into()));
}

#[test]
fn nans_zeros_and_infinities_are_placed_as_in_numpy() {
    check(|x| if x.is_multiple_of(40_009) { f64::NAN } else { (x as i8).into() });
    check(|x| if x.is_multiple_of(5) { f32::NAN } else { f32::INFINITY });
    check(|x| if x.is_multiple_of(3) { -0.0 } else { 0.0 });
    check(|_| f64::NAN);
    check(|_| f64::NEG_INFINITY);
    check(|x| if x & 1 == 0 { f16::NAN } else { f16::from_f64(-0.0) });
}

#[test]
fn elements_with_the_worst_key_are_found_too() {
    check(|_| u8::MAX);
    check(|_| i64::MIN);
}
