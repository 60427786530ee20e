//! Lines that are slices: each is given to the kernel of flat arrays.

use allcores_parallel::{Blocks, Token};

use super::columns::run_bands;
use super::{Lines, Source};
use crate::error::Error;
use crate::filter::Filter;
use crate::split::Job;

/// What one thread does at a time; see `split.rs`.
const PIECE_BYTES: usize = 1 << 18;
const INLINE_BYTES: usize = 1 << 20;

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
