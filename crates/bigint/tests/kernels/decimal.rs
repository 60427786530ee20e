//! Decimal text of numbers and back, against another library.

use crate::oracle::{Random, number, words};
use allcores_bigint::{factorial, factorial_string, from_decimal, to_decimal};
use allcores_parallel::{Token, enter};
use dashu_int::UBig;

fn text(words: &[u64]) -> String {
    String::from_utf8(to_decimal(&Token::new(), words).unwrap()).unwrap()
}

fn parsed(digits: &str) -> Vec<u64> {
    from_decimal(&Token::new(), digits.as_bytes()).unwrap()
}

#[test]
fn text_equals_the_oracles_and_reads_back() {
    let mut random = Random::new(1);
    for len in (1..200).chain([255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 5000, 33_333]) {
        let x = random.words(len);
        let digits = text(&x);
        assert!(digits == number(&x).to_string(), "{len} words");
        assert!(parsed(&digits) == x, "{len} words");
    }
}

#[test]
fn zero_is_one_digit_and_leading_zeros_do_not_count() {
    assert_eq!(text(&[]), "0");
    assert_eq!(text(&[0, 0]), "0");
    assert_eq!(text(&[7, 0, 0]), "7");
    assert_eq!(parsed(""), []);
    assert_eq!(parsed("0"), []);
    assert_eq!(parsed(&"0".repeat(1000)), []);
    assert_eq!(parsed(&("0".repeat(1000) + "42")), [42]);
}

#[test]
fn runs_of_zeros_and_nines_around_the_borders_of_limbs_read_back() {
    for len in [1, 17, 18, 19, 35, 36, 37, 287, 288, 289, 1000, 9215, 9216, 9217, 80_000] {
        let nines = "9".repeat(len);
        let power = "1".to_owned() + &"0".repeat(len);
        for digits in [&nines, &power, &(nines.clone() + &power), &(power.clone() + &nines)] {
            let x = parsed(digits);
            assert!(x == words(&UBig::from_str_radix(digits, 10).unwrap()), "{len}");
            assert!(text(&x) == *digits, "{len}");
        }
    }
}

#[test]
fn powers_of_two_and_their_neighbours_read_back() {
    for len in [1, 16, 17, 1000, 4096, 20_000] {
        let mut power = vec![0; len];
        power.push(1);
        let below = vec![u64::MAX; len];
        for x in [&power, &below] {
            let digits = text(x);
            assert!(digits == number(x).to_string(), "{len}");
            assert!(parsed(&digits) == *x, "{len}");
        }
    }
}

#[test]
fn the_text_of_a_factorial_is_the_factorial_as_text() {
    for n in [10, 1000, 5000, 30_000, 200_000] {
        let words = factorial(&Token::new(), n).unwrap();
        let expected = factorial_string(&Token::new(), n).unwrap();
        assert!(text(&words) == expected, "{n}");
        assert!(enter(|| text(&words)) == expected, "{n} on the pool");
        assert!(parsed(&expected) == words, "{n}");
    }
}
