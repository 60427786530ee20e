//! The reductions over integers: sums, sums of products, and both sums at once.

use crate::exact::Exact;
use crate::integer::Integer;
use crate::simd::{Body, Simd};
use crate::split::Reduction;

/// The sum of the elements.
#[derive(Clone, Copy)]
pub(crate) struct Total<'a, T>(pub(crate) &'a [T]);

impl<T: Integer> Body for Total<'_, T> {
    type Output = i128;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> i128 {
        T::total(self.0)
    }
}

impl<T: Integer> Reduction for Total<'_, T> {
    #[inline]
    fn bytes(self) -> usize {
        size_of_val(self.0)
    }

    #[inline]
    fn cut(self) -> (Self, Self) {
        let (left, right) = self.0.split_at(self.0.len() / 2);
        (Total(left), Total(right))
    }

    #[inline]
    fn merge(left: i128, right: i128) -> i128 {
        // Less than 2^60 elements of less than 2^64.
        left + right
    }
}

/// The sum of the products of two slices of one length.
#[derive(Clone, Copy)]
pub(crate) struct ProductTotal<'a, T>(pub(crate) &'a [T], pub(crate) &'a [T]);

impl<T: Integer> Body for ProductTotal<'_, T> {
    type Output = Exact;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> Exact {
        T::products(self.0, self.1)
    }
}

impl<T: Integer> Reduction for ProductTotal<'_, T> {
    #[inline]
    fn bytes(self) -> usize {
        size_of_val(self.0) + size_of_val(self.1)
    }

    #[inline]
    fn cut(self) -> (Self, Self) {
        let middle = self.0.len() / 2;
        let (left, right) = (self.0.split_at(middle), self.1.split_at(middle));
        (ProductTotal(left.0, right.0), ProductTotal(left.1, right.1))
    }

    #[inline]
    fn merge(left: Exact, right: Exact) -> Exact {
        left.plus(right)
    }
}

/// The sum of the elements and the sum of their squares; memory is read once, in blocks that
/// stay in the L1 cache for the second look.
#[derive(Clone, Copy)]
pub(crate) struct PowerTotals<'a, T>(pub(crate) &'a [T]);

const BLOCK_BYTES: usize = 16 << 10;

impl<T: Integer> Body for PowerTotals<'_, T> {
    type Output = (i128, Exact);

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> (i128, Exact) {
        let mut totals = (0, Exact::ZERO);
        for block in self.0.chunks(BLOCK_BYTES / size_of::<T>()) {
            totals.0 += T::total(block);
            totals.1 = totals.1.plus(T::products(block, block));
        }
        totals
    }
}

impl<T: Integer> Reduction for PowerTotals<'_, T> {
    #[inline]
    fn bytes(self) -> usize {
        size_of_val(self.0)
    }

    #[inline]
    fn cut(self) -> (Self, Self) {
        let (left, right) = self.0.split_at(self.0.len() / 2);
        (PowerTotals(left), PowerTotals(right))
    }

    #[inline]
    fn merge(left: Self::Output, right: Self::Output) -> Self::Output {
        (left.0 + right.0, left.1.plus(right.1))
    }
}
