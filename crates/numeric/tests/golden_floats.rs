//! The float kernels against numpy and exact fractions, see `scripts/golden/numeric.py`.

mod generator;
mod plain;

use allcores_parallel::Token;
use generator::{LONGEST, assert_bits, cases, double, doubles, golden, length, near, singles};
use plain::{dot, mean, sum, sum_of_squares, variance};

#[test]
fn sum_and_mean_of_doubles_have_the_bits_of_numpy_at_every_length() {
    let token = Token::new();
    let values = doubles(1, LONGEST);
    for case in cases(&golden("f64.json"), "sum, mean") {
        let n = length(&case[0]);
        assert_bits(sum(&token, &values[..n]).unwrap(), &case[1], &format!("sum of {n}"));
        assert_bits(mean(&token, &values[..n]).unwrap(), &case[2], &format!("mean of {n}"));
    }
}

#[test]
fn dot_and_sum_of_squares_of_doubles_have_the_bits_of_numpys_sum_of_products() {
    let token = Token::new();
    let (left, right) = (doubles(1, LONGEST), doubles(2, LONGEST));
    for case in cases(&golden("f64.json"), "dot, sumOfSquares") {
        let n = length(&case[0]);
        let product = dot(&token, &left[..n], &right[..n]).unwrap();
        assert_bits(product, &case[1], &format!("dot of {n}"));
        let squares = sum_of_squares(&token, &left[..n]).unwrap();
        assert_bits(squares, &case[2], &format!("sum of squares of {n}"));
        let same = dot(&token, &left[..n], &left[..n]).unwrap();
        assert_eq!(same.to_bits(), squares.to_bits());
    }
}

#[test]
fn single_precision_is_accumulated_in_double_and_rounded_once() {
    let token = Token::new();
    let (left, right) = (singles(1, LONGEST), singles(2, LONGEST));
    for case in cases(&golden("f32.json"), "sum, mean, dot, sumOfSquares") {
        let n = length(&case[0]);
        let (x, y) = (&left[..n], &right[..n]);
        assert_bits(sum(&token, x).unwrap(), &case[1], &format!("sum of {n}"));
        assert_bits(mean(&token, x).unwrap(), &case[2], &format!("mean of {n}"));
        assert_bits(dot(&token, x, y).unwrap(), &case[3], &format!("dot of {n}"));
        let squares = sum_of_squares(&token, x).unwrap();
        assert_bits(squares, &case[4], &format!("sum of squares of {n}"));
    }
}

#[test]
fn variance_is_within_1e_13_of_the_exact_value() {
    let token = Token::new();
    let file = golden("variance.json");
    for (name, values) in [("double", doubles(1, 140_000)), ("near", near(1, 140_000))] {
        for case in cases(&file, name) {
            let (n, ddof) = (length(&case[0]), length(&case[1]));
            let exact = double(&case[2]);
            let result = variance(&token, &values[..n], ddof).unwrap();
            let error = (result - exact).abs() / exact.max(f64::MIN_POSITIVE);
            assert!(error <= 1e-13, "{name}, n = {n}, ddof = {ddof}: {error:e}");
        }
    }
}

#[test]
fn variance_of_single_precision_is_the_double_one_rounded_once() {
    let token = Token::new();
    let values = singles(1, 140_000);
    let wide: Vec<f64> = values.iter().map(|&value| value.into()).collect();
    for n in [1, 2, 8, 100, 4095, 4096, 4097, 20_000, 140_000] {
        for ddof in [0, 1] {
            let single = variance(&token, &values[..n], ddof).unwrap();
            let double = variance(&token, &wide[..n], ddof).unwrap();
            assert!(single.is_nan() && double.is_nan() || single == f64::from(double as f32));
        }
    }
}
