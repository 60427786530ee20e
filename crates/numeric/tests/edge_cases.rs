//! The rows of the contract for edge cases, one test for each.

mod plain;

use allcores_numeric::Error;
use allcores_parallel::{Cancelled, Token};
use plain::{dot, max, mean, min, sum, sum_of_squares, variance};

static T: Token = Token::new();

#[test]
fn an_empty_array_has_sum_dot_and_squares_of_zero() {
    assert_eq!(sum::<f64>(&T, &[]).unwrap().to_bits(), 0);
    assert_eq!(sum::<f32>(&T, &[]).unwrap().to_bits(), 0);
    assert_eq!(sum::<u8>(&T, &[]).unwrap().to_f64().to_bits(), 0);
    assert_eq!(dot::<f64>(&T, &[], &[]).unwrap().to_bits(), 0);
    assert_eq!(dot::<i64>(&T, &[], &[]).unwrap().words(), [0; 4]);
    assert_eq!(sum_of_squares::<f32>(&T, &[]).unwrap().to_bits(), 0);
}

#[test]
fn an_empty_array_has_a_mean_and_a_variance_of_nan() {
    assert!(mean::<f64>(&T, &[]).unwrap().is_nan());
    assert!(mean::<f32>(&T, &[]).unwrap().is_nan());
    assert!(mean::<i32>(&T, &[]).unwrap().is_nan());
    assert!(variance::<f64>(&T, &[], 0).unwrap().is_nan());
    assert!(variance::<u64>(&T, &[], 0).unwrap().is_nan());
}

#[test]
fn an_empty_array_has_no_minimum_and_no_maximum() {
    assert_eq!(min::<f64>(&T, &[]), Err(Error::Empty));
    assert_eq!(max::<f32>(&T, &[]), Err(Error::Empty));
    assert_eq!(min::<u8>(&T, &[]), Err(Error::Empty));
    assert_eq!(max::<i64>(&T, &[]), Err(Error::Empty));
}

#[test]
fn as_many_degrees_of_freedom_as_elements_give_nan() {
    for ddof in [3, 4, usize::MAX] {
        assert!(variance(&T, &[1.0, 2.0, 3.0], ddof).unwrap().is_nan());
        assert!(variance(&T, &[1_i16, 2, 3], ddof).unwrap().is_nan());
    }
    assert_eq!(variance(&T, &[1.0, 2.0, 3.0], 2), Ok(2.0));
    assert_eq!(variance(&T, &[1_u32, 2, 3], 2), Ok(2.0));
}

#[test]
fn a_nan_anywhere_makes_every_float_kernel_nan() {
    for n in [1, 7, 8, 31, 32, 33, 129, 5000, 200_000] {
        for at in [0, n / 2, n - 1] {
            for nan in [f64::NAN, -f64::NAN, f64::from_bits(0x7ff0_0000_0000_0001)] {
                let mut values: Vec<f64> = (0..n).map(|i| i as f64 - 3.0).collect();
                values[at] = nan;
                let singles: Vec<f32> = values.iter().map(|&value| value as f32).collect();
                // Always the same NaN, whatever came in.
                assert_eq!(min(&T, &values).unwrap().to_bits(), f64::NAN.to_bits());
                assert_eq!(max(&T, &values).unwrap().to_bits(), f64::NAN.to_bits());
                assert_eq!(min(&T, &singles).unwrap().to_bits(), f32::NAN.to_bits());
                assert_eq!(max(&T, &singles).unwrap().to_bits(), f32::NAN.to_bits());
                for kernel in [sum, mean, sum_of_squares] {
                    let result = kernel(&T, &values).unwrap();
                    assert_eq!(result.to_bits(), f64::NAN.to_bits(), "{at} of {n}");
                }
                assert!(variance(&T, &values, 0).unwrap().is_nan(), "{at} of {n}");
                assert!(dot(&T, &values, &values).unwrap().is_nan(), "{at} of {n}");
            }
        }
    }
}

#[test]
fn minus_zero_is_below_plus_zero_in_any_order_and_place() {
    assert_eq!(min(&T, &[0.0_f64, -0.0]).unwrap().to_bits(), (-0.0_f64).to_bits());
    assert_eq!(min(&T, &[-0.0_f64, 0.0]).unwrap().to_bits(), (-0.0_f64).to_bits());
    assert_eq!(max(&T, &[0.0_f64, -0.0]).unwrap().to_bits(), 0);
    assert_eq!(max(&T, &[-0.0_f64, 0.0]).unwrap().to_bits(), 0);
    assert_eq!(min(&T, &[0.0_f64]).unwrap().to_bits(), 0);
    assert_eq!(max(&T, &[-0.0_f64]).unwrap().to_bits(), (-0.0_f64).to_bits());
    for n in [2, 8, 9, 40, 65, 1000, 200_000, 300_000] {
        for at in [0, n / 2, n - 1] {
            let mut values = vec![0.0_f32; n];
            values[at] = -0.0;
            assert_eq!(min(&T, &values).unwrap().to_bits(), (-0.0_f32).to_bits(), "{at} of {n}");
            assert_eq!(max(&T, &values).unwrap().to_bits(), 0, "{at} of {n}");
            let mut values = vec![-0.0_f64; n];
            values[at] = 0.0;
            assert_eq!(min(&T, &values).unwrap().to_bits(), (-0.0_f64).to_bits(), "{at} of {n}");
            assert_eq!(max(&T, &values).unwrap().to_bits(), 0, "{at} of {n}");
        }
    }
}

