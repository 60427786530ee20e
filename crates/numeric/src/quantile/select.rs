//! Order statistics by sampling: brackets from a sample, one pass that keeps what lies inside
//! them, the same again in what was kept.

use std::sync::atomic::AtomicIsize;

use allcores_parallel::{Blocks, Cancelled, map};

use crate::quantile::chunk::Elements;
use crate::quantile::keyed::Keyed;
use crate::quantile::radix::radix;
use crate::quantile::sample::{Estimate, brackets, sample};
use crate::quantile::sift::{BRACKETS, Bracket, Counts, Sifted, sift};
use crate::split::Job;

/// Up to so many elements, all keys are copied (256 KiB) and selected from.
const SMALL: usize = 1 << 15;
/// 10 to 40 µs of work.
const BLOCK: usize = 1 << 16;
/// Up to so many elements the calling thread works alone.
pub(crate) const INLINE: usize = 1 << 16;
/// Samples that are tried before the certain way is taken.
pub(crate) const ATTEMPTS: u64 = 3;
/// The share of the elements that the brackets of one pass are meant to hold.
const SHARE: f64 = 0.1;

/// How many elements take part and are no NaN, how many are NaN, and the elements of the
/// wanted ranks, by rank.
#[derive(Debug)]
pub struct Statistics<T> {
    pub(crate) count: usize,
    pub(crate) nans: usize,
    pub(crate) found: Vec<(usize, T)>,
}

/// Ranks of interest among a number of elements, at least 1: sorted, each once, all below it.
pub(crate) type Ranks<'a> = &'a (dyn Fn(usize) -> Vec<usize> + Sync);

/// The keys of the wanted ranks. None when no element takes part, or when `stop_at_nan` and
/// there is one.
pub(crate) fn statistics<T: Keyed>(
    job: Job<'_>,
    elements: Elements<'_, T>,
    ranks: Ranks<'_>,
    stop_at_nan: bool,
) -> Result<Statistics<i64>, Cancelled> {
    if elements.len() <= SMALL {
        job.token.begin_block()?;
        let mut keys = Vec::with_capacity(elements.len());
        let (count, nans) = elements.chunks(job.isa, |chunk| keys.extend_from_slice(chunk));
        let mut statistics = Statistics { count, nans, found: Vec::new() };
        if !statistics.is_settled(stop_at_nan) {
            statistics.found = select(keys, &ranks(statistics.count));
        }
        return Ok(statistics);
    }
    let mut statistics = Statistics { count: 0, nans: 0, found: Vec::new() };
    let mut missing: Option<Vec<usize>> = None;
    for seed in 0..ATTEMPTS {
        let sample = sample(elements, seed);
        let estimates = match (&missing, sample.len()) {
            (_, 0) => brackets(&sample, &[]),
            (None, size) => brackets(&sample, &ranks(size)),
            (Some(missing), size) => brackets(&sample, &scaled(missing, statistics.count, size)),
        };
        for group in groups(&estimates) {
            let sifted = pass(job, elements, &group)?;
            if missing.is_none() {
                (statistics.count, statistics.nans) = (sifted.count, sifted.nans);
                if statistics.is_settled(stop_at_nan) {
                    return Ok(statistics);
                }
                missing = Some(ranks(statistics.count));
            }
            if let Some(missing) = &mut missing {
                settle(job, &group, sifted, missing, &mut statistics.found)?;
            }
        }
        if missing.as_ref().is_some_and(Vec::is_empty) {
            break;
        }
    }
    for rank in missing.unwrap_or_default() {
        statistics.found.push((rank, radix(job, elements, rank)?));
    }
    statistics.found.sort_unstable();
    Ok(statistics)
}

impl<T> Statistics<T> {
    /// Whether there is nothing to look for.
    pub(crate) fn is_settled(&self, stop_at_nan: bool) -> bool {
        self.count == 0 || (stop_at_nan && self.nans > 0)
    }
}

/// Cuts a list of brackets, so that no pass keeps too much.
fn groups(estimates: &[Estimate]) -> Vec<Vec<Bracket>> {
    let mut groups: Vec<Vec<Bracket>> = Vec::new();
    let mut share = 0.0;
    for estimate in estimates {
        match groups.last_mut() {
            Some(group) if group.len() < BRACKETS && share + estimate.share <= SHARE => {
                group.push(estimate.bracket);
                share += estimate.share;
            }
            _ => {
                groups.push(vec![estimate.bracket]);
                share = estimate.share;
            }
        }
    }
    groups
}

