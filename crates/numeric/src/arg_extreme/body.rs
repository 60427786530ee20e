//! The best key of each block of some KiB, then the index inside of the one block that wins.

use super::ordered::{Ordered, better, worst};
use crate::error::Error;
use crate::filter::{Filter, NanPolicy};
use crate::simd::{Body, Simd};
use crate::split::{Job, Reduction, reduce};
use crate::terms::AHEAD;

const LINE: usize = 64;

/// The block in which the answer lies, by the index of its first element.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Found<K> {
    /// Every element that takes part has the worst key, or there is none.
    Nothing,
    Best {
        key: K,
        block: usize,
    },
    /// The first block with a NaN.
    Nan {
        block: usize,
    },
}

#[derive(Clone, Copy)]
struct ArgExtreme<'a, T, const GREATEST: bool> {
    values: &'a [T],
    filter: Filter<'a>,
    /// Index of the first element.
    first: usize,
}

/// Elements of a block; pieces are cut at a multiple of it.
const fn block_len<T: Ordered>() -> usize {
    T::BLOCK_BYTES / size_of::<T>()
}

impl<T: Ordered, const GREATEST: bool> Body for ArgExtreme<'_, T, GREATEST> {
    type Output = Found<T::Key>;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Found<T::Key> {
        let mut best = worst::<T, GREATEST>();
        let mut found = Found::Nothing;
        for start in (0..self.values.len()).step_by(block_len::<T>()) {
            let end = self.values.len().min(start + block_len::<T>());
            let mask = self.filter.mask.map(|mask| &mask[start..end]);
            let filter = Filter { mask, ..self.filter };
            let Some(key) = T::best::<S, GREATEST>(simd, &self.values[start..end], filter) else {
                return Found::Nan { block: self.first + start };
            };
            if better::<_, GREATEST>(key, best) {
                best = key;
                found = Found::Best { key, block: self.first + start };
            }
        }
        found
    }
}

/// Asks for the memory `AHEAD` bytes behind the block.
#[inline(always)]
pub(super) fn prefetch<S: Simd, T>(simd: S, block: &[T]) {
    for line in (0..size_of_val(block)).step_by(LINE) {
        simd.prefetch(block.as_ptr().cast::<u8>().wrapping_add(AHEAD + line));
    }
}

impl<T: Ordered, const GREATEST: bool> Reduction for ArgExtreme<'_, T, GREATEST> {
    #[inline]
    fn bytes(self) -> usize {
        size_of_val(self.values) + self.filter.mask.map_or(0, <[u8]>::len)
    }

    #[inline]
    fn cut(self) -> (Self, Self) {
        let middle = self.values.len() / 2 / block_len::<T>() * block_len::<T>();
        let (left, right) = self.values.split_at(middle);
        let masks = self.filter.mask.map(|mask| mask.split_at(middle));
        let filter = |mask| Filter { mask, ..self.filter };
        (
            ArgExtreme { values: left, filter: filter(masks.map(|(left, _)| left)), ..self },
            ArgExtreme {
                values: right,
                filter: filter(masks.map(|(_, right)| right)),
                first: self.first + middle,
            },
        )
    }

    #[inline]
    fn merge(left: Found<T::Key>, right: Found<T::Key>) -> Found<T::Key> {
        match (left, right) {
            (Found::Nan { .. }, _) | (_, Found::Nothing) => left,
            (Found::Best { key: a, .. }, Found::Best { key: b, .. })
                if !better::<_, GREATEST>(b, a) =>
            {
                left
            }
            _ => right,
        }
    }
}

/// Also checks the mask's length.
pub(crate) fn arg_extreme<T: Ordered, const GREATEST: bool>(
    job: Job<'_>,
    values: &[T],
    filter: Filter<'_>,
) -> Result<usize, Error> {
    filter.check(values.len())?;
    let found = reduce(job, ArgExtreme::<T, GREATEST> { values, filter, first: 0 })?;
    let kept = |index: usize| filter.mask.is_none_or(|mask| mask[index] != 0);
    // Another thread may have changed the memory since: then it is some index of the block.
    let inside = |block: usize, wanted: &dyn Fn(T) -> bool| {
        let end = values.len().min(block + block_len::<T>());
        (block..end).find(|&index| kept(index) && wanted(values[index])).unwrap_or(block)
    };
    match found {
        Found::Best { key, block } => Ok(inside(block, &|value| value.key() == Some(key))),
        Found::Nan { block } => {
            let index = inside(block, &|value| value.key().is_none());
            if filter.nan == NanPolicy::Raise { Err(Error::Nan { index }) } else { Ok(index) }
        }
        Found::Nothing => {
            let omit = filter.omits_nan();
            let takes_part = |index: usize| kept(index) && !(omit && values[index].key().is_none());
            (0..values.len()).find(|&index| takes_part(index)).ok_or(Error::Empty)
        }
    }
}
