//! Counting and weighing values in their bins, block by block.

use allcores_parallel::{Blocks, Cancelled, map};

use crate::histogram::element::Binned;
use crate::histogram::place::{CHUNK, Place};
use crate::histogram::tables::Tables;
use crate::simd::{Body, Simd};
use crate::split::Job;

/// 30 to 100 µs of work.
const BLOCK: usize = 1 << 17;
/// Up to so many elements the calling thread works alone.
pub(crate) const INLINE: usize = 1 << 17;
/// numpy adds up weights in blocks of this size.
const WEIGHTS_BLOCK: usize = 1 << 16;
/// With up to so many bins, each lane counts in a table of its own.
const LANES_UP_TO: usize = 1 << 10;
/// Sums that are held at a time before they are added up, about 1 MiB.
const SUMS: usize = 1 << 17;

/// How many values lie in each of `bins` bins.
pub(crate) fn counts<T: Binned, P: Place + Send>(
    job: Job<'_>,
    values: &[T],
    mask: Option<&[u8]>,
    place: P,
    bins: usize,
) -> Result<Vec<f64>, Cancelled> {
    let lanes = if bins <= LANES_UP_TO { 8 } else { 1 };
    // One more, for what lies in none.
    let tables = Tables::new((bins + 1) * lanes);
    let blocks = Blocks { size: BLOCK, inline_up_to: INLINE };
    map(job.token, values.len(), blocks, |range| {
        let values = &values[range.clone()];
        let mask = mask.map(|mask| &mask[range.clone()]);
        let block = Block { values, mask, place, bins };
        tables.count(range.len(), |counts| {
            if lanes == 8 {
                block.count::<8>(job, counts);
            } else {
                block.count::<1>(job, counts);
            }
        });
    })?;
    let totals = tables.totals();
    let sum = |lanes: &[u64]| lanes.iter().sum::<u64>() as f64;
    Ok(totals.chunks(lanes).take(bins).map(sum).collect())
}

/// The sum of the weights of the values in each of `bins` bins: blocks of the input by
/// themselves, each from left to right, then added up in order.
pub(crate) fn sums<T: Binned, P: Place + Send>(
    job: Job<'_>,
    values: &[T],
    weights: &[f64],
    mask: Option<&[u8]>,
    place: P,
    bins: usize,
) -> Result<Vec<f64>, Cancelled> {
    let mut sums = vec![0.0; bins];
    // The smaller the bins are in number, the more blocks can be held at a time.
    let held = (SUMS / (bins + 1)).clamp(1, 64) * WEIGHTS_BLOCK;
    let blocks = Blocks { size: WEIGHTS_BLOCK, inline_up_to: WEIGHTS_BLOCK };
    for start in (0..values.len()).step_by(held) {
        let len = held.min(values.len() - start);
        let parts = map(job.token, len, blocks, |range| {
            let range = start + range.start..start + range.end;
            let values = &values[range.clone()];
            let mask = mask.map(|mask| &mask[range.clone()]);
            Block { values, mask, place, bins }.weigh(job, &weights[range])
        })?;
        for part in parts {
            for (sum, part) in sums.iter_mut().zip(part) {
                *sum += part;
            }
        }
    }
    Ok(sums)
}

/// A block of the input and how to find its bins.
#[derive(Clone, Copy)]
struct Block<'a, T, P> {
    values: &'a [T],
    mask: Option<&'a [u8]>,
    place: P,
    /// The bin of what a mask leaves out: none.
    bins: usize,
}

impl<T: Binned, P: Place> Block<'_, T, P> {
    /// Calls `each` with the bins of one chunk after the other, and where it starts.
    fn chunks(self, job: Job<'_>, mut each: impl FnMut(usize, &[u32])) {
        let mut room = [0.0; CHUNK];
        let mut bins = [0; CHUNK];
        for start in (0..self.values.len()).step_by(CHUNK) {
            let end = self.values.len().min(start + CHUNK);
            let values = T::as_doubles(job, &self.values[start..end], &mut room);
            job.isa.run(PlaceChunk { values, place: self.place, bins: &mut bins });
            if let Some(mask) = self.mask {
                for (bin, &byte) in bins.iter_mut().zip(&mask[start..end]) {
                    *bin = if byte == 0 { self.bins as u32 } else { *bin };
                }
            }
            each(start, &bins[..end - start]);
        }
    }

    /// Raises a count for each value; the counts of a bin lie side by side.
    fn count<const LANES: usize>(self, job: Job<'_>, counts: &mut [u32]) {
        let (slots, _) = counts.as_chunks_mut::<LANES>();
        self.chunks(job, |_, bins| {
            let (rows, tail) = bins.as_chunks::<8>();
            for row in rows {
                for (lane, &bin) in row.iter().enumerate() {
                    slots[bin as usize][lane % LANES] += 1;
                }
            }
            for &bin in tail {
                slots[bin as usize][0] += 1;
            }
        });
    }

    /// Adds up the weights, one after the other.
    fn weigh(self, job: Job<'_>, weights: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.bins + 1];
        self.chunks(job, |start, bins| {
            // The sum of a run of equal bins stays in a register.
            let (mut current, mut sum) = (self.bins, sums[self.bins]);
            for (&bin, &weight) in bins.iter().zip(&weights[start..]) {
                if bin as usize != current {
                    sums[current] = sum;
                    current = bin as usize;
                    sum = sums[current];
                }
                sum += weight;
            }
            sums[current] = sum;
        });
        sums
    }
}

/// Finds the bins of a chunk.
struct PlaceChunk<'a, P> {
    values: &'a [f64],
    place: P,
    bins: &'a mut [u32; CHUNK],
}

impl<P: Place> Body for PlaceChunk<'_, P> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        self.place.chunk(simd, self.values, self.bins);
    }
}
