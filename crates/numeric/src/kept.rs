//! Sequences of which some terms are left out, by a mask or because they are NaN.

use crate::filter::Filter;
use crate::simd::Simd;
use crate::terms::{AHEAD, Terms};

/// The terms that a filter leaves. (One type for all filters: a type for each would gain little,
/// because memory is the limit, and double the size of the addon.)
#[derive(Clone, Copy)]
pub(crate) struct Kept<'m, V> {
    terms: V,
    /// Whether there is a mask, in which a term whose byte is 0 is left out.
    masked: bool,
    mask_rows: &'m [[u8; 8]],
    mask_tail: &'m [u8],
    /// Whether terms that were made from a NaN are left out.
    omit: bool,
}

impl<'m, V: Terms> Kept<'m, V> {
    /// A mask has one byte for each term.
    #[inline]
    pub(crate) fn new(terms: V, filter: Filter<'m>) -> Self {
        let (mask_rows, mask_tail) = filter.mask.unwrap_or(&[]).as_chunks();
        let (masked, omit) = (filter.mask.is_some(), filter.omits_nan());
        Kept { terms, masked, mask_rows, mask_tail, omit }
    }

    /// The lanes of row `index` that the mask leaves.
    #[inline(always)]
    fn unmasked<S: Simd>(self, simd: S, index: usize) -> S::Mask {
        if self.masked { simd.not_zero(&self.mask_rows[index]) } else { simd.all_or_none(true) }
    }

    #[inline(always)]
    fn is_unmasked(self, index: usize) -> bool {
        !self.masked || self.mask_tail[index] != 0
    }
}

impl<V: Terms> Terms for Kept<'_, V> {
    const TERM_BYTES: usize = V::TERM_BYTES + 1;
    const FILTERED: bool = true;

    #[inline(always)]
    fn rows(self) -> usize {
        self.terms.rows()
    }

    #[inline(always)]
    fn tail_len(self) -> usize {
        self.terms.tail_len()
    }

    #[inline(always)]
    fn row<S: Simd>(self, simd: S, index: usize) -> S::Row {
        self.terms.row(simd, index)
    }

    #[inline(always)]
    fn prefetch<S: Simd>(self, simd: S, index: usize) {
        self.terms.prefetch(simd, index);
        if self.masked && index.is_multiple_of(8) {
            let row = self.mask_rows.as_ptr().wrapping_add(index).cast::<u8>();
            simd.prefetch(row.wrapping_add(AHEAD / 8));
        }
    }

    #[inline(always)]
    fn tail(self, index: usize) -> f64 {
        self.terms.tail(index)
    }

    #[inline(always)]
    fn split(self, rows: usize) -> (Self, Self) {
        let (left, right) = self.terms.split(rows);
        let (left_rows, right_rows) = self.mask_rows.split_at(rows.min(self.mask_rows.len()));
        let left = Kept { terms: left, mask_rows: left_rows, mask_tail: &[], ..self };
        (left, Kept { terms: right, mask_rows: right_rows, ..self })
    }

    #[inline(always)]
    fn numbers<S: Simd>(self, simd: S, index: usize) -> S::Mask {
        self.terms.numbers(simd, index)
    }

    #[inline(always)]
    fn is_number(self, index: usize) -> bool {
        self.terms.is_number(index)
    }

    #[inline(always)]
    fn keep<S: Simd>(self, simd: S, index: usize) -> S::Mask {
        let allowed = simd.either(self.terms.numbers(simd, index), simd.all_or_none(!self.omit));
        simd.both(self.unmasked(simd, index), allowed)
    }

    #[inline(always)]
    fn keeps(self, index: usize) -> bool {
        self.is_unmasked(index) && (!self.omit || self.terms.is_number(index))
    }

    #[inline(always)]
    fn nans<S: Simd>(self, simd: S, index: usize) -> usize {
        let unmasked = self.unmasked(simd, index);
        let numbers = simd.both(unmasked, self.terms.numbers(simd, index));
        simd.count(unmasked) - simd.count(numbers)
    }

    #[inline(always)]
    fn is_nan(self, index: usize) -> bool {
        self.is_unmasked(index) && !self.terms.is_number(index)
    }
}

/// Runs `$body` with `$kept` standing for what `$filter` leaves of `$terms`: once compiled for
/// all terms, and once for the others.
macro_rules! filtered {
    ($terms:expr, $filter:expr, $kept:ident => $body:expr) => {
        if $filter.is_all() {
            let $kept = $terms;
            $body
        } else {
            let $kept = $crate::kept::Kept::new($terms, $filter);
            $body
        }
    };
}

pub(crate) use filtered;
