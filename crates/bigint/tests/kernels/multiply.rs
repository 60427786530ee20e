//! Products of all shapes against another library.

use crate::oracle::{Random, number, words};
use allcores_bigint::multiply;
use allcores_parallel::{Token, enter};

fn product(a: &[u64], b: &[u64]) -> Vec<u64> {
    multiply(&Token::new(), a, b).unwrap()
}

fn check(a: &[u64], b: &[u64]) {
    let expected = words(&(number(a) * number(b)));
    assert!(product(a, b) == expected, "{} and {} words", a.len(), b.len());
    assert!(product(b, a) == expected, "{} and {} words", b.len(), a.len());
}

#[test]
fn products_of_up_to_80_words_are_right_for_all_pairs_of_lengths() {
    let mut random = Random::new(2);
    for longer in 1..=80 {
        for shorter in 1..=longer {
            check(&random.words(longer), &random.words(shorter));
        }
    }
}

#[test]
fn products_around_the_crossovers_are_right() {
    let mut random = Random::new(3);
    // Karatsuba from 20 (32 for squares), cuts for threads above 400 x 400, the pool from
    // 2,000 in both together.
    for len in
        [19, 20, 21, 31, 32, 33, 63, 64, 65, 399, 400, 401, 799, 800, 801, 999, 1_000, 1_001, 4_001]
    {
        let (a, b) = (random.words(len), random.words(len));
        check(&a, &b);
        check(&a, &a.clone());
        check(&a, &b[..len - 1]);
        check(&a, &b[..len * 3 / 5]);
        check(&a, &b[..len * 3 / 5 + 1]);
    }
}

#[test]
fn very_unbalanced_products_are_right() {
    let mut random = Random::new(4);
    let long = random.words(100_003);
    for len in [1, 2, 3, 4, 5, 19, 20, 21, 33, 100, 777] {
        check(&long, &random.words(len));
    }
}

#[test]
fn words_of_ones_only_are_right() {
    for len in [1, 2, 19, 20, 21, 32, 64, 100, 257, 400, 401, 1_024, 3_000] {
        let ones = vec![u64::MAX; len];
        check(&ones, &ones);
        check(&ones, &ones[..len.div_ceil(3)]);
    }
}

#[test]
fn zero_one_and_powers_of_two_are_right() {
    let mut random = Random::new(5);
    for len in [1, 2, 33, 600, 2_500] {
        let x = random.words(len);
        assert_eq!(product(&x, &[]), []);
        assert_eq!(product(&[0, 0], &x), []);
        assert!(product(&x, &[1]) == x);
        assert!(product(&[1, 0, 0], &x) == x);
        for bit in [1, 63, 64, 65, 127, 6_400, 200_000] {
            let mut power = vec![0; bit / 64 + 1];
            power[bit / 64] = 1 << (bit % 64);
            assert!(product(&x, &power) == words(&(number(&x) << bit)), "2^{bit}");
        }
    }
    assert_eq!(product(&[], &[]), []);
}

#[test]
fn leading_zero_words_of_the_factors_do_not_reach_the_product() {
    let mut random = Random::new(6);
    for len in [1, 40, 700] {
        let (a, b) = (random.words(len), random.words(len));
        let padded = |x: &[u64]| [x, &[0; 50]].concat();
        assert!(product(&padded(&a), &padded(&b)) == product(&a, &b), "{len}");
    }
}

#[test]
fn the_square_of_a_sum_is_the_sum_of_the_squares_and_twice_the_product() {
    let mut random = Random::new(7);
    for len in [10, 100, 1_000, 20_000] {
        let (a, b) = (random.words(len), random.words(len));
        let sum = words(&(number(&a) + number(&b)));
        let [aa, bb, ab] = [product(&a, &a), product(&b, &b), product(&a, &b)];
        let expected = number(&aa) + number(&bb) + number(&ab) * 2u8;
        assert!(number(&product(&sum, &sum)) == expected, "{len}");
    }
}

#[test]
fn a_product_on_the_pool_equals_one_from_outside() {
    let mut random = Random::new(8);
    for len in [10, 900, 5_000] {
        let (a, b) = (random.words(len), random.words(len * 2));
        assert!(enter(|| product(&a, &b)) == product(&a, &b), "{len}");
    }
}
