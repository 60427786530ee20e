//! Where the least and the greatest element of each column are. The greatest element is the one
//! with the least flipped key.

use std::marker::PhantomData;

use super::Source;
use super::columns::{Columns, LONG_LEAF};
use super::row::{Key, Row};
use super::tile::{Strips, Tile};
use crate::error::Error;
use crate::simd::Simd;
use crate::split::Job;

/// Stands for the row of a column in which no element takes part.
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy)]
pub(super) struct ArgExtremes<T> {
    pub(super) greatest: bool,
    pub(super) elements: PhantomData<T>,
}

/// For each column.
#[derive(Clone)]
pub(super) struct Best<K: Key> {
    keys: Vec<K>,
    /// Rows of the table.
    rows: Vec<u32>,
    /// Rows of the tile at hand.
    numbers: Vec<K::Number>,
}

/// Takes the rows of a tile in.
struct Finding<'a, K: Key> {
    greatest: bool,
    into: &'a mut Best<K>,
}

impl<T: Row> Strips<T> for Finding<'_, T::Key> {
    #[inline(always)]
    fn take<S: Simd, const ROWS: usize, const SOME: bool>(
        &mut self,
        _: S,
        at: usize,
        first: usize,
        rows: [&[T]; ROWS],
        kept: [&[u8]; ROWS],
    ) {
        let len = rows[0].len();
        let keys = &mut self.into.keys[at..at + len];
        let numbers = &mut self.into.numbers[at..at + len];
        for column in 0..len {
            let (mut best, mut number) = (keys[column], numbers[column]);
            for row in 0..ROWS {
                let key = rows[row][column].key(self.greatest, true);
                let take = if SOME {
                    // The first one that takes part may have the greatest key there is.
                    (kept[row][column] != 0) & ((key < best) | (number == T::Key::NONE))
                } else {
                    key < best
                };
                best = if take { key } else { best };
                number = if take { T::Key::number(first + row) } else { number };
            }
            (keys[column], numbers[column]) = (best, number);
        }
    }
}

impl<T: Row> Columns for ArgExtremes<T> {
    type Element = T;
    type Accumulators = Best<T::Key>;
    type Out = u32;

    const FOLDS: bool = false;
    const LEAF: usize = LONG_LEAF;

    fn room(self, width: usize) -> Best<T::Key> {
        Best {
            keys: vec![T::Key::default(); width],
            rows: vec![0; width],
            numbers: vec![T::Key::NONE; width],
        }
    }

    #[inline(always)]
    fn reduce<S: Simd>(self, simd: S, tile: Tile<'_, T>, first: usize, into: &mut Best<T::Key>) {
        let width = tile.width;
        into.keys[..width].fill(T::Key::GREATEST);
        into.numbers[..width].fill(if tile.is_whole() { T::Key::number(0) } else { T::Key::NONE });
        tile.walk(simd, &mut Finding { greatest: self.greatest, into });
        let numbers = &into.numbers[..width];
        for (row, &number) in into.rows[..width].iter_mut().zip(numbers) {
            // `NONE` is not a row, and may be as large as a `usize`.
            let of_table = first.wrapping_add(T::Key::row(number)) as u32;
            *row = if number == T::Key::NONE { NONE } else { of_table };
        }
    }

    #[inline(always)]
    fn merge<S: Simd>(
        self,
        _: S,
        earlier: &mut Best<T::Key>,
        later: &Best<T::Key>,
        from: usize,
        width: usize,
    ) {
        let later = later.keys[from..].iter().zip(&later.rows[from..]);
        let earlier = earlier.keys[..width].iter_mut().zip(&mut earlier.rows[..width]);
        for ((best, best_row), (&key, &row)) in earlier.zip(later) {
            let take = (row != NONE) & ((key < *best) | (*best_row == NONE));
            *best = if take { key } else { *best };
            *best_row = if take { row } else { *best_row };
        }
    }

    #[inline(always)]
    fn finish(
        self,
        _: Job<'_>,
        _: Source<'_, T>,
        _: (usize, usize),
        values: &Best<T::Key>,
        out: &mut [u32],
    ) -> Result<(), Error> {
        let rows = &values.rows[..out.len()];
        let mut empty = false;
        for &row in rows {
            empty |= row == NONE;
        }
        if empty {
            return Err(Error::Empty);
        }
        out.copy_from_slice(rows);
        Ok(())
    }
}
