use allcores_parallel::Token;
use serde::Deserialize;

use crate::colour::Tone;
use crate::geometry::each_row;
use crate::{Error, View};

/// `first + alpha * (second - first)` for every sample, alpha channels too. Of 8 bits Pillow's `Image.blend`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blend {
    /// 0 is the first image, 1 the second; beyond them the difference grows.
    pub alpha: f64,
}

impl Blend {
    pub(super) fn run<T: Tone>(
        &self,
        token: &Token,
        first: View<'_, T>,
        second: View<'_, T>,
        out: &mut [T],
    ) -> Result<(), Error> {
        if first.shape() != second.shape() {
            return Err(Error::InvalidArgument(format!(
                "Expected two images of one shape, got {:?} and {:?}",
                first.shape(),
                second.shape()
            )));
        }
        if !self.alpha.is_finite() {
            return Err(Error::InvalidArgument(format!(
                "Expected `alpha` to be a finite number, got {}",
                self.alpha
            )));
        }
        each_row(token, first, out, |y, row| {
            for ((to, &first), &second) in row.iter_mut().zip(first.row(y)).zip(second.row(y)) {
                *to = T::blend(first, second, self.alpha);
            }
        })?;
        Ok(())
    }
}
