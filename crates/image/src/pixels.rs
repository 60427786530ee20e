//! Images whose sample type is known at run time only.

use crate::view::check_out;
use crate::{Error, Shape, View};

/// The type of a sample, and the value that is white.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Integers of 8 bits; 255 is white.
    U8,
    /// Integers of 16 bits; 65,535 is white.
    U16,
    /// Floats; 1 is white. Values outside of 0 to 1 are kept, and so is NaN.
    F32,
}

impl Depth {
    /// The value of white.
    #[must_use]
    pub fn white(self) -> f64 {
        match self {
            Depth::U8 => 255.0,
            Depth::U16 => 65_535.0,
            Depth::F32 => 1.0,
        }
    }

    /// Bytes of a sample.
    #[must_use]
    pub fn bytes(self) -> usize {
        match self {
            Depth::U8 => 1,
            Depth::U16 => 2,
            Depth::F32 => 4,
        }
    }
}

/// A type that samples may have.
pub trait Sample: Copy + Default + PartialOrd + Send + Sync + std::fmt::Debug + 'static {
    /// Which one it is.
    const DEPTH: Depth;

    /// The sample's value, exactly.
    fn to_f64(self) -> f64;

    /// The sample that is nearest to a value, halves upward; integers are clamped to their range and take
    /// NaN as 0.
    fn from_f64(value: f64) -> Self;

    /// A view whose type is known, as one of [`Pixels`].
    fn pixels(view: View<'_, Self>) -> Pixels<'_>;

    /// The same for an output.
    fn pixels_mut(out: &mut [Self]) -> PixelsMut<'_>;
}

macro_rules! sample {
    ($T:ty, $Depth:ident, |$value:ident| $from:expr) => {
        impl Sample for $T {
            const DEPTH: Depth = Depth::$Depth;

            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }

            #[inline(always)]
            fn from_f64($value: f64) -> Self {
                $from
            }

            fn pixels(view: View<'_, Self>) -> Pixels<'_> {
                Pixels::$Depth(view)
            }

            fn pixels_mut(out: &mut [Self]) -> PixelsMut<'_> {
                PixelsMut::$Depth(out)
            }
        }
    };
}

// The cast truncates toward 0, clamps, and takes NaN as 0.
sample!(u8, U8, |value| (value + 0.5) as u8);
sample!(u16, U16, |value| (value + 0.5) as u16);
sample!(f32, F32, |value| value as f32);

/// An image to read.
#[derive(Clone, Copy, Debug)]
pub enum Pixels<'a> {
    /// With samples of 8 bits.
    U8(View<'a, u8>),
    /// With samples of 16 bits.
    U16(View<'a, u16>),
    /// With float samples.
    F32(View<'a, f32>),
}

impl Pixels<'_> {
    /// Width, height and channels.
    #[must_use]
    pub fn shape(self) -> Shape {
        match self {
            Pixels::U8(view) => view.shape(),
            Pixels::U16(view) => view.shape(),
            Pixels::F32(view) => view.shape(),
        }
    }

    /// The type of its samples.
    #[must_use]
    pub fn depth(self) -> Depth {
        match self {
            Pixels::U8(_) => Depth::U8,
            Pixels::U16(_) => Depth::U16,
            Pixels::F32(_) => Depth::F32,
        }
    }
}

/// Memory for an image, without padding between its rows.
#[derive(Debug)]
pub enum PixelsMut<'a> {
    /// For samples of 8 bits.
    U8(&'a mut [u8]),
    /// For samples of 16 bits.
    U16(&'a mut [u16]),
    /// For float samples.
    F32(&'a mut [f32]),
}

impl PixelsMut<'_> {
    /// The type of its samples.
    #[must_use]
    pub fn depth(&self) -> Depth {
        match self {
            PixelsMut::U8(_) => Depth::U8,
            PixelsMut::U16(_) => Depth::U16,
            PixelsMut::F32(_) => Depth::F32,
        }
    }

    /// Refuses an output that does not fit an image of this shape.
    pub(crate) fn check(&self, shape: Shape) -> Result<(), Error> {
        let expected = shape.samples()?;
        match self {
            PixelsMut::U8(out) => check_out(out, expected),
            PixelsMut::U16(out) => check_out(out, expected),
            PixelsMut::F32(out) => check_out(out, expected),
        }
    }
}

/// Runs one expression, generic over the type of the samples, on an image and an output of the same type:
/// `each_depth!(src, out, |src, out| generic(token, src, out))`.
macro_rules! each_depth {
    ($src:expr, $out:expr, |$view:ident, $target:ident| $body:expr) => {
        match ($src, $out) {
            ($crate::Pixels::U8($view), $crate::PixelsMut::U8($target)) => $body,
            ($crate::Pixels::U16($view), $crate::PixelsMut::U16($target)) => $body,
            ($crate::Pixels::F32($view), $crate::PixelsMut::F32($target)) => $body,
            (src, out) => Err($crate::pixels::other_depth(src.depth(), out.depth())),
        }
    };
}
pub(crate) use each_depth;

/// The refusal of an output that has another type than the image.
pub(crate) fn other_depth(src: Depth, out: Depth) -> Error {
    Error::WrongType(format!("Expected `out` to have samples of {src:?} as the image, got {out:?}"))
}

#[cfg(test)]
mod tests {
    use super::Sample;

    #[test]
    fn values_become_the_nearest_sample_and_integers_are_clamped() {
        assert_eq!(
            [-1.0, 0.49, 0.5, 254.5, 300.0, f64::NAN].map(u8::from_f64),
            [0, 0, 1, 255, 255, 0]
        );
        assert_eq!([300.4, 65_534.5, 1e9].map(u16::from_f64), [300, 65_535, 65_535]);
        assert_eq!([-1.5, 300.25].map(f32::from_f64), [-1.5, 300.25]);
    }
}
