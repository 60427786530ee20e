use allcores_parallel::{Blocks, Cancelled, Token, map};

use crate::element::Element;
use crate::error::Error;
use crate::order::distribute::{Sink, Source, sort_into};
use crate::order::element::Ordered;
use crate::order::key::Key;
use crate::simd::{Body, Simd};
use crate::split::Job;

/// Writes to `out` the indices of `values` in the order of [`crate::sort`]: elements that are
/// equal to a reader (one zero is not equal to the other here, every NaN is to every NaN) stay
/// in the order of their indices.
///
/// The same on any number of threads and on every instruction set. It takes private memory of
/// 8 bytes for each element; up to 65,536 elements are sorted on the calling thread alone. When
/// it is cancelled, `out` may be partly written.
///
/// ```
/// use allcores_numeric::argsort;
/// use allcores_parallel::Token;
/// let mut out = [0; 4];
/// argsort(&Token::new(), &[3, 1, 2, 1], &mut out).unwrap();
/// assert_eq!(out, [1, 3, 2, 0]);
/// ```
///
/// # Errors
/// [`Error::Lengths`] when `out` has another length; [`Error::TooLong`] for more than 2^32
/// elements; [`Error::Cancelled`].
pub fn argsort<T: Element>(token: &Token, values: &[T], out: &mut [u32]) -> Result<(), Error> {
    if values.len() != out.len() {
        return Err(Error::Lengths { left: values.len(), right: out.len() });
    }
    argsort_as::<T, false>(Job::new(token), values, out)
}

/// [`argsort`] at the level of a job, with `ZEROS` with both zeros equal; `out` has the length of
/// `values`.
pub(crate) fn argsort_as<T: Ordered, const ZEROS: bool>(
    job: Job<'_>,
    values: &[T],
    out: &mut [u32],
) -> Result<(), Error> {
    let packed = Packed::<T, ZEROS>::new(job, values)?;
    Ok(packed.sort(job, out)?)
}

/// Which bits of the keys differ.
#[derive(Clone, Copy)]
struct Spread<K> {
    least: K,
    greatest: K,
    /// The bits in which any two keys differ.
    mixed: u64,
}

/// The keys of an array, each in one integer with its index: as much of the key as there is
/// room for above the index. Where the rest of the key matters it is looked up afterwards.
///
/// | bits | |
/// |---|---|
/// | above `index_bits` | the key's distance from the least one, without its `shift` lowest bits |
/// | `index_bits` | the index |
struct Packed<'a, T: Ordered, const ZEROS: bool> {
    values: &'a [T],
    /// The indices to sort, when not all.
    chosen: Option<&'a [u32]>,
    least: T::Key,
    index_bits: u32,
    shift: u32,
    /// Packs the `shift` lowest bits instead: for keys that are equal above them.
    lowest: bool,
    /// Whether equal packed keys are equal.
    exact: bool,
}

impl<T: Ordered, const ZEROS: bool> Clone for Packed<'_, T, ZEROS> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Ordered, const ZEROS: bool> Copy for Packed<'_, T, ZEROS> {}

impl<'a, T: Ordered, const ZEROS: bool> Packed<'a, T, ZEROS> {
    fn new(job: Job<'_>, values: &'a [T]) -> Result<Self, Error> {
        if values.len() as u64 > 1 << 32 {
            return Err(Error::TooLong { length: values.len() });
        }
        let spread = spread::<T, ZEROS>(job, values)?;
        let index_bits = usize::BITS - values.len().saturating_sub(1).leading_zeros();
        let range = spread.greatest.distance(spread.least);
        let shift = (u64::BITS - range.leading_zeros()).saturating_sub(u64::BITS - index_bits);
        let exact = spread.mixed.trailing_zeros() >= shift;
        let least = spread.least;
        Ok(Packed { values, chosen: None, least, index_bits, shift, lowest: false, exact })
    }

    fn sort(self, job: Job<'_>, out: &mut [u32]) -> Result<(), Cancelled> {
        sort_into(job, self, self, out)
    }

    #[inline(always)]
    fn pack(self, value: T, index: usize) -> i64 {
        let distance = value.merged::<ZEROS>().key().distance(self.least);
        let part =
            if self.lowest { distance & ((1 << self.shift) - 1) } else { distance >> self.shift };
        // The keys are compared as signed integers.
        (part << self.index_bits | index as u64).cast_signed() ^ i64::MIN
    }

    #[inline(always)]
    fn index(self, packed: i64) -> usize {
        (packed.cast_unsigned() & ((1 << self.index_bits) - 1)) as usize
    }

    /// The same for keys that are equal above `shift`.
    fn lowest(self, chosen: &'a [u32]) -> Self {
        Packed { chosen: Some(chosen), lowest: true, exact: true, ..self }
    }
}

impl<T: Ordered, const ZEROS: bool> Source for Packed<'_, T, ZEROS> {
    type Key = i64;

    fn len(self) -> usize {
        self.chosen.map_or(self.values.len(), <[u32]>::len)
    }

    fn fill(self, job: Job<'_>, start: usize, keys: &mut [i64]) {
        job.isa.run(Pack { packed: self, start, keys });
    }

    fn key(self, index: usize) -> i64 {
        let index = self.chosen.map_or(index, |chosen| chosen[index] as usize);
        self.pack(self.values[index], index)
    }

    fn class_bits(self) -> u32 {
        if self.exact { 0 } else { self.index_bits }
    }
}

