//! The one pass over memory: counts what lies below and above each bracket and keeps what lies
//! inside.

use std::sync::atomic::{AtomicIsize, Ordering};

use crate::quantile::chunk::{Elements, ROOM, set_size};
use crate::quantile::keyed::Keyed;
use crate::simd::{Body, Isa, Simd};

/// The most brackets of one pass.
pub(crate) const BRACKETS: usize = 4;

/// Two keys, `low <= high`, between which a wanted key should lie. Keys that equal one of them
/// are counted, not kept: they may be most of the input.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bracket {
    pub(crate) low: i64,
    pub(crate) high: i64,
}

/// Where the keys lie in relation to a bracket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) below_low: usize,
    pub(crate) above_low: usize,
    /// Above `low` and below `high`.
    pub(crate) inside: usize,
    pub(crate) above_high: usize,
}

/// What a pass over some elements found.
#[derive(Debug, Default)]
pub(crate) struct Sifted {
    /// Elements that take part and are no NaN.
    pub(crate) count: usize,
    pub(crate) nans: usize,
    pub(crate) counts: [Counts; BRACKETS],
    /// The keys inside each bracket, unless there was no room for them.
    pub(crate) kept: [Vec<i64>; BRACKETS],
    pub(crate) is_complete: bool,
}

/// The pass over one block. `room` is how many more keys may be kept, by all blocks together.
pub(crate) fn sift<T: Keyed>(
    isa: Isa,
    elements: Elements<'_, T>,
    brackets: &[Bracket],
    room: &AtomicIsize,
) -> Sifted {
    let mut found = Sifted { is_complete: room.load(Ordering::Relaxed) > 0, ..Sifted::default() };
    let mut inside = [0; ROOM];
    (found.count, found.nans) = elements.chunks(isa, |keys| {
        for (index, &bracket) in brackets.iter().take(BRACKETS).enumerate() {
            let counts = &mut found.counts[index];
            let kept = isa.run(SiftChunk { keys, bracket, inside: &mut inside, counts });
            if found.is_complete {
                found.kept[index].extend_from_slice(&inside[..kept]);
            }
        }
    });
    let kept: usize = found.kept.iter().map(Vec::len).sum();
    room.fetch_sub(kept.cast_signed(), Ordering::Relaxed);
    found
}

/// Adds up where `keys` lie and writes those inside to the front of `inside`.
struct SiftChunk<'a> {
    keys: &'a [i64],
    bracket: Bracket,
    inside: &'a mut [i64; ROOM],
    counts: &'a mut Counts,
}

impl Body for SiftChunk<'_> {
    type Output = usize;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> usize {
        let SiftChunk { keys, bracket, inside, counts } = self;
        let (low, high) = (simd.splat_key(bracket.low), simd.splat_key(bracket.high));
        let mut below_low = simd.splat_key(0);
        let (mut above_low, mut above_high) = (below_low, below_low);
        let mut kept = 0;
        let (rows, tail) = keys.as_chunks::<8>();
        for row in rows {
            let row = simd.load_keys(row);
            below_low = simd.count_less(below_low, row, low);
            above_low = simd.count_less(above_low, low, row);
            above_high = simd.count_less(above_high, high, row);
            let lanes = simd.less(low, row) & simd.less(row, high);
            let Some(place) = inside[kept..].first_chunk_mut::<8>() else { break };
            simd.pack(row, lanes, place);
            kept += set_size(lanes);
        }
        for &key in tail {
            counts.below_low += usize::from(key < bracket.low);
            counts.above_low += usize::from(key > bracket.low);
            counts.above_high += usize::from(key > bracket.high);
            if key > bracket.low && key < bracket.high {
                inside[kept] = key;
                kept += 1;
            }
        }
        counts.below_low += total(simd, below_low);
        counts.above_low += total(simd, above_low);
        counts.above_high += total(simd, above_high);
        counts.inside += kept;
        kept
    }
}

#[inline(always)]
fn total<S: Simd>(simd: S, counts: S::Keys) -> usize {
    let mut lanes = [0; 8];
    simd.store_keys(counts, &mut lanes);
    lanes.iter().map(|&count| count as usize).sum()
}
