//! The least and the greatest element of columns, compared as integer keys. The greatest element
//! is the one with the least flipped key.

use super::Source;
use super::columns::Columns;
use super::row::{Key, Row};
use super::tile::Tile;
use crate::element::Element;
use crate::error::Error;
use crate::filter::Filter;
use crate::simd::Simd;
use crate::split::Job;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Least,
    Greatest,
    /// The greatest less the least.
    Range,
}

impl Wanted {
    /// Whether to look for the least of the keys as they are, and of the flipped ones.
    fn flips(self) -> &'static [bool] {
        match self {
            Wanted::Least => &[false],
            Wanted::Greatest => &[true],
            Wanted::Range => &[false, true],
        }
    }
}

#[derive(Clone, Copy)]
pub(super) struct Extremes<T> {
    pub(super) wanted: Wanted,
    /// The answer for a line of which nothing takes part.
    pub(super) flat: Flat<T>,
}

type Flat<T> = fn(Job<'_>, &[T], Filter<'_>, Wanted) -> Result<T, Error>;

/// For each column.
#[derive(Clone)]
pub(super) struct Least<K> {
    /// The least keys, and the least flipped keys.
    keys: [Vec<K>; 2],
    /// Not 0 when an element took part.
    any: Vec<u8>,
    /// The keys of a row, and what of it takes part.
    row: Vec<K>,
    kept: Vec<u8>,
}

impl<T: Row> Columns for Extremes<T> {
    type Element = T;
    type Accumulators = Least<T::Key>;
    type Out = T;

    fn room(self, width: usize) -> Least<T::Key> {
        let plane = |flip: bool| {
            vec![T::Key::default(); if self.wanted.flips().contains(&flip) { width } else { 0 }]
        };
        Least {
            keys: [plane(false), plane(true)],
            any: vec![0; width],
            row: vec![T::Key::default(); width],
            kept: vec![0; width],
        }
    }

    #[inline(always)]
    fn reduce<S: Simd>(self, simd: S, tile: Tile<'_, T>, _: usize, into: &mut Least<T::Key>) {
        let width = tile.width;
        into.any[..width].fill(u8::from(tile.is_whole()));
        for &flip in self.wanted.flips() {
            into.keys[usize::from(flip)][..width].fill(T::Key::GREATEST);
        }
        for index in 0..tile.rows {
            let row = tile.row(simd, index);
            for &flip in self.wanted.flips() {
                let keys = &mut into.row[..width];
                T::keys(row, flip, false, keys);
                let least = &mut into.keys[usize::from(flip)][..width];
                if tile.is_whole() {
                    for (least, &key) in least.iter_mut().zip(&*keys) {
                        *least = (*least).min(key);
                    }
                } else {
                    let kept = tile.kept(index, &mut into.kept);
                    for ((least, &key), &keep) in least.iter_mut().zip(&*keys).zip(kept) {
                        *least = (*least).min(if keep != 0 { key } else { T::Key::GREATEST });
                    }
                    for (any, &keep) in into.any[..width].iter_mut().zip(kept) {
                        *any |= keep;
                    }
                }
            }
        }
    }

    #[inline(always)]
    fn merge<S: Simd>(
        self,
        _: S,
        earlier: &mut Least<T::Key>,
        later: &Least<T::Key>,
        from: usize,
        width: usize,
    ) {
        for &flip in self.wanted.flips() {
            let later = &later.keys[usize::from(flip)][from..];
            let least = &mut earlier.keys[usize::from(flip)][..width];
            for (left, &right) in least.iter_mut().zip(later) {
                *left = (*left).min(right);
            }
        }
        for (left, &right) in earlier.any[..width].iter_mut().zip(&later.any[from..]) {
            *left |= right;
        }
    }

    fn finish(
        self,
        job: Job<'_>,
        source: Source<'_, T>,
        (outer, first): (usize, usize),
        values: &Least<T::Key>,
        out: &mut [T],
    ) -> Result<(), Error> {
        let element =
            |column: usize, flip: bool| T::from_key(values.keys[usize::from(flip)][column], flip);
        for (column, out) in out.iter_mut().enumerate() {
            if values.any[column] == 0 {
                let (values, mask) = source.line(outer, first + column);
                let filter = Filter { mask: mask.as_deref(), ..source.filter };
                *out = (self.flat)(job, &values, filter, self.wanted)?;
                continue;
            }
            *out = match self.wanted {
                Wanted::Least => element(column, false),
                Wanted::Greatest => element(column, true),
                Wanted::Range => Row::difference(element(column, false), element(column, true)),
            };
        }
        Ok(())
    }
}

/// The same of a slice.
pub(super) fn flat<T: Row + Element>(
    job: Job<'_>,
    values: &[T],
    filter: Filter<'_>,
    wanted: Wanted,
) -> Result<T, Error> {
    let found = match wanted {
        Wanted::Least => T::min(job, values, filter)?,
        Wanted::Greatest => T::max(job, values, filter)?,
        Wanted::Range => T::min_max(job, values, filter)?
            .map(|(least, greatest)| Row::difference(least, greatest)),
    };
    found.ok_or(Error::Empty)
}
