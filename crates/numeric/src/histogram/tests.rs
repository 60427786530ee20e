//! Bins at every instruction set, by both ways, against the definition.

use allcores_cpu::Level;
use allcores_parallel::Token;

use crate::error::Error;
use crate::filter::Filter;
use crate::histogram::fill::{counts, sums};
use crate::histogram::place::{Calculated, Searched, inner};
use crate::histogram::{Bins, bincount, bincount_length, edges, histogram};
use crate::simd::Isa;
use crate::split::Job;

fn scrambled(i: usize) -> u64 {
    let x = (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ x >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ x >> 32
}

/// The definition, value by value.
fn bin(edges: &[f64], value: f64) -> Option<usize> {
    let last = edges.len() - 1;
    if !(value >= edges[0] && value <= edges[last]) {
        return None;
    }
    Some(edges[..last].partition_point(|&edge| edge <= value) - 1)
}

#[test]
fn both_ways_put_every_value_where_the_edges_say() {
    let token = Token::new();
    for (low, high, bins) in [
        (0.0, 1.0, 1),
        (0.0, 1.0, 10),
        (-3.7, 12.9, 256),
        (1e9, 1e9 + 1.0, 100),
        (-1.0, 1.0, 3000),
        (0.1, 0.7, 20_000),
    ] {
        let uniform = edges::uniform::<f64>(low, high, bins, true).unwrap();
        let edges = &uniform.edges;
        // Around each edge, and at random.
        let mut values: Vec<f64> =
            edges.iter().flat_map(|edge| [edge.next_down(), *edge, edge.next_up()]).collect();
        let random = |i| {
            low + (high - low) * 1.1 * ((scrambled(i) >> 11) as f64 / (1_u64 << 53) as f64 - 0.02)
        };
        values.extend((0..150_001).map(random));
        values.extend([f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0]);
        let mask: Vec<u8> = (0..values.len()).map(|i| (scrambled(i) % 4) as u8).collect();
        for mask in [None, Some(mask.as_slice())] {
            let mut expected = vec![0.0; bins];
            for (index, &value) in values.iter().enumerate() {
                if mask.is_none_or(|mask| mask[index] != 0)
                    && let Some(bin) = bin(edges, value)
                {
                    expected[bin] += 1.0;
                }
            }
            let inner = inner(edges);
            let searched =
                Searched { low: edges[0], high: edges[bins], bins: bins as u32, inner: &inner };
            let calculated =
                Calculated::new::<f64>(&uniform, true).expect("the edges are far apart");
            for isa in Level::ALL.into_iter().filter_map(Isa::of) {
                let job = Job { token: &token, isa };
                assert_eq!(
                    counts(job, &values, mask, calculated, bins).unwrap(),
                    expected,
                    "{bins} {isa:?}"
                );
                assert_eq!(
                    counts(job, &values, mask, searched, bins).unwrap(),
                    expected,
                    "{bins} {isa:?}"
                );
            }
        }
    }
}

#[test]
fn weights_are_added_up_in_blocks_in_order_at_every_level() {
    let token = Token::new();
    let n = 200_003;
    let values: Vec<f32> = (0..n).map(|i| (scrambled(i) % 1000) as f32).collect();
    let weights: Vec<f64> = (0..n).map(|i| (scrambled(i + n) as f64).powi(3)).collect();
    let uniform = edges::uniform::<f32>(0.0, 1000.0, 7, true).unwrap();
    let edges = &uniform.edges;
    let mut expected = vec![0.0_f64; 7];
    for (values, weights) in values.chunks(65_536).zip(weights.chunks(65_536)) {
        let mut part = [0.0_f64; 7];
        for (value, weight) in values.iter().zip(weights) {
            part[bin(edges, f64::from(*value)).unwrap()] += weight;
        }
        for (sum, part) in expected.iter_mut().zip(part) {
            *sum += part;
        }
    }
    for isa in Level::ALL.into_iter().filter_map(Isa::of) {
        let place = Calculated::new::<f32>(&uniform, true).unwrap();
        let found = sums(Job { token: &token, isa }, &values, &weights, None, place, 7).unwrap();
        assert_eq!(found, expected);
    }
}

#[test]
fn weights_of_more_blocks_than_are_held_at_a_time_are_added_up_in_order() {
    // So many bins that the sums of three blocks are held.
    let (token, n, bins) = (Token::new(), 300_000, 40_000);
    let values: Vec<u32> = (0..n).map(|i| (scrambled(i) % bins as u64) as u32).collect();
    let weights: Vec<f64> = (0..n).map(|i| 1.0 + (scrambled(i + n) % 1000) as f64 / 7.0).collect();
    let mut expected = vec![0.0_f64; bins];
    for (values, weights) in values.chunks(65_536).zip(weights.chunks(65_536)) {
        let mut part = vec![0.0_f64; bins];
        for (&value, weight) in values.iter().zip(weights) {
            part[value as usize] += weight;
        }
        for (sum, part) in expected.iter_mut().zip(part) {
            *sum += part;
        }
    }
    let mut found = vec![0.0; bins];
    bincount(&token, &values, Some(&weights), &mut found).unwrap();
    assert_eq!(found, expected);
    let each = Bins::Uniform { count: bins, range: Some((0.0, bins as f64)) };
    let found = histogram(&token, &values, Filter::ALL, each, Some(&weights), false).unwrap();
    assert_eq!(found.counts, expected);
}

#[test]
fn edges_that_are_close_to_each_other_are_searched() {
    let uniform = edges::uniform::<f64>(1e16, 1e16 + 20.0, 7, true).unwrap();
    assert!(Calculated::new::<f64>(&uniform, true).is_none());
    let edges = &uniform.edges;
    let values: Vec<f64> = (0..30).map(|i| 1e16 + f64::from(i)).collect();
    let bins = Bins::Uniform { count: 7, range: Some((1e16, 1e16 + 20.0)) };
    let found = histogram(&Token::new(), &values, Filter::ALL, bins, None, false).unwrap();
    let mut expected = vec![0.0; 7];
    for value in values {
        if let Some(bin) = bin(edges, value) {
            expected[bin] += 1.0;
        }
    }
    assert_eq!(found.counts, expected);
}

#[test]
fn bad_bins_are_refused() {
    let token = Token::new();
    let values = [1.0, 2.0];
    let refused = |bins| histogram(&token, &values, Filter::ALL, bins, None, false).unwrap_err();
    let uniform = |count, low, high| Bins::Uniform { count, range: Some((low, high)) };
    assert_eq!(refused(uniform(0, 0.0, 1.0)), Error::Bins { got: 0 });
    assert_eq!(refused(uniform(1 << 25, 0.0, 1.0)), Error::Bins { got: 1 << 25 });
    assert_eq!(refused(uniform(3, 1.0, 0.0)), Error::Range);
    assert_eq!(refused(uniform(3, f64::NAN, 0.0)), Error::Range);
    assert_eq!(refused(uniform(3, 0.0, f64::INFINITY)), Error::Range);
    assert_eq!(refused(uniform(3, -1e308, 1e308)), Error::Range);
    assert_eq!(refused(uniform(300, 1e16, 1e16 + 2.0)), Error::NarrowRange { bins: 300 });
    assert_eq!(refused(Bins::Edges(&[])), Error::FewEdges { got: 0 });
    assert_eq!(refused(Bins::Edges(&[1.0])), Error::FewEdges { got: 1 });
    assert_eq!(refused(Bins::Edges(&[1.0, 2.0, 1.5])), Error::Edges { index: 2 });
    assert_eq!(refused(Bins::Edges(&[1.0, f64::NAN])), Error::Edges { index: 1 });
    let bins = uniform(3, 0.0, 1.0);
    let found = histogram(&token, &values, Filter::ALL, bins, Some(&[1.0]), false);
    assert_eq!(found, Err(Error::Lengths { left: 2, right: 1 }));
}

#[test]
fn integers_are_counted_by_value_in_tables_and_in_order() {
    let token = Token::new();
    for most in [5, 1000, 5000, 200_000] {
        let values: Vec<u32> = (0..300_000).map(|i| (scrambled(i) % most) as u32).collect();
        let weights: Vec<f64> = (0..values.len()).map(|i| (i % 7) as f64).collect();
        let mut counted = vec![0.0; most as usize + 3];
        let mut weighed = counted.clone();
        for (&value, weight) in values.iter().zip(&weights) {
            counted[value as usize] += 1.0;
            weighed[value as usize] += weight;
        }
        assert_eq!(bincount_length(&token, &values, counted.len()), Ok(counted.len()));
        let mut found = vec![0.0; counted.len()];
        bincount(&token, &values, None, &mut found).unwrap();
        assert_eq!(found, counted);
        found.fill(0.0);
        bincount(&token, &values, Some(&weights), &mut found).unwrap();
        assert_eq!(found, weighed);
        // What another thread has written since it was looked at may be out of range.
        let mut found = vec![0.0; 3];
        bincount(&token, &values, None, &mut found).unwrap();
        assert_eq!(found, counted[..3]);
    }
}

#[test]
fn what_cannot_be_counted_is_refused() {
    let token = Token::new();
    assert_eq!(bincount_length(&token, &[1.0], 0), Err(Error::Floats));
    assert_eq!(bincount(&token, &[1.0], None, &mut [0.0]), Err(Error::Floats));
    assert_eq!(bincount_length(&token, &[1_i8, -3], 0), Err(Error::Negative { least: -3 }));
    let lengths = Error::Lengths { left: 1, right: 0 };
    assert_eq!(bincount(&token, &[1_u8], Some(&[]), &mut [0.0, 0.0]), Err(lengths));
    let too_many = Error::TooManyCounts { length: u64::MAX };
    assert_eq!(bincount_length(&token, &[u64::MAX], 0), Err(too_many));
    assert_eq!(bincount_length::<u8>(&token, &[], 0), Ok(0));
    assert_eq!(bincount::<u8>(&token, &[], None, &mut []), Ok(()));
}