/// What one pass over all elements found.
struct Pass {
    count: usize,
    nans: usize,
    counts: [Counts; BRACKETS],
    /// The keys inside each bracket, in pieces; none when they were too many to keep.
    kept: Option<[Vec<Vec<i64>>; BRACKETS]>,
}

fn pass<T: Keyed>(
    job: Job<'_>,
    elements: Elements<'_, T>,
    brackets: &[Bracket],
) -> Result<Pass, Cancelled> {
    let len = elements.len();
    // Where the brackets hold an eighth of the elements the sample was misled.
    let room = AtomicIsize::new((len / 8 + BLOCK).cast_signed());
    let blocks = Blocks { size: BLOCK, inline_up_to: INLINE };
    let sifted = map(job.token, len, blocks, |range| {
        sift(job.isa, elements.part(range.start, range.end), brackets, &room)
    })?;
    let mut pass = Pass {
        count: 0,
        nans: 0,
        counts: Default::default(),
        kept: sifted.iter().all(|block| block.is_complete).then(Default::default),
    };
    for Sifted { count, nans, counts, kept, .. } in sifted {
        pass.count += count;
        pass.nans += nans;
        for (sum, part) in pass.counts.iter_mut().zip(counts) {
            sum.below_low += part.below_low;
            sum.above_low += part.above_low;
            sum.inside += part.inside;
            sum.above_high += part.above_high;
        }
        if let Some(all) = &mut pass.kept {
            for (all, part) in all.iter_mut().zip(kept) {
                all.push(part);
            }
        }
    }
    Ok(pass)
}

/// Moves the ranks that a pass has found from `missing` to `found`.
fn settle(
    job: Job<'_>,
    brackets: &[Bracket],
    pass: Pass,
    missing: &mut Vec<usize>,
    found: &mut Vec<(usize, i64)>,
) -> Result<(), Cancelled> {
    let mut kept = pass.kept.unwrap_or_default();
    for (index, bracket) in brackets.iter().enumerate() {
        let Counts { below_low, above_low, inside, above_high } = pass.counts[index];
        let start = pass.count - above_low;
        let end = start + inside;
        let parts = std::mem::take(&mut kept[index]);
        let is_kept = parts.iter().map(Vec::len).sum::<usize>() == inside;
        let mut within = Vec::new();
        missing.retain(|&rank| {
            if rank < below_low || rank >= pass.count - above_high {
                return true; // a miss
            }
            if rank < start {
                found.push((rank, bracket.low));
            } else if rank >= end {
                found.push((rank, bracket.high));
            } else if is_kept {
                within.push(rank - start);
            } else {
                return true;
            }
            false
        });
        if !within.is_empty() {
            let keys = parts.concat();
            drop(parts);
            let ranks = |count| scaled(&within, keys.len(), count);
            let elements = Elements { values: &keys, mask: None };
            let inner = statistics(job, elements, &ranks, false)?;
            found.extend(inner.found.into_iter().map(|(rank, key)| (start + rank, key)));
        }
    }
    Ok(())
}

/// Sorted ranks of `from` elements as ranks of `to` elements.
fn scaled(ranks: &[usize], from: usize, to: usize) -> Vec<usize> {
    let scale = |&rank: &usize| (rank as u128 * to as u128 / from.max(1) as u128) as usize;
    let mut scaled: Vec<usize> = ranks.iter().map(scale).collect();
    scaled.dedup();
    scaled
}

/// The elements of sorted ranks.
pub(crate) fn select<K: Copy + Ord>(mut keys: Vec<K>, ranks: &[usize]) -> Vec<(usize, K)> {
    if ranks.len() > 8 {
        keys.sort_unstable();
        return ranks.iter().map(|&rank| (rank, keys[rank])).collect();
    }
    let mut rest = keys.as_mut_slice();
    let mut start = 0;
    let mut found = Vec::with_capacity(ranks.len());
    for &rank in ranks {
        let (_, &mut key, above) = rest.select_nth_unstable(rank - start);
        found.push((rank, key));
        (rest, start) = (above, rank + 1);
    }
    found
}
