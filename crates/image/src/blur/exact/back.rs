use allcores_parallel::Token;

use super::windows::Windows;
use crate::blur::line::{Lines, weigh};
use crate::blur::sample::{Alpha, Float, read, write};
use crate::simd::Kernel;

const COLUMN: usize = 64;

/// Rows `top..` of the result from coarser rows of `row` samples.
pub(super) struct Back<'a, T> {
    pub(super) token: &'a Token,
    pub(super) coarse: &'a [f32],
    pub(super) row: usize,
    pub(super) up: &'a Windows,
    pub(super) top: usize,
    pub(super) alpha: Alpha,
    pub(super) band: &'a mut [T],
}

impl<T: Float> Kernel for Back<'_, T> {
    #[inline(always)]
    fn run(self) {
        let Back { token, coarse, row, up, top, alpha, band } = self;
        let needs = up.needs(top, top + band.len() / row);
        let mut source = Lines::zeros(needs.len() * COLUMN);
        let source = source.get_mut::<COLUMN>();
        let mut sum = [0.0; COLUMN];
        for left in (0..row).step_by(COLUMN) {
            if token.is_cancelled() {
                return;
            }
            let right = row.min(left + COLUMN);
            for (line, y) in source.iter_mut().zip(needs.clone()) {
                read(&coarse[y * row..][left..right], Alpha::Plain, line);
            }
            for (j, out) in band.chunks_exact_mut(row).enumerate() {
                let (from, weights) = up.get(top + j);
                weigh(&source[from - needs.start..], weights, &mut sum);
                write(sum, alpha, &mut out[left..right]);
            }
        }
    }
}
