//! The factorial's family against naive products and another library.

use crate::oracle::{Random, number, range_product, words};
use allcores_bigint::{
    binomial, double_factorial, factorial, factorial_all, falling_factorial, from_decimal,
    multinomial, primorial, rising_factorial, to_decimal,
};
use allcores_parallel::{Token, enter};
use dashu_int::UBig;

fn token() -> Token {
    Token::new()
}

fn factorial_number(n: u64) -> UBig {
    range_product(1, n)
}

#[test]
fn every_double_factorial_up_to_1500_and_some_larger_equal_the_running_product() {
    let mut last = [UBig::ONE, UBig::ONE];
    for n in 0..=1500u64 {
        let expected = &last[n as usize % 2] * n.max(1);
        assert!(double_factorial(&token(), n).unwrap() == words(&expected), "{n}");
        last[n as usize % 2] = expected;
    }
    for n in [7_999, 8_000, 8_001, 20_001, 30_000, 65_535, 65_536] {
        let expected = (1..=n).rev().step_by(2).fold(UBig::ONE, |product, factor| product * factor);
        assert!(double_factorial(&token(), n).unwrap() == words(&expected), "{n}");
    }
}

#[test]
fn falling_and_rising_factorials_of_all_small_arguments_equal_the_running_product() {
    for n in 0..60u64 {
        for k in 0..70u64 {
            let falling = (0..k).fold(UBig::ONE, |product, i| product * n.saturating_sub(i));
            assert!(falling_factorial(&token(), n, k).unwrap() == words(&falling), "{n} {k}");
            let rising = (0..k).fold(UBig::ONE, |product, i| product * (n + i));
            assert!(rising_factorial(&token(), n, k).unwrap() == words(&rising), "{n} {k}");
        }
    }
}

#[test]
fn falling_factorials_by_the_tree_and_through_primes_equal_the_product_of_the_range() {
    // Up to 300 factors and up to n / log2(n) of them by the tree; on the pool from 2,000 on.
    for (n, k) in [
        (5_000, 299),
        (5_000, 300),
        (5_000, 301),
        (5_000, 416),
        (5_000, 417),
        (5_000, 5_000),
        (40_000, 1_999),
        (40_000, 2_000),
        (40_000, 2_666),
        (40_000, 2_667),
        (40_000, 39_999),
        (u64::from(u32::MAX), 5_000),
        (1 << 33, 5_000),
        (u64::MAX, 3_000),
        ((1 << 53) - 1, 40_000),
    ] {
        let expected = range_product(n - k + 1, n);
        assert!(falling_factorial(&token(), n, k).unwrap() == words(&expected), "{n} {k}");
        assert!(rising_factorial(&token(), n - k + 1, k).unwrap() == words(&expected), "{n} {k}");
    }
}

#[test]
fn all_binomials_up_to_100_follow_pascals_rule() {
    let mut row = vec![UBig::ONE];
    for n in 0..=100u64 {
        for (k, expected) in row.iter().enumerate() {
            assert!(binomial(&token(), n, k as u64).unwrap() == words(expected), "{n} {k}");
        }
        assert_eq!(binomial(&token(), n, n + 1), Ok(vec![]));
        let inner = row.windows(2).map(|pair| &pair[0] + &pair[1]);
        row = [UBig::ONE].into_iter().chain(inner).chain([UBig::ONE]).collect();
    }
}

#[test]
fn binomials_by_all_primes_and_by_stripping_equal_the_quotient() {
    for (n, k) in [
        (1_000, 500),
        (9_999, 4_000),
        (50_000, 25_000),
        // The primes up to n are looked at unless n is more than 16 times the smaller k.
        (16_015, 1_000),
        (16_016, 1_000),
        (16_017, 1_000),
        (100_000, 99_900),
        (1 << 32, 3_000),
        ((1 << 32) - 1, 20_000),
        (u64::MAX, 40),
        (u64::MAX, 20_000),
        ((1 << 53) - 1, 100_000),
    ] {
        let expected = range_product(n - k + 1, n) / factorial_number(k);
        assert!(binomial(&token(), n, k).unwrap() == words(&expected), "{n} {k}");
        assert!(binomial(&token(), n, n - k).unwrap() == words(&expected), "{n} {k}");
    }
}

