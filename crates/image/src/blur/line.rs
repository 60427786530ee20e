//! Neighbouring samples of a line in floats, and sums of lines.

use crate::{Error, Shape};

/// How many rows are turned into lanes together.
pub(super) const ROWS: usize = 16;

/// Samples that are worked on side by side.
pub(super) type Line<const N: usize> = [f32; N];

/// Floats for `len` samples of an image of this shape.
pub(crate) fn zeros(len: usize, shape: Shape) -> Result<Vec<f32>, Error> {
    let Shape { width, height, .. } = shape;
    let mut zeros = Vec::new();
    zeros.try_reserve_exact(len).map_err(|_| Error::TooLarge {
        width,
        height,
        limit: isize::MAX as u64,
    })?;
    zeros.resize(len, 0.0);
    Ok(zeros)
}

/// Zeros that begin at a cache line: a load that crosses two takes twice as long.
pub(super) struct Lines {
    memory: Vec<f32>,
    start: usize,
    len: usize,
}

impl Lines {
    /// Memory for `len` samples.
    pub(crate) fn zeros(len: usize) -> Self {
        let memory = vec![0.0; len + 16];
        let start = memory.as_ptr().align_offset(64).min(16);
        Lines { memory, start, len }
    }

    #[inline(always)]
    pub(super) fn get<const N: usize>(&self) -> &[Line<N>] {
        self.memory[self.start..self.start + self.len].as_chunks().0
    }

    #[inline(always)]
    pub(super) fn get_mut<const N: usize>(&mut self) -> &mut [Line<N>] {
        self.memory[self.start..self.start + self.len].as_chunks_mut().0
    }
}

/// The weighted sum of as many lines as there are weights, in one order on every machine: eight at a time,
/// those in pairs, so that rounding does not add up over a long kernel.
#[inline(always)]
pub(super) fn weigh<const N: usize>(lines: &[Line<N>], weights: &[f32], sum: &mut Line<N>) {
    *sum = [0.0; N];
    let (lines, line_rest) = lines[..weights.len()].as_chunks::<8>();
    let (weights, weight_rest) = weights.as_chunks::<8>();
    for ([a, b, c, d, e, f, g, h], w) in lines.iter().zip(weights) {
        for i in 0..N {
            let first = (w[0] * a[i] + w[1] * b[i]) + (w[2] * c[i] + w[3] * d[i]);
            let second = (w[4] * e[i] + w[5] * f[i]) + (w[6] * g[i] + w[7] * h[i]);
            sum[i] += first + second;
        }
    }
    for (line, &weight) in line_rest.iter().zip(weight_rest) {
        for i in 0..N {
            sum[i] += weight * line[i];
        }
    }
}

/// Rows of samples as lines of lanes: sample `i` of row `j` becomes lane `j` of line `i`.
#[inline(always)]
pub(super) fn turn<const N: usize>(rows: &[Line<N>; ROWS], lines: &mut [Line<ROWS>]) {
    for (i, line) in lines.iter_mut().enumerate().take(N) {
        for (lane, row) in line.iter_mut().zip(rows) {
            *lane = row[i];
        }
    }
}
