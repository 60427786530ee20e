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

/// Rows that are taken together: what is known of a column stays in a register meanwhile.
const TOGETHER: usize = 4;
/// Columns that are taken together: memory is asked for in between.
const STRIP: usize = 64;
/// Of those that are left over, as many as a loop of known length can still take.
const PART: usize = 16;
/// So many bytes ahead memory is asked for, in rows of the tile.
const AHEAD: usize = 8192;
const LINE: usize = 64;

/// What is done with a tile.
pub(super) trait Strips<T> {
    /// Takes columns in, those from `at` on, of `ROWS` rows, the first of which is row `first` of
    /// the tile. With `SOME` only those elements take part whose byte in `kept` is not 0. All
    /// slices have one length.
    fn take<S: Simd, const ROWS: usize, const SOME: bool>(
        &mut self,
        simd: S,
        at: usize,
        first: usize,
        rows: [&[T]; ROWS],
        kept: [&[u8]; ROWS],
    );
}

impl<'a, T: Row> Tile<'a, T> {
    /// Whether every element takes part.
    #[inline(always)]
    pub(super) fn is_whole(&self) -> bool {
        self.filter.mask.is_none() && !self.filter.omits_nan()
    }

    /// Takes in all rows, in their order, and asks for memory that is read for the first time.
    #[inline(always)]
    pub(super) fn walk<S: Simd, K: Strips<T>>(&self, simd: S, kernel: &mut K) {
        self.all_rows::<S, K, true>(simd, kernel);
    }

    /// The same for memory that was read shortly before.
    #[inline(always)]
    pub(super) fn walk_again<S: Simd, K: Strips<T>>(&self, simd: S, kernel: &mut K) {
        self.all_rows::<S, K, false>(simd, kernel);
    }

    #[inline(always)]
    fn all_rows<S: Simd, K: Strips<T>, const ASK: bool>(&self, simd: S, kernel: &mut K) {
        if self.is_whole() {
            self.groups::<S, K, ASK, false>(simd, kernel);
        } else {
            self.groups::<S, K, ASK, true>(simd, kernel);
        }
    }

    #[inline(always)]
    fn groups<S: Simd, K: Strips<T>, const ASK: bool, const SOME: bool>(
        &self,
        simd: S,
        kernel: &mut K,
    ) {
        let together = self.rows - self.rows % TOGETHER;
        for first in (0..together).step_by(TOGETHER) {
            self.group::<S, K, TOGETHER, ASK, SOME>(simd, first, kernel);
        }
        for first in together..self.rows {
            self.group::<S, K, 1, ASK, SOME>(simd, first, kernel);
        }
    }

    #[inline(always)]
    fn group<S: Simd, K: Strips<T>, const ROWS: usize, const ASK: bool, const SOME: bool>(
        &self,
        simd: S,
        first: usize,
        kernel: &mut K,
    ) {
        let row_bytes = self.width * size_of::<T>();
        let ahead = (first + ROWS.max(AHEAD.div_ceil(row_bytes.max(1)))) * self.stride;
        let mut rows = [&[][..]; ROWS];
        let mut masks = [&[][..]; ROWS];
        for index in 0..ROWS {
            let start = (first + index) * self.stride;
            rows[index] = &self.values[start..][..self.width];
            if SOME && let Some(mask) = self.filter.mask {
                masks[index] = &mask[start..][..self.width];
            }
        }
        let whole = self.width - self.width % STRIP;
        for at in (0..whole).step_by(STRIP) {
            if ASK {
                self.ask::<S, ROWS>(simd, ahead + at);
            }
            self.strip::<S, K, ROWS, SOME>(simd, at, STRIP, first, rows, masks, kernel);
        }
        if whole == self.width {
            return;
        }
        if ASK {
            self.ask::<S, ROWS>(simd, ahead + whole);
        }
        let parts = self.width - self.width % PART;
        for at in (whole..parts).step_by(PART) {
            self.strip::<S, K, ROWS, SOME>(simd, at, PART, first, rows, masks, kernel);
        }
        if parts < self.width {
            let rest = self.width - parts;
            self.strip::<S, K, ROWS, SOME>(simd, parts, rest, first, rows, masks, kernel);
        }
    }

    /// Asks for a strip of some rows, which may lie behind the array.
    #[inline(always)]
    fn ask<S: Simd, const ROWS: usize>(&self, simd: S, start: usize) {
        for row in 0..ROWS {
            let start = start + row * self.stride;
            let address = self.values.as_ptr().wrapping_add(start).cast::<u8>();
            for line in (0..STRIP * size_of::<T>()).step_by(LINE) {
                simd.prefetch(address.wrapping_add(line));
            }
            if let Some(mask) = self.filter.mask {
                simd.prefetch(mask.as_ptr().wrapping_add(start));
            }
        }
    }

    #[inline(always)]
    #[expect(clippy::too_many_arguments, reason = "the inner part of one loop")]
    fn strip<S: Simd, K: Strips<T>, const ROWS: usize, const SOME: bool>(
        &self,
        simd: S,
        at: usize,
        len: usize,
        first: usize,
        rows: [&'a [T]; ROWS],
        masks: [&'a [u8]; ROWS],
        kernel: &mut K,
    ) {
        let mut values = rows;
        let mut room = [[1; STRIP]; ROWS];
        for (values, row) in values.iter_mut().zip(rows) {
            *values = &row[at..at + len];
        }
        let mut kept = [&[][..]; ROWS];
        if SOME {
            for (index, (kept, room)) in kept.iter_mut().zip(&mut room).enumerate() {
                *kept = self.kept(values[index], masks[index].get(at..at + len), &mut room[..len]);
            }
        }
        kernel.take::<S, ROWS, SOME>(simd, at, first, values, kept);
    }

    /// What takes part of some elements: not 0.
    #[inline(always)]
    fn kept<'k>(&self, values: &[T], mask: Option<&'k [u8]>, room: &'k mut [u8]) -> &'k [u8] {
        match mask {
            Some(mask) if !self.filter.omits_nan() => mask,
            _ => {
                T::numbers(values, room);
                if let Some(mask) = mask {
                    for (kept, &keep) in room.iter_mut().zip(mask) {
                        *kept &= u8::from(keep != 0);
                    }
                }
                room
            }
        }
    }
}
