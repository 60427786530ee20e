use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};
use serde::Deserialize;

use super::mirror::{flip, flop};
use crate::pixels::each_depth;
use crate::step::Operation;
use crate::{Depth, Error, Pixels, PixelsMut, Sample, Shape, View};

/// Rows of the result that are written together, so that a cache line of the source serves all of them.
const ROWS: usize = 32;
/// Samples up to which the bands run where the call was made.
const INLINE: usize = 1 << 16;

/// A turn by 90° clockwise.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotate90 {}

/// A turn by 180°.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotate180 {}

/// A turn by 270° clockwise, which is 90° counter-clockwise.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotate270 {}

/// Exchanges rows and columns: a mirror at the diagonal from the upper left corner.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transpose {}

/// What a camera's EXIF orientation asks for, so that the image stands upright.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AutoOrient {
    /// From 1 (upright) to 8.
    pub orientation: u8,
}

/// The eight ways to lay a rectangle on itself or on its turned self.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Keep,
    Flop,
    Half,
    Flip,
    Transpose,
    Clockwise,
    Transverse,
    CounterClockwise,
}

impl Turn {
    /// By the number that EXIF gives it, from 1.
    const ALL: [Turn; 8] = [
        Turn::Keep,
        Turn::Flop,
        Turn::Half,
        Turn::Flip,
        Turn::Transpose,
        Turn::Clockwise,
        Turn::Transverse,
        Turn::CounterClockwise,
    ];

    fn shape(self, src: Shape) -> Shape {
        match self {
            Turn::Keep | Turn::Flop | Turn::Half | Turn::Flip => src,
            _ => Shape { width: src.height, height: src.width, ..src },
        }
    }

    fn run(self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        each_depth!(src, out, |src, out| Ok(turn(token, self, src, out)?))
    }
}

macro_rules! is_a_turn {
    ($($Name:ident: $turn:ident),*) => {$(
        impl Operation for $Name {
            fn shape(&self, src: Shape, _: Depth) -> Result<Shape, Error> {
                Ok(Turn::$turn.shape(src))
            }

            fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
                Turn::$turn.run(token, src, out)
            }
        }
    )*};
}

is_a_turn!(Rotate90: Clockwise, Rotate180: Half, Rotate270: CounterClockwise, Transpose: Transpose);

impl AutoOrient {
    fn turn(&self) -> Result<Turn, Error> {
        let index = usize::from(self.orientation).wrapping_sub(1);
        Turn::ALL.get(index).copied().ok_or_else(|| {
            Error::InvalidArgument(format!(
                "Expected `orientation` to be an integer from 1 to 8, got {}",
                self.orientation
            ))
        })
    }
}

impl Operation for AutoOrient {
    fn shape(&self, src: Shape, _: Depth) -> Result<Shape, Error> {
        Ok(self.turn()?.shape(src))
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        self.turn()?.run(token, src, out)
    }
}

fn turn<T: Sample>(
    token: &Token,
    turn: Turn,
    src: View<'_, T>,
    out: &mut [T],
) -> Result<(), Cancelled> {
    match turn {
        Turn::Keep => super::mirror::copy(token, src, out),
        Turn::Flop => flop(token, src, out),
        Turn::Half => super::mirror::half(token, src, out),
        Turn::Flip => flip(token, src, out),
        _ => match src.channels() {
            1 => exchange::<T, 1>(token, turn, src, out),
            2 => exchange::<T, 2>(token, turn, src, out),
            3 => exchange::<T, 3>(token, turn, src, out),
            _ => exchange::<T, 4>(token, turn, src, out),
        },
    }
}

