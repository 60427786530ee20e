//! What a kernel over floats adds up: rows of eight doubles and a tail of up to seven.

use crate::simd::Simd;

/// A float element type, seen as doubles.
pub(crate) trait Float: Copy + Send + Sync {
    fn widen(self) -> f64;
    fn load<S: Simd>(simd: S, row: &[Self; 8]) -> S::Row;
}

impl Float for f64 {
    #[inline(always)]
    fn widen(self) -> f64 {
        self
    }

    #[inline(always)]
    fn load<S: Simd>(simd: S, row: &[Self; 8]) -> S::Row {
        simd.load(row)
    }
}

impl Float for f32 {
    #[inline(always)]
    fn widen(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    fn load<S: Simd>(simd: S, row: &[Self; 8]) -> S::Row {
        simd.load_f32(row)
    }
}

/// How far the prefetches run ahead. Measured: 2 KiB and 16 KiB are slower.
pub(crate) const AHEAD: usize = 8192;

/// A sequence of terms. Only the last part of a cut sequence can have a tail.
pub(crate) trait Terms: Copy + Send + Sync {
    /// Memory that is read for one term.
    const TERM_BYTES: usize;

    /// Number of whole rows.
    fn rows(self) -> usize;

    /// Number of terms after the last whole row, 0 to 7.
    fn tail_len(self) -> usize;

    /// Row `index`, below `rows()`.
    fn row<S: Simd>(self, simd: S, index: usize) -> S::Row;

    /// Asks for the memory `AHEAD` bytes behind row `index`.
    fn prefetch<S: Simd>(self, simd: S, index: usize);

    /// Term `index` of the tail, below `tail_len()`.
    fn tail(self, index: usize) -> f64;

    /// The first `rows` rows, and the rest with the tail.
    fn split(self, rows: usize) -> (Self, Self);

    /// Number of terms.
    #[inline(always)]
    fn len(self) -> usize {
        self.rows() * 8 + self.tail_len()
    }
}

/// The elements themselves.
#[derive(Clone, Copy)]
pub(crate) struct Values<'a, T> {
    rows: &'a [[T; 8]],
    tail: &'a [T],
}

impl<'a, T> Values<'a, T> {
    #[inline(always)]
    pub(crate) fn new(values: &'a [T]) -> Self {
        let (rows, tail) = values.as_chunks();
        Values { rows, tail }
    }
}

impl<T: Float> Terms for Values<'_, T> {
    const TERM_BYTES: usize = size_of::<T>();

    #[inline(always)]
    fn rows(self) -> usize {
        self.rows.len()
    }

    #[inline(always)]
    fn tail_len(self) -> usize {
        self.tail.len()
    }

    #[inline(always)]
    fn row<S: Simd>(self, simd: S, index: usize) -> S::Row {
        T::load(simd, &self.rows[index])
    }

    #[inline(always)]
    fn prefetch<S: Simd>(self, simd: S, index: usize) {
        let row = self.rows.as_ptr().wrapping_add(index).cast::<u8>();
        simd.prefetch(row.wrapping_add(AHEAD));
    }

    #[inline(always)]
    fn tail(self, index: usize) -> f64 {
        self.tail[index].widen()
    }

    #[inline(always)]
    fn split(self, rows: usize) -> (Self, Self) {
        let (left, right) = self.rows.split_at(rows);
        (Values { rows: left, tail: &[] }, Values { rows: right, tail: self.tail })
    }
}

/// The products of two sequences, term by term. A product of two `f32` is exact.
#[derive(Clone, Copy)]
pub(crate) struct Products<L, R>(pub(crate) L, pub(crate) R);

impl<L: Terms, R: Terms> Terms for Products<L, R> {
    const TERM_BYTES: usize = L::TERM_BYTES + R::TERM_BYTES;

    #[inline(always)]
    fn rows(self) -> usize {
        // The shorter one: callers give equal lengths, and no index can be out of range.
        self.0.rows().min(self.1.rows())
    }

    #[inline(always)]
    fn tail_len(self) -> usize {
        self.0.tail_len().min(self.1.tail_len())
    }

    #[inline(always)]
    fn row<S: Simd>(self, simd: S, index: usize) -> S::Row {
        simd.mul(self.0.row(simd, index), self.1.row(simd, index))
    }

    #[inline(always)]
    fn prefetch<S: Simd>(self, simd: S, index: usize) {
        self.0.prefetch(simd, index);
        self.1.prefetch(simd, index);
    }

    #[inline(always)]
    fn tail(self, index: usize) -> f64 {
        self.0.tail(index) * self.1.tail(index)
    }

    #[inline(always)]
    fn split(self, rows: usize) -> (Self, Self) {
        let (left, right) = (self.0.split(rows), self.1.split(rows));
        (Products(left.0, right.0), Products(left.1, right.1))
    }
}

/// The squares of a sequence, which is read once.
#[derive(Clone, Copy)]
pub(crate) struct Squares<V>(pub(crate) V);

impl<V: Terms> Terms for Squares<V> {
    const TERM_BYTES: usize = V::TERM_BYTES;

    #[inline(always)]
    fn rows(self) -> usize {
        self.0.rows()
    }

    #[inline(always)]
    fn tail_len(self) -> usize {
        self.0.tail_len()
    }

    #[inline(always)]
    fn row<S: Simd>(self, simd: S, index: usize) -> S::Row {
        let row = self.0.row(simd, index);
        simd.mul(row, row)
    }

    #[inline(always)]
    fn prefetch<S: Simd>(self, simd: S, index: usize) {
        self.0.prefetch(simd, index);
    }

    #[inline(always)]
    fn tail(self, index: usize) -> f64 {
        let term = self.0.tail(index);
        term * term
    }

    #[inline(always)]
    fn split(self, rows: usize) -> (Self, Self) {
        let (left, right) = self.0.split(rows);
        (Squares(left), Squares(right))
    }
}
