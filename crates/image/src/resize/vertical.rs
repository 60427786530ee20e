use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};

use super::packed::{FOUR, Packed};
use crate::View;
use crate::simd::{Dot, DotKernel, Isa, Parts, Quads};

/// Samples that are summed side by side: a cache line.
const COLUMN: usize = 64;
/// Products of a band: some 100 µs of work.
const PRODUCTS_PER_BAND: usize = 1 << 21;
/// Up to this many products the bands run where the call was made.
const INLINE_PRODUCTS: usize = 1 << 19;
/// Products between two questions to the token inside a band.
const PRODUCTS_PER_BLOCK: usize = 1 << 23;

/// Resizes every column of `src` to the height of `weights`.
pub(super) fn resize(
    isa: Isa,
    token: &Token,
    src: View<'_>,
    weights: &Packed,
    out: &mut [u8],
) -> Result<(), Cancelled> {
    let row = src.width() * src.channels();
    let rows = (PRODUCTS_PER_BAND / weights.products() / row).max(1);
    let blocks = Blocks { size: rows * row, inline_up_to: INLINE_PRODUCTS / weights.products() };
    for_each_band(token, out, blocks, |offset, band| {
        isa.run_dot(Rows { token, src, top: offset / row, weights, band });
    })
}

/// Target rows from `top` on.
struct Rows<'a> {
    token: &'a Token,
    src: View<'a>,
    top: usize,
    weights: &'a Packed,
    band: &'a mut [u8],
}

impl DotKernel for Rows<'_> {
    type Output = ();

    #[inline(always)]
    fn run<D: Dot>(self) {
        let Rows { token, src, top, weights, band } = self;
        let mut products = 0;
        for (y, out) in band.chunks_exact_mut(src.width() * src.channels()).enumerate() {
            let (start, parts) = weights.of(top + y);
            for (i, out) in out.chunks_mut(COLUMN).enumerate() {
                let from = i * COLUMN;
                match <&mut Quads>::try_from(&mut *out) {
                    Ok(out) => *out = column::<D>(src, start, parts, from),
                    Err(_) => narrow::<D>(src, start, parts, from, out),
                }
                products += parts.len() * FOUR * COLUMN;
                if products > PRODUCTS_PER_BLOCK {
                    products = 0;
                    if token.begin_block().is_err() {
                        return;
                    }
                }
            }
        }
    }
}

static ZERO: Quads = [0; COLUMN];

/// A full column of one target row.
#[inline(always)]
fn column<D: Dot>(src: View<'_>, start: usize, parts: &[Parts], from: usize) -> Quads {
    let mut sums = [D::zero(); 4];
    let last = src.height() - 1;
    for (n, parts) in parts.iter().enumerate() {
        let mut rows = [&ZERO; FOUR];
        for (k, row) in rows.iter_mut().enumerate() {
            // Beyond the last row of a window the weight is 0.
            let y = (start + n * FOUR + k).min(last);
            *row = src.row(y)[from..].first_chunk().unwrap_or(&ZERO);
        }
        D::add_rows(&mut sums, rows, parts);
    }
    D::row(sums)
}

/// The rest of a row.
#[inline(always)]
fn narrow<D: Dot>(src: View<'_>, start: usize, parts: &[Parts], from: usize, out: &mut [u8]) {
    let mut sums = [D::zero(); 4];
    let last = src.height() - 1;
    let mut rows = [ZERO; FOUR];
    for (n, parts) in parts.iter().enumerate() {
        for (k, row) in rows.iter_mut().enumerate() {
            let y = (start + n * FOUR + k).min(last);
            row[..out.len()].copy_from_slice(&src.row(y)[from..]);
        }
        D::add_rows(&mut sums, rows.each_ref(), parts);
    }
    out.copy_from_slice(&D::row(sums)[..out.len()]);
}
