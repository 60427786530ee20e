use std::collections::TryReserveError;
use std::ops::Range;

use allcores_parallel::{Blocks, Token, map};

use super::{Extent, Filter};
use crate::Error;
use crate::simd::FRACTION_BITS;

/// Weights that are computed at once: some 100 µs of work.
const WEIGHTS_PER_BLOCK: usize = 4096;

/// The arithmetic that weights are for.
pub(super) trait Weight: Copy + Send {
    fn of(weight: f64) -> Self;
}

impl Weight for f64 {
    fn of(weight: f64) -> f64 {
        weight
    }
}

/// Rounded to 22 bits as Pillow does it.
impl Weight for i32 {
    fn of(weight: f64) -> i32 {
        let half = if weight < 0.0 { -0.5 } else { 0.5 };
        (half + weight * f64::from(1 << FRACTION_BITS)) as i32
    }
}

/// The weights of one direction: for each target position, the first source position that
/// counts and the weights from there on.
pub(super) struct Weights<W> {
    /// For each target position: first source position, end of its weights in `all`.
    spans: Vec<(usize, usize)>,
    all: Vec<W>,
}

impl<W: Weight> Weights<W> {
    /// Weights for `to` target positions that cover `extent` of `from` source positions,
    /// computed in `f64` in Pillow's order.
    pub(super) fn new(
        token: &Token,
        from: usize,
        extent: Extent,
        to: usize,
        filter: Filter,
    ) -> Result<Self, Error> {
        let scale = extent.scale(to);
        let stretch = scale.max(1.0);
        let support = filter.support() * stretch;
        let span = |target: usize| {
            let center = extent.start + (target as f64 + 0.5) * scale;
            // Both casts truncate; a negative start becomes 0.
            let start = (center - support + 0.5) as usize;
            (center, start, ((center + support + 0.5) as usize).min(from))
        };
        let taps = (2.0 * support) as usize + 2;
        let targets = (WEIGHTS_PER_BLOCK / taps).max(1);
        let blocks = Blocks { size: targets, inline_up_to: targets };
        let parts = map(token, to, blocks, |range| {
            let mut weights = Vec::new();
            let mut exact = Vec::new();
            for target in range {
                let (center, start, end) = span(target);
                exact.clear();
                exact.try_reserve(end - start)?;
                exact.extend(
                    (start..end)
                        .map(|x| filter.weight((x as f64 - center + 0.5) * (1.0 / stretch))),
                );
                let sum = exact.iter().fold(0.0, |sum, weight| sum + weight);
                weights.try_reserve(exact.len())?;
                let scale = if sum == 0.0 { 1.0 } else { sum };
                weights.extend(exact.iter().map(|weight| W::of(weight / scale)));
            }
            Ok(weights)
        })?;
        Self::join(parts, (0..to).map(|target| (span(target).1, span(target).2)))
            .map_err(|_| Error::TooLarge { width: from, height: to, limit: isize::MAX as u64 })
    }

    fn join(
        parts: Vec<Result<Vec<W>, TryReserveError>>,
        ranges: impl ExactSizeIterator<Item = (usize, usize)>,
    ) -> Result<Self, TryReserveError> {
        let mut weights = Weights { spans: Vec::new(), all: Vec::new() };
        for part in parts {
            let part = part?;
            weights.all.try_reserve(part.len())?;
            weights.all.extend(part);
        }
        weights.spans.try_reserve_exact(ranges.len())?;
        let mut at = 0;
        for (start, end) in ranges {
            at += end - start;
            weights.spans.push((start, at));
        }
        Ok(weights)
    }

    /// The first source position of `target`, and the weights from there on.
    #[inline(always)]
    pub(super) fn of(&self, target: usize) -> (usize, &[W]) {
        let (start, end) = self.spans[target];
        let begin = if target == 0 { 0 } else { self.spans[target - 1].1 };
        (start, &self.all[begin..end])
    }

    /// The source positions that any weight belongs to.
    pub(super) fn reach(&self) -> Range<usize> {
        let last = self.spans.len() - 1;
        let (start, taps) = self.of(last);
        self.spans[0].0..start + taps.len()
    }

    /// Counts source positions from `first` on, for a source that was cut off before it.
    pub(super) fn counted_from(mut self, first: usize) -> Self {
        for (start, _) in &mut self.spans {
            *start -= first;
        }
        self
    }

    /// How many target positions there are.
    pub(super) fn targets(&self) -> usize {
        self.spans.len()
    }

    /// The largest number of weights of a target position, roughly.
    pub(super) fn taps(&self) -> usize {
        self.all.len().div_ceil(self.spans.len()).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::{Extent, Weights};
    use crate::Filter;
    use crate::simd::FRACTION_BITS;
    use allcores_parallel::Token;

    fn all(from: usize) -> Extent {
        Extent { start: 0.0, end: from as f64 }
    }

    #[test]
    fn weights_sum_to_one_and_stay_inside_the_source() {
        for filter in Filter::ALL {
            for (from, to) in
                [(1, 1), (1, 9), (9, 1), (100, 7), (7, 100), (1000, 999), (90, 70_000)]
            {
                let weights =
                    Weights::<i32>::new(&Token::new(), from, all(from), to, filter).unwrap();
                for target in 0..to {
                    let (start, taps) = weights.of(target);
                    assert!(!taps.is_empty() && start + taps.len() <= from);
                    let error = taps.iter().sum::<i32>() - (1 << FRACTION_BITS);
                    assert!(error.unsigned_abs() as usize <= taps.len(), "{filter:?} {from} {to}");
                    // What `Dot::parts` takes.
                    assert!(taps.iter().all(|tap| tap.abs() <= (1 << 23) - (1 << 16)));
                }
            }
        }
    }
}
