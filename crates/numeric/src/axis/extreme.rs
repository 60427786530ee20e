//! The least and the greatest element of columns, compared as integer keys. The greatest element
//! is the one with the least flipped key.

use super::Source;
use super::columns::{Columns, LONG_LEAF};
use super::row::{Key, Row};
use super::tile::{Strips, Tile};
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
}

/// Takes the rows of a tile in.
struct Lessening<'a, T: Row> {
    wanted: Wanted,
    into: &'a mut Least<T::Key>,
}

impl<T: Row> Strips<T> for Lessening<'_, T> {
    #[inline(always)]
    fn take<S: Simd, const ROWS: usize, const SOME: bool>(
        &mut self,
        _: S,
        at: usize,
        _: usize,
        rows: [&[T]; ROWS],
        kept: [&[u8]; ROWS],
    ) {
        let len = rows[0].len();
        for &flip in self.wanted.flips() {
            let least = &mut self.into.keys[usize::from(flip)][at..at + len];
            for column in 0..len {
                let mut best = least[column];
                for row in 0..ROWS {
                    let key = rows[row][column].key(flip, false);
                    let out = SOME && kept[row][column] == 0;
                    best = best.min(if out { T::Key::GREATEST } else { key });
                }
                least[column] = best;
            }
        }
        if SOME {
            let any = &mut self.into.any[at..at + len];
            for column in 0..len {
                for row in kept {
                    any[column] |= row[column];
                }
            }
        }
    }
}

impl<T: Row> Columns for Extremes<T> {
    type Element = T;
    type Accumulators = Least<T::Key>;
    type Out = T;

    const LEAF: usize = LONG_LEAF;

    fn room(self, width: usize) -> Least<T::Key> {
        let plane = |flip: bool| {
            vec![T::Key::default(); if self.wanted.flips().contains(&flip) { width } else { 0 }]
        };
        Least { keys: [plane(false), plane(true)], any: vec![0; width] }
    }

    #[inline(always)]
    fn reduce<S: Simd>(self, simd: S, tile: Tile<'_, T>, _: usize, into: &mut Least<T::Key>) {
        let width = tile.width;
        into.any[..width].fill(u8::from(tile.is_whole()));
        for &flip in self.wanted.flips() {
            into.keys[usize::from(flip)][..width].fill(T::Key::GREATEST);
        }
        tile.walk(simd, &mut Lessening { wanted: self.wanted, into });
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

    #[inline(always)]
    fn finish(
        self,
        job: Job<'_>,
        source: Source<'_, T>,
        (outer, first): (usize, usize),
        values: &Least<T::Key>,
        out: &mut [T],
    ) -> Result<(), Error> {
        let [least, greatest] = &values.keys;
        match self.wanted {
            Wanted::Least => elements(least, false, out),
            Wanted::Greatest => elements(greatest, true, out),
            Wanted::Range => {
                for (column, out) in out.iter_mut().enumerate() {
                    let least = T::from_key(least[column], false);
                    *out = T::difference(least, T::from_key(greatest[column], true));
                }
            }
        }
        for (column, out) in out.iter_mut().enumerate() {
            if values.any[column] == 0 {
                let (values, mask) = source.line(outer, first + column);
                let filter = Filter { mask: mask.as_deref(), ..source.filter };
                *out = (self.flat)(job, &values, filter, self.wanted)?;
            }
        }
        Ok(())
    }
}

#[inline(always)]
fn elements<T: Row>(keys: &[T::Key], flip: bool, out: &mut [T]) {
    for (out, &key) in out.iter_mut().zip(keys) {
        *out = T::from_key(key, flip);
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
