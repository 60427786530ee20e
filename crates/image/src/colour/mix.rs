use super::tone::Tone;

/// What becomes of the three colours of a pixel together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Mix {
    /// [`Tone::blend`] from the pixel's luma.
    Saturation(f64),
    /// For each colour three weights and an offset, in double precision, rounded once.
    Matrix([[f64; 4]; 3]),
}

/// [`Mix::Saturation`] of one pixel.
#[inline(always)]
pub(super) fn saturate<T: Tone>([red, green, blue]: [T; 3], factor: f64) -> [T; 3] {
    let grey = T::luma(red, green, blue);
    [T::blend(grey, red, factor), T::blend(grey, green, factor), T::blend(grey, blue, factor)]
}

/// [`Mix::Matrix`] of one pixel.
#[inline(always)]
pub(super) fn multiply<T: Tone>([red, green, blue]: [T; 3], rows: &[[f64; 4]; 3]) -> [T; 3] {
    let [red, green, blue] = [red.to_f64(), green.to_f64(), blue.to_f64()];
    let mut result = [T::default(); 3];
    for (to, [r, g, b, offset]) in result.iter_mut().zip(rows) {
        *to = T::from_f64(red * r + green * g + blue * b + offset);
    }
    result
}
