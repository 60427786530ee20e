//! Integers of any type as doubles, with one type for all: for kernels that are asked of integers
//! too rarely to be compiled for each of their types.

use crate::simd::Simd;
use crate::terms::{Terms, Values, Widen};

/// A slice of integers.
#[derive(Clone, Copy)]
#[expect(non_camel_case_types, reason = "the variants are named after the types")]
pub(crate) enum AnyInteger<'a> {
    i8(&'a [i8]),
    u8(&'a [u8]),
    i16(&'a [i16]),
    u16(&'a [u16]),
    i32(&'a [i32]),
    u32(&'a [u32]),
    i64(&'a [i64]),
    u64(&'a [u64]),
}

/// The same as terms: a view of whole rows and a tail.
#[derive(Clone, Copy)]
pub(crate) struct AnyRows<'a> {
    values: AnyInteger<'a>,
    len: usize,
}

macro_rules! any {
    ($values:expr, $slice:ident => $body:expr) => {
        match $values {
            AnyInteger::i8($slice) => $body,
            AnyInteger::u8($slice) => $body,
            AnyInteger::i16($slice) => $body,
            AnyInteger::u16($slice) => $body,
            AnyInteger::i32($slice) => $body,
            AnyInteger::u32($slice) => $body,
            AnyInteger::i64($slice) => $body,
            AnyInteger::u64($slice) => $body,
        }
    };
}

impl<'a> AnyRows<'a> {
    pub(crate) fn new(values: AnyInteger<'a>) -> Self {
        AnyRows { values, len: any!(values, slice => slice.len()) }
    }
}

macro_rules! halves {
    ($values:expr, $middle:expr, $($T:ident)+) => {
        match $values {
            $(AnyInteger::$T(slice) => {
                let (left, right) = slice.split_at($middle);
                (AnyInteger::$T(left), AnyInteger::$T(right))
            })+
        }
    };
}

impl Terms for AnyRows<'_> {
    /// Of the widest type: this only decides where the work is cut.
    const TERM_BYTES: usize = 8;

    #[inline(always)]
    fn rows(self) -> usize {
        self.len / 8
    }

    #[inline(always)]
    fn tail_len(self) -> usize {
        self.len % 8
    }

    #[inline(always)]
    fn row<S: Simd>(self, simd: S, index: usize) -> S::Row {
        any!(self.values, slice => Values::new(slice).row(simd, index))
    }

    #[inline(always)]
    fn prefetch<S: Simd>(self, simd: S, index: usize) {
        any!(self.values, slice => Values::new(slice).prefetch(simd, index));
    }

    #[inline(always)]
    fn tail(self, index: usize) -> f64 {
        any!(self.values, slice => slice[self.len / 8 * 8 + index].widen())
    }

    #[inline(always)]
    fn split(self, rows: usize) -> (Self, Self) {
        let middle = rows * 8;
        let (left, right) = halves!(self.values, middle, i8 u8 i16 u16 i32 u32 i64 u64);
        (AnyRows { values: left, len: middle }, AnyRows { values: right, len: self.len - middle })
    }

    #[inline(always)]
    fn numbers<S: Simd>(self, simd: S, _: usize) -> S::Mask {
        simd.all_or_none(true)
    }

    #[inline(always)]
    fn is_number(self, _: usize) -> bool {
        true
    }
}
