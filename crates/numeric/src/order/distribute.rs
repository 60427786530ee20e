//! Sorting on all threads: blocks are cut into buckets by value, then each bucket is sorted.
//!
//! 1. A sample of the keys gives the splitters, the borders between buckets.
//! 2. Each block of keys is copied to private memory and partitioned there by the splitters,
//!    inside the cache. Whatever JavaScript writes to the input from here on is not seen.
//! 3. Each bucket, whose parts lie in all blocks, is sorted inside the cache and written to the
//!    output.
//!
//! Memory is read twice and written twice, whatever the length. A value that fills a bucket by
//! itself gets splitters on both its sides and is not sorted at all.

use allcores_parallel::{Cancelled, enter, join};

use crate::order::cells::{Desk, SortSegments};
use crate::order::key::Key;
use crate::simd::scratch::zeroed;
use crate::simd::{Body, Simd};
use crate::split::Job;

/// Up to this many keys the caller sorts alone: 0.2 ms of work.
const INLINE: usize = 1 << 16;
/// Keys in a block: half of a second-level cache, with the memory to partition it.
const BLOCK: usize = 1 << 15;
/// Keys in a bucket that are aimed at.
const BUCKET: usize = 1 << 16;
/// More buckets would make their parts in the blocks too short to be read fast.
const MOST_BUCKETS: usize = 512;
/// A bucket so far above the aim is distributed by itself, on all threads.
const HEAVY: usize = 8 * BUCKET;
/// Sampled keys per bucket.
const SAMPLE: usize = 16;
/// Distributions inside of each other. One is enough up to some 2^27 keys, two are beyond.
const DEEPEST: u32 = 4;
/// Blocks or buckets that one thread does with the same private memory.
const RUN: usize = 4;

/// Where the keys come from.
pub(crate) trait Source: Copy + Sync {
    type Key: Key;

    fn len(self) -> usize;
    /// The keys from `start` on. At most a block.
    fn fill(self, job: Job<'_>, start: usize, keys: &mut [Self::Key]);
    /// One key, for the sample.
    fn key(self, index: usize) -> Self::Key;
    /// Keys that differ in so many of their lowest bits only must share a bucket.
    fn class_bits(self) -> u32;
}

/// Keys that were gathered from a bucket to be distributed once more.
#[derive(Clone, Copy)]
struct Gathered<'a, K> {
    keys: &'a [K],
    class_bits: u32,
}

impl<K: Key> Source for Gathered<'_, K> {
    type Key = K;

    fn len(self) -> usize {
        self.keys.len()
    }

    fn fill(self, _: Job<'_>, start: usize, keys: &mut [K]) {
        keys.copy_from_slice(&self.keys[start..start + keys.len()]);
    }

    fn key(self, index: usize) -> K {
        self.keys[index]
    }

    fn class_bits(self) -> u32 {
        self.class_bits
    }
}

/// What becomes of sorted keys.
pub(crate) trait Sink<K, Item: Send>: Copy + Sync {
    /// Writes one bucket's sorted keys.
    fn write(self, job: Job<'_>, keys: &mut [K], out: &mut [Item]);

    /// Writes the many keys of one splitter, which are not sorted.
    fn write_class(
        self,
        job: Job<'_>,
        segments: &[&[K]],
        out: &mut [Item],
    ) -> Result<(), Cancelled>;
}

/// Sorts the keys of `source` into `out`, which has its length.
pub(crate) fn sort_into<S: Source, F: Sink<S::Key, Item>, Item: Send>(
    job: Job<'_>,
    source: S,
    sink: F,
    out: &mut [Item],
) -> Result<(), Cancelled> {
    on_threads(source.len(), || Distributed::new(job, source)?.write(job, sink, out))
}

/// Runs `work` for so many keys: here when they are few.
pub(crate) fn on_threads<R: Send>(length: usize, work: impl FnOnce() -> R + Send) -> R {
    if length <= INLINE { work() } else { enter(work) }
}

/// A private copy of all keys, in buckets.
pub(crate) struct Distributed<K> {
    keys: Vec<K>,
    /// Where each bucket ends in each block.
    ends: Vec<u32>,
    buckets: usize,
    class_bits: u32,
}

impl<K: Key> Distributed<K> {
    /// Reads everything there is in `source`.
    pub(crate) fn new<S: Source<Key = K>>(job: Job<'_>, source: S) -> Result<Self, Cancelled> {
        let length = source.len();
        let splitters = if length <= INLINE { Vec::new() } else { splitters(job, source) };
        let buckets = splitters.len() + 1;
        let mut keys = zeroed(length);
        let mut ends = vec![0; length.div_ceil(BLOCK) * buckets];
        fill_blocks(job, source, &splitters, 0, &mut keys, &mut ends)?;
        Ok(Distributed { keys, ends, buckets, class_bits: source.class_bits() })
    }

