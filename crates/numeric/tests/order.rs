//! The ordering kernels against one-line oracles.

use allcores_numeric::{Element, sort};
use allcores_parallel::Token;

fn scrambled(i: usize) -> u64 {
    let mut x = (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ x >> 32
}

/// Random bits, and the patterns that break sorters: `(index, length) -> bits`.
const PATTERNS: [fn(usize, usize) -> u64; 9] = [
    |i, _| scrambled(i),
    |i, _| scrambled(i) % 1000,
    |i, n| (i * 3 / (n / 7 + 1)) as u64,
    |i, _| i as u64,
    |i, n| (n - i) as u64,
    |_, _| 7,
    |i, n| i.min(n - i) as u64,
    // One value fills most of it, the others lie on both sides.
    |i, _| if scrambled(i).is_multiple_of(10) { scrambled(i + 1) } else { 1 << 40 },
    // Everything in one cell but for two far outliers.
    |i, _| match i {
        5 => 0,
        9 => u64::MAX,
        _ => (1 << 62) + scrambled(i) % 1_000_000,
    },
];

const LENGTHS: [usize; 14] =
    [0, 1, 2, 3, 17, 63, 64, 129, 1000, 16_385, 65_536, 65_537, 200_003, 1_300_000];

fn each_input<T: Element>(make: impl Fn(u64) -> T, check: impl Fn(&[T])) {
    for n in LENGTHS {
        for pattern in PATTERNS {
            let values: Vec<T> = (0..n).map(|i| make(pattern(i, n))).collect();
            check(&values);
        }
    }
}

fn sorts<T: Element>(
    make: impl Fn(u64) -> T,
    order: impl Fn(&T, &T) -> std::cmp::Ordering,
    bits: impl Fn(&T) -> u64,
) {
    each_input(make, |values| {
        let mut out = values.to_vec();
        let mut expected = values.to_vec();
        sort(&Token::new(), values, &mut out).unwrap();
        expected.sort_by(&order);
        let differs = out.iter().zip(&expected).position(|(a, b)| bits(a) != bits(b));
        assert_eq!(differs, None, "{} elements", values.len());
    });
}

/// A double from any bits: the exponents of a few decades more often than the others.
fn double(x: u64) -> f64 {
    if x % 5 == 0 { f64::from_bits(x) } else { x.cast_signed() as f64 * 1e-12 }
}

#[test]
fn sort_orders_every_type_as_its_comparison_does() {
    sorts(|x| x as u8, Ord::cmp, |&x| x.into());
    sorts(|x| x as i8, Ord::cmp, |&x| x as u64);
    sorts(|x| x as u16, Ord::cmp, |&x| x.into());
    sorts(|x| x as i16, Ord::cmp, |&x| x as u64);
    sorts(|x| x as u32, Ord::cmp, |&x| x.into());
    sorts(|x| x as i32, Ord::cmp, |&x| x as u64);
    sorts(|x| x, Ord::cmp, |&x| x);
    sorts(|x| x as i64, Ord::cmp, |&x| x as u64);
}

#[test]
fn sort_puts_minus_zero_before_zero_and_every_nan_last() {
    // `total_cmp` puts negative NaNs first.
    let order = |a: &f64, b: &f64| {
        a.is_nan()
            .cmp(&b.is_nan())
            .then((a.is_nan() && a.is_sign_negative()).cmp(&(b.is_nan() && b.is_sign_negative())))
            .then(a.total_cmp(b))
    };
    sorts(double, order, |x| x.to_bits());
    let odd =
        [f64::NAN, -0.0, 0.0, f64::INFINITY, f64::NEG_INFINITY, -f64::NAN, 1.0, f64::MIN_POSITIVE];
    sorts(|x| odd[(x % 8) as usize], order, |x| x.to_bits());
    let order = |a: &f32, b: &f32| {
        a.is_nan()
            .cmp(&b.is_nan())
            .then((a.is_nan() && a.is_sign_negative()).cmp(&(b.is_nan() && b.is_sign_negative())))
            .then(a.total_cmp(b))
    };
    sorts(|x| f32::from_bits(x as u32), order, |x| x.to_bits().into());
    sorts(|x| odd[(x % 8) as usize] as f32, order, |x| x.to_bits().into());
}
