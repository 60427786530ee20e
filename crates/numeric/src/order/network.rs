//! Up to sixteen rows of keys, sorted inside the registers.
//!
//! The rows are seen as a matrix. First every column is sorted: sixteen rows against each other,
//! lane by lane, by a network of 60 comparators. Then columns are merged: neighbours, pairs of
//! neighbours and so on, by bitonic merges whose steps are comparisons of rows, with the lanes
//! swapped where a step reaches over a column's end. The result stands column after column.

use crate::order::key::Key;
use crate::simd::lanes::Lanes;

/// The most rows that one network sorts.
pub(crate) const ROWS: usize = 16;

/// Compares rows lane by lane: the lesser keys go to the first row of each pair.
macro_rules! compare {
    ($lanes:ident, $rows:ident: $(($a:literal $b:literal))+) => {$(
        let (a, b) = ($rows[$a], $rows[$b]);
        $rows[$a] = $lanes.min(a, b);
        $rows[$b] = $lanes.max(a, b);
    )+};
}

/// For one number of rows: a sorter of columns, and the comparisons of rows that end a merge.
macro_rules! sorter {
    ($name:ident, $count:literal, [$($sort:tt)+], [$($clean:tt)+]) => {
        /// Sorts that many rows of keys, seen as one sequence; what is missing counts as the
        /// greatest key. `CELLS`: rows times lanes.
        #[inline(always)]
        fn $name<L: Lanes, const CELLS: usize>(lanes: L, keys: &mut [L::Key]) {
            const COUNT: usize = $count;
            let mut rows = [lanes.splat(L::Key::GREATEST); COUNT];
            let (whole, rest) = keys.split_at(keys.len() - keys.len() % L::LANES);
            for (row, keys) in rows.iter_mut().zip(whole.chunks_exact(L::LANES)) {
                *row = lanes.load(keys);
            }
            if !rest.is_empty() {
                let mut padded = [L::Key::GREATEST; 16];
                padded[..rest.len()].copy_from_slice(rest);
                rows[whole.len() / L::LANES] = lanes.load(&padded);
            }
            sorter!(@sort lanes, rows: $($sort)+);
            sorter!(@merge lanes, rows, 1, []: $($clean)+);
            sorter!(@merge lanes, rows, 2, [1]: $($clean)+);
            if L::LANES > 4 {
                sorter!(@merge lanes, rows, 4, [2 1]: $($clean)+);
            }
            if L::LANES > 8 {
                sorter!(@merge lanes, rows, 8, [4 2 1]: $($clean)+);
            }
            let mut cells = [L::Key::default(); CELLS];
            for (cells, row) in cells.chunks_exact_mut(L::LANES).zip(rows) {
                lanes.store(row, cells);
            }
            for (lane, column) in keys.chunks_mut(COUNT).enumerate() {
                for (row, key) in column.iter_mut().enumerate() {
                    *key = cells[row * L::LANES + lane];
                }
            }
        }
    };
    (@sort $lanes:ident, $rows:ident: $($pairs:tt)+) => {
        compare!($lanes, $rows: $($pairs)+);
    };
    // Merges sequences of $reach lanes: the lower keys of two neighbours go to the lower one,
    // then each half is cleaned by ever shorter steps.
    (@merge $lanes:ident, $rows:ident, $reach:literal, [$($step:literal)*]: $($clean:tt)+) => {
        let mut crossed = $rows;
        for row in 0..COUNT {
            let mirrored = $lanes.mirror::<$reach>($rows[COUNT - 1 - row]);
            let (low, high) = ($lanes.min($rows[row], mirrored), $lanes.max($rows[row], mirrored));
            crossed[row] = $lanes.choose::<$reach>(low, high);
        }
        $rows = crossed;
        $(for row in &mut $rows {
            let other = $lanes.exchange::<$step>(*row);
            let (low, high) = ($lanes.min(*row, other), $lanes.max(*row, other));
            *row = $lanes.choose::<$step>(low, high);
        })*
        compare!($lanes, $rows: $($clean)+);
    };
}

sorter!(two_rows, 2, [(0 1)], [(0 1)]);
sorter!(four_rows, 4,
    [(0 2)(1 3) (0 1)(2 3) (1 2)],
    [(0 2)(1 3) (0 1)(2 3)]);
sorter!(eight_rows, 8,
    [(0 2)(1 3)(4 6)(5 7) (0 4)(1 5)(2 6)(3 7) (0 1)(2 3)(4 5)(6 7) (2 4)(3 5) (1 4)(3 6)
        (1 2)(3 4)(5 6)],
    [(0 4)(1 5)(2 6)(3 7) (0 2)(1 3)(4 6)(5 7) (0 1)(2 3)(4 5)(6 7)]);
sorter!(sixteen_rows, 16,
    [(0 13)(1 12)(2 15)(3 14)(4 8)(5 6)(7 11)(9 10)
        (0 5)(1 7)(2 9)(3 4)(6 13)(8 14)(10 15)(11 12)
        (0 1)(2 3)(4 5)(6 8)(7 9)(10 11)(12 13)(14 15)
        (0 2)(1 3)(4 10)(5 11)(6 7)(8 9)(12 14)(13 15)
        (1 2)(3 12)(4 6)(5 7)(8 10)(9 11)(13 14)
        (1 4)(2 6)(5 8)(7 10)(9 13)(11 14)
        (2 4)(3 6)(9 12)(11 13)
        (3 5)(6 8)(7 9)(10 12)
        (3 4)(5 6)(7 8)(9 10)(11 12)
        (6 7)(8 9)],
    [(0 8)(1 9)(2 10)(3 11)(4 12)(5 13)(6 14)(7 15)
        (0 4)(1 5)(2 6)(3 7)(8 12)(9 13)(10 14)(11 15)
        (0 2)(1 3)(4 6)(5 7)(8 10)(9 11)(12 14)(13 15)
        (0 1)(2 3)(4 5)(6 7)(8 9)(10 11)(12 13)(14 15)]);

/// Sorts at most sixteen rows of keys.
#[inline(always)]
pub(crate) fn sort_rows<L: Lanes>(lanes: L, keys: &mut [L::Key]) {
    let rows = keys.len().div_ceil(L::LANES);
    macro_rules! of_width {
        ($($width:literal)+) => {
            match L::LANES {
                $($width => match rows {
                    0..=2 => two_rows::<L, { 2 * $width }>(lanes, keys),
                    3..=4 => four_rows::<L, { 4 * $width }>(lanes, keys),
                    5..=8 => eight_rows::<L, { 8 * $width }>(lanes, keys),
                    _ => sixteen_rows::<L, { 16 * $width }>(lanes, keys),
                },)+
                _ => unreachable!("a row has 4, 8 or 16 lanes"),
            }
        };
    }
    of_width!(4 8 16);
}
