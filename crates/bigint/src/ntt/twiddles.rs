//! Twiddle factors.
//!
//! Level k of a transform has 2^k blocks. With w_0 = 1, w_1 a root of order 4, and
//! w_(2j)^2 = w_j, w_(2j+1) = w_1 w_(2j), block j is split with w_j, at every level and for
//! every length: one table serves them all. A block that is a polynomial modulo x^(2^c) - r^(2^c),
//! for any r, is split with u_k w_j at its own level k, where u_(c-1) = r and u_(k-1) = u_k^2.
//!
//! So the rows of a large transform need no table of its length, but one of the length of a row,
//! scaled; nothing here grows with the product. The tables of the process take 400 KB.

use std::sync::OnceLock;

use super::field::Field;
use super::prime::{PRIMES, Prime};
use crate::simd::{LANES, Lanes, Row};

/// Levels that [`Twiddles::split`] has at most.
pub(crate) const MAX_LEVELS: u32 = 11;

/// A contiguous block has at most 2^12 coefficients.
pub(crate) const MAX_BLOCK_LOG: u32 = 12;

/// The levels that a contiguous block has after those of [`Twiddles::split`]: from eight
/// coefficients to one.
pub(crate) const LAST_LEVELS: u32 = 3;

/// Rows in [`Twiddles::last`] for each 64 coefficients.
pub(crate) const LAST_ROWS: usize = 7;

/// The factors for one block and all those that it is split into.
#[derive(Clone, Debug)]
pub(crate) struct Twiddles {
    /// Entry 2^k + j is for block j of level k.
    split: Vec<Row>,
    /// For eight blocks of eight coefficients each: one row for their first level, two for
    /// the halves and four for the quarters, with a lane for each block.
    last: Vec<Row>,
}

/// Both directions.
pub(crate) struct Table {
    pub(crate) forward: Twiddles,
    pub(crate) inverse: Twiddles,
}

/// The unscaled factors for the prime of this index.
pub(crate) fn table(prime: usize) -> &'static Table {
    static TABLES: [OnceLock<Table>; 3] = [const { OnceLock::new() }; 3];
    TABLES[prime].get_or_init(|| {
        let prime = PRIMES[prime];
        let root = prime.root(1 << (MAX_LEVELS + 1));
        Table {
            forward: Twiddles::of(prime, root),
            inverse: Twiddles::of(prime, prime.inverse(root)),
        }
    })
}

/// w_0, w_1, ... w_(2^log - 1), times `first`, from the last of the squares: `root` is w_(2^(log - 1)).
pub(crate) fn bit_reversed_powers(prime: Prime, first: u64, root: u64, log: u32) -> Vec<u64> {
    let mut powers = vec![first];
    let mut steps = vec![root];
    for _ in 1..log {
        let step = steps[steps.len() - 1];
        steps.push(prime.multiply(step, step));
    }
    for &step in steps.iter().take(log as usize).rev() {
        for j in 0..powers.len() {
            powers.push(prime.multiply(powers[j], step));
        }
    }
    powers
}

impl Twiddles {
    fn of(prime: Prime, root: u64) -> Self {
        let powers = bit_reversed_powers(prime, 1, root, MAX_LEVELS);
        let w: Vec<f64> = powers.into_iter().map(|power| prime.balanced(power)).collect();
        let mut split = vec![0.0];
        for level in 0..MAX_LEVELS {
            split.extend_from_slice(&w[..1 << level]);
        }
        let group = |group: usize| {
            let row = |level: usize, part: usize| {
                let mut row = Row::ZERO;
                for (lane, entry) in row.0.iter_mut().enumerate() {
                    *entry = w[((group * LANES + lane) << level) + part];
                }
                row
            };
            [row(0, 0), row(1, 0), row(1, 1), row(2, 0), row(2, 1), row(2, 2), row(2, 3)]
        };
        Twiddles {
            split: split.as_chunks().0.iter().map(|&row| Row(row)).collect(),
            last: (0..1 << (MAX_BLOCK_LOG - 6)).flat_map(group).collect(),
        }
    }

    /// Space for the factors of a block of `levels` levels and `rows` rows.
    pub(crate) fn space(levels: u32, rows: usize) -> Self {
        Twiddles {
            split: vec![Row::ZERO; (1usize << levels).div_ceil(LANES)],
            last: vec![Row::ZERO; rows / LANES * LAST_ROWS],
        }
    }

    /// The factor of block `block` of level `level`.
    #[inline(always)]
    pub(crate) fn split(&self, level: u32, block: usize) -> f64 {
        let entry = (1 << level) + block;
        self.split[entry / LANES].0[entry % LANES]
    }

    #[inline(always)]
    pub(crate) fn last(&self) -> &[[Row; LAST_ROWS]] {
        self.last.as_chunks().0
    }

    /// Makes this the factors of a block with `scales[k]` for u_k; `scales` has as many as this
    /// has levels, at most [`MAX_LEVELS`] and the last ones.
    #[inline(always)]
    pub(crate) fn scale<S: Lanes>(&mut self, field: Field<S>, unscaled: &Twiddles, scales: &[f64]) {
        let (mut first, count) = ([0.0; 3], scales.len().min(3));
        first[..count].copy_from_slice(&scales[..count]);
        let [u0, u1, u2] = first;
        let first = field.load(&Row([0.0, u0, u1, u1, u2, u2, u2, u2]));
        if let (Some(out), Some(row)) = (self.split.first_mut(), unscaled.split.first()) {
            field.store(out, scaled(field, row, first));
        }
        let mut level = 3;
        let mut begin = 1;
        while begin < self.split.len() {
            let scale = field.splat(scales[level]);
            let rows = unscaled.split[begin..2 * begin].iter();
            for (out, row) in self.split[begin..2 * begin].iter_mut().zip(rows) {
                field.store(out, scaled(field, row, scale));
            }
            level += 1;
            begin *= 2;
        }
        if let &[.., u0, u1, u2] = scales {
            let scales = field.splat_all([u0, u1, u1, u2, u2, u2, u2]);
            let groups = self.last.as_chunks_mut::<LAST_ROWS>().0.iter_mut();
            for (out, rows) in groups.zip(unscaled.last()) {
                for i in 0..LAST_ROWS {
                    field.store(&mut out[i], scaled(field, &rows[i], scales[i]));
                }
            }
        }
    }
}

/// Reduced, because all bounds are for factors of at most 1/2.
#[inline(always)]
fn scaled<S: Lanes>(field: Field<S>, row: &Row, scale: S::Vector) -> S::Vector {
    field.reduce(field.multiply(field.load(row), scale))
}
