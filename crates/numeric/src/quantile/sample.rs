//! Brackets from a sample: narrow intervals in which the wanted ranks almost surely lie.

use crate::quantile::chunk::Elements;
use crate::quantile::keyed::Keyed;
use crate::quantile::sift::Bracket;

/// The largest sample.
const LARGEST: usize = 16_384;
/// Ranks whose brackets together are no wider than this share of the sample share one.
const WIDEST: f64 = 0.08;

/// A bracket and its share of the elements.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Estimate {
    pub(crate) bracket: Bracket,
    pub(crate) share: f64,
}

/// The sorted keys of elements at scattered places, of those that take part. One element from
/// each stretch of equal length, so that a pattern in the input cannot fool it for long: other
/// `seed`s take others.
pub(crate) fn sample<T: Keyed>(elements: Elements<'_, T>, seed: u64) -> Vec<i64> {
    let len = elements.len();
    let size = LARGEST.min(len / 64).max(1);
    let stretch = len / size;
    let mut keys: Vec<i64> = (0..size)
        .filter_map(|index| {
            let offset = scramble(index as u64 ^ seed << 32) % stretch.max(1) as u64;
            elements.key((index * stretch + offset as usize).min(len - 1))
        })
        .collect();
    keys.sort_unstable();
    keys
}

/// Brackets for `ranks`, which are sorted ranks in the sample and stand for the same quantiles
/// of all elements. Four standard deviations to each side: one bracket in 10,000 misses.
pub(crate) fn brackets(sample: &[i64], ranks: &[usize]) -> Vec<Estimate> {
    let size = sample.len();
    if size == 0 {
        let everything = Bracket { low: i64::MIN, high: i64::MAX };
        return vec![Estimate { bracket: everything, share: 1.0 }];
    }
    let mut intervals: Vec<(isize, isize)> = Vec::new();
    for &rank in ranks {
        let share = (rank as f64 + 0.5) / size as f64;
        let deviation = (size as f64 * share * (1.0 - share).max(0.0)).sqrt();
        let distance = (4.0 * deviation) as isize + 2;
        let (low, high) = (rank as isize - distance, rank as isize + distance);
        match intervals.last_mut() {
            Some(last) if (high - last.0) as f64 <= WIDEST * size as f64 => last.1 = high,
            // The neighbour of a rank lies where the rank does, however wide that is.
            Some(last) if high - last.1 <= 1 => last.1 = high,
            _ => intervals.push((low, high)),
        }
    }
    intervals
        .into_iter()
        .map(|(low, high)| {
            let at = |rank: isize, outside| {
                usize::try_from(rank)
                    .ok()
                    .and_then(|rank| sample.get(rank))
                    .copied()
                    .unwrap_or(outside)
            };
            let bracket = Bracket { low: at(low, i64::MIN), high: at(high, i64::MAX) };
            Estimate { bracket, share: (high - low) as f64 / size as f64 }
        })
        .collect()
}

fn scramble(value: u64) -> u64 {
    let value = (value + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ value >> 31).wrapping_mul(0xd6e8_feb8_6659_fd93);
    value ^ value >> 32
}
