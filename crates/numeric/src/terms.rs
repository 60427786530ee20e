//! What a kernel over floats adds up: rows of eight doubles and a tail of up to seven.

pub(crate) use crate::float::{Float, Widen};
use crate::simd::Simd;

/// How far the prefetches run ahead. Measured: 2 KiB and 16 KiB are slower.
pub(crate) const AHEAD: usize = 8192;

/// A sequence of terms. Only the last part of a cut sequence can have a tail.
pub(crate) trait Terms: Copy + Send + Sync {
    /// Memory that is read for one term.
    const TERM_BYTES: usize;

    /// Whether terms may be left out: whether `keep` and `keeps` can say no.
    const FILTERED: bool = false;

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

    /// The lanes of row `index` that were made from numbers only, not from a NaN.
    fn numbers<S: Simd>(self, simd: S, index: usize) -> S::Mask;

    /// The same for term `index` of the tail.
    fn is_number(self, index: usize) -> bool;

    /// The lanes of row `index` that take part, in a sequence that is `FILTERED`.
    #[inline(always)]
    fn keep<S: Simd>(self, simd: S, index: usize) -> S::Mask {
        self.numbers(simd, index)
    }

    /// Whether term `index` of the tail takes part.
    #[inline(always)]
    fn keeps(self, _: usize) -> bool {
        true
    }

    /// How many lanes of row `index` a mask leaves that were made from a NaN, whether they take
    /// part or not.
    #[inline(always)]
    fn nans<S: Simd>(self, simd: S, index: usize) -> usize {
        8 - simd.count(self.numbers(simd, index))
    }

    /// The same for term `index` of the tail.
    #[inline(always)]
    fn is_nan(self, index: usize) -> bool {
        !self.is_number(index)
    }

    /// Row `index` with `neutral` for what is left out, and how many terms take part.
    #[inline(always)]
    fn kept<S: Simd>(self, simd: S, index: usize, neutral: f64) -> (S::Row, usize) {
        let row = self.row(simd, index);
        if !Self::FILTERED {
            return (row, 8);
        }
        let mask = self.keep(simd, index);
        (simd.choose(mask, row, simd.splat(neutral)), simd.count(mask))
    }

    /// Number of terms.
    #[inline(always)]
    fn len(self) -> usize {
        self.rows() * 8 + self.tail_len()
    }
}

/// The two methods of a [`Reduction`](crate::split::Reduction) over a sequence that it calls `.0`:
/// cut in the middle of its rows, as the tree of `tree.rs` is.
macro_rules! cut_by_rows {
    ($Name:ident) => {
        #[inline]
        fn bytes(self) -> usize {
            self.0.len() * V::TERM_BYTES
        }

        #[inline]
        fn cut(self) -> (Self, Self) {
            let (left, right) = self.0.split(self.0.rows() / 2);
            ($Name(left), $Name(right))
        }
    };
}

pub(crate) use cut_by_rows;

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

impl<T: Widen> Terms for Values<'_, T> {
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

    #[inline(always)]
    fn numbers<S: Simd>(self, simd: S, index: usize) -> S::Mask {
        simd.numbers(self.row(simd, index))
    }

    #[inline(always)]
    fn is_number(self, index: usize) -> bool {
        !self.tail(index).is_nan()
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

    #[inline(always)]
    fn numbers<S: Simd>(self, simd: S, index: usize) -> S::Mask {
        simd.both(self.0.numbers(simd, index), self.1.numbers(simd, index))
    }

    #[inline(always)]
    fn is_number(self, index: usize) -> bool {
        self.0.is_number(index) && self.1.is_number(index)
    }
}

/// What is made of each term.
pub(crate) trait Change: Copy + Send + Sync {
    fn row<S: Simd>(self, simd: S, row: S::Row) -> S::Row;
    fn term(self, term: f64) -> f64;
}

/// The square, which is exact for an `f32`.
#[derive(Clone, Copy)]
pub(crate) struct Square;

impl Change for Square {
    #[inline(always)]
    fn row<S: Simd>(self, simd: S, row: S::Row) -> S::Row {
        simd.mul(row, row)
    }

    #[inline(always)]
    fn term(self, term: f64) -> f64 {
        term * term
    }
}

