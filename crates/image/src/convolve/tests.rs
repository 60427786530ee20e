use allcores_parallel::Token;

use super::{Convolve, ConvolveBorder, Sobel};
use crate::border::Border;
use crate::rank::tests::Noise;
use crate::step::Operation;
use crate::{Depth, Region, Sample, Shape, View};

/// The sample at any place, and how a border continues the image.
fn sample<T: Sample>(src: View<'_, T>, x: isize, y: isize, c: usize, border: Border) -> f64 {
    match (border.position(x, src.width()), border.position(y, src.height())) {
        (Some(x), Some(y)) => src.row(y)[x * src.channels() + c].to_f64(),
        _ => 0.0,
    }
}

/// The sum of each sample, not rounded, and the largest that it can be.
fn naive<T: Sample>(src: View<'_, T>, options: &Convolve) -> Vec<(f64, f64)> {
    let (width, height) = (options.width as isize, options.height as isize);
    let border = match options.border {
        ConvolveBorder::Copy => Border::Replicate,
        ConvolveBorder::Beyond(border) => border,
    };
    let mut out = Vec::new();
    for y in 0..src.height() as isize {
        for x in 0..src.width() as isize {
            for c in 0..src.channels() {
                let inside = x >= width / 2
                    && y >= height / 2
                    && x + width / 2 < src.width() as isize
                    && y + height / 2 < src.height() as isize;
                if options.border == ConvolveBorder::Copy && !inside {
                    out.push((sample(src, x, y, c, border), 0.0));
                    continue;
                }
                let (mut sum, mut magnitude) = (options.offset, options.offset.abs());
                for j in 0..height {
                    for i in 0..width {
                        let weight = options.kernel[(j * width + i) as usize] / options.scale;
                        let value = sample(src, x + i - width / 2, y + j - height / 2, c, border);
                        if weight != 0.0 {
                            sum += weight * value;
                            magnitude += (weight * value).abs();
                        }
                    }
                }
                out.push((sum, magnitude));
            }
        }
    }
    out
}

fn every_kernel(noise: &mut Noise, mut check: impl FnMut(&mut Noise, &Convolve)) {
    let borders = Border::ALL.map(ConvolveBorder::Beyond).into_iter().chain([ConvolveBorder::Copy]);
    for (turn, border) in borders.enumerate() {
        for (width, height) in [(1, 1), (3, 3), (5, 5), (3, 1), (1, 5), (7, 3), (9, 9), (5, 11)] {
            let line = |noise: &mut Noise, len| -> Vec<f64> {
                (0..len).map(|_| f64::from(noise.next() % 9) - 3.5).collect()
            };
            let (column, row) = (line(noise, height), line(noise, width));
            let product = column.iter().flat_map(|a| row.iter().map(move |b| a * b));
            let any = |noise: &mut Noise| f64::from(noise.next() % 2001) / 1000.0 - 0.7;
            let kernels = [
                product.map(|weight| weight / 1.7).collect(),
                (0..width * height).map(|_| any(noise)).collect(),
                (0..width * height).map(|i| if i % 3 == 0 { 0.0 } else { any(noise) }).collect(),
            ];
            for kernel in kernels {
                let scale = [1.0, -3.0, 16.0][turn % 3];
                let (width, height) = (width as u32, height as u32);
                let offset = if turn % 2 == 0 { 0.0 } else { 20.25 };
                check(noise, &Convolve { kernel, width, height, scale, offset, border });
            }
        }
    }
}

