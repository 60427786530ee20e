use super::{Box, blur};
use crate::simd::Isa;
use crate::{Error, Region, View, gaussian_blur};
use allcores_parallel::Token;

/// Pillow's Gaussian on one instruction set.
fn run(isa: Isa, src: View<'_>, radius: (f32, f32), out: &mut [u8]) -> Result<(), Error> {
    let filters = (Box::of_gaussian(radius.0), Box::of_gaussian(radius.1));
    blur::<3>(isa, &Token::new(), src, filters, out)
}

/// Three box passes along one line, straight from the definition, in 64 bits.
fn oracle_line(line: &mut [u8], filter: Box) {
    for _ in 0..3 {
        let source = line.to_vec();
        let at = |i: i64| u64::from(source[i.clamp(0, source.len() as i64 - 1) as usize]);
        let radius = filter.radius as i64;
        for (x, out) in (0..).zip(&mut *line) {
            let inner: u64 = (x - radius..=x + radius).map(at).sum();
            let outer = at(x - radius - 1) + at(x + radius + 1);
            let sum = inner * u64::from(filter.inner) + outer * u64::from(filter.outer);
            *out = ((sum + (1 << 23)) >> 24) as u8;
        }
    }
}

fn oracle(src: View<'_>, radius: (f32, f32)) -> Vec<u8> {
    let (width, height, channels) = (src.width(), src.height(), src.channels());
    let mut out: Vec<u8> = (0..height).flat_map(|y| src.row(y)).copied().collect();
    let mut apply =
        |filter: Option<Box>, lines: usize, len: usize, at: &dyn Fn(usize, usize) -> usize| {
            let Some(filter) = filter else { return };
            for i in 0..lines {
                let mut line: Vec<u8> = (0..len).map(|j| out[at(i, j)]).collect();
                oracle_line(&mut line, filter);
                line.iter().enumerate().for_each(|(j, &value)| out[at(i, j)] = value);
            }
        };
    let row = width * channels;
    apply(Box::of_gaussian(radius.0), height * channels, width, &|i, j| {
        i / channels * row + j * channels + i % channels
    });
    apply(Box::of_gaussian(radius.1), row, height, &|i, j| j * row + i);
    out
}

fn noise(len: usize) -> Vec<u8> {
    let mut state = 1u32;
    (0..len)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect()
}

#[test]
fn every_instruction_set_and_channel_count_equals_the_definition_on_a_crop() {
    let (width, height) = (70, 53);
    for channels in 1..=4 {
        let data = noise(width * height * channels);
        let whole = View::new(&data, width, height, channels).unwrap();
        for (left, top, width, height) in [
            (0, 0, 70, 53),
            (3, 2, 33, 17),
            (5, 1, 1, 40),
            (2, 9, 50, 1),
            (1, 1, 1, 1),
            (0, 5, 16, 16),
        ] {
            let view = whole.crop(Region { left, top, width, height }).unwrap();
            for radius in
                [(0.0, 0.0), (0.3, 2.0), (5.0, 0.0), (0.0, 7.5), (40.0, 1.5), (900.0, 300.0)]
            {
                let expected = oracle(view, radius);
                for isa in Isa::all() {
                    let mut out = vec![1; expected.len()];
                    run(isa, view, radius, &mut out).unwrap();
                    assert!(out == expected, "{isa:?} {channels} {width}x{height} {radius:?}");
                }
            }
        }
    }
}

#[test]
fn an_image_of_many_bands_and_strips_equals_the_definition_inside_and_outside_the_pool() {
    let (width, height, channels) = (1111, 300, 3);
    let data = noise(width * height * channels);
    let view = View::new(&data, width, height, channels).unwrap();
    let expected = oracle(view, (6.0, 9.0));
    let blur = || {
        let mut out = vec![0; data.len()];
        run(Isa::current(), view, (6.0, 9.0), &mut out).unwrap();
        out
    };
    assert!(blur() == expected);
    assert!(allcores_parallel::enter(blur) == expected);
}

#[test]
fn a_bad_radius_or_output_is_refused_and_a_cancelled_token_stops_the_call() {
    let data = [7; 12];
    let view = View::new(&data, 2, 2, 3).unwrap();
    let blur =
        |token: &Token, (x, y), len: usize| gaussian_blur(token, view, x, y, &mut vec![0; len]);
    for radius in [-1.0, f32::NAN, f32::INFINITY, 1_000_001.0] {
        assert!(matches!(blur(&Token::new(), (radius, 1.0), 12), Err(Error::InvalidArgument(_))));
        assert!(matches!(blur(&Token::new(), (1.0, radius), 12), Err(Error::InvalidArgument(_))));
    }
    assert!(matches!(blur(&Token::new(), (1.0, 1.0), 11), Err(Error::InvalidArgument(_))));
    let token = Token::new();
    token.cancel();
    assert_eq!(blur(&token, (1.0, 1.0), 12), Err(Error::Cancelled));
}