/// The turns that make rows of columns.
fn exchange<T: Sample, const C: usize>(
    token: &Token,
    turn: Turn,
    src: View<'_, T>,
    out: &mut [T],
) -> Result<(), Cancelled> {
    // Which column of the source is the first row, and which row of it the first column.
    let from_right = matches!(turn, Turn::Transverse | Turn::CounterClockwise);
    let from_below = matches!(turn, Turn::Transverse | Turn::Clockwise);
    let (width, height) = (src.width(), src.height());
    let row = height * C;
    let blocks = Blocks { size: ROWS * row, inline_up_to: INLINE };
    for_each_band(token, out, blocks, |offset, band| {
        let top = offset / row;
        let rows = band.len() / row;
        let first = if from_right { width - top - rows } else { top };
        for x in 0..height {
            let y = if from_below { height - 1 - x } else { x };
            let pixels = &src.row(y)[first * C..(first + rows) * C];
            for (i, pixel) in pixels.as_chunks::<C>().0.iter().enumerate() {
                let to = if from_right { rows - 1 - i } else { i };
                band[to * row + x * C..][..C].copy_from_slice(pixel);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{AutoOrient, Rotate90, Rotate180, Rotate270, Transpose, Turn};
    use crate::step::Operation;
    use crate::{Depth, Pixels, PixelsMut, Shape, View};
    use allcores_parallel::Token;

    fn run(step: &dyn Operation, data: &[u16], width: usize, channels: usize) -> Vec<u16> {
        let view = View::new(data, width, data.len() / width / channels, channels).unwrap();
        let mut out = vec![0; data.len()];
        step.run(&Token::new(), Pixels::U16(view), PixelsMut::U16(&mut out)).unwrap();
        out
    }

    #[test]
    fn small_images_are_turned_as_on_paper() {
        let image = [1, 2, 3, 4, 5, 6];
        assert_eq!(run(&Rotate90 {}, &image, 3, 1), [4, 1, 5, 2, 6, 3]);
        assert_eq!(run(&Rotate180 {}, &image, 3, 1), [6, 5, 4, 3, 2, 1]);
        assert_eq!(run(&Rotate270 {}, &image, 3, 1), [3, 6, 2, 5, 1, 4]);
        assert_eq!(run(&Transpose {}, &image, 3, 1), [1, 4, 2, 5, 3, 6]);
        assert_eq!(run(&AutoOrient { orientation: 7 }, &image, 3, 1), [6, 3, 5, 2, 4, 1]);
        assert_eq!(run(&AutoOrient { orientation: 1 }, &image, 3, 1), image);
    }

    #[test]
    fn every_turn_of_images_over_several_bands_follows_its_definition() {
        for (width, height, channels) in
            [(1, 1, 3), (70, 41, 4), (33, 130, 2), (400, 300, 3), (1, 90, 1)]
        {
            let data: Vec<u16> =
                (0..width * height * channels).map(|i| (i * 7 % 65_521) as u16).collect();
            for (number, turn) in Turn::ALL.into_iter().enumerate() {
                let step = AutoOrient { orientation: number as u8 + 1 };
                let shape = Shape { width, height, channels };
                let to = step.shape(shape, Depth::U16).unwrap();
                let found = run(&step, &data, width, channels);
                for (i, pixel) in found.chunks(channels).enumerate() {
                    let (x, y) = (i % to.width, i / to.width);
                    let (right, below) = (to.width - 1 - x, to.height - 1 - y);
                    let (sx, sy) = match turn {
                        Turn::Keep => (x, y),
                        Turn::Flop => (right, y),
                        Turn::Half => (right, below),
                        Turn::Flip => (x, below),
                        Turn::Transpose => (y, x),
                        Turn::Clockwise => (y, right),
                        Turn::Transverse => (below, right),
                        Turn::CounterClockwise => (below, x),
                    };
                    assert_eq!(
                        pixel,
                        &data[(sy * width + sx) * channels..][..channels],
                        "{turn:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn an_orientation_that_exif_does_not_know_is_refused() {
        for orientation in [0, 9] {
            let shape = Shape { width: 1, height: 1, channels: 1 };
            assert!(AutoOrient { orientation }.shape(shape, Depth::U8).is_err());
        }
    }
}
