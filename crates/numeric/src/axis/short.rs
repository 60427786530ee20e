//! Kernels of short lines: see `lines.rs`. All of it is inlined into one body for many lines, and
//! each loop has one result, so that the compiler vectorises it.

use std::marker::PhantomData;

use super::extreme::Wanted;
use super::integer_moments::variance;
use super::lines::Line;
use super::row::{Key, Row};
use crate::exact::Exact;
use crate::filter::Filter;
use crate::integer::Integer;
use crate::quotient::quotient;
use crate::select::selected;
use crate::simd::Simd;

/// The least key of the elements that take part; the greatest key there is when none does.
#[inline(always)]
fn least_key<T: Row>(values: &[T], filter: Filter<'_>, flip: bool, equal_zeros: bool) -> T::Key {
    let mut best = T::Key::GREATEST;
    let omit = T::HAS_NAN && filter.omits_nan();
    match filter.mask {
        None if !omit => {
            for &value in values {
                best = best.min(value.key(flip, equal_zeros));
            }
        }
        None => {
            for &value in values {
                let key = value.key(flip, equal_zeros);
                best = best.min(if value.is_number() { key } else { T::Key::GREATEST });
            }
        }
        Some(mask) => {
            for (&value, &keep) in values.iter().zip(mask) {
                let key = value.key(flip, equal_zeros);
                let keep = (keep != 0) & (!omit | value.is_number());
                best = best.min(if keep { key } else { T::Key::GREATEST });
            }
        }
    }
    best
}

/// The element of the least key. `None` when perhaps nothing takes part.
#[inline(always)]
fn least<T: Row>(values: &[T], filter: Filter<'_>, flip: bool) -> Option<T> {
    let key = least_key(values, filter, flip, false);
    if key == T::Key::GREATEST && !filter.is_all() {
        return None;
    }
    Some(T::from_key(key, flip))
}

/// The least or the greatest element, or their difference.
#[derive(Clone, Copy)]
pub(super) struct Extreme<T> {
    pub(super) wanted: Wanted,
    pub(super) elements: PhantomData<T>,
}

impl<T: Row> Line for Extreme<T> {
    type Element = T;
    type Out = T;

    #[inline(always)]
    fn line<S: Simd>(self, _: S, values: &[T], filter: Filter<'_>) -> Option<T> {
        if self.wanted != Wanted::Range {
            return least(values, filter, self.wanted == Wanted::Greatest);
        }
        let (least, greatest) = (least(values, filter, false)?, least(values, filter, true)?);
        Some(T::difference(least, greatest))
    }
}

/// Where the least, or the greatest, element is.
#[derive(Clone, Copy)]
pub(super) struct ArgExtreme<T> {
    pub(super) greatest: bool,
    pub(super) elements: PhantomData<T>,
}

/// Elements that are compared before one of them is looked for.
const CHUNK: usize = 64;

impl<T: Row> Line for ArgExtreme<T> {
    type Element = T;
    type Out = u32;

    #[inline(always)]
    fn line<S: Simd>(self, _: S, values: &[T], filter: Filter<'_>) -> Option<u32> {
        let key = least_key(values, filter, self.greatest, true);
        if key == T::Key::GREATEST && !filter.is_all() {
            return None;
        }
        let (chunks, tail) = values.as_chunks::<CHUNK>();
        for (index, chunk) in chunks.iter().enumerate() {
            let at = index * CHUNK;
            if has(chunk, key, self.greatest) {
                let mask = filter.mask.map(|mask| &mask[at..at + CHUNK]);
                if let Some(lane) = place(chunk, mask, key, self.greatest) {
                    return Some((at + lane) as u32);
                }
            }
        }
        let at = values.len() - tail.len();
        let lane = place(tail, filter.mask.map(|mask| &mask[at..]), key, self.greatest);
        // Another thread may have changed the memory since: then it is some index.
        Some(lane.map_or(0, |lane| at + lane) as u32)
    }
}

#[inline(always)]
fn has<T: Row>(values: &[T], key: T::Key, flip: bool) -> bool {
    let mut any = false;
    for &value in values {
        any |= value.key(flip, true) == key;
    }
    any
}

/// The first of at most 64 elements that has the key and that the mask leaves. No NaN that is left
/// out has the key of a number.
#[inline(always)]
fn place<T: Row>(values: &[T], mask: Option<&[u8]>, key: T::Key, flip: bool) -> Option<usize> {
    let mut first = u8::MAX;
    for (lane, &value) in values.iter().enumerate() {
        let equal = value.key(flip, true) == key && mask.is_none_or(|mask| mask[lane] != 0);
        first = first.min(if equal { lane as u8 } else { u8::MAX });
    }
    (first != u8::MAX).then_some(usize::from(first))
}

