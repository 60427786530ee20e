//! Where the first NaN is.

use allcores_parallel::{Blocks, Cancelled, map};

use crate::element::Element;
use crate::error::Error;
use crate::filter::{Filter, NanPolicy};
use crate::simd::{Body, Simd};
use crate::split::Job;
use crate::terms::{Terms, Values, Widen};

/// 512 KiB of doubles.
const BLOCKS: Blocks = Blocks { size: 1 << 16, inline_up_to: 1 << 17 };
/// Rows that are asked about at once.
const ROWS: usize = 16;

/// The index of the first NaN whose byte in the mask is not 0.
pub(crate) fn first_nan<T: Widen>(
    job: Job<'_>,
    values: &[T],
    mask: Option<&[u8]>,
) -> Result<Option<usize>, Cancelled> {
    let found = map(job.token, values.len(), BLOCKS, |range| {
        let start = range.start;
        let mask = mask.map(|mask| &mask[range.clone()]);
        job.isa.run(FirstNan { values: &values[range], mask }).map(|index| start + index)
    })?;
    Ok(found.into_iter().flatten().next())
}

/// Fails under [`NanPolicy::Raise`] when `is_nan`, which the result of a kernel says of its
/// elements, was caused by one of them (two infinities make a NaN, too).
pub(crate) fn raise<T: Element>(
    job: Job<'_>,
    values: &[T],
    filter: Filter<'_>,
    is_nan: bool,
) -> Result<(), Error> {
    if filter.nan == NanPolicy::Raise
        && is_nan
        && let Some(index) = T::first_nan(job, values, filter.mask)?
    {
        return Err(Error::Nan { index });
    }
    Ok(())
}

struct FirstNan<'a, T> {
    values: &'a [T],
    mask: Option<&'a [u8]>,
}

impl<T: Widen> Body for FirstNan<'_, T> {
    type Output = Option<usize>;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Option<usize> {
        let terms = Values::new(self.values);
        let mut first = 0;
        while first < terms.rows() {
            let last = terms.rows().min(first + ROWS);
            let mut numbers = 0;
            for row in first..last {
                numbers += simd.count(terms.numbers(simd, row));
            }
            if numbers < (last - first) * 8
                && let Some(index) = self.search(first * 8, last * 8)
            {
                return Some(index);
            }
            first = last;
        }
        self.search(first * 8, self.values.len())
    }
}

impl<T: Widen> FirstNan<'_, T> {
    #[inline(always)]
    fn search(&self, start: usize, end: usize) -> Option<usize> {
        (start..end).find(|&index| {
            self.values[index].widen().is_nan() && self.mask.is_none_or(|mask| mask[index] != 0)
        })
    }
}
