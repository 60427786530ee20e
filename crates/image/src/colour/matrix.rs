//! Filters that are a matrix over the three colours, rounded once.

use serde::Deserialize;

use super::levels::{finite, not_negative};
use super::mix::Mix;
use super::point::{PointOperation, Stage};
use super::statistics::Statistics;
use crate::{Depth, Error, Shape};

/// Each colour becomes a weighted sum of the three, and an offset.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColorMatrix {
    /// Three rows of three weights, or of three weights and an offset whose unit is white.
    pub matrix: Vec<f64>,
}

impl PointOperation for ColorMatrix {
    fn check(&self, src: Shape, _: Depth) -> Result<(), Error> {
        if self.matrix.len() != 9 && self.matrix.len() != 12 {
            return Err(Error::InvalidArgument(format!(
                "Expected `matrix` to have 9 or 12 numbers, got {}",
                self.matrix.len()
            )));
        }
        self.matrix.iter().try_for_each(|&number| finite("matrix", number))?;
        three_colours("colorMatrix", src)
    }

    fn stage(&self, depth: Depth, _: &Statistics) -> Stage {
        let row = self.matrix.len() / 3;
        let mut rows = [[0.0; 4]; 3];
        for (to, from) in rows.iter_mut().zip(self.matrix.chunks(row)) {
            to[..row].copy_from_slice(from);
            to[3] *= depth.white();
        }
        Stage::Mix(Mix::Matrix(rows))
    }
}

/// Turns the colours around the grey axis, as the CSS filter `hue-rotate` does.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hue {
    /// Any angle, in degrees.
    pub degrees: f64,
}

impl PointOperation for Hue {
    fn check(&self, _: Shape, _: Depth) -> Result<(), Error> {
        finite("degrees", self.degrees)
    }

    /// The matrix of "Filter Effects Module Level 1", section on `feColorMatrix`, type `hueRotate`.
    fn stage(&self, _: Depth, _: &Statistics) -> Stage {
        const LUMA: [f64; 3] = [0.213, 0.715, 0.072];
        // What the sine adds to each weight.
        const SINE: [[f64; 3]; 3] =
            [[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]];
        let (sin, cos) = self.degrees.rem_euclid(360.0).to_radians().sin_cos();
        let mut rows = [[0.0; 4]; 3];
        for (i, row) in rows.iter_mut().enumerate() {
            for j in 0..3 {
                let one = if i == j { 1.0 } else { 0.0 };
                row[j] = LUMA[j] + cos * (one - LUMA[j]) + sin * SINE[i][j];
            }
        }
        Stage::Mix(Mix::Matrix(rows))
    }
}

/// Brown tones, as the CSS filter `sepia` gives.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sepia {
    /// From 0, the image, to 1, all brown.
    pub factor: f64,
}

impl PointOperation for Sepia {
    fn check(&self, src: Shape, _: Depth) -> Result<(), Error> {
        not_negative("factor", self.factor)?;
        if self.factor > 1.0 {
            return Err(Error::InvalidArgument(format!(
                "Expected `factor` to be a number from 0 to 1, got {}",
                self.factor
            )));
        }
        three_colours("sepia", src)
    }

    /// The matrix of "Filter Effects Module Level 1", section on the filter function `sepia`.
    fn stage(&self, _: Depth, _: &Statistics) -> Stage {
        const BROWN: [[f64; 3]; 3] =
            [[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]];
        let mut rows = [[0.0; 4]; 3];
        for (i, row) in rows.iter_mut().enumerate() {
            for j in 0..3 {
                let one = if i == j { 1.0 } else { 0.0 };
                row[j] = one + self.factor * (BROWN[i][j] - one);
            }
        }
        Stage::Mix(Mix::Matrix(rows))
    }
}

/// Refuses grey images, which would have to become coloured.
fn three_colours(name: &str, src: Shape) -> Result<(), Error> {
    if src.channels > 2 {
        return Ok(());
    }
    Err(Error::InvalidArgument(format!(
        "Expected an image of 3 or 4 channels for {name}, got {}",
        src.channels
    )))
}
