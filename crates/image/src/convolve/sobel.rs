use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};
use serde::Deserialize;

use crate::border::Border;
use crate::lines::{Margins, Ring};
use crate::pixels::other_depth;
use crate::simd::{Isa, Kernel};
use crate::step::Operation;
use crate::{Depth, Error, Pixels, PixelsMut, Sample, Shape, View};

/// Samples of a band: up to 1 ms of work.
const BAND: usize = 1 << 18;

/// A derivative of each channel by 3 x 3 samples, as OpenCV's `Sobel`, or the length of the gradient.
///
/// `dx` and `dy` are orders from 0 to 2, not both 0. Order 0 smooths with 1 2 1, order 1 is the difference -1 0 1,
/// order 2 the second difference 1 -2 1. Nothing is divided; integers are clamped to their range, so what falls
/// becomes 0. Beyond the edges the image is mirrored through the pixels at them ([`Border::Reflect101`]).
///
/// Without orders: the square root of the sum of the squares of both first derivatives, rounded to the nearest.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sobel {
    /// The order along rows and that along columns.
    pub orders: Option<(u8, u8)>,
}

impl Operation for Sobel {
    fn shape(&self, src: Shape, _: Depth) -> Result<Shape, Error> {
        if self.orders.is_none_or(|(dx, dy)| dx <= 2 && dy <= 2 && dx + dy > 0) {
            return Ok(src);
        }
        Err(Error::InvalidArgument(
            "Expected `dx` and `dy` to be integers from 0 to 2, not both 0".to_owned(),
        ))
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        let isa = Isa::current();
        match (src, out) {
            (Pixels::U8(src), PixelsMut::U8(out)) => filter(isa, token, src, self.orders, out)?,
            (Pixels::U16(src), PixelsMut::U16(out)) => filter(isa, token, src, self.orders, out)?,
            (Pixels::F32(src), PixelsMut::F32(out)) => filter(isa, token, src, self.orders, out)?,
            (src, out) => return Err(other_depth(src.depth(), out.depth())),
        }
        Ok(())
    }
}

/// Samples that have derivatives.
pub(super) trait Derived: Sample + crate::lines::Worked<Self> {
    /// Holds every derivative exactly, or is the type of the samples.
    type Wide: Copy + Default;

    fn wide(self) -> Self::Wide;
    /// `a + 2 b + c`.
    fn smooth(a: Self::Wide, b: Self::Wide, c: Self::Wide) -> Self::Wide;
    /// `c - a`.
    fn first(a: Self::Wide, c: Self::Wide) -> Self::Wide;
    /// `a - 2 b + c`.
    fn second(a: Self::Wide, b: Self::Wide, c: Self::Wide) -> Self::Wide;
    fn narrow(value: Self::Wide) -> Self;
    /// The root of the sum of the squares.
    fn length(x: Self::Wide, y: Self::Wide) -> Self;
}

macro_rules! derived {
    ($T:ty, $Wide:ty, |$value:ident| $narrow:expr, |$x:ident, $y:ident| $length:expr) => {
        impl Derived for $T {
            type Wide = $Wide;

            #[inline(always)]
            fn wide(self) -> $Wide {
                <$Wide>::from(self)
            }

            #[inline(always)]
            fn smooth(a: $Wide, b: $Wide, c: $Wide) -> $Wide {
                (a + c) + (b + b)
            }

            #[inline(always)]
            fn first(a: $Wide, c: $Wide) -> $Wide {
                c - a
            }

            #[inline(always)]
            fn second(a: $Wide, b: $Wide, c: $Wide) -> $Wide {
                (a + c) - (b + b)
            }

            #[inline(always)]
            fn narrow($value: $Wide) -> Self {
                $narrow
            }

            #[inline(always)]
            fn length($x: $Wide, $y: $Wide) -> Self {
                $length
            }
        }
    };
}

// The sums of squares are exact in the type whose root is taken: no root of a whole number comes so close to a half
// that its rounding could change.
derived!(u8, i16, |value| value.clamp(0, 255) as u8, |x, y| {
    let (x, y) = (i32::from(x), i32::from(y));
    (((x * x + y * y) as f32).sqrt() + 0.5) as u8
});
derived!(u16, i32, |value| value.clamp(0, 65_535) as u16, |x, y| {
    let (x, y) = (f64::from(x), f64::from(y));
    ((x * x + y * y).sqrt() + 0.5) as u16
});
derived!(f32, f32, |value| value, |x, y| {
    let (x, y) = (f64::from(x), f64::from(y));
    (x * x + y * y).sqrt() as f32
});