    /// Sorts the keys into `out`, which has their number.
    pub(crate) fn write<F: Sink<K, Item>, Item: Send>(
        &self,
        job: Job<'_>,
        sink: F,
        out: &mut [Item],
    ) -> Result<(), Cancelled> {
        self.write_at(job, sink, out, 0)
    }

    fn write_at<F: Sink<K, Item>, Item: Send>(
        &self,
        job: Job<'_>,
        sink: F,
        out: &mut [Item],
        depth: u32,
    ) -> Result<(), Cancelled> {
        let Distributed { keys, ends, buckets, class_bits } = self;
        let parts = Parts { keys, ends, buckets: *buckets };
        let lengths: Vec<usize> = (0..*buckets).map(|bucket| parts.length(bucket)).collect();
        let output = Output { class_bits: *class_bits, sink, parts, depth };
        output.write(job, 0, &lengths, out)
    }
}

/// The borders of the buckets, rising: each is the least key of the bucket above it.
fn splitters<S: Source>(job: Job<'_>, source: S) -> Vec<S::Key> {
    let buckets = (source.len() / BUCKET).next_power_of_two().clamp(2, MOST_BUCKETS);
    let stride = source.len() / (buckets * SAMPLE);
    let bits = source.class_bits();
    let place = |index: usize| {
        // Not at even distances, which may be those of a pattern.
        let noise = (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        index * stride + noise as usize % stride
    };
    let sample: Vec<_> =
        (0..buckets * SAMPLE).map(|index| source.key(place(index)).class(bits)).collect();
    let mut desk = Desk::new();
    job.isa.run(SortSegments { segments: &[&sample], desk: &mut desk });
    let mut splitters: Vec<S::Key> = Vec::with_capacity(2 * buckets);
    for &splitter in desk.sorted.iter().step_by(SAMPLE).skip(1) {
        match splitters.last() {
            Some(&last) if splitter < last => {}
            // It fills a bucket by itself.
            Some(&last) if splitter == last => splitters.extend(last.next_class(bits)),
            _ => splitters.push(splitter),
        }
    }
    splitters
}

/// Fills and partitions the blocks from number `first` on.
fn fill_blocks<S: Source>(
    job: Job<'_>,
    source: S,
    splitters: &[S::Key],
    first: usize,
    scratch: &mut [S::Key],
    ends: &mut [u32],
) -> Result<(), Cancelled> {
    let buckets = splitters.len() + 1;
    let blocks = ends.len() / buckets;
    if blocks > RUN {
        let half = blocks / 2;
        let (left, right) = scratch.split_at_mut(half * BLOCK);
        let (left_ends, right_ends) = ends.split_at_mut(half * buckets);
        join(
            job.token,
            || fill_blocks(job, source, splitters, first, left, left_ends),
            || fill_blocks(job, source, splitters, first + half, right, right_ends),
        )?;
        return Ok(());
    }
    let mut spare = if splitters.is_empty() { Vec::new() } else { vec![S::Key::default(); BLOCK] };
    let blocks = scratch.chunks_mut(BLOCK).zip(ends.chunks_mut(buckets));
    for (index, (keys, ends)) in blocks.enumerate() {
        job.token.begin_block()?;
        source.fill(job, (first + index) * BLOCK, keys);
        job.isa.run(Split { keys, spare: &mut spare, splitters, ends });
    }
    Ok(())
}

/// Partitions a block into buckets and notes where each ends.
struct Split<'a, K> {
    keys: &'a mut [K],
    spare: &'a mut [K],
    splitters: &'a [K],
    ends: &'a mut [u32],
}

impl<K: Key> Body for Split<'_, K> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Split { keys, spare, splitters, ends } = self;
        // Ranges of keys and the splitters that lie in them. Halved each time, so few wait.
        let mut waiting = [(0, 0, 0, 0); 32];
        waiting[0] = (0, keys.len(), 0, splitters.len());
        let mut count = 1;
        while count > 0 {
            count -= 1;
            let (start, end, low, high) = waiting[count];
            if low == high {
                ends[low] = end as u32;
                continue;
            }
            let middle = low + (high - low) / 2;
            let part = &mut keys[start..end];
            let border = start + K::partition(simd, part, spare, splitters[middle]);
            waiting[count] = (start, border, low, middle);
            waiting[count + 1] = (border, end, middle + 1, high);
            count += 2;
        }
    }
}

