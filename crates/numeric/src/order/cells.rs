//! A bucket that fits into the cache, sorted by one scatter into cells and a small sort of each.
//!
//! The range of the keys is cut into cells of equal width, some tens of keys each on average. Keys
//! that crowd in few cells cost what quicksort costs, which sorts each cell.

use crate::order::key::Key;
use crate::simd::{Body, Simd};

/// Keys per cell that are aimed at.
const FILL: usize = 64;
/// More cells would leave the first-level cache.
const MOST_CELLS: usize = 4096;
/// From this many keys a scatter pays.
const SCATTER_FROM: usize = 512;

/// Memory that a thread uses for one bucket after the other.
pub(crate) struct Desk<K> {
    /// Receives the sorted keys.
    pub(crate) sorted: Vec<K>,
    spare: Vec<K>,
    places: Vec<u32>,
}

impl<K: Key> Desk<K> {
    pub(crate) fn new() -> Self {
        Desk { sorted: Vec::new(), spare: Vec::new(), places: Vec::new() }
    }
}

/// Sorts the keys of all segments into `desk.sorted`; fewer than 2^32 keys.
pub(crate) struct SortSegments<'a, 'd, K> {
    pub(crate) segments: &'a [&'a [K]],
    pub(crate) desk: &'d mut Desk<K>,
}

impl<K: Key> Body for SortSegments<'_, '_, K> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Desk { sorted, spare, places } = self.desk;
        let mut count = 0;
        let (mut least, mut greatest) = (K::GREATEST, K::LEAST);
        for segment in self.segments {
            count += segment.len();
            for &key in *segment {
                least = least.min(key);
                greatest = greatest.max(key);
            }
        }
        if count < SCATTER_FROM || least == greatest {
            sorted.clear();
            for segment in self.segments {
                sorted.extend_from_slice(segment);
            }
            if least < greatest {
                at_least(spare, count);
                K::sort(simd, sorted, spare);
            }
            return;
        }
        let cells = (count / FILL).next_power_of_two().min(MOST_CELLS);
        let shift = greatest.distance(least).checked_ilog2().map_or(0, |bits| bits + 1);
        let shift = shift.saturating_sub(cells.ilog2());
        let cell = |key: K| (key.distance(least) >> shift) as usize & (cells - 1);
        places.clear();
        places.resize(cells, 0);
        let places = &mut places[..cells];
        for segment in self.segments {
            for &key in *segment {
                places[cell(key)] += 1;
            }
        }
        let (mut end, mut fullest) = (0, 0);
        for place in &mut *places {
            fullest = fullest.max(*place);
            end += std::mem::replace(place, end);
        }
        at_least(sorted, count);
        sorted.truncate(count);
        for segment in self.segments {
            for &key in *segment {
                let place = &mut places[cell(key)];
                sorted[*place as usize] = key;
                *place += 1;
            }
        }
        at_least(spare, fullest as usize);
        let mut start = 0;
        for &mut end in places {
            K::sort(simd, &mut sorted[start..end as usize], spare);
            start = end as usize;
        }
    }
}

fn at_least<K: Key>(memory: &mut Vec<K>, length: usize) {
    if memory.len() < length {
        memory.resize(length, K::default());
    }
}
