//! Which transform for which product.

use super::prime::PRIMES;
use super::twiddles::{MAX_BLOCK_LOG, MAX_LEVELS};
use crate::simd::LANES;

/// Rows of memory in a row of a tile: a tile is 32 columns wide, four cache lines.
pub(crate) const TILE_ROWS: usize = 4;

/// Columns of a tile.
pub(crate) const TILE_COLUMNS: usize = TILE_ROWS * LANES;

/// Up to this many coefficients the transform is one block for each odd part, for each prime on one
/// thread.
const FLAT_UP_TO: usize = 5 << 11;

/// The transform of `odd * 2^(rows_log + columns_log)` coefficients as a matrix with
/// `odd * 2^rows_log` rows (D. Bailey's "FFTs in external or hierarchical memory", 1990).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// 1, 3 or 5.
    pub(crate) odd: usize,
    pub(crate) rows_log: u32,
    pub(crate) columns_log: u32,
}

/// Below, the factors of the odd parts cost more than a shorter transform saves (measured).
const ODD_FROM: usize = 3 << 10;

/// The most coefficients that a plan takes.
pub(crate) const MAX_LEN: usize = 1 << (MAX_LEVELS + MAX_BLOCK_LOG);

impl Plan {
    /// The shortest plan of at least `len` coefficients, which are at most [`MAX_LEN`].
    pub(crate) fn of(len: usize) -> Plan {
        let mut best = (1, len.next_power_of_two().ilog2().max(6));
        for odd in [3, 5] {
            let log = len.div_ceil(odd).next_power_of_two().ilog2().max(6);
            if odd << log < best.0 << best.1 && odd << log >= ODD_FROM {
                best = (odd, log);
            }
        }
        let (odd, log) = best;
        let columns_log = if odd << log <= FLAT_UP_TO && log <= MAX_BLOCK_LOG {
            log
        } else {
            // At least eight rows, and rows at least as long as columns.
            ((log + 4) / 2).clamp(9, MAX_BLOCK_LOG).min(log - 3)
        };
        Plan { odd, rows_log: log - columns_log, columns_log }
    }

    pub(crate) fn is_flat(self) -> bool {
        self.rows_log == 0
    }

    /// Coefficients in all.
    pub(crate) fn len(self) -> usize {
        self.rows() << self.columns_log
    }

    /// Rows of the matrix.
    pub(crate) fn rows(self) -> usize {
        self.odd << self.rows_log
    }

    /// Columns of the matrix.
    pub(crate) fn columns(self) -> usize {
        1 << self.columns_log
    }

    /// Memory rows of a tile, which is all rows of the matrix in 32 columns.
    pub(crate) fn tile_len(self) -> usize {
        self.rows() * TILE_ROWS
    }

    /// Where the memory row with the coefficients from `8 * index` on lies.
    #[inline(always)]
    pub(crate) fn place(self, index: usize) -> usize {
        if self.is_flat() {
            return index;
        }
        let in_row_log = self.columns_log - LANES.ilog2();
        let (row, column) = (index >> in_row_log, index & ((1 << in_row_log) - 1));
        column / TILE_ROWS * self.tile_len() + row * TILE_ROWS + column % TILE_ROWS
    }
}

/// The most limbs of the shorter factor: a coefficient of the product is a sum of as many
/// products of limbs, and must stay below the product of the primes, with a margin of
/// 2^-19 of it that pays for the rounded quotient in `recompose`.
pub(crate) const MAX_SHORTER: usize = 4_180_000;

const _: () = {
    let [a, b, c] = PRIMES;
    let two = a.p as u128 * b.p as u128;
    // The product of two primes and 2^22 of the third, rounded down; limbs are below 2^64.
    let bound = (two >> 64) * (c.p as u128);
    let with_margin = bound - (bound >> 18);
    // MAX_SHORTER * 2^128 <= (two / 2^64) * c * 2^64.
    assert!((MAX_SHORTER as u128) << 64 <= with_margin);
    // A product of two such factors has a plan.
    assert!(2 * MAX_SHORTER - 1 <= MAX_LEN);
};

#[cfg(test)]
mod tests {
    use super::{MAX_LEN, Plan};
    use crate::ntt::twiddles::{MAX_BLOCK_LOG, MAX_LEVELS};

    #[test]
    fn every_length_has_a_plan_that_is_long_enough_and_above_4096_at_most_a_third_too_long() {
        let around = (6..25).flat_map(|log| [1, 3, 5].map(|odd: usize| odd << log));
        let lengths = around.flat_map(|len| [len - 1, len, len + 1]).chain(1..5000);
        for len in lengths.filter(|&len| len <= MAX_LEN) {
            let plan = Plan::of(len);
            let third = plan.len() <= len * 4 / 3 + 1 || plan.len() <= 64;
            let short = plan.len() < 2 * len && plan.len() <= 1 << 12;
            assert!(plan.len() >= len && (third || short), "{len}: {plan:?}");
            assert!(plan.rows_log <= MAX_LEVELS, "{plan:?}");
            assert!((6..=MAX_BLOCK_LOG).contains(&plan.columns_log), "{plan:?}");
            assert!(plan.is_flat() || plan.rows_log >= 3);
        }
    }

    #[test]
    fn places_are_a_permutation() {
        for len in [64, 5 << 9, 3 << 13, 1 << 14, 5 << 14] {
            let plan = Plan::of(len);
            let mut places: Vec<usize> = (0..plan.len() / 8).map(|i| plan.place(i)).collect();
            places.sort_unstable();
            assert!(places.into_iter().eq(0..plan.len() / 8));
        }
    }
}
