use allcores_parallel::Token;

use super::{Dilate, Erode, Reach, strips};
use crate::lines::Worked;
use crate::order::Ordered;
use crate::rank::tests::Noise;
use crate::simd::Isa;
use crate::step::Operation;
use crate::{Depth, Pixels, PixelsMut, Region, Shape, View};

fn naive<T: Ordered>(src: View<'_, T>, reach: Reach, max: bool) -> Vec<T> {
    let span = |at: usize, before: usize, after: usize, len: usize| {
        at.saturating_sub(before)..=(at + after).min(len - 1)
    };
    let mut out = Vec::new();
    for y in 0..src.height() {
        for x in 0..src.width() {
            for c in 0..src.channels() {
                let rows = span(y, reach.up, reach.down, src.height());
                let columns = span(x, reach.left, reach.right, src.width());
                let keys = rows.flat_map(|y| {
                    columns.clone().map(move |x| src.row(y)[x * src.channels() + c].key())
                });
                let best = if max { keys.max() } else { keys.min() };
                out.push(T::of_key(best.unwrap()));
            }
        }
    }
    out
}

fn compare<T: Ordered>(sample: impl Fn(&mut Noise) -> T)
where
    T::Key: Worked<T>,
{
    let mut noise = Noise(3);
    let sizes = [(1, 1), (1, 40), (37, 1), (19, 23), (400, 30), (1500, 4)];
    let windows = [
        (1, 1),
        (2, 1),
        (1, 2),
        (3, 3),
        (4, 7),
        (5, 2),
        (6, 12),
        (15, 15),
        (16, 16),
        (17, 1),
        (63, 5),
        (64, 64),
        (33, 40),
        (90, 9),
    ];
    for (number, (width, height)) in sizes.into_iter().enumerate() {
        for (turn, (across, down)) in windows.into_iter().enumerate() {
            let channels = 1 + (number + turn) % 4;
            let data: Vec<T> =
                (0..(width + 1) * height * channels).map(|_| sample(&mut noise)).collect();
            let region = Region { left: 1, top: 0, width, height };
            let src = View::new(&data, width + 1, height, channels).unwrap().crop(region).unwrap();
            let reach = Reach::new(across, down, 1, src.shape());
            for isa in Isa::all() {
                let mut out = vec![T::default(); width * height * channels];
                let keys = |samples: &[T]| samples.iter().map(|s| s.key()).collect::<Vec<_>>();
                let token = Token::new();
                strips::filter::<T, false>(isa, &token, src, reach, &mut out).unwrap();
                assert!(
                    keys(&out) == keys(&naive(src, reach, false)),
                    "{reach:?} {width} {height} {isa:?}"
                );
                strips::filter::<T, true>(isa, &token, src, reach, &mut out).unwrap();
                assert!(
                    keys(&out) == keys(&naive(src, reach, true)),
                    "{reach:?} {width} {height} {isa:?}"
                );
            }
        }
    }
}

#[test]
fn bytes_are_the_best_of_the_rectangle_inside_the_image() {
    compare::<u8>(|noise| noise.next() as u8);
}

#[test]
fn words_are_the_best_of_the_rectangle_inside_the_image() {
    compare::<u16>(|noise| noise.next() as u16);
}

#[test]
fn floats_are_the_best_of_the_rectangle_where_nan_is_largest() {
    compare::<f32>(|noise| match noise.next() % 8 {
        0 => f32::NAN,
        1 => -f32::NAN,
        2 => f32::NEG_INFINITY,
        _ => noise.next() as f32 - 8e6,
    });
}

#[test]
fn iterations_give_what_one_after_the_other_gives() {
    let mut noise = Noise(5);
    let data: Vec<u8> = (0..40 * 30).map(|_| noise.next() as u8).collect();
    let apply = |data: &[u8], iterations| {
        let mut out = vec![0; data.len()];
        let src = Pixels::U8(View::new(data, 40, 30, 1).unwrap());
        let step = Erode { width: 4, height: 3, iterations };
        step.run(&Token::new(), src, PixelsMut::U8(&mut out)).unwrap();
        out
    };
    assert_eq!(apply(&data, 3), apply(&apply(&apply(&data, 1), 1), 1));
    // So often that only one value is left.
    assert_eq!(apply(&data, 1_000_000), vec![*data.iter().min().unwrap(); data.len()]);
}

#[test]
fn sides_and_iterations_of_0_or_too_many_are_refused() {
    let shape = Shape { width: 4, height: 4, channels: 3 };
    for (width, height, iterations) in
        [(0, 1, 1), (1, 0, 1), (1, 1, 0), (1_000_001, 1, 1), (1, 1, 1_000_001)]
    {
        assert!(Erode { width, height, iterations }.shape(shape, Depth::U8).is_err());
        assert!(Dilate { width, height, iterations }.shape(shape, Depth::U8).is_err());
    }
}
