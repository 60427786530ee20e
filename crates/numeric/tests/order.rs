//! The ordering kernels against one-line oracles.

use std::cmp::Ordering::Equal;

use allcores_numeric::{
    Element, Error, Side, Wanted, argsort, searchsorted, sort, sort_in_place, unique,
};
use allcores_parallel::Token;

fn scrambled(i: usize) -> u64 {
    let mut x = (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ x >> 32
}

/// What floats have beside numbers.
const ODD: [f64; 8] =
    [f64::NAN, -0.0, 0.0, f64::INFINITY, f64::NEG_INFINITY, -f64::NAN, 1.0, f64::MIN_POSITIVE];

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
        let mut in_place = values.to_vec();
        sort_in_place(&Token::new(), &mut in_place).unwrap();
        assert!(in_place.iter().map(&bits).eq(out.iter().map(&bits)));
    });
}

/// A double from any bits: the exponents of a few decades more often than the others.
fn double(x: u64) -> f64 {
    if x.is_multiple_of(5) { f64::from_bits(x) } else { x.cast_signed() as f64 * 1e-12 }
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
    sorts(|x| ODD[(x % 8) as usize], order, |x| x.to_bits());
    let order = |a: &f32, b: &f32| {
        a.is_nan()
            .cmp(&b.is_nan())
            .then((a.is_nan() && a.is_sign_negative()).cmp(&(b.is_nan() && b.is_sign_negative())))
            .then(a.total_cmp(b))
    };
    sorts(|x| f32::from_bits(x as u32), order, |x| x.to_bits().into());
    sorts(|x| ODD[(x % 8) as usize] as f32, order, |x| x.to_bits().into());
}

fn argsorts<T: Element>(make: impl Fn(u64) -> T, order: impl Fn(&T, &T) -> std::cmp::Ordering) {
    each_input(make, |values| {
        let mut out = vec![0; values.len()];
        argsort(&Token::new(), values, &mut out).unwrap();
        let mut expected: Vec<u32> = (0..values.len() as u32).collect();
        expected.sort_by(|&a, &b| order(&values[a as usize], &values[b as usize]));
        let differs = out.iter().zip(&expected).position(|(a, b)| a != b);
        assert_eq!(differs, None, "{} elements", values.len());
    });
}

#[test]
fn argsort_orders_every_type_and_keeps_equal_elements_in_order() {
    argsorts(|x| x as u8, Ord::cmp);
    argsorts(|x| x as i16, Ord::cmp);
    argsorts(|x| x as u32, Ord::cmp);
    argsorts(|x| x, Ord::cmp);
    argsorts(|x| x as i64, Ord::cmp);
    let order = |a: &f64, b: &f64| {
        a.is_nan().cmp(&b.is_nan()).then(if a.is_nan() { Equal } else { a.total_cmp(b) })
    };
    argsorts(double, order);
    argsorts(|x| ODD[(x % 8) as usize], order);
    // Far outliers leave few bits for the others, which differ in their lowest bits only.
    let near = |x: u64| 1.0 + (x % 5000) as f64 * f64::EPSILON;
    argsorts(|x| if x.is_multiple_of(1000) { double(x) } else { near(x) }, order);
}

fn searches<T: Element, V: Element>(
    sorted: &[T],
    values: &[V],
    below: impl Fn(&T, &V) -> bool,
    not_above: impl Fn(&T, &V) -> bool,
) {
    for length in [0, 1, 2, 3, 15, 16, 17, 1000, sorted.len()] {
        let sorted = &sorted[..length];
        let mut out = vec![u32::MAX; values.len()];
        searchsorted(&Token::new(), sorted, values, Side::Left, &mut out).unwrap();
        for (value, &place) in values.iter().zip(&out) {
            assert_eq!(place as usize, sorted.partition_point(|e| below(e, value)), "{value:?}");
        }
        searchsorted(&Token::new(), sorted, values, Side::Right, &mut out).unwrap();
        for (value, &place) in values.iter().zip(&out) {
            assert_eq!(
                place as usize,
                sorted.partition_point(|e| not_above(e, value)),
                "{value:?}"
            );
        }
    }
}

