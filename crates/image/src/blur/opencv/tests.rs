use super::{Fixed, blur, weights};
use crate::border::Border;
use crate::simd::Isa;
use crate::{Region, View};
use allcores_parallel::Token;

pub(super) const BORDERS: [Border; 5] =
    [Border::Replicate, Border::Reflect101, Border::Reflect, Border::Wrap, Border::Constant];

/// The definition in 64 bits: across first, as OpenCV does it.
fn oracle<T: Fixed>(src: View<'_, T>, sigma: (f64, f64), border: Border) -> Vec<f64> {
    let (width, height, channels) = (src.width(), src.height(), src.channels());
    let across = weights::fixed(sigma.0, T::REACH, T::BITS);
    let down = weights::fixed(sigma.1, T::REACH, T::BITS);
    let sum = |weights: &[u32], at: usize, len: usize, value: &dyn Fn(usize) -> u64| -> u64 {
        let reach = weights.len() as i64 - 1;
        (-reach..=reach)
            .filter_map(|d| {
                let source = border.position(at as isize + d as isize, len)?;
                Some(u64::from(weights[d.unsigned_abs() as usize]) * value(source))
            })
            .sum()
    };
    let rows: Vec<u64> = (0..height * width * channels)
        .map(|i| {
            let (c, x, y) = (i % channels, i / channels % width, i / channels / width);
            sum(&across, x, width, &|x| src.row(y)[x * channels + c].to_f64() as u64)
        })
        .collect();
    let row = width * channels;
    (0..rows.len())
        .map(|i| {
            let wide = sum(&down, i / row, height, &|y| rows[y * row + i % row]);
            ((wide + (1 << (2 * T::BITS - 1))) >> (2 * T::BITS)) as f64
        })
        .collect()
}

fn check<T: Fixed>(make: impl Fn(u32) -> T) {
    let mut state = 5u32;
    for channels in 1..=4 {
        let noise = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            make(state)
        };
        let data: Vec<T> = (0..41 * 37 * channels).map(noise).collect();
        let whole = View::new(&data, 41, 37, channels).unwrap();
        for (left, top, width, height) in
            [(0, 0, 41, 37), (3, 2, 20, 1), (5, 1, 1, 19), (1, 1, 1, 1)]
        {
            let view = whole.crop(Region { left, top, width, height }).unwrap();
            // Of 8 bits these reach 1 to 6, 9, 21 and 60 samples: every number of pairs that is summed at once.
            for sigma in [
                (0.4, 0.7),
                (1.0, 1.3),
                (1.6, 2.0),
                (2.0, 0.4),
                (0.0, 3.0),
                (1.3, 0.0),
                (20.0, 7.0),
            ] {
                for border in BORDERS {
                    let expected = oracle(view, sigma, border);
                    for isa in Isa::all() {
                        let mut out = vec![T::default(); expected.len()];
                        blur(isa, &Token::new(), view, sigma, border, &mut out).unwrap();
                        let same =
                            out.iter().zip(&expected).all(|(got, &want)| got.to_f64() == want);
                        assert!(same, "{isa:?} {channels} {width}x{height} {sigma:?} {border:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn every_border_instruction_set_and_channel_count_equals_the_definition_on_a_crop() {
    check(|word| (word >> 24) as u8);
    check(|word| (word >> 16) as u16);
}

#[test]
fn an_image_of_several_bands_and_strips_equals_the_definition_with_every_border() {
    let mut state = 9u32;
    let noise = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let (width, height, channels) = (300, 400, 3);
    let data: Vec<u8> = (0..width * height * channels).map(noise).collect();
    let view = View::new(&data, width, height, channels).unwrap();
    for border in BORDERS {
        let sigma = (1.0, 9.0);
        let expected = oracle(view, sigma, border);
        let mut out = vec![0; data.len()];
        blur(Isa::current(), &Token::new(), view, sigma, border, &mut out).unwrap();
        assert!(
            out.iter().zip(&expected).all(|(&got, &want)| f64::from(got) == want),
            "{border:?}"
        );
    }
}
