//! Levels of the transform over memory.

use super::butterfly::{Butterfly, Forward, Inverse, Three, forward4, inverse2, inverse4};
use super::field::Field;
use super::twiddles::{LAST_LEVELS, Twiddles};
use crate::simd::{LANES, Lanes, Row};

/// 16 KB: blocks of at most this many rows go through all their levels while they are in the
/// first-level cache.
const CACHED_ROWS: usize = 256;

/// The first `levels` levels of a block. The parts that remain lie one after the other, in
/// bit-reversed order.
#[inline(always)]
pub(crate) fn forward<S: Lanes>(
    field: Field<S>,
    data: &mut [Row],
    twiddles: &Twiddles,
    levels: u32,
) {
    let butterfly = Forward(field);
    let (mut level, mut len) = (0, data.len());
    while level < levels && len > CACHED_ROWS {
        let step = step(levels - level);
        for (j, block) in data.chunks_exact_mut(len).enumerate() {
            level_of(field, &butterfly, block, twiddles, level, step, j);
        }
        level += step;
        len >>= step;
    }
    for (j, block) in data.chunks_exact_mut(len).enumerate() {
        let (mut done, mut len) = (0, len);
        while level + done < levels {
            let step = step(levels - level - done);
            for (i, block) in block.chunks_exact_mut(len).enumerate() {
                level_of(field, &butterfly, block, twiddles, level + done, step, (j << done) + i);
            }
            done += step;
            len >>= step;
        }
    }
}

/// Undoes [`forward`] up to a factor of 2^levels; `twiddles` are the inverses.
#[inline(always)]
pub(crate) fn inverse<S: Lanes>(
    field: Field<S>,
    data: &mut [Row],
    twiddles: &Twiddles,
    levels: u32,
) {
    let butterfly = Inverse(field);
    // The steps of `forward`, from the last to the first.
    let (mut outer, mut len) = (0, data.len());
    while outer < levels && len > CACHED_ROWS {
        let step = step(levels - outer);
        outer += step;
        len >>= step;
    }
    for (j, block) in data.chunks_exact_mut(len).enumerate() {
        let mut level = levels;
        while level > outer {
            let step = last_step(level, levels);
            level -= step;
            let done = level - outer;
            for (i, block) in block.chunks_exact_mut(len >> done).enumerate() {
                level_of(field, &butterfly, block, twiddles, level, step, (j << done) + i);
            }
        }
    }
    let mut level = outer;
    while level > 0 {
        let step = last_step(level, levels);
        level -= step;
        let len = data.len() >> level;
        for (j, block) in data.chunks_exact_mut(len).enumerate() {
            level_of(field, &butterfly, block, twiddles, level, step, j);
        }
    }
}

/// Levels to do at once when `left` are left: two, after a single one where their number is odd.
#[inline(always)]
fn step(left: u32) -> u32 {
    2 - left % 2
}

/// The step that ends at `level` on the way through `levels`.
#[inline(always)]
fn last_step(level: u32, levels: u32) -> u32 {
    if level == 1 && levels % 2 == 1 { 1 } else { 2 }
}

#[inline(always)]
fn three<S: Lanes>(field: Field<S>, twiddles: &Twiddles, level: u32, j: usize) -> Three<S::Vector> {
    let w = twiddles.split(level, j);
    let w_left = twiddles.split(level + 1, 2 * j);
    let w_right = twiddles.split(level + 1, 2 * j + 1);
    [field.splat(w), field.splat(w_left), field.splat(w_right)]
}

