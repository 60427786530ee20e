//! Pillow's `ImageEnhance`: a blend of the image with one that lacks something.

use serde::Deserialize;

use super::curve::Curve;
use super::levels::not_negative;
use super::mix::Mix;
use super::point::{PointOperation, Stage};
use super::statistics::{Needs, Statistics};
use crate::{Depth, Error, Shape};

/// Blends with black: 0 is black, 1 the image, more is brighter. Of 8 bits Pillow's bytes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brightness {
    /// From 0.
    pub factor: f64,
}

impl PointOperation for Brightness {
    fn check(&self, _: Shape, _: Depth) -> Result<(), Error> {
        not_negative("factor", self.factor)
    }

    fn stage(&self, _: Depth, _: &Statistics) -> Stage {
        Stage::Curve(Curve::Blend { from: 0.0, factor: self.factor })
    }
}

/// Blends with the mean luma: 0 is plain grey, 1 the image. Of 8 bits Pillow's bytes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contrast {
    /// From 0.
    pub factor: f64,
}

impl PointOperation for Contrast {
    fn check(&self, _: Shape, _: Depth) -> Result<(), Error> {
        not_negative("factor", self.factor)
    }

    fn needs(&self) -> Needs {
        Needs::Mean
    }

    fn stage(&self, depth: Depth, statistics: &Statistics) -> Stage {
        // Pillow rounds the mean to a level.
        let from =
            if depth == Depth::F32 { statistics.mean } else { (statistics.mean + 0.5).floor() };
        Stage::Curve(Curve::Blend { from, factor: self.factor })
    }
}

/// Blends with the grey image: 0 is grey, 1 the image, more is more colourful. Of 8 bits Pillow's bytes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saturation {
    /// From 0.
    pub factor: f64,
}

impl PointOperation for Saturation {
    fn check(&self, _: Shape, _: Depth) -> Result<(), Error> {
        not_negative("factor", self.factor)
    }

    fn stage(&self, _: Depth, _: &Statistics) -> Stage {
        Stage::Mix(Mix::Saturation(self.factor))
    }
}