#[test]
fn searchsorted_gives_the_partition_points_of_every_pair_of_types() {
    let doubles = |n: usize| {
        let mut values: Vec<f64> = (0..n).map(|i| (scrambled(i) % 5000) as f64 - 2500.5).collect();
        values.extend(ODD);
        values
    };
    let sorted = |mut values: Vec<f64>| {
        values.sort_by(|a, b| a.is_nan().cmp(&b.is_nan()).then(a.partial_cmp(b).unwrap_or(Equal)));
        values
    };
    let below = |a: &f64, b: &f64| a < b || b.is_nan() && !a.is_nan();
    let not_above = |a: &f64, b: &f64| a <= b || b.is_nan();
    let long = sorted(doubles(100_000));
    searches(&sorted(doubles(5000)), &doubles(20_000), below, not_above);
    searches(&long, &doubles(20_000), below, not_above);
    let bytes: Vec<u8> = (0..=255).flat_map(|x| [x; 5]).collect();
    searches(
        &bytes,
        &[-1.0, -0.0, 0.5, 3.0, 255.0, 256.0, f64::NAN],
        |&a, b| below(&a.into(), b),
        |&a, b| not_above(&a.into(), b),
    );
    let values: Vec<i16> = (0..20_000).map(|i| scrambled(i) as i16).collect();
    searches(&long, &values, |a, &b| below(a, &b.into()), |a, &b| not_above(a, &b.into()));
    let singles: Vec<f32> = (0..2000).map(|i| i as f32 * 0.1).collect();
    searches(
        &singles,
        &doubles(3000),
        |&a, b| below(&a.into(), b),
        |&a, b| not_above(&a.into(), b),
    );
    let mut wide: Vec<i64> = (0..70_000).map(|i| scrambled(i) as i64).collect();
    wide.extend([i64::MIN, i64::MAX, i64::MAX]);
    let values = wide.clone();
    wide.sort();
    searches(&wide, &values[60_000..], |a, b| a < b, |a, b| a <= b);
    searches(
        &wide,
        &[0, 1, u64::MAX, 1 << 63, (1 << 63) - 1, u64::MAX / 3],
        |&a, &b| i128::from(a) < i128::from(b),
        |&a, &b| i128::from(a) <= i128::from(b),
    );
    let mixed = searchsorted(&Token::new(), &[1_i64], &[1.0], Side::Left, &mut [0]);
    assert_eq!(mixed, Err(Error::Mixed));
}

#[test]
fn searchsorted_stays_in_range_when_nothing_is_sorted() {
    for n in [5, 1000, 100_000] {
        let unsorted: Vec<i32> = (0..n).map(|i| scrambled(i) as i32).collect();
        let mut out = vec![u32::MAX; n];
        searchsorted(&Token::new(), &unsorted, &unsorted, Side::Right, &mut out).unwrap();
        assert!(out.iter().all(|&place| place as usize <= n));
    }
}

/// `class`: the same for elements that are one value; `bits`: which one of them it is.
fn uniques<T: Element>(
    make: impl Fn(u64) -> T,
    class: impl Fn(&T) -> i128,
    bits: impl Fn(&T) -> u64,
) {
    each_input(make, |values| {
        let mut found = std::collections::BTreeMap::new();
        for (index, value) in values.iter().enumerate() {
            found.entry(class(value)).or_insert((index, 0_u32)).1 += 1;
        }
        let places: Vec<u32> = found.values().map(|&(first, _)| first as u32).collect();
        let counts: Vec<u32> = found.values().map(|&(_, count)| count).collect();
        let expected: Vec<u64> =
            places.iter().map(|&first| bits(&values[first as usize])).collect();
        let token = Token::new();
        let mut inverse = vec![u32::MAX; values.len()];
        let wanted = Wanted { index: true, counts: true, inverse: Some(&mut inverse) };
        let all = unique(&token, values, wanted).unwrap();
        assert!(all.values.iter().map(&bits).eq(expected.iter().copied()));
        assert!(all.index.is_some_and(|index| index == places));
        assert!(all.counts.is_some_and(|all| all == counts));
        for (value, number) in values.iter().zip(inverse) {
            assert!(class(&values[places[number as usize] as usize]) == class(value));
        }
        let wanted = Wanted { counts: true, ..Wanted::default() };
        let counted = unique(&token, values, wanted).unwrap();
        assert!(counted.values.iter().map(&bits).eq(expected.iter().copied()));
        assert!(counted.counts.is_some_and(|all| all == counts));
        let plain = unique(&token, values, Wanted::default()).unwrap();
        assert!(plain.values.iter().map(&bits).eq(expected));
        assert!(plain.index.is_none() && plain.counts.is_none());
    });
}

#[test]
fn unique_gives_each_value_once_with_its_first_place_its_count_and_its_number() {
    uniques(|x| x as u8, |&x| x.into(), |&x| x.into());
    uniques(|x| x as i16, |&x| x.into(), |&x| x as u64);
    uniques(|x| x as i64, |&x| x.into(), |&x| x as u64);
    uniques(|x| x % 5000, |&x| x.into(), |&x| x);
    // The order of the numbers; one zero, and one NaN behind everything.
    let class = |x: &f64| match x {
        x if x.is_nan() => i128::MAX,
        x if *x == 0.0 => 0,
        x if *x > 0.0 => i128::from(x.to_bits()),
        x => -i128::from(x.abs().to_bits()),
    };
    let bits = |x: &f64| if x.is_nan() { 1 } else { x.to_bits() };
    uniques(double, class, bits);
    uniques(|x| ODD[(x % 8) as usize], class, bits);
    uniques(
        |x| if x.is_multiple_of(3) { ODD[(x / 3 % 8) as usize] } else { (x % 9000) as f64 },
        class,
        bits,
    );
}
