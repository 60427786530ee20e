//! Quicksort over rows of keys: a comparison and two packings move a whole row.
//!
//! Which way a key goes is never a branch, so patterned input costs what random input costs.
//! Everything is one loop with a stack of its own: a recursive function could not be inlined
//! into the function that enables the instructions.

use crate::order::key::Key;
use crate::order::network::{ROWS, sort_rows};
use crate::simd::lanes::Lanes;

/// Beyond this many levels the pivots were bad beyond chance: twice the logarithm of the largest
/// leaf that is ever sorted here, with room to spare.
const DEEPEST: u32 = 64;

/// A range that is still to be sorted.
#[derive(Clone, Copy, Default)]
struct Range {
    start: usize,
    end: usize,
    depth: u32,
}

/// Sorts `keys`; `spare` is at least as long.
#[inline(always)]
pub(crate) fn quicksort<L: Lanes>(lanes: L, keys: &mut [L::Key], spare: &mut [L::Key]) {
    // The larger side waits while the smaller is sorted, so each entry is at most half as long
    // as the one below it.
    let mut waiting = [Range::default(); usize::BITS as usize];
    let mut count = 0;
    let mut range = Range { start: 0, end: keys.len(), depth: 0 };
    loop {
        let part = &mut keys[range.start..range.end];
        if part.len() <= ROWS * L::LANES {
            sort_rows(lanes, part);
        } else if range.depth > DEEPEST {
            part.sort_unstable();
        } else {
            let pivot = median_of_sample(lanes, part);
            let mut below = partition(lanes, part, spare, pivot);
            let mut depth = range.depth + 1;
            let mut sorted = 0;
            if below == 0 {
                // The pivot is the least key. Those that equal it are in their place.
                sorted = match pivot.successor() {
                    Some(next) => partition(lanes, part, spare, next),
                    None => part.len(),
                };
                below = sorted;
                depth = range.depth;
            }
            let low = Range { start: range.start + sorted, end: range.start + below, depth };
            let high = Range { start: range.start + below, end: range.end, depth };
            let (small, large) =
                if low.end - low.start < high.end - high.start { (low, high) } else { (high, low) };
            if large.end > large.start {
                waiting[count] = large;
                count += 1;
            }
            if small.end > small.start {
                range = small;
                continue;
            }
        }
        if count == 0 {
            return;
        }
        count -= 1;
        range = waiting[count];
    }
}

/// Moves the keys below `pivot` to the front and gives their number. `spare` is at least as long
/// as `keys`.
#[inline(always)]
pub(crate) fn partition<L: Lanes>(
    lanes: L,
    keys: &mut [L::Key],
    spare: &mut [L::Key],
    pivot: L::Key,
) -> usize {
    let length = keys.len();
    let spare = &mut spare[..length];
    let whole = length - length % L::LANES;
    let pivots = lanes.splat(pivot);
    // The other keys go to the spare memory, from its end downwards.
    let (mut below, mut above) = (0, length);
    for start in (0..whole).step_by(L::LANES) {
        let row = lanes.load(&keys[start..]);
        let (row, count) = lanes.divide(row, pivots);
        // Whole rows are written: what stands behind the lower keys, and before the others, is
        // written over by the next row, and `below` never gets ahead of what was read.
        lanes.store(row, &mut keys[below..]);
        lanes.store(row, &mut spare[above - L::LANES..]);
        below += count;
        above -= L::LANES - count;
    }
    for index in whole..length {
        let key = keys[index];
        if key < pivot {
            keys[below] = key;
            below += 1;
        } else {
            above -= 1;
            spare[above] = key;
        }
    }
    keys[below..].copy_from_slice(&spare[above..]);
    below
}

/// The median of keys from all over the part, which is longer than the sample.
#[inline(always)]
fn median_of_sample<L: Lanes>(lanes: L, part: &[L::Key]) -> L::Key {
    let size = if part.len() < 1024 { 2 * L::LANES } else { 8 * L::LANES };
    let mut sample = [L::Key::default(); 8 * 16];
    let sample = &mut sample[..size];
    let stride = part.len() / size;
    for (index, key) in sample.iter_mut().enumerate() {
        *key = part[index * stride + (index * 7) % stride];
    }
    sort_rows(lanes, sample);
    sample[size / 2]
}
