//! Counting, and searching with an early end.

use std::sync::atomic::{AtomicBool, Ordering};

use super::truthy::{PAGE, Truthy};
use crate::element::Element;
use crate::error::Error;
use crate::filter::{Filter, NanPolicy};
use crate::first_nan::raise;
use crate::simd::{Body, Simd};
use crate::split::{Job, Reduction, reduce};
use crate::terms::AHEAD;

const LINE: usize = 64;

/// The elements that may take part.
#[derive(Clone, Copy)]
struct Part<'a, T> {
    values: &'a [T],
    /// Empty when every element takes part.
    mask: &'a [u8],
}

impl<T: Copy> Part<'_, T> {
    #[inline(always)]
    fn split(self, middle: usize) -> (Self, Self) {
        let (left, right) = self.values.split_at(middle);
        let (left_mask, right_mask) = self.mask.split_at(middle.min(self.mask.len()));
        (Part { values: left, mask: left_mask }, Part { values: right, mask: right_mask })
    }

    #[inline(always)]
    fn bytes(self) -> usize {
        size_of_val(self.values) + self.mask.len()
    }

    /// The next page, while one further on is asked for, and the rest.
    #[inline(always)]
    fn next_page<S: Simd>(self, simd: S) -> (Self, Self) {
        let (page, rest) = self.split(self.values.len().min(PAGE / size_of::<T>()));
        for line in (0..size_of_val(page.values)).step_by(LINE) {
            simd.prefetch(page.values.as_ptr().cast::<u8>().wrapping_add(AHEAD + line));
        }
        for line in (0..page.mask.len()).step_by(LINE) {
            simd.prefetch(page.mask.as_ptr().wrapping_add(AHEAD + line));
        }
        (page, rest)
    }
}

#[derive(Clone, Copy)]
struct Count<'a, T, const OMIT: bool>(Part<'a, T>);

impl<T: Truthy, const OMIT: bool> Body for Count<'_, T, OMIT> {
    type Output = usize;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> usize {
        let mut total = 0;
        let mut rest = self.0;
        while !rest.values.is_empty() {
            let (page, behind) = rest.next_page(simd);
            total += T::count::<false, OMIT>(page.values, page.mask);
            rest = behind;
        }
        total
    }
}

impl<T: Truthy, const OMIT: bool> Reduction for Count<'_, T, OMIT> {
    #[inline]
    fn bytes(self) -> usize {
        self.0.bytes()
    }

    #[inline]
    fn cut(self) -> (Self, Self) {
        let (left, right) = self.0.split(self.0.values.len() / 2);
        (Count(left), Count(right))
    }

    #[inline]
    fn merge(left: usize, right: usize) -> usize {
        left + right
    }
}

/// Whether there is an element that is true, or with `ZERO` one that is false.
#[derive(Clone, Copy)]
struct Exists<'a, T, const ZERO: bool, const OMIT: bool> {
    part: Part<'a, T>,
    /// Set by whoever finds one. The answer is then known, whatever the others would find.
    found: &'a AtomicBool,
}

impl<T: Truthy, const ZERO: bool, const OMIT: bool> Body for Exists<'_, T, ZERO, OMIT> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let mut rest = self.part;
        // Relaxed: the flag carries no data, and whoever waits for the pieces sees it.
        while !rest.values.is_empty() && !self.found.load(Ordering::Relaxed) {
            let (page, behind) = rest.next_page(simd);
            if T::count::<ZERO, OMIT>(page.values, page.mask) > 0 {
                self.found.store(true, Ordering::Relaxed);
            }
            rest = behind;
        }
    }
}

impl<T: Truthy, const ZERO: bool, const OMIT: bool> Reduction for Exists<'_, T, ZERO, OMIT> {
    #[inline]
    fn bytes(self) -> usize {
        // Nothing is left to read once the answer is known, so nothing is cut either.
        if self.found.load(Ordering::Relaxed) { 0 } else { self.part.bytes() }
    }

    #[inline]
    fn cut(self) -> (Self, Self) {
        let (left, right) = self.part.split(self.part.values.len() / 2);
        (Exists { part: left, ..self }, Exists { part: right, ..self })
    }

    #[inline]
    fn merge((): (), (): ()) {}
}

pub(super) fn count<T: Element>(
    job: Job<'_>,
    values: &[T],
    filter: Filter<'_>,
) -> Result<usize, Error> {
    filter.check(values.len())?;
    raise(job, values, filter, true)?;
    let part = Part { values, mask: filter.mask.unwrap_or(&[]) };
    Ok(match filter.nan {
        NanPolicy::Omit => reduce(job, Count::<T, true>(part))?,
        _ => reduce(job, Count::<T, false>(part))?,
    })
}

pub(super) fn exists<T: Element, const ZERO: bool>(
    job: Job<'_>,
    values: &[T],
    filter: Filter<'_>,
) -> Result<bool, Error> {
    filter.check(values.len())?;
    raise(job, values, filter, true)?;
    let part = Part { values, mask: filter.mask.unwrap_or(&[]) };
    let found = AtomicBool::new(false);
    match filter.nan {
        NanPolicy::Omit => reduce(job, Exists::<T, ZERO, true> { part, found: &found })?,
        _ => reduce(job, Exists::<T, ZERO, false> { part, found: &found })?,
    }
    Ok(found.into_inner())
}
