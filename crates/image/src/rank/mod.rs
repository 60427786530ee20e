//! The sample of a rank in the window around each pixel: median, minimum, maximum and what lies between.
//!
//! | file | idea |
//! |---|---|
//! | `network` | the median of 3 x 3 and 5 x 5 samples by a fixed row of exchanges |
//! | `plan` | any rank in any window: what a tile of results does together |
//! | `tiles` | a plan over an image, a vector of tiles at a time |
//! | `lanes` | the operations of a plan on vectors |
//!
//! Ranks count samples in their order; of floats NaN is the largest. The smallest and the largest are done by
//! `morphology`.

mod lanes;
mod network;
mod plan;
mod tiles;

use allcores_parallel::Token;
use serde::Deserialize;

use crate::lines::Worked;
use crate::morphology::{self, Reach};
use crate::order::Ordered;
use crate::pixels::other_depth;
use crate::simd::Isa;
use crate::step::Operation;
use crate::{Depth, Error, Pixels, PixelsMut, Shape, View};
use plan::Plan;

/// The largest window of a rank filter, in pixels across and down.
pub const MAX_WINDOW: u32 = 255;

/// The middle one of the samples in a square around each pixel, for each channel; pixels beyond the edges are those
/// at the edges. On 8 bits the bytes of Pillow's `MedianFilter` and of OpenCV's `medianBlur`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Median {
    /// Pixels across and down: odd, from 1 to [`MAX_WINDOW`].
    pub size: u32,
}

/// The sample of a rank among those in a square around each pixel, as Pillow's `RankFilter`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankFilter {
    /// Pixels across and down: odd, from 1 to [`MAX_WINDOW`].
    pub size: u32,
    /// How many samples of the window come before it in their order, below `size * size`.
    pub rank: u32,
}

impl Operation for Median {
    fn shape(&self, src: Shape, _: Depth) -> Result<Shape, Error> {
        check_size(self.size)?;
        Ok(src)
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        let rank = self.size * self.size / 2;
        RankFilter { size: self.size, rank }.run(token, src, out)
    }
}

impl Operation for RankFilter {
    fn shape(&self, src: Shape, _: Depth) -> Result<Shape, Error> {
        check_size(self.size)?;
        let count = self.size * self.size;
        if self.rank >= count {
            return Err(Error::InvalidArgument(format!(
                "Expected `rank` to be an integer from 0 to {}, got {}",
                count - 1,
                self.rank
            )));
        }
        Ok(src)
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        let isa = Isa::current();
        match (src, out) {
            (Pixels::U8(src), PixelsMut::U8(out)) => filter(isa, token, src, self, out),
            (Pixels::U16(src), PixelsMut::U16(out)) => filter(isa, token, src, self, out),
            (Pixels::F32(src), PixelsMut::F32(out)) => filter(isa, token, src, self, out),
            (src, out) => Err(other_depth(src.depth(), out.depth())),
        }
    }
}

fn check_size(size: u32) -> Result<(), Error> {
    if size % 2 == 1 && size <= MAX_WINDOW {
        return Ok(());
    }
    Err(Error::InvalidArgument(format!(
        "Expected `size` to be an odd integer from 1 to {MAX_WINDOW}, got {size}"
    )))
}

fn filter<T: Ordered>(
    isa: Isa,
    token: &Token,
    src: View<'_, T>,
    &RankFilter { size, rank }: &RankFilter,
    out: &mut [T],
) -> Result<(), Error>
where
    T::Key: Worked<T>,
{
    let (size, rank) = (size as usize, rank as usize);
    if matches!(size, 3 | 5) && rank == size * size / 2 {
        return Ok(network::median(isa, token, src, size, out)?);
    }
    if rank == 0 || rank == size * size - 1 {
        // Repeating the edges adds no sample that is not in the window.
        let reach = Reach::around(size / 2, src.shape());
        if rank == 0 {
            morphology::filter::<T, false>(isa, token, src, reach, out)?;
        } else {
            morphology::filter::<T, true>(isa, token, src, reach, out)?;
        }
        return Ok(());
    }
    let plan = Plan::new(size, rank, tile_for(size));
    Ok(tiles::filter(isa, token, src, &plan, out)?)
}

/// The side of the tiles that is fastest: large tiles share more, but their lists leave the nearest cache.
fn tile_for(size: usize) -> usize {
    match size {
        0..=1 => 1,
        2..=3 => 2,
        4..=11 => 4,
        12..=30 => 8,
        31..=63 => 16,
        _ => 32,
    }
}

#[cfg(test)]
pub(crate) mod tests;
