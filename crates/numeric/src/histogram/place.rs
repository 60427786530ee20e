//! The bin of each value, by one of two ways with the same answer: the bin `i` with
//! `edges[i] <= x < edges[i + 1]`; the last one includes its right edge.

use crate::histogram::edges::UniformEdges;
use crate::histogram::element::Binned;
use crate::simd::{Simd, Uniform};

/// Values whose bins are found at a time; they and their bins stay in the L1 cache.
pub(crate) const CHUNK: usize = 1024;

/// Finds bins. What is in no bin, NaN included, gets the number of bins.
pub(crate) trait Place: Copy + Sync {
    fn row<S: Simd>(self, simd: S, row: &[f64; 8], bins: &mut [u32; 8]);

    /// The bins of at most `CHUNK` values.
    #[inline(always)]
    fn chunk<S: Simd>(self, simd: S, values: &[f64], bins: &mut [u32; CHUNK]) {
        let (rows, tail) = values.as_chunks::<8>();
        let (places, _) = bins.as_chunks_mut::<8>();
        for (row, place) in rows.iter().zip(&mut *places) {
            self.row(simd, row, place);
        }
        if let Some(place) = places.get_mut(rows.len()) {
            let mut last = [f64::NAN; 8];
            last[..tail.len()].copy_from_slice(tail);
            self.row(simd, &last, place);
        }
    }
}

/// Bins of equal width: by calculation.
#[derive(Clone, Copy)]
pub(crate) struct Calculated(Uniform);

impl Calculated {
    /// `None` when that would not give the bins that the edges say.
    pub(crate) fn new<T: Binned>(uniform: &UniformEdges, is_given: bool) -> Option<Self> {
        let &UniformEdges { ref edges, start, step } = uniform;
        let bins = edges.len() - 1;
        let (low, high) = (edges[0], edges[bins]);
        let scale = bins as f64 / (high - low);
        let rounding = T::rounding(is_given)?;
        let uniform = Uniform { low, high, scale, start, step, rounding, bins: bins as u32 };
        let is_as_calculated = |(index, &edge): (usize, &f64)| {
            let position = (edge - low) * scale;
            // The last edge is the end of the range, not a calculated one: nothing lies above.
            (index == bins || uniform.edge(index as f64) == edge)
                && (position - index as f64).abs() < 0.25
        };
        edges.iter().enumerate().all(is_as_calculated).then_some(Calculated(uniform))
    }
}

impl Place for Calculated {
    #[inline(always)]
    fn row<S: Simd>(self, simd: S, row: &[f64; 8], bins: &mut [u32; 8]) {
        simd.bins(row, &self.0, bins);
    }
}

/// Any bins: by binary search in a list of edges filled up to a power of two.
#[derive(Clone, Copy)]
pub(crate) struct Searched<'a> {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) bins: u32,
    /// The inner edges, then infinities: one less than a power of two.
    pub(crate) inner: &'a [f64],
}

/// The inner edges for [`Searched`].
pub(crate) fn inner(edges: &[f64]) -> Vec<f64> {
    let mut inner = edges[1..edges.len() - 1].to_vec();
    inner.resize((inner.len() + 1).next_power_of_two() - 1, f64::INFINITY);
    inner
}

impl Place for Searched<'_> {
    #[inline(always)]
    fn row<S: Simd>(self, _: S, row: &[f64; 8], bins: &mut [u32; 8]) {
        let mut below = [0_usize; 8];
        let mut step = self.inner.len().div_ceil(2);
        while step > 0 {
            for lane in 0..8 {
                // Eight searches at a time hide each other's latency.
                let edge = self.inner[below[lane] + step - 1];
                below[lane] += if edge <= row[lane] { step } else { 0 };
            }
            step /= 2;
        }
        for lane in 0..8 {
            let is_inside = row[lane] >= self.low && row[lane] <= self.high;
            let bin = (below[lane] as u32).min(self.bins - 1);
            bins[lane] = if is_inside { bin } else { self.bins };
        }
    }
}