/// A rarer change, decided at run time: a type for each would make the addon larger. Factors come
/// in pairs of powers of two, because one could not take the smallest numbers to the middle of the
/// range.
#[derive(Clone, Copy)]
pub(crate) enum Rare {
    Absolute,
    Scale([f64; 2]),
    ScaleAndSquare([f64; 2]),
}

impl Change for Rare {
    #[inline(always)]
    fn row<S: Simd>(self, simd: S, row: S::Row) -> S::Row {
        match self {
            Rare::Absolute => simd.abs(row),
            Rare::Scale([a, b]) => simd.mul(simd.mul(row, simd.splat(a)), simd.splat(b)),
            Rare::ScaleAndSquare(factors) => Square.row(simd, Rare::Scale(factors).row(simd, row)),
        }
    }

    #[inline(always)]
    fn term(self, term: f64) -> f64 {
        match self {
            Rare::Absolute => term.abs(),
            Rare::Scale([a, b]) => term * a * b,
            Rare::ScaleAndSquare([a, b]) => Square.term(term * a * b),
        }
    }
}

/// A sequence with a change made to each term. It leaves out what the sequence leaves out.
#[derive(Clone, Copy)]
pub(crate) struct Changed<V, C>(pub(crate) V, pub(crate) C);

impl<V: Terms, C: Change> Terms for Changed<V, C> {
    const TERM_BYTES: usize = V::TERM_BYTES;
    const FILTERED: bool = V::FILTERED;

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
        self.1.row(simd, self.0.row(simd, index))
    }

    #[inline(always)]
    fn prefetch<S: Simd>(self, simd: S, index: usize) {
        self.0.prefetch(simd, index);
    }

    #[inline(always)]
    fn tail(self, index: usize) -> f64 {
        self.1.term(self.0.tail(index))
    }

    #[inline(always)]
    fn split(self, rows: usize) -> (Self, Self) {
        let (left, right) = self.0.split(rows);
        (Changed(left, self.1), Changed(right, self.1))
    }

    #[inline(always)]
    fn numbers<S: Simd>(self, simd: S, index: usize) -> S::Mask {
        self.0.numbers(simd, index)
    }

    #[inline(always)]
    fn is_number(self, index: usize) -> bool {
        self.0.is_number(index)
    }

    #[inline(always)]
    fn keep<S: Simd>(self, simd: S, index: usize) -> S::Mask {
        self.0.keep(simd, index)
    }

    #[inline(always)]
    fn keeps(self, index: usize) -> bool {
        self.0.keeps(index)
    }
}

/// The terms of the second sequence. One is made from a NaN when either sequence's is.
#[derive(Clone, Copy)]
pub(crate) struct Second<L, R>(pub(crate) L, pub(crate) R);

impl<L: Terms, R: Terms> Terms for Second<L, R> {
    const TERM_BYTES: usize = L::TERM_BYTES + R::TERM_BYTES;

    #[inline(always)]
    fn rows(self) -> usize {
        self.0.rows().min(self.1.rows())
    }

    #[inline(always)]
    fn tail_len(self) -> usize {
        self.0.tail_len().min(self.1.tail_len())
    }

    #[inline(always)]
    fn row<S: Simd>(self, simd: S, index: usize) -> S::Row {
        self.1.row(simd, index)
    }

    #[inline(always)]
    fn prefetch<S: Simd>(self, simd: S, index: usize) {
        self.0.prefetch(simd, index);
        self.1.prefetch(simd, index);
    }

    #[inline(always)]
    fn tail(self, index: usize) -> f64 {
        self.1.tail(index)
    }

    #[inline(always)]
    fn split(self, rows: usize) -> (Self, Self) {
        let (left, right) = (self.0.split(rows), self.1.split(rows));
        (Second(left.0, right.0), Second(left.1, right.1))
    }

    #[inline(always)]
    fn numbers<S: Simd>(self, simd: S, index: usize) -> S::Mask {
        simd.both(self.0.numbers(simd, index), self.1.numbers(simd, index))
    }

    #[inline(always)]
    fn is_number(self, index: usize) -> bool {
        self.0.is_number(index) && self.1.is_number(index)
    }
}
