//! Where a block of a scan is read and where it is written.

use crate::simd::Simd;
use crate::terms::Widen;

/// A block of doubles to come, rows of eight first.
pub(crate) trait Place: Send {
    fn rows(&self) -> usize;
    fn row<S: Simd>(&self, simd: S, index: usize) -> S::Row;
    fn put<S: Simd>(&mut self, simd: S, index: usize, row: S::Row);
    /// What is left behind the rows, filled up with `neutral`.
    fn tail(&self, neutral: f64) -> [f64; 8];
    fn put_tail(&mut self, row: [f64; 8]);
}

/// Read in one array and written in another one of the same length.
pub(crate) struct Apart<'a, T> {
    pub(crate) from: &'a [T],
    pub(crate) to: &'a mut [f64],
}

impl<T: Widen> Place for Apart<'_, T> {
    #[inline(always)]
    fn rows(&self) -> usize {
        self.from.len().min(self.to.len()) / 8
    }

    #[inline(always)]
    fn row<S: Simd>(&self, simd: S, index: usize) -> S::Row {
        T::load(simd, &self.from.as_chunks().0[index])
    }

    #[inline(always)]
    fn put<S: Simd>(&mut self, simd: S, index: usize, row: S::Row) {
        simd.store(row, &mut self.to.as_chunks_mut().0[index]);
    }

    #[inline(always)]
    fn tail(&self, neutral: f64) -> [f64; 8] {
        let mut row = [neutral; 8];
        for (to, from) in row.iter_mut().zip(self.from.as_chunks::<8>().1) {
            *to = from.widen();
        }
        row
    }

    #[inline(always)]
    fn put_tail(&mut self, row: [f64; 8]) {
        for (to, from) in self.to.as_chunks_mut::<8>().1.iter_mut().zip(row) {
            *to = from;
        }
    }
}

/// Read and written in one array.
pub(crate) struct InPlace<'a>(pub(crate) &'a mut [f64]);

impl Place for InPlace<'_> {
    #[inline(always)]
    fn rows(&self) -> usize {
        self.0.len() / 8
    }

    #[inline(always)]
    fn row<S: Simd>(&self, simd: S, index: usize) -> S::Row {
        simd.load(&self.0.as_chunks().0[index])
    }

    #[inline(always)]
    fn put<S: Simd>(&mut self, simd: S, index: usize, row: S::Row) {
        simd.store(row, &mut self.0.as_chunks_mut().0[index]);
    }

    #[inline(always)]
    fn tail(&self, neutral: f64) -> [f64; 8] {
        let mut row = [neutral; 8];
        for (to, &from) in row.iter_mut().zip(self.0.as_chunks::<8>().1) {
            *to = from;
        }
        row
    }

    #[inline(always)]
    fn put_tail(&mut self, row: [f64; 8]) {
        for (to, from) in self.0.as_chunks_mut::<8>().1.iter_mut().zip(row) {
            *to = from;
        }
    }
}
