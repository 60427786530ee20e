//! Median and quantile against numpy, see `scripts/golden/numeric_quantile.py`.

mod generator;

use allcores_numeric::{Element, Error, Filter, Fractions, Method, NanPolicy, median, quantile};
use allcores_parallel::Token;
use generator::{Draws, assert_bits, cases, doubles, golden, length, singles};
use half::f16;
use serde_json::Value;

const LONGEST: usize = 200_000;
const QUANTILES: [f64; 12] =
    [0.0, 0.001, 0.01, 0.1, 0.25, 1.0 / 3.0, 0.5, 0.625, 0.75, 0.9, 0.99, 1.0];

static T: Token = Token::new();

fn halves(seed: u32, count: usize) -> Vec<f16> {
    let mut draws = Draws::new(seed);
    let value = |_| {
        let magnitude = (draws.draw() >> 16) % 0x7c00;
        f16::from_bits((magnitude | (draws.draw() & 1) << 15) as u16)
    };
    (0..count).map(value).collect()
}

fn check<E: Element>(file: &Value, kind: &str, values: &[E]) {
    for case in cases(file, &format!("median {kind}")) {
        let n = length(&case[0]);
        let found = median(&T, &values[..n], Filter::ALL).unwrap();
        assert_bits(found, &case[1], &format!("median of {n} {kind}"));
    }
    for case in cases(file, &format!("quantile {kind}")) {
        let (n, name) = (length(&case[0]), case[1].as_str().unwrap());
        let method = Method::of_name(name).expect("a method");
        let values = &values[..n];
        let all = Fractions::Many(&QUANTILES);
        let all = quantile(&T, values, Filter::ALL, all, method).unwrap();
        for (index, q) in QUANTILES.into_iter().enumerate() {
            let what = format!("{name} {q} of {n} {kind}");
            let one = quantile(&T, values, Filter::ALL, Fractions::One(q), method).unwrap();
            if kind == "f16" && n > 65_504 && case[2][index] == "nan" {
                // numpy takes the position as a half float, too, which overflows.
                assert!(one[0].is_finite(), "{what}");
            } else {
                assert_bits(one[0], &case[2][index], &what);
            }
            assert_bits(all[index], &case[3][index], &what);
        }
    }
}

#[test]
fn every_type_and_method_has_the_bits_of_numpy() {
    let file = golden("quantile.json");
    check(&file, "f64", &doubles(1, LONGEST));
    check(&file, "f32", &singles(1, LONGEST));
    check(&file, "f16", &halves(1, LONGEST));
    macro_rules! integers {
        ($($T:ident $draw:ident)+) => {$({
            let mut draws = Draws::new(1);
            let values: Vec<$T> = (0..LONGEST).map(|_| draws.$draw() as $T).collect();
            check(&file, stringify!($T), &values);
        })+};
    }
    integers!(i8 draw u8 draw i16 draw u16 draw i32 draw u32 draw i64 draw_64 u64 draw_64);
}

#[test]
fn nothing_has_a_median_of_nan_and_no_quantile() {
    let nothing = Filter { mask: Some(&[0, 0]), nan: NanPolicy::Propagate };
    for (values, filter) in [(&[][..], Filter::ALL), (&[1.0, 2.0][..], nothing)] {
        assert!(median(&T, values, filter).unwrap().is_nan());
        let found = quantile(&T, values, filter, Fractions::One(0.5), Method::Linear);
        assert_eq!(found, Err(Error::Empty));
    }
}

#[test]
fn a_nan_propagates_is_omitted_or_is_refused() {
    for n in [3, 1000, 100_000] {
        let mut values: Vec<f64> = (0..n).map(|i| i as f64).collect();
        values[n - 1] = -f64::NAN;
        let filter = |nan| Filter { mask: None, nan };
        let half = Fractions::Many(&[0.5, 0.5]);
        let found = median(&T, &values, Filter::ALL).unwrap();
        assert_eq!(found.to_bits(), f64::NAN.to_bits());
        let found = quantile(&T, &values, Filter::ALL, half, Method::Lower).unwrap();
        assert!(found[0].is_nan() && found[1].is_nan());
        let expected = (n - 2) as f64 / 2.0;
        assert_eq!(median(&T, &values, filter(NanPolicy::Omit)), Ok(expected));
        let refused = Error::Nan { index: n - 1 };
        assert_eq!(median(&T, &values, filter(NanPolicy::Raise)), Err(refused));
        // What the mask leaves out is no concern of the policy.
        let mut mask = vec![1; n];
        mask[n - 1] = 0;
        let masked = Filter { mask: Some(&mask), nan: NanPolicy::Raise };
        assert_eq!(median(&T, &values, masked), Ok(expected));
    }
    let omit = Filter { mask: None, nan: NanPolicy::Omit };
    assert!(median(&T, &[f64::NAN], omit).unwrap().is_nan());
    let found = quantile(&T, &[f64::NAN], omit, Fractions::One(0.5), Method::Linear).unwrap();
    assert!(found[0].is_nan());
}

#[test]
fn a_quantile_outside_of_0_to_1_is_refused() {
    for q in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        let fractions = [0.5, q];
        let found = quantile(&T, &[1.0], Filter::ALL, Fractions::Many(&fractions), Method::Linear);
        assert_eq!(found, Err(Error::Fraction { index: 1 }));
    }
}

#[test]
fn the_least_and_the_greatest_of_infinities_are_infinite() {
    let values = [f64::NEG_INFINITY, 0.0, f64::INFINITY];
    let one = |q| quantile(&T, &values, Filter::ALL, Fractions::One(q), Method::Linear).unwrap()[0];
    assert_eq!((one(0.0), one(1.0)), (f64::NEG_INFINITY, f64::INFINITY));
    assert!(one(0.5).is_nan(), "as numpy: 0 times the infinite difference");
}

#[test]
fn many_quantiles_at_once_are_those_one_by_one() {
    let values: Vec<f64> = doubles(3, 300_000);
    let fractions: Vec<f64> = (0..=1000).map(|i| f64::from(i) / 1000.0).collect();
    let all =
        quantile(&T, &values, Filter::ALL, Fractions::Many(&fractions), Method::Linear).unwrap();
    let mut sorted = values.clone();
    sorted.sort_by(f64::total_cmp);
    for (q, found) in fractions.into_iter().zip(all) {
        let few =
            quantile(&T, &sorted, Filter::ALL, Fractions::Many(&[q]), Method::Linear).unwrap();
        assert_eq!(found.to_bits(), few[0].to_bits(), "{q}");
    }
}
