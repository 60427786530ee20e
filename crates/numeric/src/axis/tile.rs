//! A part of a table: some of its rows, and of each the same columns.

use super::row::Row;
use crate::filter::Filter;
use crate::simd::Simd;

/// `rows` rows of `width` elements, `stride` apart. The slices begin at the first element.
#[derive(Clone, Copy)]
pub(super) struct Tile<'a, T> {
    pub(super) values: &'a [T],
    pub(super) filter: Filter<'a>,
    pub(super) stride: usize,
    pub(super) rows: usize,
    pub(super) width: usize,
}

/// So far ahead the next rows are asked for.
const AHEAD: usize = 8192;
const LINE: usize = 64;

impl<'a, T> Tile<'a, T> {
    /// The elements of a row, while one further on, perhaps behind the tile, is asked for.
    #[inline(always)]
    pub(super) fn row<S: Simd>(&self, simd: S, row: usize) -> &'a [T] {
        let bytes = self.width * size_of::<T>();
        let ahead = (row + AHEAD.div_ceil(bytes.max(1))) * self.stride;
        let start = self.values.as_ptr().wrapping_add(ahead).cast::<u8>();
        for line in (0..bytes).step_by(LINE) {
            simd.prefetch(start.wrapping_add(line));
        }
        if let Some(mask) = self.filter.mask {
            let start = mask.as_ptr().wrapping_add(ahead);
            for line in (0..self.width).step_by(LINE) {
                simd.prefetch(start.wrapping_add(line));
            }
        }
        self.again(row)
    }

    /// The elements of a row that was read before.
    #[inline(always)]
    pub(super) fn again(&self, row: usize) -> &'a [T] {
        &self.values[row * self.stride..][..self.width]
    }

    #[inline(always)]
    pub(super) fn mask(&self, row: usize) -> Option<&'a [u8]> {
        self.filter.mask.map(|mask| &mask[row * self.stride..][..self.width])
    }

    /// Whether every element takes part.
    #[inline(always)]
    pub(super) fn is_whole(&self) -> bool {
        self.filter.mask.is_none() && !self.filter.omits_nan()
    }
}

impl<'a, T: Row> Tile<'a, T> {
    /// What takes part of a row: not 0. To be asked for a tile that is not whole.
    #[inline(always)]
    pub(super) fn kept<'k>(&self, row: usize, scratch: &'k mut [u8]) -> &'k [u8]
    where
        'a: 'k,
    {
        let mask = self.mask(row);
        match mask {
            Some(mask) if !self.filter.omits_nan() => mask,
            _ => {
                let scratch = &mut scratch[..self.width];
                T::numbers(self.again(row), scratch);
                if let Some(mask) = mask {
                    for (kept, &keep) in scratch.iter_mut().zip(mask) {
                        *kept &= u8::from(keep != 0);
                    }
                }
                scratch
            }
        }
    }
}