/// The partitioned blocks.
struct Parts<'a, K> {
    keys: &'a [K],
    ends: &'a [u32],
    buckets: usize,
}

impl<'a, K: Key> Parts<'a, K> {
    /// The parts of one bucket, in the order of their blocks.
    fn of(&self, bucket: usize) -> Vec<&'a [K]> {
        let blocks = self.keys.chunks(BLOCK).zip(self.ends.chunks(self.buckets));
        let part = |(keys, ends): (&'a [K], &[u32])| {
            let start = if bucket == 0 { 0 } else { ends[bucket - 1] };
            &keys[start as usize..ends[bucket] as usize]
        };
        blocks.map(part).filter(|part| !part.is_empty()).collect()
    }

    fn length(&self, bucket: usize) -> usize {
        let start = |ends: &[u32]| if bucket == 0 { 0 } else { ends[bucket - 1] };
        let blocks = self.ends.chunks(self.buckets);
        blocks.map(|ends| (ends[bucket] - start(ends)) as usize).sum()
    }
}

/// The way from the buckets to the output.
struct Output<'a, K, F> {
    class_bits: u32,
    sink: F,
    parts: Parts<'a, K>,
    depth: u32,
}

impl<K: Key, F> Output<'_, K, F> {
    /// Sorts the buckets from number `first` on into `out`.
    fn write<Item: Send>(
        &self,
        job: Job<'_>,
        first: usize,
        lengths: &[usize],
        out: &mut [Item],
    ) -> Result<(), Cancelled>
    where
        F: Sink<K, Item>,
    {
        if lengths.len() > RUN {
            let (low, high) = lengths.split_at(lengths.len() / 2);
            let (low_out, high_out) = out.split_at_mut(low.iter().sum());
            join(
                job.token,
                || self.write(job, first, low, low_out),
                || self.write(job, first + low.len(), high, high_out),
            )?;
            return Ok(());
        }
        let mut desk = Desk::new();
        let mut rest = out;
        for (index, &length) in lengths.iter().enumerate() {
            let (out, behind) = rest.split_at_mut(length);
            rest = behind;
            let segments = self.parts.of(first + index);
            if length > HEAVY {
                self.write_heavy(job, &segments, out)?;
            } else {
                job.token.begin_block()?;
                job.isa.run(SortSegments { segments: &segments, desk: &mut desk });
                self.sink.write(job, &mut desk.sorted, out);
            }
        }
        Ok(())
    }

    fn write_heavy<Item: Send>(
        &self,
        job: Job<'_>,
        segments: &[&[K]],
        out: &mut [Item],
    ) -> Result<(), Cancelled>
    where
        F: Sink<K, Item>,
    {
        if self.is_one_class(job, segments)? {
            return self.sink.write_class(job, segments, out);
        }
        let mut keys = zeroed(out.len());
        let mut rest = keys.as_mut_slice();
        for segment in segments {
            job.token.begin_block()?;
            let (keys, behind) = rest.split_at_mut(segment.len());
            keys.copy_from_slice(segment);
            rest = behind;
        }
        if self.depth < DEEPEST {
            let gathered = Gathered { keys: &keys, class_bits: self.class_bits };
            Distributed::new(job, gathered)?.write_at(job, self.sink, out, self.depth + 1)
        } else {
            keys.sort_unstable();
            self.sink.write(job, &mut keys, out);
            Ok(())
        }
    }

    fn is_one_class(&self, job: Job<'_>, segments: &[&[K]]) -> Result<bool, Cancelled> {
        let mut class = None;
        for segment in segments {
            job.token.begin_block()?;
            for &key in *segment {
                if *class.get_or_insert(key.class(self.class_bits)) != key.class(self.class_bits) {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}
