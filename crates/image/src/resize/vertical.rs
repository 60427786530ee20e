use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};

use super::weights::{HALF, Weights, sample};
use crate::View;
use crate::simd::{Isa, Kernel};

/// Samples that are summed side by side: a cache line.
const COLUMN: usize = 64;
/// Products of a band: some 100 µs of work.
const PRODUCTS_PER_BAND: usize = 1 << 20;
/// Up to this many products the bands run where the call was made.
const INLINE_PRODUCTS: usize = 1 << 18;
/// Products between two questions to the token inside a band.
const PRODUCTS_PER_BLOCK: usize = 1 << 22;

/// Resizes every column of `src` to the height of `weights`.
pub(super) fn resize(
    isa: Isa,
    token: &Token,
    src: View<'_>,
    weights: &Weights,
    out: &mut [u8],
) -> Result<(), Cancelled> {
    let row = src.width() * src.channels();
    let rows = (PRODUCTS_PER_BAND / weights.taps() / row).max(1);
    let blocks = Blocks { size: rows * row, inline_up_to: INLINE_PRODUCTS / weights.taps() };
    for_each_band(token, out, blocks, |offset, band| {
        isa.run(Rows { token, src, top: offset / row, weights, band });
    })
}

/// Target rows from `top` on.
struct Rows<'a> {
    token: &'a Token,
    src: View<'a>,
    top: usize,
    weights: &'a Weights,
    band: &'a mut [u8],
}

impl Kernel for Rows<'_> {
    #[inline(always)]
    fn run(self) {
        let Rows { token, src, top, weights, band } = self;
        let mut products = 0;
        for (y, out) in band.chunks_exact_mut(src.width() * src.channels()).enumerate() {
            let (start, taps) = weights.of(top + y);
            for (i, out) in out.chunks_mut(COLUMN).enumerate() {
                let from = i * COLUMN;
                match out.try_into() {
                    Ok(out) => column(src, start, taps, from, out),
                    Err(_) => narrow(src, start, taps, from, out),
                }
                products += taps.len() * COLUMN;
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

/// A full column of one target row.
#[inline(always)]
fn column(src: View<'_>, start: usize, taps: &[i32], from: usize, out: &mut [u8; COLUMN]) {
    let mut sums = [HALF; COLUMN];
    for (j, &tap) in taps.iter().enumerate() {
        if let Ok(samples) = <&[u8; COLUMN]>::try_from(&src.row(start + j)[from..from + COLUMN]) {
            for i in 0..COLUMN {
                sums[i] = sums[i].wrapping_add(i32::from(samples[i]).wrapping_mul(tap));
            }
        }
    }
    *out = sums.map(sample);
}

/// The rest of a row.
#[inline(always)]
fn narrow(src: View<'_>, start: usize, taps: &[i32], from: usize, out: &mut [u8]) {
    let mut sums = [HALF; COLUMN];
    for (j, &tap) in taps.iter().enumerate() {
        for (sum, &value) in sums.iter_mut().zip(&src.row(start + j)[from..]) {
            *sum = sum.wrapping_add(i32::from(value).wrapping_mul(tap));
        }
    }
    for (out, &sum) in out.iter_mut().zip(&sums) {
        *out = sample(sum);
    }
}
