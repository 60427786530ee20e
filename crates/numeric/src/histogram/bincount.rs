//! How often each integer occurs.

use allcores_parallel::{Blocks, Cancelled, Token, map};

use crate::element::Element;
use crate::error::Error;
use crate::filter::Filter;
use crate::histogram::element::Binned;
use crate::histogram::fill::INLINE;
use crate::histogram::{Tables, same_length};
use crate::split::Job;

/// Half a millisecond of work at most.
const BLOCK: usize = 1 << 17;
/// Blocks of weights that are added up by themselves.
const WEIGHTS_BLOCK: usize = 1 << 16;
/// With up to so many counts each lane has a table of its own.
const LANES_UP_TO: usize = 1 << 10;
/// Up to so many counts, each thread has a table of its own.
const TABLES_UP_TO: usize = 1 << 16;
/// The longest array of doubles.
const LONGEST: u64 = 1 << 32;

/// How many counts [`bincount`] writes: up to the greatest element, at least `min_length`.
///
/// ```
/// use allcores_numeric::bincount_length;
/// use allcores_parallel::Token;
/// assert_eq!(bincount_length(&Token::new(), &[1_u8, 3, 3], 0), Ok(4));
/// ```
///
/// # Errors
/// [`Error::Floats`], [`Error::Negative`]; [`Error::TooManyCounts`] for more than 2^32 of them;
/// [`Error::Cancelled`].
pub fn bincount_length<T: Element>(
    token: &Token,
    values: &[T],
    min_length: usize,
) -> Result<usize, Error> {
    if !T::IS_INTEGER {
        return Err(Error::Floats);
    }
    let mut length = min_length as u64;
    if let Some((least, greatest)) = T::min_max(Job::new(token), values, Filter::ALL)? {
        if least.wide() < 0.0 {
            return Err(Error::Negative { least: least.wide() as i64 });
        }
        length = length.max((greatest.index() as u64).saturating_add(1));
    }
    if length > LONGEST { Err(Error::TooManyCounts { length }) } else { Ok(length as usize) }
}

/// How many elements are 0, 1, 2 and so on, or the sum of their weights, written to `counts`,
/// which hold zeros. What lies above is left out.
///
/// The counts of `np.bincount`. Weights are added up in blocks of 65,536 elements, so that they
/// are the same on any number of threads; up to that length the bits are numpy's. With more
/// than 65,536 counts, all is added up from left to right by the calling thread.
///
/// The same bits on any number of threads and on every instruction set.
///
/// ```
/// use allcores_numeric::bincount;
/// use allcores_parallel::Token;
/// let mut counts = [0.0; 4];
/// assert_eq!(bincount(&Token::new(), &[1_u8, 3, 3], None, &mut counts), Ok(()));
/// assert_eq!(counts, [0.0, 1.0, 0.0, 2.0]);
/// ```
///
/// # Errors
/// [`Error::Floats`]; [`Error::Lengths`] unless there is a weight for each element;
/// [`Error::Cancelled`].
pub fn bincount<T: Element>(
    token: &Token,
    values: &[T],
    weights: Option<&[f64]>,
    counts: &mut [f64],
) -> Result<(), Error> {
    if !T::IS_INTEGER {
        return Err(Error::Floats);
    }
    same_length(values, weights)?;
    let job = Job::new(token);
    match weights {
        None if counts.len() <= TABLES_UP_TO => count_in_tables(job, values, counts)?,
        None => in_order(job, values, counts, |_| 1.0)?,
        Some(weights) => {
            if counts.len() <= TABLES_UP_TO {
                weigh_in_blocks(job, values, weights, counts)?;
            } else {
                in_order(job, values, counts, |at| weights[at])?;
            }
            for count in counts {
                // One NaN only: its sign would depend on the machine.
                if count.is_nan() {
                    *count = f64::NAN;
                }
            }
        }
    }
    Ok(())
}

fn count_in_tables<T: Binned>(
    job: Job<'_>,
    values: &[T],
    sums: &mut [f64],
) -> Result<(), Cancelled> {
    let lanes = if sums.len() <= LANES_UP_TO { 8 } else { 1 };
    let tables = Tables::new(sums.len() * lanes);
    let blocks = Blocks { size: BLOCK, inline_up_to: INLINE };
    map(job.token, values.len(), blocks, |range| {
        tables.count(range.len(), |counts| {
            let count = if lanes == 8 { count::<T, 8> } else { count::<T, 1> };
            count(&values[range], counts);
        });
    })?;
    for (sum, lanes) in sums.iter_mut().zip(tables.totals().chunks(lanes)) {
        *sum = lanes.iter().sum::<u64>() as f64;
    }
    Ok(())
}

/// Counts one block, the counts of a value side by side.
fn count<T: Binned, const LANES: usize>(values: &[T], counts: &mut [u32]) {
    let (slots, _) = counts.as_chunks_mut::<LANES>();
    let (rows, tail) = values.as_chunks::<8>();
    for row in rows {
        for (lane, value) in row.iter().enumerate() {
            // Out of range only what another thread has written since it was looked at.
            if let Some(slot) = slots.get_mut(value.index()) {
                slot[lane % LANES] += 1;
            }
        }
    }
    for value in tail {
        if let Some(slot) = slots.get_mut(value.index()) {
            slot[0] += 1;
        }
    }
}

/// Adds up blocks by themselves, some at a time, then their sums in order.
fn weigh_in_blocks<T: Binned>(
    job: Job<'_>,
    values: &[T],
    weights: &[f64],
    sums: &mut [f64],
) -> Result<(), Cancelled> {
    let blocks = Blocks { size: WEIGHTS_BLOCK, inline_up_to: WEIGHTS_BLOCK };
    // The fewer counts there are, the more blocks are held at a time: about 1 MiB.
    let held = ((1 << 17) / (sums.len() + 1)).clamp(1, 64) * WEIGHTS_BLOCK;
    for start in (0..values.len()).step_by(held) {
        let len = held.min(values.len() - start);
        let length = sums.len();
        let parts = map(job.token, len, blocks, |range| {
            let mut sums = vec![0.0; length];
            let range = start + range.start..start + range.end;
            weigh(&values[range.clone()], |at| weights[range.start + at], &mut sums);
            sums
        })?;
        for part in parts {
            for (sum, part) in sums.iter_mut().zip(part) {
                *sum += part;
            }
        }
    }
    Ok(())
}

/// Adds up everything from left to right on this thread.
fn in_order<T: Binned>(
    job: Job<'_>,
    values: &[T],
    sums: &mut [f64],
    weight: impl Fn(usize) -> f64,
) -> Result<(), Cancelled> {
    for (index, block) in values.chunks(WEIGHTS_BLOCK).enumerate() {
        job.token.begin_block()?;
        weigh(block, |at| weight(index * WEIGHTS_BLOCK + at), sums);
    }
    Ok(())
}

fn weigh<T: Binned>(values: &[T], weight: impl Fn(usize) -> f64, sums: &mut [f64]) {
    for (at, value) in values.iter().enumerate() {
        if let Some(sum) = sums.get_mut(value.index()) {
            *sum += weight(at);
        }
    }
}
