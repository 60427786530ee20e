use std::sync::Arc;

use super::tone::Tone;
use crate::Depth;

/// What becomes of one sample, whatever stands beside it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Curve {
    /// White minus the value.
    Invert,
    /// White from this value on, black below.
    Threshold(f64),
    /// `white * (value / white) ^ exponent`; a negative float keeps its sign.
    Power(f64),
    /// The entry with the value's number.
    Table(Arc<[u16]>),
    /// [`Tone::blend`] from a value.
    Blend { from: f64, factor: f64 },
    /// `value * scale + offset`, clamped for integers. Of 8 bits it is truncated, as Pillow does, else rounded.
    Line { scale: f64, offset: f64 },
}

impl Curve {
    /// The result for one sample.
    #[inline(always)]
    pub(super) fn at<T: Tone>(&self, sample: T) -> T {
        let white = T::DEPTH.white();
        let value = sample.to_f64();
        match self {
            Curve::Invert => T::from_f64(white - value),
            Curve::Threshold(least) => T::from_f64(if value >= *least { white } else { 0.0 }),
            Curve::Power(exponent) => {
                T::from_f64((value.abs() / white).powf(*exponent).copysign(value) * white)
            }
            // A table that came with the options has been found long enough.
            Curve::Table(table) => {
                T::from_f64(table.get(sample.level()).copied().map_or(value, f64::from))
            }
            Curve::Blend { from, factor } => T::blend(T::from_f64(*from), sample, *factor),
            Curve::Line { scale, offset } => {
                let value = value * scale + offset;
                T::from_f64(if T::DEPTH == Depth::U8 { value.trunc() } else { value })
            }
        }
    }
}
