//! Kernels of short lines: see `lines.rs`.

use std::marker::PhantomData;

use super::extreme::Wanted;
use super::integer_moments::variance;
use super::lines::Line;
use super::row::{Key, Row};
use crate::exact::Exact;
use crate::filter::Filter;
use crate::integer::Integer;
use crate::quotient::quotient;
use crate::select::{Select, selected};
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
        let found = |flip: bool| {
            let key = least_key(values, filter, flip, false);
            // Perhaps nothing takes part.
            let any = key != T::Key::GREATEST || filter.is_all();
            any.then(|| T::from_key(key, flip))
        };
        match self.wanted {
            Wanted::Least => found(false),
            Wanted::Greatest => found(true),
            Wanted::Range => Some(T::difference(found(false)?, found(true)?)),
        }
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
        let omit = T::HAS_NAN && filter.omits_nan();
        for (chunk, values) in values.chunks(CHUNK).enumerate() {
            let mut equal = [0_u8; CHUNK];
            for (equal, &value) in equal.iter_mut().zip(values) {
                let found = (value.key(self.greatest, true) == key) & (!omit | value.is_number());
                *equal = u8::from(found);
            }
            if let Some(mask) = filter.mask {
                for (equal, &keep) in equal.iter_mut().zip(&mask[chunk * CHUNK..]) {
                    *equal &= u8::from(keep != 0);
                }
            }
            let mut any = 0;
            for equal in equal {
                any |= equal;
            }
            if any != 0 {
                let index = equal.iter().position(|&equal| equal != 0)?;
                return Some((chunk * CHUNK + index) as u32);
            }
        }
        // Another thread has changed the memory since.
        Some(0)
    }
}

/// What is asked of a line of integers.
#[derive(Clone, Copy)]
pub(super) enum Asked {
    Sum,
    Mean,
    Variance { ddof: usize, root: bool },
}

/// Sums, means and variances of integers.
#[derive(Clone, Copy)]
pub(super) struct Integers<T> {
    pub(super) asked: Asked,
    pub(super) elements: PhantomData<T>,
}

impl<T: Integer> Line for Integers<T> {
    type Element = T;
    type Out = f64;

    #[inline(always)]
    fn line<S: Simd>(self, _: S, values: &[T], filter: Filter<'_>) -> Option<f64> {
        Some(selected!(filter.mask, select => {
            let sum = Exact::from(T::total(values, select));
            match self.asked {
                Asked::Sum => sum.to_f64(),
                Asked::Mean => quotient(sum, select.count(values.len()) as u128),
                Asked::Variance { ddof, root } => {
                    let squares = T::products(values, values, select);
                    let count = select.count(values.len()) as u64;
                    let variance = variance(ddof, count, sum, squares);
                    if root { variance.sqrt() } else { variance }
                }
            }
        }))
    }
}
