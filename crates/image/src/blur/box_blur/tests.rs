use super::blur;
use crate::blur::sample::Float;
use crate::simd::Isa;
use crate::{Region, Sample, View};
use allcores_parallel::Token;

fn oracle_line(line: &[f64], extent: f64) -> Vec<f64> {
    let radius = extent.floor();
    let at = |i: i64| line[i.clamp(0, line.len() as i64 - 1) as usize];
    let reach = radius as i64 + 1;
    let weight = |d: i64| if d.abs() == reach { extent - radius } else { 1.0 };
    (0..line.len() as i64)
        .map(|x| {
            (-reach..=reach).map(|d| weight(d) * at(x + d)).sum::<f64>() / (2.0 * extent + 1.0)
        })
        .collect()
}

fn oracle<T: Sample>(src: View<'_, T>, radius: (f64, f64)) -> Vec<f64> {
    let (width, height, channels) = (src.width(), src.height(), src.channels());
    let row = width * channels;
    let mut out: Vec<f64> = (0..height).flat_map(|y| src.row(y)).map(|v| v.to_f64()).collect();
    let mut apply = |lines: usize, len: usize, extent, at: &dyn Fn(usize, usize) -> usize| {
        for i in 0..lines {
            let line: Vec<f64> = (0..len).map(|j| out[at(i, j)]).collect();
            let blurred = oracle_line(&line, extent);
            (0..len).for_each(|j| out[at(i, j)] = blurred[j]);
        }
    };
    apply(height * channels, width, radius.0, &|i, j| {
        i / channels * row + j * channels + i % channels
    });
    apply(row, height, radius.1, &|i, j| j * row + i);
    out
}

fn check<T: Float>(make: impl Fn(u32) -> T, allowed: f64) {
    let mut state = 3u32;
    for channels in 1..=4 {
        let noise = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            make(state)
        };
        let data: Vec<T> = (0..70 * 45 * channels).map(noise).collect();
        let whole = View::new(&data, 70, 45, channels).unwrap();
        for (left, top, width, height) in
            [(0, 0, 70, 45), (2, 3, 31, 1), (1, 2, 1, 23), (5, 5, 1, 1)]
        {
            let view = whole.crop(Region { left, top, width, height }).unwrap();
            for radius in
                [(0.3, 0.0), (0.0, 1.0), (1.0, 2.5), (15.0, 7.0), (34.0, 22.25), (500.0, 1000.5)]
            {
                let expected = oracle(view, radius);
                for isa in Isa::all() {
                    let mut out = vec![T::default(); expected.len()];
                    blur(isa, &Token::new(), view, radius, &mut out).unwrap();
                    for (got, &wanted) in out.iter().zip(&expected) {
                        let distance = (got.to_f64() - wanted).abs();
                        assert!(
                            distance <= allowed,
                            "{isa:?} {width}x{height}x{channels} {radius:?}: {got:?} {wanted}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn sixteen_bits_are_within_half_a_unit_and_floats_within_a_few_ulps_of_doubles() {
    check(|word| (word >> 16) as u16, 0.505);
    check(|word| (word >> 8) as f32 / 16_777_216.0, 1.3e-7);
}

#[test]
fn an_infinity_and_a_huge_sample_do_no_harm_outside_of_their_window() {
    let mut data = vec![1.0f32; 50];
    data[20] = f32::INFINITY;
    data[40] = 1e30;
    let mut out = vec![0.0; 50];
    blur(Isa::current(), &Token::new(), View::new(&data, 50, 1, 1).unwrap(), (3.0, 0.0), &mut out)
        .unwrap();
    for (x, &value) in out.iter().enumerate() {
        match x {
            17..=23 => assert_eq!(value, f32::INFINITY),
            37..=43 => assert!(value > 1e29 && value < 1e30),
            _ => assert!((value - 1.0).abs() < 1e-6, "{x}: {value}"),
        }
    }
}
