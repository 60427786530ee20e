use allcores_parallel::{Blocks, Cancelled, Token, for_each_band, map};

use crate::element::Element;
use crate::error::Error;
use crate::order::argsort::argsort_as;
use crate::order::distribute::{Sink, Source, sort_into};
use crate::order::element::Ordered;
use crate::order::key::Key;
use crate::order::sort::fill;
use crate::order::table::{Distinct, Entry, MOST, Numbers, Table};
use crate::simd::scratch::zeroed;
use crate::split::Job;

/// Elements that one thread puts into a table, or compares: below a millisecond.
const BLOCK: usize = 1 << 17;
/// Up to this many elements the calling thread works alone.
const INLINE: usize = 1 << 16;
/// Elements of the sample that tells few distinct values from many.
const SAMPLE: usize = 4 * MOST;

/// What [`unique`] shall tell besides the values.
#[derive(Debug, Default)]
pub struct Wanted<'a> {
    /// The index of each value's first place.
    pub index: bool,
    /// How often each value occurs.
    pub counts: bool,
    /// Receives, for each element of the input, the number of its value.
    pub inverse: Option<&'a mut [u32]>,
}

/// The distinct values of an array.
#[derive(Clone, Debug, PartialEq)]
pub struct Unique<T> {
    /// The values, sorted as by [`crate::sort`].
    pub values: Vec<T>,
    /// The index of each value's first place, when it was wanted.
    pub index: Option<Vec<u32>>,
    /// How often each value occurs, when it was wanted.
    pub counts: Option<Vec<u32>>,
}

/// The distinct values of `values`, sorted. All NaNs are one value, the last; both zeros are one
/// value, with the sign of the zero that comes first.
///
/// The same bits on any number of threads. Up to 4,096 distinct values are counted in a hash
/// table; more are sorted, in private memory of 8 to 24 bytes for each element. Up to 65,536
/// elements it runs on the calling thread alone.
///
/// ```
/// use allcores_numeric::{Wanted, unique};
/// use allcores_parallel::Token;
/// let mut inverse = [0; 5];
/// let wanted = Wanted { index: true, counts: true, inverse: Some(&mut inverse) };
/// let unique = unique(&Token::new(), &[3, 1, 3, 3, 2], wanted).unwrap();
/// assert_eq!(unique.values, [1, 2, 3]);
/// assert_eq!(unique.index.unwrap(), [1, 4, 0]);
/// assert_eq!(unique.counts.unwrap(), [1, 1, 3]);
/// assert_eq!(inverse, [2, 0, 2, 2, 1]);
/// ```
///
/// # Errors
/// [`Error::Lengths`] when the array for the inverse has another length; [`Error::TooLong`] for
/// 2^32 elements or more, when anything is wanted besides the values; [`Error::Cancelled`].
pub fn unique<T: Element>(
    token: &Token,
    values: &[T],
    wanted: Wanted<'_>,
) -> Result<Unique<T>, Error> {
    if let Some(inverse) = &wanted.inverse
        && inverse.len() != values.len()
    {
        return Err(Error::Lengths { left: values.len(), right: inverse.len() });
    }
    let plain = !wanted.index && !wanted.counts && wanted.inverse.is_none();
    if !plain && u32::try_from(values.len()).is_err() {
        return Err(Error::TooLong { length: values.len() });
    }
    let job = Job::new(token);
    if let Some(table) = few(job, values)? {
        Ok(from_table(job, values, table, wanted)?)
    } else if wanted.index || wanted.inverse.is_some() {
        from_order(job, values, wanted)
    } else {
        Ok(from_sorted(job, values, wanted.counts)?)
    }
}

/// The table of all values, when they are few, sorted.
fn few<T: Ordered>(job: Job<'_>, values: &[T]) -> Result<Option<Table<T>>, Cancelled> {
    if values.len() > 2 * SAMPLE {
        let stride = values.len() / SAMPLE;
        let sample: Vec<T> = (0..SAMPLE).map(|index| values[index * stride]).collect();
        if job.isa.run(Distinct { values: &sample, start: 0 }).is_none() {
            return Ok(None);
        }
    }
    let blocks = Blocks { size: BLOCK, inline_up_to: INLINE };
    let tables = map(job.token, values.len(), blocks, |range| {
        let start = range.start;
        job.isa.run(Distinct { values: &values[range], start })
    })?;
    let mut whole = Table::new();
    for table in tables {
        let Some(table) = table else { return Ok(None) };
        for entry in table.entries {
            if !whole.add(entry) {
                return Ok(None);
            }
        }
    }
    let mut entries = whole.entries;
    entries.sort_unstable_by_key(|entry| entry.key);
    Ok(Some(Table::of(entries)))
}

fn from_table<T: Ordered>(
    job: Job<'_>,
    values: &[T],
    table: Table<T>,
    wanted: Wanted<'_>,
) -> Result<Unique<T>, Cancelled> {
    if let Some(inverse) = wanted.inverse {
        let bands = Blocks { size: BLOCK, inline_up_to: INLINE };
        for_each_band(job.token, inverse, bands, |offset, out| {
            let values = &values[offset..offset + out.len()];
            job.isa.run(Numbers { table: &table, values, out });
        })?;
    }
    let entries = &table.entries;
    let of =
        |number: fn(&Entry<T>) -> usize| entries.iter().map(|entry| number(entry) as u32).collect();
    Ok(Unique {
        // A NaN is always the same one.
        values: entries.iter().map(|entry| entry.value.merged::<false>()).collect(),
        index: wanted.index.then(|| of(|entry| entry.first)),
        counts: wanted.counts.then(|| of(|entry| entry.count)),
    })
}

