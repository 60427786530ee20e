use std::collections::TryReserveError;

use super::weights::Weights;
use crate::Error;
use crate::simd::{Dot, DotKernel, Isa, Parts};

/// Source positions that are weighted together.
pub(super) const FOUR: usize = 4;

/// The weights of one direction by fours, cut up for an instruction set.
pub(super) struct Packed {
    /// For each target position: the first source position, end of its parts in `all`.
    spans: Vec<(usize, usize)>,
    all: Vec<Parts>,
}

impl Packed {
    /// With `grid` the fours begin at source positions that are multiples of four; else each target's at its first
    /// position. Weights of 0 fill them up.
    pub(super) fn new(isa: Isa, weights: &Weights<i32>, grid: bool) -> Result<Self, Error> {
        let from = weights.targets();
        isa.run_dot(Pack { weights, grid }).map_err(|_| Error::TooLarge {
            width: from,
            height: weights.taps(),
            limit: isize::MAX as u64,
        })
    }

    /// The first source position of `target`, and its parts.
    #[inline(always)]
    pub(super) fn of(&self, target: usize) -> (usize, &[Parts]) {
        let (start, end) = self.spans[target];
        let begin = if target == 0 { 0 } else { self.spans[target - 1].1 };
        (start, &self.all[begin..end])
    }

    /// The largest number of products of a target position, roughly.
    pub(super) fn products(&self) -> usize {
        FOUR * self.all.len().div_ceil(self.spans.len()).max(1)
    }
}

struct Pack<'a> {
    weights: &'a Weights<i32>,
    grid: bool,
}

impl DotKernel for Pack<'_> {
    type Output = Result<Packed, TryReserveError>;

    fn run<D: Dot>(self) -> Self::Output {
        let targets = self.weights.targets();
        let mut packed = Packed { spans: Vec::new(), all: Vec::new() };
        packed.spans.try_reserve_exact(targets)?;
        for target in 0..targets {
            let (start, taps) = self.weights.of(target);
            let before = if self.grid { start % FOUR } else { 0 };
            let count = (before + taps.len()).div_ceil(FOUR);
            packed.all.try_reserve(count)?;
            packed.all.extend((0..count).map(|n| {
                let weight =
                    |k: usize| (n * FOUR + k).checked_sub(before).and_then(|i| taps.get(i));
                D::parts(std::array::from_fn(|k| weight(k).copied().unwrap_or(0)))
            }));
            packed.spans.push((start - before, packed.all.len()));
        }
        Ok(packed)
    }
}
