//! n! in words and as text, against naive products and another library.

use crate::oracle::{Random, range_product, words};
use allcores_bigint::{factorial, factorial_string};
use allcores_parallel::{Token, enter};
use dashu_int::UBig;

fn factorial_words(n: u64) -> Vec<u64> {
    factorial(&Token::new(), n).unwrap()
}

fn factorial_text(n: u64) -> String {
    factorial_string(&Token::new(), n).unwrap()
}

#[test]
fn every_factorial_up_to_2000_equals_the_running_product() {
    let mut expected = UBig::ONE;
    for n in 0..=2000 {
        expected *= n.max(1);
        assert!(factorial_words(n) == words(&expected), "{n}");
        assert!(factorial_text(n) == expected.to_string(), "{n} as text");
    }
}

#[test]
fn factorials_of_random_arguments_equal_the_product_of_the_range() {
    let mut random = Random::new(1);
    for bound in [5_000, 5_000, 10_000, 10_000, 20_000, 40_000] {
        let n = 2_000 + random.next_word() % (bound - 2_000);
        let expected = range_product(1, n);
        assert!(factorial_words(n) == words(&expected), "{n}");
        assert!(factorial_text(n) == expected.to_string(), "{n} as text");
    }
}

#[test]
fn factorials_around_the_changes_of_method_equal_the_product_of_the_range() {
    // The pool from 6,000 on; around powers of 2 and 5 the swings have the fewest and the
    // most factors 2 and 5 to spare.
    for n in [4_095, 4_096, 4_097, 5_999, 6_000, 6_001, 8_191, 8_192, 12_500, 15_625, 31_250] {
        let expected = range_product(1, n);
        assert!(factorial_words(n) == words(&expected), "{n}");
        assert!(factorial_text(n) == expected.to_string(), "{n} as text");
    }
}

#[test]
fn the_factorial_of_100000_is_right_in_words_and_text() {
    let expected = range_product(1, 100_000);
    assert!(factorial_words(100_000) == words(&expected));
    let text = factorial_text(100_000);
    assert_eq!(text.len(), 456_574);
    assert!(text == expected.to_string());
}

/// x modulo `modulus`, from digits in any radix, most significant first.
fn remainder(digits: impl Iterator<Item = u64>, radix: u128, modulus: u64) -> u64 {
    digits.fold(0, |rest, digit| {
        ((u128::from(rest) * radix + u128::from(digit)) % u128::from(modulus)) as u64
    })
}

#[test]
fn the_factorial_of_1000000_has_its_length_zeros_and_remainders_in_words_and_text() {
    let words = factorial_words(1_000_000);
    let text = factorial_text(1_000_000);
    assert_eq!(text.len(), 5_565_709);
    assert_eq!(text.len() - text.trim_end_matches('0').len(), 249_998);
    for modulus in [(1 << 61) - 1, (1 << 61) - 31, (1 << 62) - 57] {
        let expected = (1..=1_000_000).fold(1, |product: u64, factor: u128| {
            (u128::from(product) * factor % u128::from(modulus)) as u64
        });
        let of_words = remainder(words.iter().rev().copied(), 1 << 64, modulus);
        assert_eq!(of_words, expected, "words modulo {modulus}");
        let of_text = remainder(text.bytes().map(|byte| u64::from(byte - b'0')), 10, modulus);
        assert_eq!(of_text, expected, "text modulo {modulus}");
    }
}

#[test]
fn trailing_zeros_follow_from_the_powers_of_five() {
    for n in (4_990..5_010).chain([3_124, 3_125, 15_624, 15_625, 15_626]) {
        let fives: u64 = (1..=6).map(|i| n / 5u64.pow(i)).sum();
        let text = factorial_text(n);
        assert_eq!((text.len() - text.trim_end_matches('0').len()) as u64, fives, "{n}");
    }
}

#[test]
fn a_call_on_the_pool_gives_what_a_call_from_outside_gives() {
    for n in [10, 700, 5_999, 6_000, 30_000] {
        assert!(enter(|| factorial_words(n)) == factorial_words(n), "{n}");
        assert!(enter(|| factorial_text(n)) == factorial_text(n), "{n} as text");
    }
}
