//! Lines that are slices. Each is given to the kernel of flat arrays, or where they are so short
//! that asking for it would be the larger part of the work, many of them to a kernel of lines.

use allcores_parallel::{Blocks, Token};

use super::columns::run_bands;
use super::{Lines, Source};
use crate::error::Error;
use crate::filter::Filter;
use crate::simd::{Body, Simd};
use crate::split::Job;

/// What one thread does at a time; see `split.rs`.
const PIECE_BYTES: usize = 1 << 18;
const INLINE_BYTES: usize = 1 << 20;
/// A line is short up to here. Longer ones have other limits than what a call costs.
const SHORT_BYTES: usize = 1 << 14;

/// Reduces each line by `flat`, which splits a long line over the threads by itself.
pub(super) fn reduce_lines<T: Copy + Sync, O: Send>(
    job: Job<'_>,
    source: Source<'_, T>,
    out: &mut [O],
    flat: impl Fn(Job<'_>, &[T], Filter<'_>) -> Result<O, Error> + Sync,
) -> Result<(), Error> {
    let Source { values, filter, lines: Lines { length, .. } } = source;
    let line_bytes = length * (size_of::<T>() + usize::from(filter.mask.is_some()));
    let size = (PIECE_BYTES / line_bytes.max(1)).max(1);
    let inline = INLINE_BYTES / line_bytes.max(1);
    run_bands(job, out, Blocks { size, inline_up_to: inline }, |start, band| {
        // Short lines are not worth asking for each: the band has asked, and threads that ask the
        // same token get into each other's way.
        let short = Token::new();
        let token = if line_bytes <= INLINE_BYTES { &short } else { job.token };
        let job = Job { token, ..job };
        for (index, out) in band.iter_mut().enumerate() {
            let line = (start + index) * length..(start + index + 1) * length;
            let mask = filter.mask.map(|mask| &mask[line.clone()]);
            *out = flat(job, &values[line], Filter { mask, ..filter })?;
        }
        Ok(())
    })
}

/// A kernel over slices that are small enough for one thread.
pub(super) trait Line: Copy + Send + Sync {
    type Element: Copy + Sync;
    type Out: Send;

    /// The result of a line that is not empty; `None` where the kernel of flat arrays shall say.
    fn line<S: Simd>(
        self,
        simd: S,
        values: &[Self::Element],
        filter: Filter<'_>,
    ) -> Option<Self::Out>;
}

/// Some lines, one after the other.
struct Band<'a, 's, K: Line, F> {
    job: Job<'a>,
    kernel: K,
    source: Source<'s, K::Element>,
    start: usize,
    out: &'a mut [K::Out],
    flat: &'a F,
}

impl<K: Line, F> Body for Band<'_, '_, K, F>
where
    F: Fn(Job<'_>, &[K::Element], Filter<'_>) -> Result<K::Out, Error>,
{
    type Output = Result<(), Error>;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Result<(), Error> {
        let Source { values, filter, lines: Lines { length, .. } } = self.source;
        for (index, out) in self.out.iter_mut().enumerate() {
            let line = (self.start + index) * length..(self.start + index + 1) * length;
            let filter = Filter { mask: filter.mask.map(|mask| &mask[line.clone()]), ..filter };
            let values = &values[line];
            *out = match self.kernel.line(simd, values, filter) {
                Some(result) => result,
                None => (self.flat)(self.job, values, filter)?,
            };
        }
        Ok(())
    }
}

/// Reduces each line by `kernel`, or a long one by `flat`, which gives the same.
pub(super) fn reduce_short_lines<K: Line>(
    job: Job<'_>,
    source: Source<'_, K::Element>,
    kernel: K,
    out: &mut [K::Out],
    flat: impl Fn(Job<'_>, &[K::Element], Filter<'_>) -> Result<K::Out, Error> + Sync,
) -> Result<(), Error> {
    let Source { filter, lines: Lines { length, .. }, .. } = source;
    let line_bytes = length * (size_of::<K::Element>() + usize::from(filter.mask.is_some()));
    if line_bytes > SHORT_BYTES {
        return reduce_lines(job, source, out, flat);
    }
    let blocks = Blocks { size: PIECE_BYTES / line_bytes, inline_up_to: INLINE_BYTES / line_bytes };
    run_bands(job, out, blocks, |start, out| {
        let short = Token::new();
        let inner = Job { token: &short, ..job };
        job.isa.run(Band { job: inner, kernel, source, start, out, flat: &flat })
    })
}
