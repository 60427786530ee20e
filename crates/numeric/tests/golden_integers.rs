//! The integer kernels against Python's integers and fractions, and at the extremes of each
//! type against plain loops.

mod generator;
mod plain;

use allcores_numeric::{Element, Exact};
use allcores_parallel::Token;
use generator::{Draws, assert_bits, cases, golden, length};
use plain::{dot, max, mean, min, sum, sum_of_squares, variance};
use serde_json::Value;

const LONGEST: usize = 200_000;

/// Decimal digits of a value of any width.
fn decimal(value: Exact) -> String {
    let mut words = value.words();
    let mut digits = Vec::new();
    while digits.is_empty() || words != [0; 4] {
        let mut remainder = 0_u128;
        for word in words.iter_mut().rev() {
            let part = remainder << 64 | u128::from(*word);
            *word = (part / 10) as u64;
            remainder = part % 10;
        }
        digits.push(b'0' + remainder as u8);
    }
    if value.is_negative() {
        digits.push(b'-');
    }
    digits.reverse();
    String::from_utf8(digits).unwrap()
}

fn check<T: Element<Sum = Exact> + ToString>(file: &Value, kind: &str, value: fn(&mut Draws) -> T) {
    let token = Token::new();
    let make = |seed| {
        let mut draws = Draws::new(seed);
        (0..LONGEST).map(|_| value(&mut draws)).collect::<Vec<T>>()
    };
    let (left, right) = (make(1), make(2));
    for case in cases(file, kind) {
        let n = length(&case["n"]);
        let (x, y) = (&left[..n], &right[..n]);
        let what = |kernel: &str| format!("{kernel} of {n} {kind}");
        assert_eq!(decimal(sum(&token, x).unwrap()), case["sum"], "{}", what("sum"));
        assert_eq!(min(&token, x).unwrap().to_string(), case["min"], "{}", what("min"));
        assert_eq!(max(&token, x).unwrap().to_string(), case["max"], "{}", what("max"));
        assert_bits(mean(&token, x).unwrap(), &case["mean"], &what("mean"));
        let product = dot(&token, x, y).unwrap();
        assert_eq!(decimal(product), case["dot"], "{}", what("dot"));
        assert_bits(product.to_f64(), &case["dotNumber"], &what("dot as a double"));
        let squares = sum_of_squares(&token, x).unwrap();
        assert_eq!(decimal(squares), case["sumOfSquares"], "{}", what("squares"));
        assert_bits(variance(&token, x, 0).unwrap(), &case["variance"], &what("variance"));
        assert_bits(variance(&token, x, 1).unwrap(), &case["variance1"], &what("variance"));
    }
}

#[test]
fn every_integer_kernel_gives_the_exact_value() {
    let file = golden("integers.json");
    check(&file, "i8", |draws| draws.draw() as i8);
    check(&file, "u8", |draws| draws.draw() as u8);
    check(&file, "i16", |draws| draws.draw() as i16);
    check(&file, "u16", |draws| draws.draw() as u16);
    check(&file, "i32", |draws| draws.draw() as i32);
    check(&file, "u32", |draws| draws.draw());
    check(&file, "i64", |draws| draws.draw_64() as i64);
    check(&file, "u64", |draws| draws.draw_64());
}

