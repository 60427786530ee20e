use allcores_parallel::Token;

use super::{RankFilter, filter, tile_for};
use crate::lines::Worked;
use crate::order::Ordered;
use crate::simd::Isa;
use crate::step::Operation;
use crate::{Depth, Median, Region, Sample, Shape, View};

/// A sequence that looks random.
pub(crate) struct Noise(pub(crate) u32);

impl Noise {
    pub(crate) fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 >> 8
    }
}

fn naive<T: Ordered>(src: View<'_, T>, size: usize, rank: usize) -> Vec<T> {
    let (height, width, channels) = (src.height(), src.width(), src.channels());
    let near = |at: usize, i: usize, len: usize| (at + i).saturating_sub(size / 2).min(len - 1);
    let mut out = Vec::new();
    for y in 0..height {
        for x in 0..width {
            for c in 0..channels {
                let mut window: Vec<T::Key> = Vec::new();
                for j in 0..size {
                    let row = src.row(near(y, j, height));
                    window.extend((0..size).map(|i| row[near(x, i, width) * channels + c].key()));
                }
                window.sort_unstable();
                out.push(T::of_key(window[rank]));
            }
        }
    }
    out
}

fn compare<T: Ordered>(sample: impl Fn(&mut Noise) -> T, sizes: &[usize])
where
    T::Key: Worked<T>,
{
    let mut noise = Noise(7);
    for (number, &size) in sizes.iter().enumerate() {
        for (turn, (width, height)) in
            [(1, 1), (1, 9), (23, 1), (19, 40), (150, 5)].into_iter().enumerate()
        {
            let channels = 1 + (number + turn) % 4;
            let data: Vec<T> =
                (0..(width + 2) * height * channels).map(|_| sample(&mut noise)).collect();
            let region = Region { left: 1, top: 0, width, height };
            let src = View::new(&data, width + 2, height, channels).unwrap().crop(region).unwrap();
            let count = size * size;
            for rank in [count / 2, count / 5, count - 1] {
                let expected = naive(src, size, rank);
                for isa in Isa::all() {
                    let mut out = vec![T::default(); expected.len()];
                    let options = RankFilter { size: size as u32, rank: rank as u32 };
                    filter(isa, &Token::new(), src, &options, &mut out).unwrap();
                    let keys = |samples: &[T]| samples.iter().map(|s| s.key()).collect::<Vec<_>>();
                    assert!(
                        keys(&out) == keys(&expected),
                        "size {size}, rank {rank}, {width} x {height} x {channels}, {isa:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn every_rank_of_bytes_equals_that_of_sorted_windows() {
    compare(|noise| noise.next() as u8, &[1, 3, 5, 7, 9, 11, 13, 15, 17, 31, 33]);
}

#[test]
fn every_rank_of_words_equals_that_of_sorted_windows() {
    compare(|noise| noise.next() as u16, &[3, 5, 7, 13]);
}

#[test]
fn every_rank_of_floats_equals_that_of_sorted_windows_where_nan_is_largest() {
    let sample = |noise: &mut Noise| match noise.next() % 16 {
        0 => f32::NAN,
        1 => -f32::NAN,
        2 => f32::INFINITY,
        3 => f32::NEG_INFINITY,
        4 => -0.0,
        5 => 0.0,
        _ => (noise.next() as f32 - 8e6) / 1e6,
    };
    compare(sample, &[3, 5, 7, 13]);
}

#[test]
fn windows_at_which_the_tiles_grow_are_right_on_every_instruction_set() {
    let mut noise = Noise(11);
    let (width, height, channels) = (40, 19, 3);
    let data: Vec<u8> = (0..width * height * channels).map(|_| noise.next() as u8).collect();
    let src = View::new(&data, width, height, channels).unwrap();
    let sizes = [5, 7, 11, 13, 29, 31, 63, 65];
    assert_eq!(sizes.map(tile_for), [4, 4, 4, 8, 8, 16, 16, 32]);
    for size in sizes {
        let rank = size * size / 2;
        let expected = naive(src, size, rank);
        for isa in Isa::all() {
            let mut out = vec![0; expected.len()];
            let options = RankFilter { size: size as u32, rank: rank as u32 };
            filter(isa, &Token::new(), src, &options, &mut out).unwrap();
            assert!(out == expected, "{size}, {isa:?}");
        }
    }
}

#[test]
fn the_largest_windows_are_right_too() {
    // Of a slope the median is the middle.
    let data: Vec<u8> = (0..9).map(|x| x * 20).collect();
    for size in [65, 131, 255] {
        assert_eq!(tile_for(size), 32);
        let src = View::new(&data, 9, 1, 1).unwrap();
        let mut out = [0; 9];
        let options = RankFilter { size: size as u32, rank: (size * size / 2) as u32 };
        filter(Isa::current(), &Token::new(), src, &options, &mut out).unwrap();
        assert_eq!(out[..], naive(src, size, size * size / 2), "{size}");
    }
}

#[test]
fn sizes_that_are_even_or_too_large_and_ranks_outside_the_window_are_refused() {
    let shape = Shape { width: 4, height: 4, channels: 3 };
    for size in [0, 2, 256, 257, u32::MAX] {
        assert!(Median { size }.shape(shape, u8::DEPTH).is_err(), "{size}");
    }
    for (rank, good) in [(0, true), (8, true), (9, false)] {
        assert_eq!(RankFilter { size: 3, rank }.shape(shape, Depth::F32).is_ok(), good);
    }
}
