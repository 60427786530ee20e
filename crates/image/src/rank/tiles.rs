//! A plan run over an image: as many tiles at once as a vector has lanes.

use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};

use super::lanes;
use super::plan::{Line, Op, Plan};
use crate::View;
use crate::border::Border;
use crate::lines::{Margins, Worked};
use crate::order::Ordered;
use crate::simd::{Isa, Lane, Pair, Vector, VectorKernel};

/// Samples of a band, when the window is small.
const BAND: usize = 1 << 18;

/// Operations between two questions to the token: 200 µs of work, of the largest windows 1 ms.
const OPS_PER_BLOCK: usize = 1 << 13;

/// Writes the sample of the plan's rank among those of the window around each pixel.
pub(super) fn filter<T: Ordered>(
    isa: Isa,
    token: &Token,
    src: View<'_, T>,
    plan: &Plan,
    out: &mut [T],
) -> Result<(), Cancelled>
where
    T::Key: Worked<T>,
{
    let row = src.width() * src.channels();
    // A band reads `size - 1` rows more than it writes.
    let rows = (BAND / row).max(2 * plan.size).next_multiple_of(plan.tile);
    let blocks = Blocks { size: rows * row, inline_up_to: 1 << 13 };
    for_each_band(token, out, blocks, |offset, band| {
        isa.run_vectors(Band { token, src, plan, top: offset / row, band });
    })
}

struct Band<'a, T> {
    token: &'a Token,
    src: View<'a, T>,
    plan: &'a Plan,
    top: usize,
    band: &'a mut [T],
}

/// Every `tile`-th sample of a channel of a row beside each other, so that neighbouring lanes are neighbouring tiles:
/// for each row `tile` lines, the first with columns 0, tile, 2 tile and so on, the next with 1, tile + 1, and so on;
/// in each line one channel after the other.
struct Dealt<K> {
    samples: Vec<K>,
    /// Of a line.
    len: usize,
    /// From a channel of a line to the next.
    section: usize,
    tile: usize,
}

impl<K: Copy + Default> Dealt<K> {
    fn new(rows: usize, tile: usize, section: usize, len: usize) -> Self {
        Dealt { samples: vec![K::default(); rows * tile * len], len, section, tile }
    }

    /// The line of one row with the columns `tile * n + phase`.
    #[inline(always)]
    fn line_mut(&mut self, row: usize, phase: usize) -> &mut [K] {
        let at = (row * self.tile + phase) * self.len;
        &mut self.samples[at..at + self.len]
    }

    /// The same column of as many tiles as there are lanes, from sample `lane` of the lines on.
    #[inline(always)]
    fn lanes(&self, row: usize, column: usize, lane: usize) -> &[K] {
        let line = row * self.tile + column % self.tile;
        &self.samples[line * self.len + column / self.tile + lane..]
    }

    /// Deals the pixels of a line out to row `row`.
    #[inline(always)]
    fn deal(&mut self, row: usize, line: &[K], channels: usize) {
        let (section, step) = (self.section, self.tile * channels);
        for first in 0..step.min(line.len()) {
            let from = line[first..].iter().step_by(step);
            let to = &mut self.line_mut(row, first / channels)[first % channels * section..];
            for (to, &from) in to[..section].iter_mut().zip(from) {
                *to = from;
            }
        }
    }

    /// Gathers row `row` again.
    #[inline(always)]
    fn gather<T: Ordered<Key = K>>(&mut self, row: usize, out: &mut [T], channels: usize) {
        let (section, step) = (self.section, self.tile * channels);
        for first in 0..step.min(out.len()) {
            let to = out[first..].iter_mut().step_by(step);
            let from = &self.line_mut(row, first / channels)[first % channels * section..];
            for (to, &key) in to.zip(from) {
                *to = T::of_key(key);
            }
        }
    }
}

impl<T: Ordered> VectorKernel<T::Key> for Band<'_, T>
where
    T::Key: Worked<T>,
{
    #[inline(always)]
    fn run<V: Vector<T::Key>>(self) {
        let Band { token, src, plan, top, band } = self;
        let (tile, size, channels) = (plan.tile, plan.size, src.channels());
        let row = src.width() * channels;
        let rows = (band.len() / row).next_multiple_of(tile);
        let step = 2 * T::Key::COUNT;
        let tiles = src.width().div_ceil(tile);
        // One tile more than the windows of the last reach.
        let reach = (size - 1) / tile + 1;
        let section = tiles + reach;
        let lanes = ((channels - 1) * section + tiles).next_multiple_of(step);

        let mut dealt = Dealt::new(rows + size - 1, tile, section, lanes + reach);
        let margins = Margins::around(size / 2, Border::Replicate, T::Key::default());
        let mut line = vec![T::Key::default(); margins.len(src)];
        for y in 0..rows + size - 1 {
            margins.read(src, top as isize + y as isize - (size / 2) as isize, &mut line);
            dealt.deal(y, &line, channels);
        }

        let mut slots = vec![Pair::<V>::load(&dealt.samples); plan.slots];
        let mut results = Dealt::new(tile, tile, section, lanes);
        let mut since = 0;
        for (t, out) in band.chunks_mut(tile * row).enumerate() {
            for lane in (0..lanes).step_by(step) {
                for ops in plan.ops.chunks(OPS_PER_BLOCK) {
                    since += ops.len();
                    if since > OPS_PER_BLOCK {
                        since = 0;
                        if token.begin_block().is_err() {
                            return;
                        }
                    }
                    for &op in ops {
                        match op {
                            Op::Read { line, to } => {
                                let to = &mut slots[to as usize..][..line.len as usize];
                                read(&dealt, line, (t * tile, lane), to);
                            }
                            Op::Write { from, x, y } => {
                                let to = results.line_mut(y as usize, x as usize);
                                slots[from as usize].store(&mut to[lane..]);
                            }
                            op => lanes::run(op, &mut slots),
                        }
                    }
                }
            }
            for (y, out) in out.chunks_exact_mut(row).enumerate() {
                results.gather(y, out, channels);
            }
        }
    }
}

#[inline(always)]
fn read<K: Lane, V: Vector<K>>(
    dealt: &Dealt<K>,
    line: Line,
    (row, lane): (usize, usize),
    to: &mut [V],
) {
    let (x, y) = (line.x as usize, row + line.y as usize);
    for (i, to) in to.iter_mut().enumerate() {
        let (x, y) = if line.across { (x + i, y) } else { (x, y + i) };
        *to = V::load(dealt.lanes(y, x, lane));
    }
    lanes::sort(to);
}