/// One or two levels of block `j` of a level, in the direction of the butterfly.
#[inline(always)]
fn level_of<S: Lanes>(
    field: Field<S>,
    butterfly: &impl Butterfly<S::Vector>,
    block: &mut [Row],
    twiddles: &Twiddles,
    level: u32,
    step: u32,
    j: usize,
) {
    if step == 1 {
        let w = field.splat(twiddles.split(level, j));
        let (a, b) = block.split_at_mut(block.len() / 2);
        for (a, b) in a.iter_mut().zip(b) {
            let out = butterfly.two([field.load(a), field.load(b)], w);
            field.store(a, out[0]);
            field.store(b, out[1]);
        }
        return;
    }
    let w = three(field, twiddles, level, j);
    let quarter = block.len() / 4;
    let (left, right) = block.split_at_mut(2 * quarter);
    let (a, b) = left.split_at_mut(quarter);
    let (c, d) = right.split_at_mut(quarter);
    for (((a, b), c), d) in a.iter_mut().zip(b).zip(c).zip(d) {
        let values = [field.load(a), field.load(b), field.load(c), field.load(d)];
        let out = butterfly.four(values, w);
        field.store(a, out[0]);
        field.store(b, out[1]);
        field.store(c, out[2]);
        field.store(d, out[3]);
    }
}

/// All levels of a contiguous block of 64 to 4,096 coefficients. Its values stay transposed in
/// groups of 64, which [`inverse_block`] undoes and products lane by lane do not mind.
#[inline(always)]
pub(crate) fn forward_block<S: Lanes>(field: Field<S>, data: &mut [Row], twiddles: &Twiddles) {
    forward(field, data, twiddles, block_log(data) - LAST_LEVELS);
    for (rows, w) in data.as_chunks_mut::<LANES>().0.iter_mut().zip(twiddles.last()) {
        let w = field.load_all(w);
        let [a, b, c, d, e, f, g, h] = field.simd.transpose(field.load_all(rows));
        let [a, c, e, g] = forward4(field, [a, c, e, g], [w[0], w[1], w[2]]);
        let [b, d, f, h] = forward4(field, [b, d, f, h], [w[0], w[1], w[2]]);
        let pairs = [([a, b], w[3]), ([c, d], w[4]), ([e, f], w[5]), ([g, h], w[6])];
        for (i, ([a, b], w)) in pairs.into_iter().enumerate() {
            // Up to 2.95 + M(2.95) = 4: the product after it reduces one factor.
            let b = field.multiply(b, w);
            field.store(&mut rows[2 * i], field.add(a, b));
            field.store(&mut rows[2 * i + 1], field.sub(a, b));
        }
    }
}

/// Undoes [`forward_block`] up to a factor of its length; `twiddles` are the inverses.
#[inline(always)]
pub(crate) fn inverse_block<S: Lanes>(field: Field<S>, data: &mut [Row], twiddles: &Twiddles) {
    for (rows, w) in data.as_chunks_mut::<LANES>().0.iter_mut().zip(twiddles.last()) {
        let w = field.load_all(w);
        let [a, b, c, d, e, f, g, h] = field.load_all(rows);
        let [a, b] = inverse2(field, [a, b], w[3]);
        let [c, d] = inverse2(field, [c, d], w[4]);
        let [e, f] = inverse2(field, [e, f], w[5]);
        let [g, h] = inverse2(field, [g, h], w[6]);
        let [a, c, e, g] = inverse4(field, [a, c, e, g], [w[0], w[1], w[2]]);
        let [b, d, f, h] = inverse4(field, [b, d, f, h], [w[0], w[1], w[2]]);
        let out = field.simd.transpose([a, b, c, d, e, f, g, h]);
        for (row, out) in rows.iter_mut().zip(out) {
            field.store(row, out);
        }
    }
    inverse(field, data, twiddles, block_log(data) - LAST_LEVELS);
}

/// log2 of the coefficients.
#[inline(always)]
fn block_log(data: &[Row]) -> u32 {
    (data.len() * LANES).ilog2()
}

/// `out *= other`, lane by lane, for outputs of [`forward_block`].
#[inline(always)]
pub(crate) fn multiply_values<S: Lanes>(field: Field<S>, out: &mut [Row], other: &[Row]) {
    for (out, other) in out.iter_mut().zip(other) {
        // Up to 1/2 * 4 * p^2, so at most M(4) = 1.25.
        let product = field.multiply(field.load(other), field.reduce(field.load(out)));
        field.store(out, product);
    }
}

/// `out *= out`, likewise.
#[inline(always)]
pub(crate) fn square_values<S: Lanes>(field: Field<S>, out: &mut [Row]) {
    for out in out {
        let value = field.load(out);
        field.store(out, field.multiply(value, field.reduce(value)));
    }
}