/// `count` times the same value: `total` and `square` are what one of them adds.
fn constant<T: Element<Sum = Exact>>(value: T, single: i128, square: u128, count: usize) {
    let token = Token::new();
    let values = vec![value; count];
    let times = |one: Exact| {
        // Russian peasant: count * one by doublings, with the public words as the only view.
        let mut wide = [0_u64; 4];
        let mut carry = 0_u128;
        for (word, part) in wide.iter_mut().zip(one.words()) {
            let product = u128::from(part) * count as u128 + carry;
            *word = product as u64;
            carry = product >> 64;
        }
        wide
    };
    let total = sum(&token, &values).unwrap();
    assert_eq!(total.words(), times(Exact::from(single)), "sum of {count} {value:?}");
    assert_eq!(total.is_negative(), single < 0 && count > 0);
    let squares = sum_of_squares(&token, &values).unwrap();
    assert_eq!(squares.words(), times(Exact::from(square)), "squares of {count} {value:?}");
    assert!(!squares.is_negative());
    assert_eq!(dot(&token, &values, &values).unwrap(), squares);
    if count > 0 {
        assert_eq!(min(&token, &values), Ok(value));
        assert_eq!(max(&token, &values), Ok(value));
        assert_eq!(mean(&token, &values), Ok(Exact::from(single).to_f64()));
        assert_eq!(variance(&token, &values, 0), Ok(0.0));
    }
}

macro_rules! extremes {
    ($($T:ident: $counts:expr),+) => {$(
        for count in $counts {
            for value in [$T::MIN, $T::MAX, 0, 1] {
                let single = i128::from(value);
                constant(value, single, single.unsigned_abs() * single.unsigned_abs(), count);
            }
        }
    )+};
}

#[test]
fn the_extremes_of_each_type_never_wrap() {
    // 16384 and 32768 are where the narrow lanes of 8-bit sums and products are full, 2^21
    // where those of 16-bit sums are; one more starts a new block.
    extremes!(
        u8: [0, 1, 16_383, 16_384, 16_385, 32_767, 32_768, 32_769, 1_100_001],
        i8: [0, 1, 16_383, 16_384, 16_385, 32_767, 32_768, 32_769, 1_100_001],
        u16: [0, 1, 65_537, (1 << 21) - 1, 1 << 21, (1 << 21) + 1],
        i16: [0, 1, 65_537, (1 << 21) - 1, 1 << 21, (1 << 21) + 1],
        u32: [0, 1, 17, 100_000, 300_001],
        i32: [0, 1, 17, 100_000, 300_001],
        u64: [0, 1, 17, 100_000, 200_001],
        i64: [0, 1, 17, 100_000, 200_001]
    );
}

#[test]
fn products_of_opposite_extremes_are_exact() {
    let token = Token::new();
    for count in [1, 16, 17, 70_000] {
        let n = count as i128;
        let low = vec![i64::MIN; count];
        let high = vec![i64::MAX; count];
        let product = dot(&token, &low, &high).unwrap();
        // n * -2^63 * (2^63 - 1) = -(n * 2^126) + n * 2^63
        let expected = n * i128::from(i64::MIN) / 2;
        let words = product.words();
        assert!(product.is_negative());
        let size = u128::from(words[1]) << 64 | u128::from(words[0]);
        let wanted = (n.unsigned_abs() << 63).wrapping_mul((1 << 63) - 1);
        assert_eq!(size, wanted, "{count}, near {expected}");
        let low = vec![i32::MIN; count];
        let high = vec![i32::MAX; count];
        let one = i128::from(i32::MIN) * i128::from(i32::MAX);
        assert_eq!(dot(&token, &low, &high).unwrap().to_i128(), Some(n * one));
        let (low, high) = (vec![i8::MIN; count], vec![i8::MAX; count]);
        assert_eq!(dot(&token, &low, &high).unwrap().to_i128(), Some(n * -128 * 127));
        let (low, high) = (vec![i16::MIN; count], vec![i16::MAX; count]);
        assert_eq!(dot(&token, &low, &high).unwrap().to_i128(), Some(n * -32768 * 32767));
    }
}

#[test]
fn variance_of_far_away_integers_loses_nothing() {
    // Far from zero the squares have 126 bits, and all but a few cancel.
    let token = Token::new();
    let values: Vec<i64> = (0..10_000).map(|i| i64::MAX - i % 2).collect();
    assert_eq!(variance(&token, &values, 0), Ok(0.25));
    let values: Vec<u64> = (0..10_000).map(|i| u64::MAX - i % 2 * 2).collect();
    assert_eq!(variance(&token, &values, 0), Ok(1.0));
}
