//! Where the least and the greatest element of each column are. The greatest element is the one
//! with the least flipped key.

use std::marker::PhantomData;

use super::Source;
use super::columns::Columns;
use super::row::{Key, Row};
use super::tile::Tile;
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
    /// The keys of a row, and what of it takes part.
    row: Vec<K>,
    kept: Vec<u8>,
}

impl<T: Row> Columns for ArgExtremes<T> {
    type Element = T;
    type Accumulators = Best<T::Key>;
    type Out = u32;

    const FOLDS: bool = false;

    fn room(self, width: usize) -> Best<T::Key> {
        Best {
            keys: vec![T::Key::default(); width],
            rows: vec![0; width],
            numbers: vec![T::Key::NONE; width],
            row: vec![T::Key::default(); width],
            kept: vec![0; width],
        }
    }

    #[inline(always)]
    fn reduce<S: Simd>(self, simd: S, tile: Tile<'_, T>, first: usize, into: &mut Best<T::Key>) {
        let width = tile.width;
        let keys = &mut into.keys[..width];
        let numbers = &mut into.numbers[..width];
        let row = &mut into.row[..width];
        keys.fill(T::Key::GREATEST);
        numbers.fill(if tile.is_whole() { T::Key::number(0) } else { T::Key::NONE });
        for index in 0..tile.rows {
            T::keys(tile.row(simd, index), self.greatest, true, row);
            let number = T::Key::number(index);
            if tile.is_whole() {
                for ((best, best_number), &key) in keys.iter_mut().zip(&mut *numbers).zip(&*row) {
                    let take = key < *best;
                    *best = if take { key } else { *best };
                    *best_number = if take { number } else { *best_number };
                }
                continue;
            }
            let kept = tile.kept(index, &mut into.kept);
            for (((best, best_number), &key), &keep) in
                keys.iter_mut().zip(&mut *numbers).zip(&*row).zip(kept)
            {
                // The first one that takes part may have the greatest key there is.
                let take = (keep != 0) & ((key < *best) | (*best_number == T::Key::NONE));
                *best = if take { key } else { *best };
                *best_number = if take { number } else { *best_number };
            }
        }
        for (row, &number) in into.rows[..width].iter_mut().zip(&*numbers) {
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

    fn finish(
        self,
        _: Job<'_>,
        _: Source<'_, T>,
        _: (usize, usize),
        values: &Best<T::Key>,
        out: &mut [u32],
    ) -> Result<(), Error> {
        for (out, &row) in out.iter_mut().zip(&values.rows) {
            if row == NONE {
                return Err(Error::Empty);
            }
            *out = row;
        }
        Ok(())
    }
}
