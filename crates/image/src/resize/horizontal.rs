use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};

use super::packed::{FOUR, Packed};
use crate::View;
use crate::alpha;
use crate::simd::{Dot, DotKernel, Isa, Parts, Quads};
use crate::tile::{self, LANES};

/// Target pixels that share one tile, at most.
const TARGETS: usize = 64;
/// Source pixels of a tile by fours: it stays in the nearest cache. A multiple of four.
const TILE: usize = 128;
/// Up to this many products the bands run where the call was made.
const INLINE_PRODUCTS: usize = 1 << 19;
/// Products between two questions to the token: some 200 µs of work.
const PRODUCTS_PER_BLOCK: usize = 1 << 22;

/// Resizes every row of `src` to the width of `weights`, which are on the grid. With `premultiply` the colours
/// are multiplied by alpha first.
pub(super) fn resize(
    isa: Isa,
    token: &Token,
    src: View<'_>,
    weights: &Packed,
    premultiply: bool,
    out: &mut [u8],
) -> Result<(), Cancelled> {
    let row = out.len() / src.height();
    let inline_up_to = INLINE_PRODUCTS / weights.products();
    let blocks = Blocks { size: LANES * row, inline_up_to };
    for_each_band(token, out, blocks, |offset, band| {
        let top = offset / row;
        match src.channels() {
            1 => isa.run_dot(Rows::<1> { token, src, top, weights, premultiply, band, row }),
            2 => isa.run_dot(Rows::<2> { token, src, top, weights, premultiply, band, row }),
            3 => isa.run_dot(Rows::<3> { token, src, top, weights, premultiply, band, row }),
            _ => isa.run_dot(Rows::<4> { token, src, top, weights, premultiply, band, row }),
        }
    })
}

/// Up to 16 rows from `top` on, with `C` channels; `row` samples in a target row.
struct Rows<'a, const C: usize> {
    token: &'a Token,
    src: View<'a>,
    top: usize,
    weights: &'a Packed,
    premultiply: bool,
    band: &'a mut [u8],
    row: usize,
}

/// Four pixels of 16 rows.
type Four<const C: usize> = [Quads; C];

impl<const C: usize> DotKernel for Rows<'_, C> {
    type Output = ();

    #[inline(always)]
    fn run<D: Dot>(self) {
        let Rows { token, src, top, weights, premultiply, band, row } = self;
        let rows = band.len() / row;
        // The last row stands for those that are missing.
        let mut lines: [&[u8]; LANES] = [&[]; LANES];
        for (j, line) in lines.iter_mut().enumerate() {
            *line = src.row(top + j.min(rows - 1));
        }
        let mut tile = [[[0; 64]; C]; TILE];
        let mut results = [[[0; LANES]; C]; TARGETS];
        let mut products = 0;
        let mut first = 0;
        while first < row / C {
            let (from, fours, count) = group(weights, first, row / C);
            if fours <= TILE {
                fill::<D, C>(&lines, from, premultiply, &mut tile[..fours]);
                for (target, result) in (first..first + count).zip(&mut results) {
                    let (start, parts) = weights.of(target);
                    let mut sums = [D::zero(); C];
                    add(&mut sums, &tile[(start - from) / FOUR..], parts);
                    round(&sums, result);
                    products += parts.len() * FOUR * C * LANES;
                }
            } else {
                // One target pixel that looks at more than a tile.
                let mut sums = [D::zero(); C];
                for (part, parts) in weights.of(first).1.chunks(TILE).enumerate() {
                    let from = from + part * TILE * FOUR;
                    fill::<D, C>(&lines, from, premultiply, &mut tile[..parts.len()]);
                    add(&mut sums, &tile, parts);
                    if token.begin_block().is_err() {
                        return;
                    }
                }
                round(&sums, &mut results[0]);
            }
            if products > PRODUCTS_PER_BLOCK {
                products = 0;
                if token.begin_block().is_err() {
                    return;
                }
            }
            tile::write(results[..count].as_flattened(), band, row, first * C);
            first += count;
        }
    }
}

static ZERO: [u8; 16] = [0; 16];

/// The targets from `first` on that share a tile: the first source pixel, how many fours, how many targets.
#[inline(always)]
fn group(weights: &Packed, first: usize, all: usize) -> (usize, usize, usize) {
    let (from, parts) = weights.of(first);
    let mut fours = parts.len();
    let mut count = 1;
    while count < TARGETS && first + count < all {
        let (start, parts) = weights.of(first + count);
        let with = fours.max((start - from) / FOUR + parts.len());
        if with > TILE {
            break;
        }
        fours = with;
        count += 1;
    }
    (from, fours, count)
}

/// Reads a tile from source pixel `from` on; beyond the end of the lines it is 0.
#[inline(always)]
fn fill<D: Dot, const C: usize>(
    lines: &[&[u8]; LANES],
    from: usize,
    premultiply: bool,
    tile: &mut [Four<C>],
) {
    // How much of 16 bytes is taken, and how many quads that makes.
    let (taken, made) = if C == 3 { (12, 3) } else { (16, 4) };
    let order = order(C);
    let mut at = from * C;
    for quads in tile.as_flattened_mut().chunks_mut(made) {
        let mut bytes = [&ZERO; LANES];
        let mut inside = true;
        for (bytes, line) in bytes.iter_mut().zip(lines) {
            match line.get(at..at + 16).and_then(<[u8]>::first_chunk) {
                Some(found) => *bytes = found,
                None => inside = false,
            }
        }
        let turned = if inside {
            D::turn(bytes, &order)
        } else {
            let mut ends = [ZERO; LANES];
            for (end, line) in ends.iter_mut().zip(lines) {
                let rest = line.get(at..).unwrap_or_default();
                end[..rest.len()].copy_from_slice(rest);
            }
            D::turn(ends.each_ref(), &order)
        };
        for (to, turned) in quads.iter_mut().zip(&turned) {
            *to = *turned;
        }
        at += taken;
    }
    if premultiply {
        alpha::premultiply_lanes(tile);
    }
}

/// The places of 16 bytes of a line, channel by channel: four pixels of a channel make a quad.
const fn order(channels: usize) -> [u8; 16] {
    let mut order = [0x80; 16];
    let pixels = if channels == 3 { 4 } else { 16 / channels };
    let mut pixel = 0;
    while pixel < pixels {
        let mut c = 0;
        while c < channels {
            order[(pixel / FOUR * channels + c) * 4 + pixel % FOUR] = (pixel * channels + c) as u8;
            c += 1;
        }
        pixel += 1;
    }
    order
}

/// Adds the weighted pixels to the sums of one target pixel.
#[inline(always)]
fn add<D: Dot, const C: usize>(sums: &mut [D; C], tile: &[Four<C>], parts: &[Parts]) {
    if D::WIDE {
        let mut all = *sums;
        for (four, parts) in tile.iter().zip(parts) {
            for c in 0..C {
                all[c].add(&four[c], parts);
            }
        }
        *sums = all;
        return;
    }
    for c in 0..C {
        let mut sum = sums[c];
        for (four, parts) in tile.iter().zip(parts) {
            sum.add(&four[c], parts);
        }
        sums[c] = sum;
    }
}

#[inline(always)]
fn round<D: Dot, const C: usize>(sums: &[D; C], result: &mut [[u8; LANES]; C]) {
    for (samples, sums) in result.iter_mut().zip(sums) {
        *samples = sums.samples();
    }
}
