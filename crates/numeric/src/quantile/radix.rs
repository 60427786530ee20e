//! The certain way to an order statistic, whatever the input: sixteen bits of the key in each
//! of four passes that only count. Some six times slower than sampling.

use allcores_parallel::{Blocks, Cancelled, map};

use crate::histogram::Tables;
use crate::quantile::chunk::Elements;
use crate::quantile::keyed::Keyed;
use crate::quantile::select::INLINE;
use crate::split::Job;

const DIGIT_BITS: u32 = 16;
const DIGITS: usize = 1 << DIGIT_BITS;
/// About 0.3 ms of work, so that a thread's table is worth its 256 KiB.
const BLOCK: usize = 1 << 18;

/// The key of `rank` among the elements that take part and are no NaN.
pub(crate) fn radix<T: Keyed>(
    job: Job<'_>,
    elements: Elements<'_, T>,
    rank: usize,
) -> Result<i64, Cancelled> {
    let mut rank = rank as u64;
    let mut prefix = 0;
    for shift in [48, 32, 16, 0] {
        let tables = Tables::new(DIGITS);
        let blocks = Blocks { size: BLOCK, inline_up_to: INLINE };
        map(job.token, elements.len(), blocks, |range| {
            let elements = elements.part(range.start, range.end);
            tables.count(range.len(), |counts| {
                elements.chunks(job.isa, |keys| {
                    for &key in keys {
                        let bits = (key.cast_unsigned() ^ 1 << 63) >> shift;
                        if bits >> DIGIT_BITS == prefix {
                            counts[bits as usize % DIGITS] += 1;
                        }
                    }
                });
            });
        })?;
        let mut digit = 0;
        for (index, count) in tables.totals().into_iter().enumerate() {
            if count > 0 {
                digit = index as u64;
                if rank < count {
                    break;
                }
                rank -= count;
            }
        }
        prefix = prefix << DIGIT_BITS | digit;
    }
    Ok((prefix ^ 1 << 63).cast_signed())
}