fn images<T: Sample>(
    noise: &mut Noise,
    value: impl Fn(&mut Noise) -> T,
    check: impl Fn(View<'_, T>),
) {
    for (width, height, channels) in
        [(1, 1, 3), (1, 9, 1), (13, 2, 4), (21, 17, 3), (350, 12, 4), (6, 5, 2)]
    {
        let data: Vec<T> = (0..(width + 1) * height * channels).map(|_| value(noise)).collect();
        let src = View::new(&data, width + 1, height, channels).unwrap();
        check(src.crop(Region { left: 1, top: 0, width, height }).unwrap());
    }
}

fn run<T: Sample>(step: &dyn Operation, src: View<'_, T>) -> Vec<T> {
    let mut out = vec![T::default(); src.width() * src.height() * src.channels()];
    step.run(&Token::new(), T::pixels(src), T::pixels_mut(&mut out)).unwrap();
    out
}

#[test]
fn bytes_are_within_half_a_level_of_the_exact_sum() {
    every_kernel(&mut Noise(1), |noise, options| {
        images(
            noise,
            |noise| noise.next() as u8,
            |src| {
                for (&found, (exact, _)) in run(options, src).iter().zip(naive(src, options)) {
                    let error = (f64::from(found) - exact.clamp(0.0, 255.0)).abs();
                    assert!(error <= 0.502, "{found} for {exact}, {options:?} {:?}", src.shape());
                }
            },
        );
    });
}

#[test]
fn words_are_within_half_a_unit_of_the_exact_sum() {
    every_kernel(&mut Noise(2), |noise, options| {
        images(
            noise,
            |noise| noise.next() as u16,
            |src| {
                for (&found, (exact, _)) in run(options, src).iter().zip(naive(src, options)) {
                    let error = (f64::from(found) - exact.clamp(0.0, 65_535.0)).abs();
                    assert!(
                        error <= 0.500_000_1,
                        "{found} for {exact}, {options:?} {:?}",
                        src.shape()
                    );
                }
            },
        );
    });
}

#[test]
fn floats_are_the_exact_sum_rounded_once() {
    every_kernel(&mut Noise(3), |noise, options| {
        images(
            noise,
            |noise| noise.next() as f32 / 1e6 - 5.0,
            |src| {
                for (&found, (exact, magnitude)) in
                    run(options, src).iter().zip(naive(src, options))
                {
                    let error = (f64::from(found) - exact).abs();
                    let allowed = exact.abs() / f64::from(1 << 24) + magnitude * 1e-12;
                    assert!(error <= allowed, "{found} for {exact}, {options:?} {:?}", src.shape());
                }
            },
        );
    });
}

#[test]
fn a_nan_under_a_weight_of_0_does_not_spread() {
    for size in [3u32, 5, 7] {
        let count = (size * size) as usize;
        let mut kernel = vec![0.0; count];
        kernel[count / 2] = 1.0;
        let border = ConvolveBorder::Beyond(Border::Replicate);
        let options =
            Convolve { kernel, width: size, height: size, scale: 1.0, offset: 0.0, border };
        let data = [1.0, f32::NAN, 2.0, f32::INFINITY];
        let out = run(&options, View::new(&data, 2, 2, 1).unwrap());
        assert!(out[1].is_nan());
        assert_eq!([out[0], out[2], out[3]], [1.0, 2.0, f32::INFINITY]);
    }
}

#[test]
fn sums_of_whole_numbers_are_exact_in_kernels_of_any_size() {
    // 1 6 15 20 15 6 1 by itself, 4096 in all: every sum is a whole number of 4096ths.
    let line = [1.0, 6.0, 15.0, 20.0, 15.0, 6.0, 1.0];
    let kernel: Vec<f64> = line.iter().flat_map(|a| line.map(|b| a * b)).collect();
    let border = ConvolveBorder::Beyond(Border::Wrap);
    let options = Convolve { kernel, width: 7, height: 7, scale: 4096.0, offset: 0.0, border };
    images(
        &mut Noise(4),
        |noise| noise.next() as u8,
        |src| {
            for (&found, (exact, _)) in run(&options, src).iter().zip(naive(src, &options)) {
                assert_eq!(f64::from(found), (exact + 0.5).floor());
            }
        },
    );
}

#[test]
fn derivatives_are_those_of_their_kernels() {
    let line = [[1.0, 2.0, 1.0], [-1.0, 0.0, 1.0], [1.0, -2.0, 1.0]];
    let convolve = |dx: usize, dy: usize| Convolve {
        kernel: line[dy].iter().flat_map(|a| line[dx].map(|b| a * b)).collect(),
        width: 3,
        height: 3,
        scale: 1.0,
        offset: 0.0,
        border: ConvolveBorder::Beyond(Border::Reflect101),
    };
    let mut noise = Noise(9);
    for (dx, dy) in [(0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2)] {
        let sobel = Sobel { orders: Some((dx as u8, dy as u8)) };
        let kernel = convolve(dx, dy);
        images(
            &mut noise,
            |noise| noise.next() as u8,
            |src| {
                assert_eq!(run(&sobel, src), run(&kernel, src), "{dx} {dy}");
            },
        );
        images(
            &mut noise,
            |noise| noise.next() as u16,
            |src| {
                assert_eq!(run(&sobel, src), run(&kernel, src), "{dx} {dy}");
            },
        );
        // Whole numbers, so that both are exact.
        images(
            &mut noise,
            |noise| (noise.next() % 4096) as f32 - 2000.0,
            |src| {
                assert_eq!(run(&sobel, src), run(&kernel, src), "{dx} {dy}");
            },
        );
    }
    let sobel = Sobel { orders: None };
    let lengths = |x: Vec<(f64, f64)>, y: Vec<(f64, f64)>| -> Vec<f64> {
        x.iter().zip(&y).map(|(x, y)| x.0.hypot(y.0)).collect()
    };
    images(
        &mut noise,
        |noise| noise.next() as u8,
        |src| {
            let exact = lengths(naive(src, &convolve(1, 0)), naive(src, &convolve(0, 1)));
            let exact: Vec<u8> = exact.into_iter().map(u8::from_f64).collect();
            assert_eq!(run(&sobel, src), exact);
        },
    );
    images(
        &mut noise,
        |noise| noise.next() as u16,
        |src| {
            let exact = lengths(naive(src, &convolve(1, 0)), naive(src, &convolve(0, 1)));
            let exact: Vec<u16> = exact.into_iter().map(u16::from_f64).collect();
            assert_eq!(run(&sobel, src), exact);
        },
    );
    images(
        &mut noise,
        |noise| noise.next() as f32 / 1e5,
        |src| {
            let exact = lengths(naive(src, &convolve(1, 0)), naive(src, &convolve(0, 1)));
            for (found, exact) in run(&sobel, src).into_iter().zip(exact) {
                assert!((f64::from(found) - exact).abs() < 1e-4, "{found} {exact}");
            }
        },
    );
}

#[test]
fn options_out_of_their_ranges_are_refused() {
    let shape = Shape { width: 4, height: 4, channels: 3 };
    let options = |kernel: &[f64], width, height, scale, offset| Convolve {
        kernel: kernel.to_vec(),
        width,
        height,
        scale,
        offset,
        border: ConvolveBorder::Copy,
    };
    assert!(options(&[1.0; 3], 3, 1, 1.0, 0.0).shape(shape, Depth::U8).is_ok());
    for bad in [
        options(&[1.0; 3], 1, 1, 1.0, 0.0),
        options(&[1.0; 6], 2, 3, 1.0, 0.0),
        options(&[1.0; 6], 3, 2, 1.0, 0.0),
        options(&[], 0, 0, 1.0, 0.0),
        options(&[1.0; 257], 257, 1, 1.0, 0.0),
        options(&[1.0; 3], 3, 1, 0.0, 0.0),
        options(&[0.0; 3], 3, 1, 0.0, 0.0),
        options(&[1.0; 3], 3, 1, 1e-39, 0.0),
        options(&[1e39; 3], 3, 1, 1.0, 0.0),
        options(&[1.0; 3], 3, 1, 1.0, 1e39),
    ] {
        assert!(bad.shape(shape, Depth::U8).is_err(), "{bad:?}");
    }
    for (dx, dy) in [(0, 0), (3, 0), (0, 3), (255, 255)] {
        assert!(Sobel { orders: Some((dx, dy)) }.shape(shape, Depth::U8).is_err());
    }
}
