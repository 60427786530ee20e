//! Sorting by counting: elements of 8 and 16 bits have few values.

use allcores_parallel::{Blocks, Cancelled, for_each_band, map};

use crate::order::element::Ordered;
use crate::order::key::Key;
use crate::simd::{Body, Simd};
use crate::split::Job;

/// Elements that one thread counts: below a millisecond.
const BLOCK: usize = 1 << 20;
/// Up to this many the calling thread counts alone.
const INLINE: usize = 1 << 18;
/// Elements of a band of the output.
const BAND: usize = 1 << 18;

/// Whether counting is the faster way for so many elements.
pub(crate) fn is_counted<T: Ordered>(length: usize) -> bool {
    match T::BITS {
        8 => length > 64,
        // The counts alone are 65,536.
        16 => length > 1 << 14,
        _ => false,
    }
}

/// How many elements lie below each value, and all of them at the end.
pub(crate) struct Counts(Vec<usize>);

impl Counts {
    /// Counts elements of at most 16 bits.
    pub(crate) fn new<T: Ordered>(job: Job<'_>, values: &[T]) -> Result<Self, Cancelled> {
        let blocks = Blocks { size: BLOCK, inline_up_to: INLINE };
        let tables =
            map(job.token, values.len(), blocks, |range| job.isa.run(Count(&values[range])))?;
        let mut below = vec![0; (1 << T::BITS) + 1];
        let mut sum = 0;
        for (value, below) in below.iter_mut().enumerate() {
            *below = sum;
            sum += tables
                .iter()
                .filter_map(|table| table.get(value))
                .map(|&count| count as usize)
                .sum::<usize>();
        }
        Ok(Counts(below))
    }

    /// Writes the elements that were counted, sorted.
    pub(crate) fn write<T: Ordered>(&self, job: Job<'_>, out: &mut [T]) -> Result<(), Cancelled> {
        let Counts(below) = self;
        let bands = Blocks { size: BAND, inline_up_to: INLINE };
        for_each_band(job.token, out, bands, |offset, band| {
            let mut value = below.partition_point(|&below| below <= offset) - 1;
            let mut start = 0;
            while start < band.len() {
                let end = (below[value + 1] - offset).min(band.len());
                band[start..end].fill(T::from_key(T::LEAST.above(value as u64)));
                start = end;
                value += 1;
            }
        })
    }
}

/// How often each value occurs, by the number of its key.
struct Count<'a, T>(&'a [T]);

impl<T: Ordered> Body for Count<'_, T> {
    type Output = Vec<u32>;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> Vec<u32> {
        let values = 1 << T::BITS;
        let number = |value: &T| value.key().distance(T::LEAST) as usize & (values - 1);
        // Equal neighbours would wait for each other's count in one table.
        let mut tables = vec![0; 2 * values];
        let (even, odd) = tables.split_at_mut(values);
        let (pairs, rest) = self.0.as_chunks::<2>();
        for [left, right] in pairs {
            even[number(left)] += 1;
            odd[number(right)] += 1;
        }
        for last in rest {
            even[number(last)] += 1;
        }
        for (even, odd) in even.iter_mut().zip(odd) {
            *even += *odd;
        }
        tables.truncate(values);
        tables
    }
}
