//! Products modulo one prime, pass by pass over all threads.

use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};

use super::columns::{ForwardTile, InverseTile, residues};
use super::field::Field;
use super::odd::split_odd;
use super::passes::{forward_block, inverse_block, multiply_values, square_values};
use super::plan::Plan;
use super::roots::Roots;
use super::rows::{Other, ProductBand, SpectrumBand};
use crate::simd::{Body, Isa, LANES, Lanes, Row};

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

fn zeros(plan: Plan) -> Vec<Row> {
    vec![Row::ZERO; plan.len() / LANES]
}

/// The residues of the coefficients of a product, times the length of the plan.
pub(crate) fn product(
    token: &Token,
    isa: Isa,
    roots: &Roots,
    limbs: &[u64],
    factor: Factor<'_>,
) -> Result<Vec<Row>, Cancelled> {
    let plan = roots.plan;
    if plan.is_flat() {
        token.begin_block()?;
        let mut out = zeros(plan);
        isa.run(FlatProduct { roots, limbs, factor, out: &mut out });
        return Ok(out);
    }
    let mut tiles = forward_tiles(token, isa, roots, limbs)?;
    let mut bands = zeros(plan);
    {
        let other_tiles;
        let other = match factor {
            Factor::Same => Other::Same,
            Factor::Spectrum(rows) => Other::Spectrum(rows),
            Factor::Limbs(limbs) => {
                other_tiles = forward_tiles(token, isa, roots, limbs)?;
                Other::Tiles(&other_tiles)
            }
        };
        for_each_band(token, &mut bands, bands_of(plan), |offset, out| {
            let band = offset / plan.columns();
            isa.run(ProductBand { roots, band, tiles: &tiles, other, out });
        })?;
    }
    for_each_band(token, &mut tiles, tiles_of(plan), |offset, out| {
        isa.run(InverseTile { roots, bands: &bands, tile: offset / plan.tile_len(), out });
    })?;
    Ok(tiles)
}

/// The transform of a factor that is needed more than once.
pub(crate) fn spectrum(
    token: &Token,
    isa: Isa,
    roots: &Roots,
    limbs: &[u64],
) -> Result<Vec<Row>, Cancelled> {
    let plan = roots.plan;
    let mut out = zeros(plan);
    if plan.is_flat() {
        token.begin_block()?;
        isa.run(FlatSpectrum { roots, limbs, out: &mut out });
    } else {
        let tiles = forward_tiles(token, isa, roots, limbs)?;
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
) -> Result<Vec<Row>, Cancelled> {
    let plan = roots.plan;
    let mut tiles = zeros(plan);
    for_each_band(token, &mut tiles, tiles_of(plan), |offset, out| {
        isa.run(ForwardTile { roots, limbs, tile: offset / plan.tile_len(), out });
    })?;
    Ok(tiles)
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
