use allcores_parallel::Token;
use serde::Deserialize;

use super::pillow::{self, Box, check_radius};
use super::sample::{Alpha, Float};
use super::{exact, opencv};
use crate::border::Border;
use crate::pixels::other_depth;
use crate::simd::Isa;
use crate::step::Operation;
use crate::{Depth, Error, Pixels, PixelsMut, Shape, View};

/// A Gaussian blur as a step.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GaussianBlur {
    /// The standard deviation across, in pixels; 0 leaves the rows as they are.
    pub x: f64,
    /// The standard deviation down.
    pub y: f64,
    /// How it is computed. Default: [`Mode::Pillow`] for samples of 8 bits, else [`Mode::Exact`].
    pub mode: Option<Mode>,
    /// What lies outside. Default: [`Border::Reflect101`] in mode [`Mode::OpenCv`], else
    /// [`Border::Replicate`].
    pub border: Option<Border>,
}

/// How a Gaussian is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Three box blurs in each direction, as Pillow does it; see [`gaussian_blur`]. Samples of 8 bits, border
    /// [`Border::Replicate`], radii up to 1,000,000.
    Pillow,
    /// A kernel of three standard deviations (four for 16 bits) to each side in fixed point, with OpenCV's
    /// bits; alpha is a plain channel. Samples of 8 and 16 bits, radii up to 1000.
    OpenCv,
    /// Weights `exp(-d²/2s²)` at whole distances `d`, up to six standard deviations, that add up to 1; colours
    /// weigh as much as their alpha. Samples of all types, radii up to 100,000.
    Exact,
}

impl GaussianBlur {
    fn mode(&self, depth: Depth) -> Mode {
        self.mode.unwrap_or(if depth == Depth::U8 { Mode::Pillow } else { Mode::Exact })
    }
}

impl Operation for GaussianBlur {
    fn shape(&self, src: Shape, depth: Depth) -> Result<Shape, Error> {
        let mode = self.mode(depth);
        let wrong = |text: &str| Err(Error::WrongType(text.to_owned()));
        match (mode, depth) {
            (Mode::Pillow, Depth::U16 | Depth::F32) => {
                return wrong("Expected samples of 8 bits for mode 'pillow' of gaussianBlur");
            }
            (Mode::OpenCv, Depth::F32) => {
                return wrong("Expected samples of 8 or 16 bits for mode 'opencv' of gaussianBlur");
            }
            _ => {}
        }
        if mode == Mode::Pillow && self.border.is_some_and(|border| border != Border::Replicate) {
            return wrong(
                "Expected `border` to be 'replicate' in mode 'pillow', the default for 8 bits; modes 'opencv' \
                 and 'exact' take the other borders",
            );
        }
        let limit = match mode {
            Mode::Pillow => f64::from(pillow::MAX_RADIUS),
            Mode::OpenCv => opencv::MAX_RADIUS,
            Mode::Exact => exact::MAX_RADIUS,
        };
        for radius in [self.x, self.y] {
            if !(0.0..=limit).contains(&radius) {
                return Err(Error::InvalidArgument(format!(
                    "Expected `radius` to be a number from 0 to {limit} in this mode, got {radius}"
                )));
            }
        }
        Ok(src)
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        let isa = Isa::current();
        let sigma = (self.x, self.y);
        let mode = self.mode(src.depth());
        let border = self.border.unwrap_or(match mode {
            Mode::OpenCv => Border::Reflect101,
            Mode::Pillow | Mode::Exact => Border::Replicate,
        });
        match (mode, src, out) {
            (Mode::Pillow, Pixels::U8(src), PixelsMut::U8(out)) => {
                gaussian_blur(token, src, self.x as f32, self.y as f32, out)
            }
            (Mode::OpenCv, Pixels::U8(src), PixelsMut::U8(out)) => {
                opencv::blur(isa, token, src, sigma, border, out)
            }
            (Mode::OpenCv, Pixels::U16(src), PixelsMut::U16(out)) => {
                opencv::blur(isa, token, src, sigma, border, out)
            }
            (Mode::Exact, Pixels::U8(src), PixelsMut::U8(out)) => {
                weighed(isa, token, src, sigma, border, out)
            }
            (Mode::Exact, Pixels::U16(src), PixelsMut::U16(out)) => {
                weighed(isa, token, src, sigma, border, out)
            }
            (Mode::Exact, Pixels::F32(src), PixelsMut::F32(out)) => {
                weighed(isa, token, src, sigma, border, out)
            }
            (_, src, out) => Err(other_depth(src.depth(), out.depth())),
        }
    }
}

fn weighed<T: Float>(
    isa: Isa,
    token: &Token,
    src: View<'_, T>,
    sigma: (f64, f64),
    border: Border,
    out: &mut [T],
) -> Result<(), Error> {
    let channels = src.channels();
    let alpha = if src.shape().has_alpha() { Alpha::Weighs(channels) } else { Alpha::Plain };
    exact::blur(isa, token, src, sigma, border, alpha, out)
}

/// An exact blur in floats for an unsharp mask: alpha is a plain channel, as in Pillow's.
pub(crate) fn exact_floats<T: Float>(
    token: &Token,
    src: View<'_, T>,
    radius: f64,
    out: &mut [f32],
) -> Result<(), Error> {
    let sigma = (radius, radius);
    exact::blur(Isa::current(), token, src, sigma, Border::Replicate, Alpha::Plain, out)
}

/// Blurs with a Gaussian of standard deviation `radius_x` across and `radius_y` down, as
/// Pillow's `ImageFilter.GaussianBlur((radius_x, radius_y))` does, bit for bit.
///
/// The Gaussian is approximated by three box blurs in each direction; each rounds to 8
/// bits and repeats its own edge. Channels are independent: alpha is blurred like a colour
/// and does not weigh the others, as in Pillow. A radius of 0 leaves its direction as it
/// is. The time does not depend on the radius. `out` gets the size and the channels of
/// `src`, the same bytes on any number of threads.
///
/// ```
/// use allcores_image::{View, gaussian_blur};
/// let dot = [0, 0, 255, 0, 0];
/// let mut out = [0; 5];
/// let view = View::new(&dot, 5, 1, 1).unwrap();
/// gaussian_blur(&allcores_parallel::Token::new(), view, 1.0, 0.0, &mut out).unwrap();
/// assert_eq!(out, [15, 60, 103, 60, 15]);
/// ```
///
/// # Errors
/// [`Error::InvalidArgument`] when a radius is not from 0 to [`MAX_RADIUS`](crate::MAX_RADIUS) or `out` has
/// the wrong length, [`Error::Cancelled`] (`out` is then partly written).
pub fn gaussian_blur(
    token: &Token,
    src: View<'_>,
    radius_x: f32,
    radius_y: f32,
    out: &mut [u8],
) -> Result<(), Error> {
    check_radius(f64::from(radius_x))?;
    check_radius(f64::from(radius_y))?;
    let filters = (Box::of_gaussian(radius_x), Box::of_gaussian(radius_y));
    pillow::blur::<3>(Isa::current(), token, src, filters, out)
}
