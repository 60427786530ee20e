//! Histogram and bincount against numpy, see `scripts/golden/numeric_quantile.py`.

mod generator;

use allcores_numeric::{
    Bins, Element, Error, Filter, NanPolicy, bincount, bincount_length, histogram,
};
use allcores_parallel::Token;
use generator::{Draws, assert_bits, cases, double, doubles, golden, length, near, singles};
use half::f16;
use serde_json::Value;

const LONGEST: usize = 200_000;

static T: Token = Token::new();

fn list(values: &Value) -> Vec<f64> {
    values.as_array().expect("a list").iter().map(double).collect()
}

fn check<E: Element>(file: &Value, kind: &str, values: &[E], weights: &[f64]) {
    for case in cases(file, &format!("histogram {kind}")) {
        let n = length(&case[0]);
        let edges = case[1].as_array().map(|_| list(&case[1]));
        let range = case[2].as_array().map(|_| list(&case[2]));
        let bins = match &edges {
            Some(edges) => Bins::Edges(edges),
            None => Bins::Uniform {
                count: length(&case[1]),
                range: range.map(|range| (range[0], range[1])),
            },
        };
        let (density, is_weighted) = (case[3].as_bool().unwrap(), case[4].as_bool().unwrap());
        let weights = is_weighted.then_some(&weights[..n]);
        let what = format!("{bins:?} of {n} {kind}, {density}, {is_weighted}");
        let found = histogram(&T, &values[..n], Filter::ALL, bins, weights, density).expect(&what);
        for (found, expected) in [(&found.edges, &case[6]), (&found.counts, &case[5])] {
            let expected = expected.as_array().unwrap();
            assert_eq!(found.len(), expected.len(), "{what}");
            for (found, expected) in found.iter().zip(expected) {
                assert_bits(*found, expected, &what);
            }
        }
    }
}

#[test]
fn every_type_has_the_counts_and_edges_of_numpy() {
    let file = golden("histogram.json");
    let weights = doubles(2, LONGEST);
    check(&file, "f64", &doubles(1, LONGEST), &weights);
    check(&file, "near", &near(1, LONGEST), &weights);
    check(&file, "f32", &singles(1, LONGEST), &weights);
    macro_rules! integers {
        ($($T:ident $draw:ident)+) => {$({
            let mut draws = Draws::new(1);
            let values: Vec<$T> = (0..LONGEST).map(|_| draws.$draw() as $T).collect();
            check(&file, stringify!($T), &values, &weights);
        })+};
    }
    integers!(i8 draw u8 draw i16 draw u16 draw i32 draw u32 draw i64 draw_64 u64 draw_64);
}

fn counts<E: Element>(values: &[E], least: usize, weights: Option<&[f64]>) -> Vec<f64> {
    let mut counts = vec![0.0; bincount_length(&T, values, least).unwrap()];
    bincount(&T, values, weights, &mut counts).unwrap();
    counts
}

#[test]
fn integers_are_counted_and_weighed_as_numpy_does() {
    let file = golden("histogram.json");
    let mut draws = Draws::new(1);
    let words: Vec<u16> = (0..LONGEST).map(|_| draws.draw() as u16).collect();
    let bytes: Vec<u8> = words.iter().map(|&word| word as u8).collect();
    for kind in ["u8", "u16"] {
        for case in cases(&file, &format!("bincount {kind}")) {
            let (n, least) = (length(&case[0]), length(&case[1]));
            let found = match kind {
                "u8" => counts(&bytes[..n], least, None),
                _ => counts(&words[..n], least, None),
            };
            let expected: Vec<f64> =
                case[2].as_array().unwrap().iter().map(|count| count.as_f64().unwrap()).collect();
            assert_eq!(found, expected);
        }
    }
    let weights = doubles(2, 65_536);
    for case in cases(&file, "bincount u8 weighted") {
        let n = length(&case[0]);
        let found = counts(&bytes[..n], 0, Some(&weights[..n]));
        for (found, expected) in found.iter().zip(case[1].as_array().unwrap()) {
            assert_bits(*found, expected, &format!("{n}"));
        }
    }
}

#[test]
fn a_nan_is_not_counted_but_is_no_end_of_a_range() {
    let values = [1.0, f64::NAN, 2.0];
    let range = Bins::Uniform { count: 2, range: Some((0.0, 2.0)) };
    let found = |nan, bins| {
        let filter = Filter { mask: None, nan };
        histogram(&T, &values, filter, bins, None, false).map(|found| found.counts)
    };
    assert_eq!(found(NanPolicy::Propagate, range), Ok(vec![0.0, 2.0]));
    assert_eq!(found(NanPolicy::Omit, range), Ok(vec![0.0, 2.0]));
    assert_eq!(found(NanPolicy::Raise, range), Err(Error::Nan { index: 1 }));
    let all = Bins::Uniform { count: 2, range: None };
    assert_eq!(found(NanPolicy::Propagate, all), Err(Error::Range));
    assert_eq!(found(NanPolicy::Omit, all), Ok(vec![1.0, 1.0]));
    assert_eq!(found(NanPolicy::Raise, all), Err(Error::Nan { index: 1 }));
}

#[test]
fn what_a_mask_leaves_out_has_no_part_in_the_range() {
    let values = [1.0, 100.0, 2.0];
    let filter = Filter { mask: Some(&[1, 0, 7]), nan: NanPolicy::Propagate };
    let bins = Bins::Uniform { count: 2, range: None };
    let found = histogram(&T, &values, filter, bins, None, false).unwrap();
    assert_eq!((found.counts, found.edges), (vec![1.0, 1.0], vec![1.0, 1.5, 2.0]));
    let nothing = Filter { mask: Some(&[0, 0, 0]), nan: NanPolicy::Propagate };
    let found = histogram(&T, &values, nothing, bins, None, false).unwrap();
    assert_eq!((found.counts, found.edges), (vec![0.0, 0.0], vec![0.0, 0.5, 1.0]));
}

#[test]
fn the_bins_of_half_floats_are_those_of_their_edges() {
    // numpy looks for them in f16 and is bins off.
    let values: Vec<f16> = (0..50_000_u32).map(|i| f16::from_bits((i % 0x5000) as u16)).collect();
    let bins = Bins::Uniform { count: 30, range: None };
    let found = histogram(&T, &values, Filter::ALL, bins, None, false).unwrap();
    assert!(found.edges.iter().all(|&edge| f64::from(f16::from_f64(edge)) == edge));
    let mut expected = vec![0.0; 30];
    for value in values {
        let bin = found.edges[..30].partition_point(|&edge| edge <= f64::from(value)) - 1;
        expected[bin] += 1.0;
    }
    assert_eq!(found.counts, expected);
}
