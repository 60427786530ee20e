//! Elements, mask and NaN policy turned into keys, a cache-resident chunk at a time. What works
//! on keys alone knows nothing of types, masks and NaN.

use crate::quantile::keyed::{ALL, Keyed};
use crate::simd::{Body, Isa, Simd};

/// Elements in a chunk: its keys and what is made of them stay in the L1 cache.
pub(crate) const CHUNK: usize = 1024;
/// A row behind the chunk is written when the last keys are packed.
pub(crate) const ROOM: usize = CHUNK + 8;

/// Some elements, those with a 0 in the mask left out.
#[derive(Clone, Copy)]
pub(crate) struct Elements<'a, T> {
    pub(crate) values: &'a [T],
    pub(crate) mask: Option<&'a [u8]>,
}

impl<'a, T: Keyed> Elements<'a, T> {
    #[inline(always)]
    pub(crate) fn len(self) -> usize {
        // The shorter one: callers give equal lengths, and no index can be out of range.
        self.mask.map_or(self.values.len(), |mask| mask.len().min(self.values.len()))
    }

    #[inline(always)]
    pub(crate) fn part(self, start: usize, end: usize) -> Self {
        Elements { values: &self.values[start..end], mask: self.mask.map(|mask| &mask[start..end]) }
    }

    /// The key of an element that takes part and is no NaN.
    #[inline(always)]
    pub(crate) fn key(self, index: usize) -> Option<i64> {
        if self.mask.is_some_and(|mask| mask[index] == 0) { None } else { self.values[index].key() }
    }

    /// Calls `each` with the keys of one chunk after the other: those of the elements that take
    /// part and are no NaN. Gives their number and that of the NaNs that take part.
    pub(crate) fn chunks(self, isa: Isa, mut each: impl FnMut(&[i64])) -> (usize, usize) {
        let len = self.len();
        let mut keys = [0; ROOM];
        let (mut all, mut all_nans) = (0, 0);
        for start in (0..len).step_by(CHUNK) {
            let elements = self.part(start, len.min(start + CHUNK));
            let (count, nans) = isa.run(Fill { elements, keys: &mut keys });
            each(&keys[..count]);
            all += count;
            all_nans += nans;
        }
        (all, all_nans)
    }
}

/// Writes the keys of at most `CHUNK` elements to the front of `keys`: those that take part
/// and are no NaN. Gives their number and that of the NaNs that take part.
struct Fill<'a, 'k, T> {
    elements: Elements<'a, T>,
    keys: &'k mut [i64; ROOM],
}

impl<T: Keyed> Body for Fill<'_, '_, T> {
    type Output = (usize, usize);

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> (usize, usize) {
        let Fill { elements: Elements { values, mask }, keys } = self;
        let (rows, tail) = values.as_chunks::<8>();
        let (mask_rows, _) = mask.unwrap_or_default().as_chunks::<8>();
        let (mut count, mut nans) = (0, 0);
        for (index, row) in rows.iter().enumerate() {
            let (row, numbers) = T::keys(simd, row);
            let taken = match mask {
                None => ALL,
                Some(_) => simd.lanes_of(&mask_rows[index]),
            };
            let lanes = numbers & taken;
            let Some(place) = keys[count..].first_chunk_mut::<8>() else { break };
            if lanes == ALL {
                simd.store_keys(row, place);
                count += 8;
            } else {
                simd.pack(row, lanes, place);
                count += set_size(lanes);
                nans += set_size(taken & !numbers);
            }
        }
        let start = rows.len() * 8;
        for (index, value) in tail.iter().enumerate() {
            if mask.is_some_and(|mask| mask[start + index] == 0) {
                continue;
            }
            match value.key() {
                None => nans += 1,
                Some(key) => {
                    keys[count] = key;
                    count += 1;
                }
            }
        }
        (count, nans)
    }
}

static SET_SIZES: [u8; 256] = {
    let mut sizes = [0; 256];
    let mut set = 0;
    while set < 256 {
        sizes[set] = set.count_ones() as u8;
        set += 1;
    }
    sizes
};

/// How many lanes are in a set. A table, because the baseline has no instruction for it.
#[inline(always)]
pub(crate) fn set_size(lanes: u8) -> usize {
    usize::from(SET_SIZES[usize::from(lanes)])
}
