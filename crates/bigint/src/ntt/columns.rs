//! The columns of the matrix, in tiles of 32: from limbs to residues on the way in.
//!
//! A tile lies in memory as one piece, row after row, so that its levels stay in the second-level
//! cache and no two of its rows share a cache set by their distance.

use super::field::Field;
use super::odd::split_odd;
use super::passes;
use super::plan::{TILE_COLUMNS, TILE_ROWS};
use super::roots::Roots;
use crate::simd::{Body, LANES, Lanes, Row};

/// Rows of the matrix that [`super::rows`] takes at once.
pub(crate) const BAND: usize = 8;

/// Memory rows that a tile and a band of rows have in common: one piece of 2 KB.
pub(crate) const CHUNK: usize = BAND * TILE_ROWS;

/// The residues of the limbs from `start` on; zero after the last one.
#[inline(always)]
pub(crate) fn residues<S: Lanes>(field: Field<S>, limbs: &[u64], start: usize, out: &mut [Row]) {
    let limbs = limbs.get(start..).unwrap_or_default();
    let (whole, rest) = limbs.as_chunks::<LANES>();
    let (out, zeros) = out.split_at_mut(out.len().min(whole.len()));
    for (out, limbs) in out.iter_mut().zip(whole) {
        field.store(out, field.residues(limbs));
    }
    if let Some((first, zeros)) = zeros.split_first_mut() {
        let mut last = [0; LANES];
        last[..rest.len()].copy_from_slice(rest);
        field.store(first, field.residues(&last));
        zeros.fill(Row::ZERO);
    }
}

/// The levels of the columns of tile `tile`.
pub(crate) struct ForwardTile<'a> {
    pub(crate) roots: &'a Roots,
    pub(crate) limbs: &'a [u64],
    pub(crate) tile: usize,
    pub(crate) out: &'a mut [Row],
}

impl Body for ForwardTile<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Lanes>(self, simd: S) {
        let field = Field::new(simd, self.roots.prime);
        let plan = self.roots.plan;
        for (row, out) in self.out.chunks_exact_mut(TILE_ROWS).enumerate() {
            residues(field, self.limbs, row * plan.columns() + self.tile * TILE_COLUMNS, out);
        }
        split_odd(field, self.out, &self.roots.forward.odd);
        let part_len = self.out.len() / plan.odd;
        for (part, data) in self.out.chunks_exact_mut(part_len).enumerate() {
            passes::forward(field, data, self.roots.forward_part(part), plan.rows_log);
        }
    }
}

/// Undoes [`ForwardTile`] in place, up to a factor of the number of rows.
pub(crate) struct InverseTile<'a> {
    pub(crate) roots: &'a Roots,
    pub(crate) out: &'a mut [Row],
}

impl Body for InverseTile<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Lanes>(self, simd: S) {
        let field = Field::new(simd, self.roots.prime);
        let plan = self.roots.plan;
        let part_len = self.out.len() / plan.odd;
        for (part, data) in self.out.chunks_exact_mut(part_len).enumerate() {
            passes::inverse(field, data, self.roots.inverse_part(part), plan.rows_log);
        }
        split_odd(field, self.out, &self.roots.inverse.odd);
    }
}