struct Pack<'a, 'k, T: Ordered, const ZEROS: bool> {
    packed: Packed<'a, T, ZEROS>,
    start: usize,
    keys: &'k mut [i64],
}

impl<T: Ordered, const ZEROS: bool> Body for Pack<'_, '_, T, ZEROS> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Pack { packed, start, keys } = self;
        let end = start + keys.len();
        if let Some(chosen) = packed.chosen {
            for (key, &index) in keys.iter_mut().zip(&chosen[start..end]) {
                *key = packed.pack(packed.values[index as usize], index as usize);
            }
        } else {
            for (index, (key, &value)) in
                keys.iter_mut().zip(&packed.values[start..end]).enumerate()
            {
                *key = packed.pack(value, start + index);
            }
        }
    }
}

impl<T: Ordered, const ZEROS: bool> Sink<i64, u32> for Packed<'_, T, ZEROS> {
    fn write(self, job: Job<'_>, keys: &mut [i64], out: &mut [u32]) {
        if !self.exact {
            self.order_equal(job, keys);
        }
        job.isa.run(Unpack { packed: self, keys, out });
    }

    fn write_class(
        self,
        job: Job<'_>,
        segments: &[&[i64]],
        out: &mut [u32],
    ) -> Result<(), Cancelled> {
        // Only inexact keys have classes of more than one.
        let mut chosen = Vec::with_capacity(out.len());
        for segment in segments {
            job.token.begin_block()?;
            chosen.extend(segment.iter().map(|&key| self.index(key) as u32));
        }
        self.lowest(&chosen).sort(job, out)
    }
}

impl<T: Ordered, const ZEROS: bool> Packed<'_, T, ZEROS> {
    /// Sorts the keys that are equal as far as they were packed by the rest of them.
    fn order_equal(self, job: Job<'_>, keys: &mut [i64]) {
        let class = |key: i64| key.class(self.index_bits);
        let lowest = Packed { lowest: true, ..self };
        let mut spare = Vec::new();
        let mut start = 0;
        while start < keys.len() {
            let first = class(keys[start]);
            let mut end = start + 1;
            while end < keys.len() && class(keys[end]) == first {
                end += 1;
            }
            if end > start + 1 {
                let run = &mut keys[start..end];
                for key in &mut *run {
                    let index = self.index(*key);
                    *key = lowest.pack(self.values[index], index);
                }
                if run.len() < 16 {
                    run.sort_unstable();
                } else {
                    if spare.len() < run.len() {
                        spare.resize(run.len(), 0);
                    }
                    job.isa.run(SortRun { keys: run, spare: &mut spare });
                }
            }
            start = end;
        }
    }
}

struct SortRun<'a> {
    keys: &'a mut [i64],
    spare: &'a mut [i64],
}

impl Body for SortRun<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        i64::sort(simd, self.keys, self.spare);
    }
}

struct Unpack<'a, 'k, T: Ordered, const ZEROS: bool> {
    packed: Packed<'a, T, ZEROS>,
    keys: &'k [i64],
    out: &'k mut [u32],
}

impl<T: Ordered, const ZEROS: bool> Body for Unpack<'_, '_, T, ZEROS> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        for (index, &key) in self.out.iter_mut().zip(self.keys) {
            *index = self.packed.index(key) as u32;
        }
    }
}

fn spread<T: Ordered, const ZEROS: bool>(
    job: Job<'_>,
    values: &[T],
) -> Result<Spread<T::Key>, Cancelled> {
    let Some(first) = values.first().map(|value| value.merged::<ZEROS>().key()) else {
        return Ok(Spread { least: T::Key::LEAST, greatest: T::Key::LEAST, mixed: 0 });
    };
    let blocks = Blocks { size: 1 << 17, inline_up_to: 1 << 16 };
    let parts = map(job.token, values.len(), blocks, |range| {
        job.isa.run(Differ::<T, ZEROS> { values: &values[range], first })
    })?;
    let join = |a: Spread<T::Key>, b: Spread<T::Key>| Spread {
        least: a.least.min(b.least),
        greatest: a.greatest.max(b.greatest),
        mixed: a.mixed | b.mixed,
    };
    let none = Spread { least: first, greatest: first, mixed: 0 };
    Ok(parts.into_iter().fold(none, join))
}

struct Differ<'a, T: Ordered, const ZEROS: bool> {
    values: &'a [T],
    first: T::Key,
}

impl<T: Ordered, const ZEROS: bool> Body for Differ<'_, T, ZEROS> {
    type Output = Spread<T::Key>;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> Spread<T::Key> {
        let first = self.first;
        let mut spread = Spread { least: first, greatest: first, mixed: 0 };
        for value in self.values {
            let key = value.merged::<ZEROS>().key();
            spread.least = spread.least.min(key);
            spread.greatest = spread.greatest.max(key);
            spread.mixed |= key.distance(first);
        }
        spread
    }
}
