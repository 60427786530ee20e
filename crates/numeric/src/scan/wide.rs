//! Running sums and products of 64-bit integers, exact or refused before anything is written.

use std::marker::PhantomData;

use allcores_parallel::{Blocks, Relay, map};

use crate::error::Error;
use crate::scan::doubles::BLOCK;
use crate::scan::operation::Operation;
use crate::split::Job;

/// A 64-bit integer type.
pub trait Wide: Copy + Send + Sync + Into<i128> {
    /// The same bits, signed.
    #[doc(hidden)]
    fn bits(self) -> i64;
}

impl Wide for i64 {
    #[inline(always)]
    fn bits(self) -> i64 {
        self
    }
}

impl Wide for u64 {
    #[inline(always)]
    fn bits(self) -> i64 {
        self.cast_signed()
    }
}

const BLOCKS: Blocks = Blocks { size: BLOCK, inline_up_to: 2 * BLOCK };

/// Refuses values of which a running sum is no `i64`.
pub(crate) fn check_sums<T: Wide>(job: Job<'_>, values: &[T]) -> Result<(), Error> {
    let largest = map(job.token, values.len(), BLOCKS, |range| {
        let mut largest = 0;
        for value in &values[range] {
            let size: i128 = (*value).into();
            largest = largest.max(size.unsigned_abs() as u64);
        }
        u128::from(largest)
    })?;
    // Nearly always this settles it: not even the magnitudes reach the end of the range.
    if largest.iter().sum::<u128>().saturating_mul(BLOCK as u128) <= i64::MAX as u128 {
        return Ok(());
    }
    // The sum of each block, and the ends of its running sums.
    let ends = map(job.token, values.len(), BLOCKS, |range| {
        let (mut sum, mut least, mut greatest) = (0_i128, 0_i128, 0_i128);
        for value in &values[range] {
            sum += (*value).into();
            least = least.min(sum);
            greatest = greatest.max(sum);
        }
        (sum, least, greatest)
    })?;
    let mut before = 0_i128;
    for (block, (sum, least, greatest)) in ends.into_iter().enumerate() {
        if !fits(before + least) || !fits(before + greatest) {
            let values = values.iter().enumerate().skip(block * BLOCK);
            for (index, value) in values {
                before += (*value).into();
                if !fits(before) {
                    return Err(Error::Overflow { index });
                }
            }
        }
        before += sum;
    }
    Ok(())
}

/// Refuses values of which a running product is no `i64`.
pub(crate) fn check_products<T: Wide>(job: Job<'_>, values: &[T]) -> Result<(), Error> {
    // One after the other: a product of more than 63 factors stays in the range only when the
    // others are 1, −1 or follow a zero, so this ends soon or is as simple as it looks.
    let mut product = 1_i128;
    for (block, values) in values.chunks(BLOCK).enumerate() {
        job.token.begin_block()?;
        for (index, value) in values.iter().enumerate() {
            product *= (*value).into();
            if !fits(product) {
                return Err(Error::Overflow { index: block * BLOCK + index });
            }
        }
        if product == 0 {
            return Ok(());
        }
    }
    Ok(())
}

fn fits(value: i128) -> bool {
    i64::try_from(value).is_ok()
}

/// Where a block is read and written.
pub(crate) enum WidePlace<'a, T> {
    Apart(&'a [T], &'a mut [i64]),
    InPlace(&'a mut [i64]),
}

/// The blocks of one scan, modulo 2^64: exact for values that were checked.
pub(crate) struct Integers<'a, O, T>(PhantomData<(O, &'a T)>);

impl<O: Operation, T: Wide> Integers<'_, O, T> {
    pub(crate) fn new() -> Self {
        Integers(PhantomData)
    }
}

impl<'a, O: Operation, T: Wide> Relay for Integers<'a, O, T> {
    type Block = WidePlace<'a, T>;
    type Part = i64;
    type Carry = i64;

    fn look(&self, block: &WidePlace<'a, T>) -> i64 {
        let neutral = O::NEUTRAL;
        match block {
            WidePlace::Apart(from, _) => {
                from.iter().map(|value| value.bits()).fold(neutral, O::put)
            }
            WidePlace::InPlace(values) => values.iter().copied().fold(neutral, O::put),
        }
    }

    fn finish(&self, block: WidePlace<'a, T>, carry: i64) -> i64 {
        let mut end = O::NEUTRAL;
        let mut next = |value| {
            end = O::put(end, value);
            O::put(carry, end)
        };
        match block {
            WidePlace::Apart(from, to) => {
                for (to, from) in to.iter_mut().zip(from) {
                    *to = next(from.bits());
                }
            }
            WidePlace::InPlace(values) => {
                for value in values {
                    *value = next(*value);
                }
            }
        }
        end
    }

    fn pass(&self, carry: i64, part: i64) -> i64 {
        O::put(carry, part)
    }
}
