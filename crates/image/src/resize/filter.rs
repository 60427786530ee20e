use std::f64::consts::PI;

/// How [`resize`](crate::resize()) weighs the source pixels around a target pixel.
///
/// All but `Nearest` widen with the scale when shrinking, so that every source pixel
/// counts (antialiasing).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Filter {
    /// The source pixel under the middle of the target pixel.
    Nearest,
    /// The mean of the covered pixels.
    Box,
    /// A triangle of 1 source pixel to each side.
    Bilinear,
    /// A Hamming window of 1 pixel to each side: sharper than `Bilinear`.
    Hamming,
    /// Cubic convolution (a = -0.5), 2 pixels to each side.
    Bicubic,
    /// A windowed sinc, 3 pixels to each side.
    Lanczos3,
}

impl Filter {
    /// Every filter.
    pub const ALL: [Filter; 6] = [
        Filter::Nearest,
        Filter::Box,
        Filter::Bilinear,
        Filter::Hamming,
        Filter::Bicubic,
        Filter::Lanczos3,
    ];

    /// Source pixels to each side at scale 1, outside of which the weight is 0.
    pub(super) fn support(self) -> f64 {
        match self {
            Filter::Nearest | Filter::Box => 0.5,
            Filter::Bilinear | Filter::Hamming => 1.0,
            Filter::Bicubic => 2.0,
            Filter::Lanczos3 => 3.0,
        }
    }

    /// The weight at `x` pixels from the middle, before it is divided by the sum of all.
    pub(super) fn weight(self, x: f64) -> f64 {
        let distance = x.abs();
        match self {
            Filter::Nearest | Filter::Box => f64::from(-0.5 < x && x <= 0.5),
            _ if distance >= self.support() => 0.0,
            Filter::Bilinear => 1.0 - distance,
            Filter::Hamming => sinc(distance) * (0.54 + 0.46 * (distance * PI).cos()),
            Filter::Bicubic if distance < 1.0 => (1.5 * distance - 2.5) * distance * distance + 1.0,
            Filter::Bicubic => (((distance - 5.0) * distance + 8.0) * distance - 4.0) * -0.5,
            Filter::Lanczos3 => sinc(x) * sinc(x / 3.0),
        }
    }
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { (x * PI).sin() / (x * PI) }
}
