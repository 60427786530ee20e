//! The kernel as it is applied.

use std::ops::{Add, Mul};

use super::Convolve;
use crate::Sample;

/// What sums are made in.
pub(super) trait Number:
    Copy + Default + Add<Output = Self> + Mul<Output = Self> + PartialEq + Send + Sync
{
    /// By how much sums may change when a kernel is applied as a column and a row, for each unit of the sum of all
    /// weights' magnitudes, and at least.
    fn tolerance(magnitude: f64) -> f64;

    fn of_f64(value: f64) -> Self;

    /// `weight / scale`, rounded as Pillow does in single precision.
    fn divided(weight: f64, scale: f64) -> Self;
}

impl Number for f32 {
    fn tolerance(_: f64) -> f64 {
        1e-3 / 255.0
    }

    fn of_f64(value: f64) -> Self {
        value as f32
    }

    fn divided(weight: f64, scale: f64) -> Self {
        weight as f32 / scale as f32
    }
}

impl Number for f64 {
    fn tolerance(magnitude: f64) -> f64 {
        magnitude / (1u64 << 44) as f64
    }

    fn of_f64(value: f64) -> Self {
        value
    }

    fn divided(weight: f64, scale: f64) -> Self {
        weight / scale
    }
}

/// A sample from a sum.
pub(super) trait Rounded<A>: Sample {
    /// What sums begin with for this offset.
    fn start(offset: f64) -> A;

    fn rounded(sum: A) -> Self;
}

impl Rounded<f32> for u8 {
    fn start(offset: f64) -> f32 {
        offset as f32 + 0.5
    }

    #[inline(always)]
    fn rounded(sum: f32) -> u8 {
        sum as u8
    }
}

impl Rounded<f64> for u16 {
    fn start(offset: f64) -> f64 {
        offset + 0.5
    }

    #[inline(always)]
    fn rounded(sum: f64) -> u16 {
        sum as u16
    }
}

impl Rounded<f64> for f32 {
    fn start(offset: f64) -> f64 {
        offset
    }

    #[inline(always)]
    fn rounded(sum: f64) -> f32 {
        sum as f32
    }
}

/// A kernel, divided by its scale.
pub(super) struct Weights<A> {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Row by row.
    pub(super) all: Vec<A>,
    /// The offset, not yet [`Rounded::start`].
    pub(super) offset: f64,
    /// The column and the row, when the kernel is their product.
    pub(super) factors: Option<(Vec<A>, Vec<A>)>,
}

impl<A: Number> Weights<A> {
    pub(super) fn new(options: &Convolve) -> Self {
        let &Convolve { ref kernel, width, height, scale, offset, .. } = options;
        let (width, height) = (width as usize, height as usize);
        let magnitude: f64 = kernel.iter().map(|weight| (weight / scale).abs()).sum();
        let allowed = A::tolerance(magnitude) * scale.abs();
        let factors = factors(kernel, width, height).filter(|(column, row)| {
            let product = column.iter().flat_map(|a| row.iter().map(move |b| a * b));
            let error: f64 =
                kernel.iter().zip(product).map(|(weight, ab)| (weight - ab).abs()).sum();
            error <= allowed && width > 1 && height > 1
        });
        Weights {
            width,
            height,
            all: kernel.iter().map(|&weight| A::divided(weight, scale)).collect(),
            offset,
            factors: factors.map(|(column, row)| {
                let column = column.iter().map(|&weight| A::divided(weight, scale)).collect();
                (column, row.into_iter().map(A::of_f64).collect())
            }),
        }
    }

    /// How many weights a sample needs.
    pub(super) fn count(&self) -> usize {
        if self.factors.is_some() && self.width.max(self.height) > 5 {
            self.width + self.height
        } else {
            self.all.len()
        }
    }
}

/// The column and the row whose product the kernel is, if it is one: through its largest weight. Of whole numbers
/// they are whole numbers too, so that sums stay exact.
fn factors(kernel: &[f64], width: usize, height: usize) -> Option<(Vec<f64>, Vec<f64>)> {
    let largest = (0..kernel.len()).max_by(|&a, &b| kernel[a].abs().total_cmp(&kernel[b].abs()))?;
    let (y, x) = (largest / width, largest % width);
    let mut row = kernel[y * width..][..width].to_vec();
    let whole = |weight: &f64| weight.fract() == 0.0 && weight.abs() < 9e15;
    if row.iter().all(whole) {
        let common = row.iter().fold(0, |a, &b| divisor(a, b.abs() as u64));
        row.iter_mut().for_each(|weight| *weight /= common as f64);
    }
    let column: Vec<f64> = (0..height).map(|j| kernel[j * width + x] / row[x]).collect();
    column.iter().all(|weight| weight.is_finite()).then_some((column, row))
}

/// The greatest common divisor.
fn divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::factors;

    #[test]
    fn a_product_of_whole_numbers_has_whole_factors() {
        let (column, row) = factors(&[2.0, 4.0, 2.0, -6.0, -12.0, -6.0], 3, 2).unwrap();
        assert_eq!((column, row), (vec![-2.0, 6.0], vec![-1.0, -2.0, -1.0]));
        assert!(factors(&[0.0; 9], 3, 3).is_none());
    }
}