#[test]
fn min_and_max_find_an_extreme_at_any_place() {
    for n in [1, 2, 7, 8, 9, 31, 32, 33, 100, 5000, 200_000] {
        for at in [0, n / 3, n / 2, n - 1] {
            let mut values = vec![1.5; n];
            values[at] = -2.5;
            assert_eq!(min(&T, &values), Ok(-2.5));
            values[at] = 7.5;
            assert_eq!(max(&T, &values), Ok(7.5));
            let mut values = vec![5_i16; n];
            values[at] = -9;
            assert_eq!(min(&T, &values), Ok(-9));
            values[at] = 9;
            assert_eq!(max(&T, &values), Ok(9));
        }
    }
    assert_eq!(min(&T, &[f64::INFINITY, f64::INFINITY]), Ok(f64::INFINITY));
    assert_eq!(max(&T, &[f32::NEG_INFINITY]), Ok(f32::NEG_INFINITY));
    assert_eq!(min(&T, &[f32::from_bits(1), 1.0]), Ok(f32::from_bits(1)), "a subnormal stays");
}

#[test]
fn sums_of_zeros_infinities_and_large_values_are_as_in_numpy() {
    assert_eq!(sum(&T, &[-0.0_f64]).unwrap().to_bits(), 0);
    assert_eq!(sum(&T, &[-0.0_f64; 500]).unwrap().to_bits(), 0);
    assert!(sum(&T, &[f64::INFINITY, f64::NEG_INFINITY]).unwrap().is_nan());
    assert_eq!(sum(&T, &[1e308, 1e308, -1e308]), Ok(f64::INFINITY));
    // In double the sum of floats does not overflow on the way, only at the rounding.
    assert_eq!(sum(&T, &[f32::MAX, f32::MAX, -f32::MAX]), Ok(f64::from(f32::MAX)));
    assert_eq!(sum(&T, &[f32::MAX, f32::MAX]), Ok(f64::INFINITY));
    assert_eq!(mean(&T, &[f32::MAX, f32::MAX]), Ok(f64::from(f32::MAX)));
}

#[test]
fn the_variance_of_equal_elements_is_zero_and_never_negative() {
    for value in [0.1, 1e9 + 0.3, -1e-300, 1e150] {
        for n in [1, 3, 9, 1000, 4097, 200_001] {
            assert_eq!(variance(&T, &vec![value; n], 0), Ok(0.0), "{n} times {value}");
        }
    }
    assert!(variance(&T, &[f64::INFINITY, 1.0], 0).unwrap().is_nan());
}

#[test]
fn small_deviations_far_from_zero_survive() {
    // Integers below 2^53 are doubles, so the integer kernel gives the exact variance.
    let integer = |i: u64| (1 << 40) + (i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54);
    let integers: Vec<u64> = (0..1_000_000).map(|i| integer(i * i)).collect();
    let floats: Vec<f64> = integers.iter().map(|&value| value as f64).collect();
    for n in [10_000, 1_000_000] {
        let exact = variance(&T, &integers[..n], 0).unwrap();
        let result = variance(&T, &floats[..n], 0).unwrap();
        assert!((result / exact - 1.0).abs() < 1e-13, "{result} instead of {exact}");
    }
}

#[test]
fn integer_means_are_rounded_once() {
    assert_eq!(mean(&T, &[(1_i64 << 53) + 1, (1 << 53) + 2]), Ok(9007199254740994.0));
    assert_eq!(mean(&T, &[u64::MAX; 3]), Ok(18446744073709551616.0));
    assert_eq!(mean(&T, &[1_u8, 0, 0]), Ok(1.0 / 3.0));
    assert_eq!(mean(&T, &[i8::MIN; 1000]), Ok(-128.0));
}

#[test]
fn arrays_of_different_length_are_an_error() {
    assert_eq!(dot(&T, &[1.0], &[]), Err(Error::Lengths { left: 1, right: 0 }));
    assert_eq!(dot(&T, &[1_u8; 9], &[1; 8]), Err(Error::Lengths { left: 9, right: 8 }));
}

#[test]
fn a_cancelled_token_stops_every_kernel_small_or_large() {
    let token = Token::new();
    token.cancel();
    for n in [1, 1000, 300_000] {
        let (floats, bytes) = (vec![1.0; n], vec![1_u8; n * 8]);
        assert_eq!(sum(&token, &floats), Err(Error::Cancelled));
        assert_eq!(sum(&token, &bytes), Err(Error::Cancelled));
        assert_eq!(mean(&token, &floats), Err(Error::Cancelled));
        assert_eq!(mean(&token, &bytes), Err(Error::Cancelled));
        assert_eq!(variance(&token, &floats, 0), Err(Error::Cancelled));
        assert_eq!(variance(&token, &bytes, usize::MAX), Err(Error::Cancelled));
        assert_eq!(min(&token, &floats), Err(Error::Cancelled));
        assert_eq!(max(&token, &bytes), Err(Error::Cancelled));
        assert_eq!(dot(&token, &floats, &floats), Err(Error::Cancelled));
        assert_eq!(sum_of_squares(&token, &bytes), Err(Error::Cancelled));
        assert_eq!(allcores_numeric::read_limit(&token, &bytes), Err(Cancelled));
    }
    assert_eq!(token.blocks(), 0);
}
