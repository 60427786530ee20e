//! The rows of the matrix, eight at a time: forward, product and inverse while a row is in
//! the cache, and back to where it came from.

use super::columns::BAND;
use super::field::Field;
use super::passes::{forward_block, inverse_block, multiply_values, square_values};
use super::plan::TILE_ROWS;
use super::roots::Roots;
use super::twiddles::Twiddles;
use crate::simd::{Body, LANES, Lanes, Row};

/// What the rows are multiplied with.
#[derive(Clone, Copy)]
pub(crate) enum Other<'a> {
    /// Themselves.
    Same,
    /// The rows of another matrix of tiles.
    Tiles(&'a [Row]),
    /// Rows that [`SpectrumBand`] has transformed.
    Spectrum(&'a [Row]),
}

/// A band of the product: forward, product, inverse, in place.
pub(crate) struct ProductBand<'a, 'b> {
    pub(crate) roots: &'a Roots,
    pub(crate) band: usize,
    /// The eight rows in each of the tiles.
    pub(crate) chunks: &'a mut [&'b mut [Row]],
    pub(crate) other: Other<'a>,
}

impl Body for ProductBand<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Lanes>(self, simd: S) {
        let roots = self.roots;
        let field = Field::new(simd, roots.prime);
        let len = roots.plan.columns() / LANES;
        let first = self.band * BAND;
        let forward_scales = roots.forward_rows(field, first);
        let inverse_scales = roots.inverse_rows(field, first);
        let mut twiddles = roots.row_space();
        let mut values = vec![Row::ZERO; len];
        let mut others = vec![Row::ZERO; len];
        for row in 0..BAND {
            forward_scales.fill(field, &mut twiddles, row);
            for (values, chunk) in values.chunks_exact_mut(TILE_ROWS).zip(&*self.chunks) {
                values.copy_from_slice(&chunk[row * TILE_ROWS..][..TILE_ROWS]);
            }
            forward_block(field, &mut values, &twiddles);
            match self.other {
                Other::Same => square_values(field, &mut values),
                Other::Tiles(tiles) => {
                    forward_row(field, roots, tiles, first + row, &twiddles, &mut others);
                    multiply_values(field, &mut values, &others);
                }
                Other::Spectrum(rows) => {
                    multiply_values(field, &mut values, &rows[(first + row) * len..][..len]);
                }
            }
            inverse_scales.fill(field, &mut twiddles, row);
            inverse_block(field, &mut values, &twiddles);
            for (chunk, values) in self.chunks.iter_mut().zip(values.chunks_exact(TILE_ROWS)) {
                chunk[row * TILE_ROWS..][..TILE_ROWS].copy_from_slice(values);
            }
        }
    }
}

/// A band of a factor that is needed more than once. `out` is row after row.
pub(crate) struct SpectrumBand<'a> {
    pub(crate) roots: &'a Roots,
    pub(crate) band: usize,
    pub(crate) tiles: &'a [Row],
    pub(crate) out: &'a mut [Row],
}

impl Body for SpectrumBand<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Lanes>(self, simd: S) {
        let roots = self.roots;
        let field = Field::new(simd, roots.prime);
        let first = self.band * BAND;
        let scales = roots.forward_rows(field, first);
        let mut twiddles = roots.row_space();
        let rows = self.out.chunks_exact_mut(roots.plan.columns() / LANES);
        for (row, values) in rows.enumerate() {
            scales.fill(field, &mut twiddles, row);
            forward_row(field, roots, self.tiles, first + row, &twiddles, values);
        }
    }
}

/// Collects a row from its tiles and transforms it.
#[inline(always)]
fn forward_row<S: Lanes>(
    field: Field<S>,
    roots: &Roots,
    tiles: &[Row],
    row: usize,
    twiddles: &Twiddles,
    out: &mut [Row],
) {
    let tiles = tiles.chunks_exact(roots.plan.tile_len());
    for (out, tile) in out.chunks_exact_mut(TILE_ROWS).zip(tiles) {
        out.copy_from_slice(&tile[row * TILE_ROWS..][..TILE_ROWS]);
    }
    forward_block(field, out, twiddles);
}