fn filter<T: Derived>(
    isa: Isa,
    token: &Token,
    src: View<'_, T>,
    orders: Option<(u8, u8)>,
    out: &mut [T],
) -> Result<(), Cancelled> {
    let row = src.width() * src.channels();
    let blocks = Blocks { size: row * (BAND / row).max(2), inline_up_to: 1 << 14 };
    for_each_band(token, out, blocks, |offset, band| {
        let top = offset / row;
        match orders {
            None => isa.run(Rows::<T, LENGTH, LENGTH> { src, top, band }),
            Some((0, 1)) => isa.run(Rows::<T, 0, 1> { src, top, band }),
            Some((0, _)) => isa.run(Rows::<T, 0, 2> { src, top, band }),
            Some((1, 0)) => isa.run(Rows::<T, 1, 0> { src, top, band }),
            Some((1, 1)) => isa.run(Rows::<T, 1, 1> { src, top, band }),
            Some((1, _)) => isa.run(Rows::<T, 1, 2> { src, top, band }),
            Some((_, 0)) => isa.run(Rows::<T, 2, 0> { src, top, band }),
            Some((_, 1)) => isa.run(Rows::<T, 2, 1> { src, top, band }),
            Some((_, _)) => isa.run(Rows::<T, 2, 2> { src, top, band }),
        }
    })
}

/// In place of an order: the length of the gradient.
const LENGTH: u8 = 3;

/// Some rows from `top` on.
struct Rows<'a, T, const DX: u8, const DY: u8> {
    src: View<'a, T>,
    top: usize,
    band: &'a mut [T],
}

impl<T: Derived, const DX: u8, const DY: u8> Kernel for Rows<'_, T, DX, DY> {
    #[inline(always)]
    fn run(self) {
        let Rows { src, top, band } = self;
        let channels = src.channels();
        let margins = Margins::around(1, Border::Reflect101, T::default());
        let mut ring = Ring::new(3, margins.len(src));
        let first = top as isize - 1;
        for number in 0..2 {
            margins.read(src, first + number as isize, ring.line_mut(number));
        }
        for (y, out) in band.chunks_exact_mut(src.width() * channels).enumerate() {
            margins.read(src, first + y as isize + 2, ring.line_mut(y + 2));
            let lines = [0, 1, 2].map(|i| ring.line(y + i));
            row::<T, DX, DY>(lines, channels, out);
        }
    }
}

#[inline(always)]
fn row<T: Derived, const DX: u8, const DY: u8>(lines: [&[T]; 3], channels: usize, out: &mut [T]) {
    let n = out.len();
    let [a, b, c] = lines;
    let (a0, a1, a2) = (&a[..n], &a[channels..][..n], &a[2 * channels..][..n]);
    let (b0, b1, b2) = (&b[..n], &b[channels..][..n], &b[2 * channels..][..n]);
    let (c0, c1, c2) = (&c[..n], &c[channels..][..n], &c[2 * channels..][..n]);
    for x in 0..n {
        let a = [a0[x].wide(), a1[x].wide(), a2[x].wide()];
        let b = [b0[x].wide(), b1[x].wide(), b2[x].wide()];
        let c = [c0[x].wide(), c1[x].wide(), c2[x].wide()];
        out[x] = if DX == LENGTH {
            T::length(at::<T, 1, 0>(a, b, c), at::<T, 0, 1>(a, b, c))
        } else {
            T::narrow(at::<T, DX, DY>(a, b, c))
        };
    }
}

/// One derivative: along each row first, then down, which is OpenCV's order for floats.
#[inline(always)]
fn at<T: Derived, const DX: u8, const DY: u8>(
    a: [T::Wide; 3],
    b: [T::Wide; 3],
    c: [T::Wide; 3],
) -> T::Wide {
    of::<T, DY>([of::<T, DX>(a), of::<T, DX>(b), of::<T, DX>(c)])
}

#[inline(always)]
fn of<T: Derived, const ORDER: u8>([a, b, c]: [T::Wide; 3]) -> T::Wide {
    match ORDER {
        0 => T::smooth(a, b, c),
        1 => T::first(a, c),
        _ => T::second(a, b, c),
    }
}
