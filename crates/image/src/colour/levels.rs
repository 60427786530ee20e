//! Filters that are one curve for all colours.

use std::sync::Arc;

use serde::Deserialize;

use super::curve::Curve;
use super::point::{PointOperation, Stage};
use super::statistics::Statistics;
use crate::{Depth, Error, Shape};

/// White minus each sample: the negative.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invert {}

impl PointOperation for Invert {
    fn check(&self, _: Shape, _: Depth) -> Result<(), Error> {
        Ok(())
    }

    fn stage(&self, _: Depth, _: &Statistics) -> Stage {
        Stage::Curve(Curve::Invert)
    }
}

/// White where a sample is at least a value, black elsewhere.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// The least value that becomes white.
    pub value: f64,
}

impl PointOperation for Threshold {
    fn check(&self, _: Shape, _: Depth) -> Result<(), Error> {
        finite("value", self.value)
    }

    fn stage(&self, _: Depth, _: &Statistics) -> Stage {
        Stage::Curve(Curve::Threshold(self.value))
    }
}

/// `white * (sample / white) ^ (1 / gamma)`: above 1 brightens the middle.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gamma {
    /// Above 0.
    pub gamma: f64,
}

impl PointOperation for Gamma {
    fn check(&self, _: Shape, _: Depth) -> Result<(), Error> {
        if self.gamma > 0.0 && self.gamma.is_finite() {
            return Ok(());
        }
        Err(Error::InvalidArgument(format!(
            "Expected `gamma` to be a number above 0, got {}",
            self.gamma
        )))
    }

    fn stage(&self, _: Depth, _: &Statistics) -> Stage {
        Stage::Curve(Curve::Power(1.0 / self.gamma))
    }
}

/// Each sample becomes the entry of a table that has its number.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lut {
    /// One entry for each value that a sample can have, for all colours or for one colour after the other.
    #[serde(deserialize_with = "shared")]
    pub lut: Arc<[u16]>,
}

fn shared<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Arc<[u16]>, D::Error> {
    Ok(Vec::deserialize(deserializer)?.into())
}

impl PointOperation for Lut {
    fn check(&self, src: Shape, depth: Depth) -> Result<(), Error> {
        let (levels, most) = match depth {
            Depth::U8 => (256, u16::from(u8::MAX)),
            Depth::U16 => (65_536, u16::MAX),
            Depth::F32 => return Err(super::statistics::no_floats("lut")),
        };
        let three = if src.channels > 2 { 3 * levels } else { levels };
        if self.lut.len() != levels && self.lut.len() != three {
            return Err(Error::InvalidArgument(format!(
                "Expected `lut` to have {levels} entries, or {levels} for each colour, got {}",
                self.lut.len()
            )));
        }
        match self.lut.iter().position(|&entry| entry > most) {
            None => Ok(()),
            Some(at) => Err(Error::InvalidArgument(format!(
                "Expected the entries of `lut` to be integers from 0 to {most}, got {} at index {at}",
                self.lut[at]
            ))),
        }
    }

    fn stage(&self, depth: Depth, _: &Statistics) -> Stage {
        let levels = if depth == Depth::U8 { 256 } else { 65_536 };
        let curves = self.lut.chunks(levels).map(|part| Curve::Table(part.into()));
        match curves.collect::<Vec<_>>() {
            curves if curves.len() == 3 => Stage::Curves(curves),
            mut curves => curves.pop().map_or(Stage::Keep, Stage::Curve),
        }
    }
}

/// Refuses infinities and NaN.
pub(super) fn finite(name: &str, value: f64) -> Result<(), Error> {
    if value.is_finite() {
        return Ok(());
    }
    Err(Error::InvalidArgument(format!("Expected `{name}` to be a finite number, got {value}")))
}

/// Refuses negative numbers too.
pub(super) fn not_negative(name: &str, value: f64) -> Result<(), Error> {
    if value >= 0.0 && value.is_finite() {
        return Ok(());
    }
    Err(Error::InvalidArgument(format!("Expected `{name}` to be a number from 0, got {value}")))
}
