use super::tone::Tone;

/// What becomes of the three colours of a pixel together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Mix {
    /// [`Tone::blend`] from the pixel's luma.
    Saturation(f64),
    /// For each colour three weights and an offset, in double precision, rounded once.
    Matrix([[f64; 4]; 3]),
}

impl Mix {
    /// The result for one pixel.
    #[inline(always)]
    pub(super) fn at<T: Tone>(&self, [red, green, blue]: [T; 3]) -> [T; 3] {
        match self {
            Mix::Saturation(factor) => {
                let grey = T::luma(red, green, blue);
                [red, green, blue].map(|color| T::blend(grey, color, *factor))
            }
            Mix::Matrix(rows) => {
                let [red, green, blue] = [red.to_f64(), green.to_f64(), blue.to_f64()];
                let mut result = [T::default(); 3];
                for (to, [r, g, b, offset]) in result.iter_mut().zip(rows) {
                    *to = T::from_f64(red * r + green * g + blue * b + offset);
                }
                result
            }
        }
    }
}