#[test]
fn multinomials_equal_the_quotient_of_factorials() {
    assert_eq!(multinomial(&token(), &[]), Ok(vec![1]));
    assert_eq!(multinomial(&token(), &[0, 0]), Ok(vec![1]));
    let mut random = Random::new(11);
    for largest in [5, 50, 500, 3_000, 100_000, 10_000_000] {
        for parts in [1, 2, 3, 10, 40] {
            let mut ks: Vec<u64> = (0..parts).map(|_| random.next_word() % 300).collect();
            ks.insert(parts / 2, largest);
            let rest: u64 = ks.iter().sum::<u64>() - largest;
            let below = ks
                .iter()
                .filter(|&&k| k != largest)
                .fold(UBig::ONE, |product, &k| product * factorial_number(k));
            // Another k may equal the largest one.
            let again = ks.iter().filter(|&&k| k == largest).count() as u32 - 1;
            let below = (0..again).fold(below, |below, _| below * factorial_number(largest));
            let expected = range_product(largest + 1, largest + rest) / below;
            assert!(multinomial(&token(), &ks).unwrap() == words(&expected), "{ks:?}");
        }
    }
    // Only ones: a factorial, whose exponents need many bits.
    for n in [100, 3_000, 9_000] {
        let ones = multinomial(&token(), &vec![1; n]).unwrap();
        assert!(ones == factorial(&token(), n as u64).unwrap(), "{n}");
    }
}

#[test]
fn every_primorial_up_to_500_and_some_larger_equal_the_product_of_the_primes() {
    let is_prime = |n: u32| n > 1 && (2..).take_while(|d| d * d <= n).all(|d| !n.is_multiple_of(d));
    let mut expected = UBig::ONE;
    for n in 0..300_000u32 {
        if is_prime(n) {
            expected *= n;
        }
        if n <= 500 || [19_999, 20_000, 65_536, 262_150, 299_999].contains(&n) {
            assert!(primorial(&token(), n).unwrap() == words(&expected), "{n}");
        }
    }
}

#[test]
fn factorials_of_a_list_equal_the_factorials_one_by_one() {
    let mut random = Random::new(12);
    let mut lists: Vec<Vec<u32>> = vec![
        vec![],
        vec![0],
        vec![0, 1, 2],
        (0..1000).collect(),
        // One chain and a bit; gaps that are made anew, and gaps that are not.
        (5_000..5_257).collect(),
        vec![100, 101, 350, 351, 400, 6_000, 6_001, 20_000, 20_500, 60_000],
    ];
    let mut sparse: Vec<u32> = (0..700).map(|_| (random.next_word() % 20_000) as u32).collect();
    sparse.sort_unstable();
    sparse.dedup();
    lists.push(sparse);
    for ns in lists {
        let all = factorial_all(&token(), &ns, None).unwrap();
        assert_eq!(all.len(), ns.len());
        for (&n, result) in ns.iter().zip(&all) {
            assert!(*result == factorial(&token(), n.into()).unwrap(), "{n}");
        }
        assert!(enter(|| factorial_all(&token(), &ns, None)).unwrap() == all);
    }
}

#[test]
fn a_list_goes_on_from_a_factorial_that_is_known() {
    for (known, ns) in
        [(0, vec![1, 5]), (999, vec![1_000, 1_001, 9_000]), (5, vec![8_000]), (7_990, vec![8_000])]
    {
        let words = factorial(&token(), known.into()).unwrap();
        let all = factorial_all(&token(), &ns, Some((known, &words))).unwrap();
        for (&n, result) in ns.iter().zip(&all) {
            assert!(*result == factorial(&token(), n.into()).unwrap(), "{n} from {known}");
        }
    }
    // It really is where the work begins: from another number come other results.
    assert_eq!(factorial_all(&token(), &[1_000], Some((999, &[7]))), Ok(vec![vec![7_000]]));
}

#[test]
#[should_panic(expected = "they go on from it")]
fn a_list_that_begins_below_what_is_known_is_refused() {
    let _ = factorial_all(&token(), &[3], Some((3, &[6])));
}

#[test]
#[should_panic(expected = "the arguments rise")]
fn a_list_that_does_not_rise_is_refused() {
    let _ = factorial_all(&token(), &[3, 3], None);
}

#[test]
fn numbers_become_text_and_text_becomes_numbers() {
    let mut random = Random::new(13);
    for len in (0..70).chain([127, 128, 129, 500, 999, 1_000, 1_001, 3_000]) {
        let x = random.words(len);
        let text = number(&x).to_string();
        assert!(to_decimal(&token(), &x).unwrap() == text.as_bytes(), "{len}");
        assert!(from_decimal(&token(), text.as_bytes()).unwrap() == x, "{len}");
        let padded = [&x[..], &[0; 3]].concat();
        assert!(to_decimal(&token(), &padded).unwrap() == text.as_bytes(), "{len}");
        assert!(from_decimal(&token(), format!("000{text}").as_bytes()).unwrap() == x, "{len}");
    }
    for zeros in [17, 18, 19, 36, 700] {
        for text in [format!("1{}", "0".repeat(zeros)), "9".repeat(zeros)] {
            let x = from_decimal(&token(), text.as_bytes()).unwrap();
            assert!(number(&x).to_string() == text, "{zeros}");
            assert!(to_decimal(&token(), &x).unwrap() == text.as_bytes(), "{zeros}");
        }
    }
}
