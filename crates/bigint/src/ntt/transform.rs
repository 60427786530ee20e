//! Products modulo one prime, pass by pass over all threads.

use std::sync::{Mutex, PoisonError};

use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};

use super::columns::{BAND, CHUNK, ForwardTile, InverseTile, residues};
use super::field::Field;
use super::odd::split_odd;
use super::passes::{forward_block, inverse_block, multiply_values, square_values};
use super::plan::{Plan, TILE_COLUMNS};
use super::roots::Roots;
use super::rows::{Other, ProductBand, SpectrumBand};
use crate::simd::{Body, Isa, LANES, Lanes, Row, Rows};

/// Up to 2^14 coefficients a pass takes some 30 µs, and stays on its thread.
const INLINE_ROWS: usize = 1 << 11;

/// The second factor of a product.
#[derive(Clone, Copy)]
pub(crate) enum Factor<'a> {
    /// The first one.
    Same,
    Limbs(&'a [u64]),
    /// From [`spectrum`].
    Spectrum(&'a [Row]),
}

fn zeros(plan: Plan) -> Rows {
    Rows::zeros(plan.len() / LANES)
}

/// Memory for the tiles of a second factor, which one prime leaves to the next.
#[derive(Default)]
pub(crate) struct Spare(Mutex<Option<Rows>>);

impl Spare {
    fn take(&self, plan: Plan) -> Rows {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        kept.unwrap_or_else(|| zeros(plan))
    }

    fn give_back(&self, rows: Rows) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(rows);
    }
}

/// The residues of the coefficients of a product, times the length of the plan. `spare` is for
/// products of this plan only.
pub(crate) fn product(
    token: &Token,
    isa: Isa,
    roots: &Roots,
    limbs: &[u64],
    factor: Factor<'_>,
    spare: &Spare,
) -> Result<Rows, Cancelled> {
    let plan = roots.plan;
    let mut tiles = zeros(plan);
    if plan.is_flat() {
        token.begin_block()?;
        isa.run(FlatProduct { roots, limbs, factor, out: &mut tiles });
        return Ok(tiles);
    }
    forward_tiles(token, isa, roots, limbs, &mut tiles)?;
    match factor {
        Factor::Same => multiply_bands(token, isa, roots, &mut tiles, Other::Same)?,
        Factor::Spectrum(rows) => {
            multiply_bands(token, isa, roots, &mut tiles, Other::Spectrum(rows))?;
        }
        Factor::Limbs(limbs) => {
            let mut others = spare.take(plan);
            forward_tiles(token, isa, roots, limbs, &mut others)?;
            multiply_bands(token, isa, roots, &mut tiles, Other::Tiles(&others))?;
            spare.give_back(others);
        }
    }
    for_each_band(token, &mut tiles, tiles_of(plan), |_, out| {
        isa.run(InverseTile { roots, out });
    })?;
    Ok(tiles)
}

fn multiply_bands(
    token: &Token,
    isa: Isa,
    roots: &Roots,
    tiles: &mut [Row],
    other: Other<'_>,
) -> Result<(), Cancelled> {
    let plan = roots.plan;
    let count = plan.rows() / BAND;
    let in_band = || Vec::with_capacity(plan.columns() / TILE_COLUMNS);
    let mut bands: Vec<Vec<&mut [Row]>> = (0..count).map(|_| in_band()).collect();
    for (i, chunk) in tiles.chunks_exact_mut(CHUNK).enumerate() {
        bands[i % count].push(chunk);
    }
    let inline_up_to = if plan.len() / LANES <= INLINE_ROWS { count } else { 0 };
    for_each_band(token, &mut bands, Blocks { size: 1, inline_up_to }, |band, bands| {
        for chunks in bands {
            isa.run(ProductBand { roots, band, chunks, other });
        }
    })
}

/// The transform of a factor that is needed more than once.
pub(crate) fn spectrum(
    token: &Token,
    isa: Isa,
    roots: &Roots,
    limbs: &[u64],
) -> Result<Rows, Cancelled> {
    let plan = roots.plan;
    let mut out = zeros(plan);
    if plan.is_flat() {
        token.begin_block()?;
        isa.run(FlatSpectrum { roots, limbs, out: &mut out });
    } else {
        let mut tiles = zeros(plan);
        forward_tiles(token, isa, roots, limbs, &mut tiles)?;
        for_each_band(token, &mut out, bands_of(plan), |offset, out| {
            isa.run(SpectrumBand { roots, band: offset / plan.columns(), tiles: &tiles, out });
        })?;
    }
    Ok(out)
}

fn forward_tiles(
    token: &Token,
    isa: Isa,
    roots: &Roots,
    limbs: &[u64],
    tiles: &mut [Row],
) -> Result<(), Cancelled> {
    let plan = roots.plan;
    for_each_band(token, tiles, tiles_of(plan), |offset, out| {
        isa.run(ForwardTile { roots, limbs, tile: offset / plan.tile_len(), out });
    })
}

fn tiles_of(plan: Plan) -> Blocks {
    Blocks { size: plan.tile_len(), inline_up_to: INLINE_ROWS }
}

/// Eight rows of the matrix are as many memory rows as it has columns.
fn bands_of(plan: Plan) -> Blocks {
    Blocks { size: plan.columns(), inline_up_to: INLINE_ROWS }
}

struct FlatProduct<'a> {
    roots: &'a Roots,
    limbs: &'a [u64],
    factor: Factor<'a>,
    out: &'a mut [Row],
}

impl Body for FlatProduct<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Lanes>(self, simd: S) {
        let FlatProduct { roots, limbs, factor, out } = self;
        let field = Field::new(simd, roots.prime);
        flat_forward(field, roots, limbs, out);
        match factor {
            Factor::Same => square_values(field, out),
            Factor::Spectrum(values) => multiply_values(field, out, values),
            Factor::Limbs(limbs) => {
                let mut other = zeros(roots.plan);
                flat_forward(field, roots, limbs, &mut other);
                multiply_values(field, out, &other);
            }
        }
        for (part, out) in out.chunks_exact_mut(roots.plan.columns() / LANES).enumerate() {
            inverse_block(field, out, roots.inverse_part(part));
        }
        split_odd(field, out, &roots.inverse.odd);
    }
}

struct FlatSpectrum<'a> {
    roots: &'a Roots,
    limbs: &'a [u64],
    out: &'a mut [Row],
}

impl Body for FlatSpectrum<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Lanes>(self, simd: S) {
        flat_forward(Field::new(simd, self.roots.prime), self.roots, self.limbs, self.out);
    }
}

#[inline(always)]
fn flat_forward<S: Lanes>(field: Field<S>, roots: &Roots, limbs: &[u64], out: &mut [Row]) {
    residues(field, limbs, 0, out);
    split_odd(field, out, &roots.forward.odd);
    for (part, out) in out.chunks_exact_mut(roots.plan.columns() / LANES).enumerate() {
        forward_block(field, out, roots.forward_part(part));
    }
}
