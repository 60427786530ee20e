//! Filters that follow the image's histogram.

use serde::Deserialize;

use super::curve::Curve;
use super::point::{PointOperation, Stage};
use super::statistics::{Needs, Statistics, no_floats};
use crate::{Depth, Error, Shape};

/// Stretches each colour so that its darkest value becomes 0 and its lightest white. Of 8 bits the bytes of Pillow's
/// `ImageOps.autocontrast`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Autocontrast {
    /// Percent of the darkest samples to leave out.
    pub low: f64,
    /// Percent of the lightest.
    pub high: f64,
}

impl PointOperation for Autocontrast {
    fn check(&self, _: Shape, depth: Depth) -> Result<(), Error> {
        if depth == Depth::F32 {
            return Err(no_floats("autocontrast"));
        }
        percent("cutoff", self.low)?;
        percent("cutoff", self.high)
    }

    fn needs(&self) -> Needs {
        Needs::Colours
    }

    fn stage(&self, _: Depth, statistics: &Statistics) -> Stage {
        let lines = statistics.counts.iter().map(|counts| stretch(counts, self.low, self.high));
        Stage::Curves(lines.collect())
    }
}

/// Stretches all colours alike, so that two percentiles of the luma become 0 and white. Of 8 bits the bytes of
/// Pillow's `ImageOps.autocontrast` with `preserve_tone`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Normalize {
    /// The percentile that becomes 0.
    pub low: f64,
    /// The percentile that becomes white.
    pub high: f64,
}

impl PointOperation for Normalize {
    fn check(&self, _: Shape, depth: Depth) -> Result<(), Error> {
        if depth == Depth::F32 {
            return Err(no_floats("normalize"));
        }
        percent("percentiles", self.low)?;
        percent("percentiles", self.high)?;
        if self.low < self.high {
            return Ok(());
        }
        Err(Error::InvalidArgument(format!(
            "Expected `percentiles` to rise, got {} and {}",
            self.low, self.high
        )))
    }

    fn needs(&self) -> Needs {
        Needs::Luma
    }

    fn stage(&self, _: Depth, statistics: &Statistics) -> Stage {
        Stage::Curve(stretch(&statistics.counts[0], self.low, 100.0 - self.high))
    }
}

/// Makes every value about as frequent as any other. Of 8 bits the bytes of Pillow's `ImageOps.equalize`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Equalize {}

impl PointOperation for Equalize {
    fn check(&self, _: Shape, depth: Depth) -> Result<(), Error> {
        if depth == Depth::F32 { Err(no_floats("equalize")) } else { Ok(()) }
    }

    fn needs(&self) -> Needs {
        Needs::Colours
    }

    fn stage(&self, depth: Depth, statistics: &Statistics) -> Stage {
        let curve = if depth == Depth::U8 { in_steps } else { by_share };
        Stage::Curves(
            statistics.counts.iter().map(|counts| Curve::Table(curve(counts).into())).collect(),
        )
    }
}

/// Pillow's rule: a step is the 255th part of the samples below the last value; every full step makes a level.
fn in_steps(counts: &[u64]) -> Vec<u16> {
    let keep = || (0..=255).collect();
    let mut found = counts.iter().filter(|&&count| count > 0);
    let (Some(last), true) = (found.next_back(), found.next().is_some()) else { return keep() };
    let step = (counts.iter().sum::<u64>() - last) / 255;
    if step == 0 {
        return keep();
    }
    let mut sum = step / 2;
    let level = |&count: &u64| {
        let level = (sum / step).min(255) as u16;
        sum += count;
        level
    };
    counts.iter().map(level).collect()
}

/// The share of the samples below a value, of those below the last one. Without the rounding of
/// [`in_steps`], which would leave every image of less than 65,536 pixels as it is.
fn by_share(counts: &[u64]) -> Vec<u16> {
    let white = (counts.len() - 1) as f64;
    let mut found = counts.iter().filter(|&&count| count > 0);
    let (Some(last), true) = (found.next_back(), found.next().is_some()) else {
        return (0..=u16::MAX).collect();
    };
    let below = (counts.iter().sum::<u64>() - last) as f64;
    let mut sum = 0;
    let level = |&count: &u64| {
        let level = (sum as f64 / below * white + 0.5) as u16;
        sum += count;
        level
    };
    counts.iter().map(level).collect()
}

/// The line that takes the lowest and highest values that are left, after the given percent of all samples were
/// taken away at each end, to 0 and white.
fn stretch(counts: &[u64], low: f64, high: f64) -> Curve {
    let all: u64 = counts.iter().sum();
    let cut = |percent: f64| (all as f64 * percent / 100.0).floor() as u64;
    let mut left = counts.to_vec();
    take(left.iter_mut(), cut(low));
    take(left.iter_mut().rev(), cut(high));
    let lowest = left.iter().position(|&count| count > 0);
    let highest = left.iter().rposition(|&count| count > 0);
    match (lowest, highest) {
        (Some(lowest), Some(highest)) if lowest < highest => {
            let scale = (counts.len() - 1) as f64 / (highest - lowest) as f64;
            Curve::Line { scale, offset: -(lowest as f64) * scale }
        }
        _ => Curve::Line { scale: 1.0, offset: 0.0 },
    }
}

fn take<'a>(counts: impl Iterator<Item = &'a mut u64>, mut number: u64) {
    for count in counts {
        let taken = number.min(*count);
        *count -= taken;
        number -= taken;
    }
}

fn percent(name: &str, value: f64) -> Result<(), Error> {
    if (0.0..=100.0).contains(&value) {
        return Ok(());
    }
    Err(Error::InvalidArgument(format!(
        "Expected `{name}` to be numbers from 0 to 100, got {value}"
    )))
}