/// The keys of an array with NaNs and zeros merged.
#[derive(Clone, Copy)]
struct Merged<'a, T>(&'a [T]);

impl<T: Ordered> Source for Merged<'_, T> {
    type Key = T::Key;

    fn len(self) -> usize {
        self.0.len()
    }

    fn fill(self, _: Job<'_>, start: usize, keys: &mut [T::Key]) {
        for (key, &value) in keys.iter_mut().zip(&self.0[start..]) {
            *key = value.merged::<true>().key();
        }
    }

    fn key(self, index: usize) -> T::Key {
        self.0[index].merged::<true>().key()
    }

    fn class_bits(self) -> u32 {
        0
    }
}

/// Keeps the sorted keys.
#[derive(Clone, Copy)]
struct Keep;

impl<K: Key> Sink<K, K> for Keep {
    fn write(self, _: Job<'_>, keys: &mut [K], out: &mut [K]) {
        out.copy_from_slice(keys);
    }

    fn write_class(self, job: Job<'_>, segments: &[&[K]], out: &mut [K]) -> Result<(), Cancelled> {
        let first = segments.iter().find_map(|keys| keys.first()).copied().unwrap_or_default();
        fill(job, first, out)
    }
}

/// The values from all keys, sorted.
fn from_sorted<T: Ordered>(
    job: Job<'_>,
    values: &[T],
    counts: bool,
) -> Result<Unique<T>, Cancelled> {
    let mut keys: Vec<T::Key> = zeroed(values.len());
    sort_into(job, Merged(values), Keep, &mut keys)?;
    let starts = starts(job, keys.len(), |index| keys[index])?;
    let mut distinct: Vec<T> = Vec::with_capacity(starts.iter().map(Vec::len).sum());
    for starts in &starts {
        job.token.begin_block()?;
        distinct.extend(starts.iter().map(|&start| T::from_key(keys[start])));
    }
    if let Some(zero) = distinct.iter_mut().find(|value| value.is_zero())
        && let Some(first) = first_zero(job, values)?
    {
        *zero = first;
    }
    let counts = counts.then(|| lengths(&starts, keys.len()));
    Ok(Unique { values: distinct, index: None, counts })
}

/// The values, and where they stand, from the order of the elements.
fn from_order<T: Element>(
    job: Job<'_>,
    values: &[T],
    wanted: Wanted<'_>,
) -> Result<Unique<T>, Error> {
    let mut order = zeroed(values.len());
    argsort_as::<T, true>(job, values, &mut order)?;
    let starts = starts(job, order.len(), |index| values[order[index] as usize].search_key())?;
    let mut index = Vec::with_capacity(starts.iter().map(Vec::len).sum());
    for starts in &starts {
        job.token.begin_block()?;
        index.extend(starts.iter().map(|&start| order[start]));
    }
    if let Some(inverse) = wanted.inverse {
        let mut ends = starts.iter().flatten().copied().skip(1).chain([order.len()]);
        let mut end = ends.next().unwrap_or(0);
        let mut number = 0;
        for (block, order) in order.chunks(BLOCK).enumerate() {
            job.token.begin_block()?;
            for (place, &index) in order.iter().enumerate() {
                if block * BLOCK + place == end {
                    number += 1;
                    end = ends.next().unwrap_or(usize::MAX);
                }
                inverse[index as usize] = number;
            }
        }
    }
    Ok(Unique {
        values: index.iter().map(|&index| values[index as usize].merged::<false>()).collect(),
        counts: wanted.counts.then(|| lengths(&starts, order.len())),
        index: wanted.index.then_some(index),
    })
}

/// Where among `length` sorted keys a new one begins, block by block.
fn starts<K: PartialEq>(
    job: Job<'_>,
    length: usize,
    key: impl Fn(usize) -> K + Sync,
) -> Result<Vec<Vec<usize>>, Cancelled> {
    let blocks = Blocks { size: BLOCK, inline_up_to: INLINE };
    map(job.token, length, blocks, |range| {
        range.filter(|&index| index == 0 || key(index) != key(index - 1)).collect()
    })
}

/// How far it is from each start to the next.
fn lengths(starts: &[Vec<usize>], end: usize) -> Vec<u32> {
    let ends = starts.iter().flatten().skip(1).chain([&end]);
    starts.iter().flatten().zip(ends).map(|(start, end)| (end - start) as u32).collect()
}

/// The first zero of either sign.
fn first_zero<T: Ordered>(job: Job<'_>, values: &[T]) -> Result<Option<T>, Cancelled> {
    for block in values.chunks(BLOCK) {
        job.token.begin_block()?;
        if let Some(&zero) = block.iter().find(|value| value.is_zero()) {
            return Ok(Some(zero));
        }
    }
    Ok(None)
}
