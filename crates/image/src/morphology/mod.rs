//! Erosion and dilation: the smallest and the largest sample in a rectangle around each pixel.
//!
//! | file | idea |
//! |---|---|
//! | `across` | along a row, by windows that double |
//! | `down` | along columns, by blocks as long as the window |
//! | `strips` | both in turn for bands and strips that stay in the cache |
//!
//! Pixels outside of the image do not count. Of floats NaN is larger than every number, as in `rank`.

mod across;
mod down;
mod strips;

use allcores_parallel::Token;
use serde::Deserialize;

use crate::pixels::each_depth;
use crate::simd::Isa;
use crate::step::Operation;
use crate::{Depth, Error, Pixels, PixelsMut, Shape};

/// The most that the sides of the rectangle and the number of iterations can be.
pub const MAX_EXTENT: u32 = 1_000_000;

macro_rules! is_the_best_of_a_rectangle {
    ($($(#[$about:meta])* $Name:ident: $max:literal,)*) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $Name {
            /// Columns of the rectangle, from 1 to [`MAX_EXTENT`]; of an even number one more lies to the left.
            pub width: u32,
            /// Rows of the rectangle, from 1 to [`MAX_EXTENT`]; of an even number one more lies above.
            pub height: u32,
            /// How often, from 1 to [`MAX_EXTENT`].
            pub iterations: u32,
        }

        impl Operation for $Name {
            fn shape(&self, src: Shape, _: Depth) -> Result<Shape, Error> {
                check(self.width, self.height, self.iterations)?;
                Ok(src)
            }

            fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
                let reach = Reach::new(self.width, self.height, self.iterations, src.shape());
                let isa = Isa::current();
                each_depth!(src, out, |src, out| Ok(strips::filter::<_, $max>(
                    isa, token, src, reach, out
                )?))
            }
        }
    )*};
}

is_the_best_of_a_rectangle! {
    /// The smallest sample in a rectangle around each pixel, for each channel: OpenCV's `erode` with a rectangle.
    Erode: false,
    /// The largest sample in a rectangle around each pixel, for each channel: OpenCV's `dilate` with a rectangle.
    Dilate: true,
}

fn check(width: u32, height: u32, iterations: u32) -> Result<(), Error> {
    for (name, value) in [("width", width), ("height", height), ("iterations", iterations)] {
        if !(1..=MAX_EXTENT).contains(&value) {
            return Err(Error::InvalidArgument(format!(
                "Expected `{name}` to be an integer from 1 to {MAX_EXTENT}, got {value}"
            )));
        }
    }
    Ok(())
}

/// How far the rectangle reaches from its pixel, no farther than the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    left: usize,
    right: usize,
    up: usize,
    down: usize,
}

impl Reach {
    /// Several iterations are one with a rectangle that reaches so much farther: pixels outside count in none.
    fn new(width: u32, height: u32, iterations: u32, shape: Shape) -> Self {
        let reach = |size: u32, len: usize| {
            let (before, times) = (size as usize / 2, iterations as usize);
            let after = size as usize - 1 - before;
            ((before * times).min(len - 1), (after * times).min(len - 1))
        };
        let ((left, right), (up, down)) = (reach(width, shape.width), reach(height, shape.height));
        Reach { left, right, up, down }
    }

    /// The same distance in each direction.
    pub(crate) fn around(radius: usize, shape: Shape) -> Self {
        let (x, y) = (radius.min(shape.width - 1), radius.min(shape.height - 1));
        Reach { left: x, right: x, up: y, down: y }
    }
}

pub(crate) use strips::filter;

#[cfg(test)]
mod tests;
