//! Against a plain loop, for every element type at every instruction set.

use allcores_cpu::Level;
use allcores_parallel::{Token, enter};
use half::f16;

use super::body::{count, exists};
use crate::element::Element;
use crate::filter::{Filter, NanPolicy};
use crate::simd::Isa;
use crate::split::Job;

fn scrambled(i: usize) -> u64 {
    let mut x = (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ x >> 32
}

fn check<T: Element>(make: impl Fn(u64) -> T, is_zero: impl Fn(T) -> bool) {
    let token = Token::new();
    let largest = (3 << 20) / size_of::<T>();
    let values: Vec<T> = (0..largest).map(|i| make(scrambled(i))).collect();
    let mask: Vec<u8> = (0..largest).map(|i| (scrambled(i) >> 40 & 3) as u8).collect();
    for n in [0, 1, 2, 7, 63, 64, 65, 129, 1023, 1024, 1025, 16_385, 100_001, largest - 3] {
        let start = n % 3;
        let values = &values[start..(start + n).min(largest)];
        let mask = &mask[start..start + values.len()];
        for mask in [None, Some(mask)] {
            for nan in [NanPolicy::Propagate, NanPolicy::Omit] {
                let filter = Filter { mask, nan };
                let taking_part = || {
                    values.iter().enumerate().filter(|(index, value)| {
                        mask.is_none_or(|mask| mask[*index] != 0)
                            && !(nan == NanPolicy::Omit && value.is_nan())
                    })
                };
                let all = taking_part().count();
                let zeros = taking_part().filter(|(_, value)| is_zero(**value)).count();
                for isa in Level::ALL.into_iter().filter_map(Isa::of) {
                    let job = Job { token: &token, isa };
                    assert_eq!(count(job, values, filter), Ok(all - zeros), "{n} {isa:?}");
                    assert_eq!(enter(|| count(job, values, filter)), Ok(all - zeros));
                    assert_eq!(exists::<T, false>(job, values, filter), Ok(zeros < all), "{n}");
                    assert_eq!(exists::<T, true>(job, values, filter), Ok(zeros > 0), "{n}");
                }
            }
        }
    }
}

#[test]
fn zeros_are_counted_in_every_type_at_every_level() {
    check(|x| (x % 3) as u8, |x| x == 0);
    check(|x| (x % 3) as i8 - 1, |x| x == 0);
    check(|x| (x as u16) << 8, |x| x == 0);
    check(|x| (x % 3) as i16 - 1, |x| x == 0);
    check(|x| ((x % 3) as u32) << 31, |x| x == 0);
    check(|x| (x % 3) as i32 - 1, |x| x == 0);
    check(|x| ((x % 3) & 1) << 63, |x| x == 0);
    check(|x| (x % 3) as i64 - 1, |x| x == 0);
    let float = |x: u64| [0.0, -0.0, 5e-324, f64::NAN, -1.0][(x % 5) as usize];
    check(float, |x| x == 0.0);
    check(|x| [0.0, -0.0, 1e-45, f32::NAN][(x % 4) as usize], |x: f32| x == 0.0);
    check(
        |x| [f16::ZERO, f16::NEG_ZERO, f16::MIN_POSITIVE_SUBNORMAL, f16::NAN][(x % 4) as usize],
        |x| x.to_f64() == 0.0,
    );
}

#[test]
fn arrays_of_one_kind_only_have_no_exception() {
    check(|_| 0_u8, |x| x == 0);
    check(|_| 255_u8, |x| x == 0);
    check(|_| f64::NAN, |x| x == 0.0);
}