/// What is asked of a line of integers.
#[derive(Clone, Copy)]
pub(super) enum Asked {
    Sum,
    Mean,
    Variance { ddof: usize, root: bool },
}

/// Sums of a line, in lanes that a short one cannot overflow.
pub(super) trait Short: Integer {
    /// The sum of the elements.
    fn short_sum(values: &[Self], mask: Option<&[u8]>) -> i128;

    /// The sum of their squares.
    fn short_squares(values: &[Self], mask: Option<&[u8]>) -> Exact;
}

/// The sum of `$term` over the elements that take part.
macro_rules! total {
    ($values:ident, $mask:ident, $Sum:ident, |$value:ident| $term:expr) => {{
        let mut sum: $Sum = 0;
        if let Some(mask) = $mask {
            for (&value, &keep) in $values.iter().zip(mask) {
                let $value = if keep != 0 { value } else { 0 };
                let term: $Sum = $term;
                sum += term;
            }
        } else {
            for &$value in $values {
                let term: $Sum = $term;
                sum += term;
            }
        }
        sum
    }};
}

macro_rules! narrow {
    ($($T:ident $Sum:ident $Square:ident;)+) => {$(
        impl Short for $T {
            #[inline(always)]
            fn short_sum(values: &[Self], mask: Option<&[u8]>) -> i128 {
                total!(values, mask, $Sum, |value| $Sum::from(value)).into()
            }

            #[inline(always)]
            fn short_squares(values: &[Self], mask: Option<&[u8]>) -> Exact {
                let total = total!(values, mask, $Square, |value| {
                    let size = u32::from(value.abs_diff(0));
                    $Square::from(size * size)
                });
                Exact::from(u128::from(total))
            }
        }
    )+};
}

macro_rules! wide {
    ($($T:ident |$values:ident, $mask:ident| $sum:expr;)+) => {$(
        impl Short for $T {
            #[inline(always)]
            fn short_sum($values: &[Self], $mask: Option<&[u8]>) -> i128 {
                $sum
            }

            #[inline(always)]
            fn short_squares(values: &[Self], mask: Option<&[u8]>) -> Exact {
                selected!(mask, select => Self::products(values, values, select))
            }
        }
    )+};
}

// In 16 KiB there are 2^14 values of 8 bits, or 2^13 of 16 bits.
narrow!(
    u8 u32 u32;
    i8 i32 u32;
    u16 u32 u64;
    i16 i32 u64;
);
wide!(
    u32 |values, mask| total!(values, mask, u64, |value| u64::from(value)).into();
    i32 |values, mask| total!(values, mask, i64, |value| i64::from(value)).into();
    u64 |values, mask| selected!(mask, select => Self::total(values, select));
    i64 |values, mask| selected!(mask, select => Self::total(values, select));
);

/// How many elements take part.
#[inline(always)]
fn count(len: usize, mask: Option<&[u8]>) -> u64 {
    let Some(mask) = mask else { return len as u64 };
    let mut count = 0_u32;
    for &keep in mask {
        count += u32::from(keep != 0);
    }
    count.into()
}

/// Sums, means and variances of integers.
#[derive(Clone, Copy)]
pub(super) struct Integers<T> {
    pub(super) asked: Asked,
    pub(super) elements: PhantomData<T>,
}

impl<T: Short> Line for Integers<T> {
    type Element = T;
    type Out = f64;

    #[inline(always)]
    fn line<S: Simd>(self, _: S, values: &[T], filter: Filter<'_>) -> Option<f64> {
        let sum = T::short_sum(values, filter.mask);
        Some(match self.asked {
            Asked::Sum => double(sum),
            Asked::Mean => mean(sum, count(values.len(), filter.mask)),
            Asked::Variance { ddof, root } => {
                let squares = T::short_squares(values, filter.mask);
                let count = count(values.len(), filter.mask);
                let variance = variance(ddof, count, Exact::from(sum), squares);
                if root { variance.sqrt() } else { variance }
            }
        })
    }
}

#[inline(always)]
fn double(sum: i128) -> f64 {
    match i64::try_from(sum) {
        Ok(sum) => sum as f64,
        Err(_) => Exact::from(sum).to_f64(),
    }
}

#[inline(always)]
fn mean(sum: i128, count: u64) -> f64 {
    match i64::try_from(sum) {
        // Doubles, so one division is one rounding.
        Ok(sum) if count > 0 && sum.unsigned_abs() <= 1 << 53 => sum as f64 / count as f64,
        _ => quotient(Exact::from(sum), count.into()),
    }
}
