/// A box filter with fractional ends, in Pillow's fixed point: `2 * radius + 1` samples
/// weigh `inner`, one more on each side weighs `outer`; together 2^24.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::blur) struct Box {
    pub(super) radius: usize,
    pub(super) inner: u32,
    pub(super) outer: u32,
}

impl Box {
    /// The box which, applied three times, comes closest to a Gaussian of standard
    /// deviation `sigma`; `None` when it would change nothing.
    pub(in crate::blur) fn of_gaussian(sigma: f32) -> Option<Self> {
        Self::new(extent(sigma))
    }

    /// The box that reaches `extent` samples to each side of the middle one.
    pub(in crate::blur) fn new(extent: f32) -> Option<Self> {
        if extent == 0.0 {
            return None;
        }
        let radius = extent as u32;
        let inner = ((1u32 << 24) as f32 / (extent * 2.0 + 1.0)) as u32;
        let outer = (1u32 << 24).wrapping_sub((radius * 2 + 1).wrapping_mul(inner)) / 2;
        Some(Box { radius: radius as usize, inner, outer })
    }
}

/// Extended box filter after Gwosdek, Grewenig, Bruhn and Weickert, "Theoretical
/// foundations of Gaussian convolution by extended box filtering" (2011), for 3 passes.
/// The mixture of `f32` and `f64` is Pillow's: it decides the last bits.
fn extent(sigma: f32) -> f32 {
    let variance = sigma * sigma / 3.0;
    let length = (12.0 * f64::from(variance) + 1.0).sqrt() as f32;
    let whole = ((f64::from(length) - 1.0) / 2.0).floor() as f32;
    let next = whole + 1.0;
    let part = (2.0 * whole + 1.0) * (whole * next - 3.0 * variance);
    whole + part / (6.0 * (variance - next * next))
}

#[cfg(test)]
mod tests {
    use super::{Box, extent};

    #[test]
    fn the_extent_of_sigma_15_is_the_published_one() {
        assert_eq!(extent(15.0), 14.483_334);
        assert_eq!(Box::of_gaussian(0.0), None);
    }

    #[test]
    fn inner_and_outer_weights_never_exceed_the_fixed_point_one() {
        for i in 1..200_000 {
            let Some(filter) = Box::of_gaussian(i as f32 * 0.05) else { continue };
            let inner = (2 * filter.radius as u64 + 1) * u64::from(filter.inner);
            assert!(inner + 2 * u64::from(filter.outer) <= 1 << 24, "{filter:?}");
        }
    }
}
