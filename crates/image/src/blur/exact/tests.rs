use super::{Alpha, blur};
use crate::blur::sample::Float;
use crate::border::Border;
use crate::simd::Isa;
use crate::{Region, Sample, View};
use allcores_parallel::Token;

const BORDERS: [Border; 5] =
    [Border::Replicate, Border::Reflect101, Border::Reflect, Border::Wrap, Border::Constant];

/// A Gaussian in doubles, eight standard deviations to each side: for each of `len` positions the weights of
/// all samples, with what the border repeats of them.
fn oracle_weights(len: usize, sigma: f64, border: Border) -> Vec<Vec<f64>> {
    let reach = (8.0 * sigma).ceil() as i64;
    let weight = |d: i64| if d == 0 { 1.0 } else { (-0.5 * (d as f64 / sigma).powi(2)).exp() };
    let total: f64 = (-reach..=reach).map(weight).sum();
    let position = |at: i64| {
        let mut weights = vec![0.0; len];
        for d in -reach..=reach {
            if let Some(i) = border.position((at + d) as isize, len) {
                weights[i] += weight(d) / total;
            }
        }
        weights
    };
    (0..len as i64).map(position).collect()
}

fn oracle<T: Sample>(
    src: View<'_, T>,
    sigma: (f64, f64),
    border: Border,
    weighed: bool,
) -> Vec<f64> {
    let (width, height, channels) = (src.width(), src.height(), src.channels());
    let row = width * channels;
    let mut out: Vec<f64> = (0..height).flat_map(|y| src.row(y)).map(|v| v.to_f64()).collect();
    if weighed {
        for pixel in out.chunks_exact_mut(channels) {
            (0..channels - 1).for_each(|c| pixel[c] *= pixel[channels - 1]);
        }
    }
    let mut apply = |lines: usize, len: usize, sigma, at: &dyn Fn(usize, usize) -> usize| {
        let weights = oracle_weights(len, sigma, border);
        for i in 0..lines {
            let line: Vec<f64> = (0..len).map(|j| out[at(i, j)]).collect();
            for (j, weights) in weights.iter().enumerate() {
                out[at(i, j)] =
                    weights.iter().zip(&line).map(|(weight, value)| weight * value).sum();
            }
        }
    };
    apply(height * channels, width, sigma.0, &|i, j| {
        i / channels * row + j * channels + i % channels
    });
    apply(row, height, sigma.1, &|i, j| j * row + i);
    if weighed {
        for pixel in out.chunks_exact_mut(channels) {
            let alpha = pixel[channels - 1];
            (0..channels - 1)
                .for_each(|c| pixel[c] = if alpha == 0.0 { 0.0 } else { pixel[c] / alpha });
        }
    }
    out
}

fn noise<T>(len: usize, make: impl Fn(u32) -> T) -> Vec<T> {
    let mut state = 11u32;
    (0..len)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            make(state)
        })
        .collect()
}

/// Every instruction set gives the same result, and no sample is further than `allowed` from the oracle.
fn check<T: Float>(data: &[T], size: (usize, usize, usize), allowed: f64) {
    let whole = View::new(data, size.0, size.1, size.2).unwrap();
    let channels = size.2;
    for (left, top, width, height) in
        [(0, 0, size.0, size.1), (2, 3, 31, 1), (1, 2, 1, 23), (5, 5, 1, 1)]
    {
        let view = whole.crop(Region { left, top, width, height }).unwrap();
        for sigma in
            [(0.3, 0.7), (2.0, 0.0), (0.0, 3.9), (4.0, 4.4), (15.0, 9.0), (60.0, 1.0), (0.6, 300.0)]
        {
            for border in BORDERS {
                for alpha in [Alpha::Plain, Alpha::Weighs(channels)] {
                    let weighed = matches!(alpha, Alpha::Weighs(_));
                    if weighed && !channels.is_multiple_of(2) {
                        continue;
                    }
                    let expected = oracle(view, sigma, border, weighed);
                    let mut first: Option<Vec<T>> = None;
                    for isa in Isa::all() {
                        let mut out = vec![T::default(); expected.len()];
                        blur(isa, &Token::new(), view, sigma, border, alpha, &mut out).unwrap();
                        let what = format!(
                            "{isa:?} {width}x{height}x{channels} {sigma:?} {border:?} {weighed}"
                        );
                        for (got, &wanted) in out.iter().zip(&expected) {
                            let distance = (got.to_f64() - wanted).abs();
                            assert!(distance <= allowed, "{what}: {got:?}, not {wanted}");
                        }
                        assert!(first.get_or_insert_with(|| out.clone()) == &out, "{what}");
                    }
                }
            }
        }
    }
}

#[test]
fn sixteen_bits_are_within_half_a_unit_of_doubles() {
    for channels in 1..=4 {
        check(&noise(70 * 45 * channels, |word| (word >> 16) as u16), (70, 45, channels), 0.52);
    }
}

#[test]
fn eight_bits_are_within_half_a_level_of_doubles() {
    check(&noise(70 * 45 * 3, |word| (word >> 24) as u8), (70, 45, 3), 0.5001);
}

#[test]
fn floats_are_within_a_few_units_of_their_last_place() {
    for channels in [3, 4] {
        let data = noise(70 * 45 * channels, |word| (word >> 8) as f32 / 16_777_216.0 + 0.001);
        check(&data, (70, 45, channels), 5e-7);
    }
}

#[test]
fn floats_outside_of_black_and_white_survive() {
    let data = [-2.0f32, -2.0, -2.0, -2.0, 300.0, 300.0, 300.0, 300.0];
    let view = View::new(&data, 8, 1, 1).unwrap();
    let mut out = [0.0; 8];
    let run = |out: &mut [f32]| {
        let (isa, token) = (Isa::current(), Token::new());
        blur(isa, &token, view, (0.5, 0.5), Border::Replicate, Alpha::Plain, out).unwrap();
    };
    run(&mut out);
    assert!((out[0] + 2.0).abs() < 1e-4 && (out[7] - 300.0).abs() < 1e-3, "{out:?}");
}
