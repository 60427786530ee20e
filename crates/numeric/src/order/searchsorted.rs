use std::any::TypeId;
use std::hint::select_unpredictable;
use std::ops::Range;

use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};

use crate::element::Element;
use crate::error::Error;
use crate::simd::{Body, Simd};
use crate::split::Job;

/// Values that one thread searches for: below a millisecond also when the steps of a search
/// wait for memory.
const BAND: usize = 1 << 12;
/// Up to this many values the calling thread searches alone.
const INLINE: usize = 1 << 13;
/// Searches that go on side by side, so that the loads of one hide behind those of the others.
const TOGETHER: usize = 16;
/// A sorted array of at most so many elements is turned into keys once (512 KiB).
const PREPARED: usize = 1 << 16;

/// On which side of equal elements a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Before them: the number of elements below the value.
    Left,
    /// Behind them: the number of elements that are not above the value.
    Right,
}

/// Writes to `out`, for each of `values`, the index in `sorted` at which it would keep the
/// order. One zero equals the other; a NaN equals every NaN and is above everything else.
///
/// Elements of two types are compared by their exact values. Whether `sorted` is sorted is not
/// checked: if it is not, the indices are unspecified, but never above its length. The same on
/// any number of threads; up to 8,192 values are searched for on the calling thread alone.
///
/// ```
/// use allcores_numeric::{Side, searchsorted};
/// use allcores_parallel::Token;
/// let mut out = [0; 3];
/// searchsorted(&Token::new(), &[1, 3, 3, 8], &[3.0, 0.5, 9.0], Side::Left, &mut out).unwrap();
/// assert_eq!(out, [1, 0, 4]);
/// ```
///
/// # Errors
/// [`Error::Lengths`] when `out` is not as long as `values`; [`Error::TooLong`] when `sorted`
/// has 2^32 elements or more; [`Error::Mixed`] for 64-bit integers beside any other numbers;
/// [`Error::Cancelled`].
pub fn searchsorted<T: Element, V: Element>(
    token: &Token,
    sorted: &[T],
    values: &[V],
    side: Side,
    out: &mut [u32],
) -> Result<(), Error> {
    if values.len() != out.len() {
        return Err(Error::Lengths { left: values.len(), right: out.len() });
    }
    if u32::try_from(sorted.len()).is_err() {
        return Err(Error::TooLong { length: sorted.len() });
    }
    let job = Job::new(token);
    if TypeId::of::<T>() == TypeId::of::<V>() {
        let wanted = wanted(values, V::search_key);
        return Ok(search(job, sorted, T::search_key, &wanted, side, out)?);
    }
    match (T::IS_WIDE, V::IS_WIDE) {
        (false, false) => {
            let wanted = wanted(values, V::number_key);
            Ok(search(job, sorted, T::number_key, &wanted, side, out)?)
        }
        (true, true) => {
            let wanted = wanted(values, V::integer);
            Ok(search(job, sorted, T::integer, &wanted, side, out)?)
        }
        _ => Err(Error::Mixed),
    }
}

/// What two types are compared by.
pub(crate) trait Probe: Ord + Copy + Default + Send + Sync {
    fn successor(self) -> Option<Self>;
}

impl Probe for i64 {
    fn successor(self) -> Option<i64> {
        self.checked_add(1)
    }
}

impl Probe for i128 {
    fn successor(self) -> Option<i128> {
        self.checked_add(1)
    }
}

/// Puts the keys of the values in a range into a slice of its length.
type Wanted<'a, K> = dyn Fn(Range<usize>, &mut [K]) + Sync + 'a;

// A closure behind a pointer: the search is compiled for each type of `sorted`, and not for each
// pair of types.
fn wanted<'a, V: Copy + Sync, K>(
    values: &'a [V],
    key: impl Fn(V) -> K + Sync + 'a,
) -> impl Fn(Range<usize>, &mut [K]) + Sync + 'a {
    move |range, keys| {
        for (wanted, &value) in keys.iter_mut().zip(&values[range]) {
            *wanted = key(value);
        }
    }
}

fn search<T: Copy + Sync, K: Probe>(
    job: Job<'_>,
    sorted: &[T],
    key: impl Fn(T) -> K + Copy + Sync,
    wanted: &Wanted<'_, K>,
    side: Side,
    out: &mut [u32],
) -> Result<(), Cancelled> {
    if sorted.len() <= PREPARED && sorted.len() <= out.len() {
        let keys: Vec<K> = sorted.iter().map(|&element| key(element)).collect();
        search_in(job, &keys, |key| key, wanted, side, out)
    } else {
        search_in(job, sorted, key, wanted, side, out)
    }
}

fn search_in<T: Copy + Sync, K: Probe>(
    job: Job<'_>,
    sorted: &[T],
    key: impl Fn(T) -> K + Copy + Sync,
    wanted: &Wanted<'_, K>,
    side: Side,
    out: &mut [u32],
) -> Result<(), Cancelled> {
    let bands = Blocks { size: BAND, inline_up_to: INLINE };
    for_each_band(job.token, out, bands, |offset, band| {
        let mut keys = [K::default(); TOGETHER];
        for (index, out) in band.chunks_mut(TOGETHER).enumerate() {
            let start = offset + index * TOGETHER;
            wanted(start..start + out.len(), &mut keys[..out.len()]);
            job.isa.run(Places { sorted, key, keys: &mut keys, side, out });
        }
    })
}

/// Searches for at most `TOGETHER` keys at a time.
struct Places<'a, 'o, T, K, F> {
    sorted: &'a [T],
    key: F,
    keys: &'o mut [K; TOGETHER],
    side: Side,
    out: &'o mut [u32],
}

impl<T: Copy, K: Probe, F: Fn(T) -> K> Body for Places<'_, '_, T, K, F> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Places { sorted, key, keys, side, out } = self;
        let all = sorted.len() as u32;
        // Behind equal elements is before those that equal the next key.
        let mut behind = [false; TOGETHER];
        if side == Side::Right {
            for (wanted, behind) in keys.iter_mut().zip(&mut behind) {
                match wanted.successor() {
                    Some(next) => *wanted = next,
                    None => *behind = true,
                }
            }
        }
        let mut places = [0; TOGETHER];
        let mut length = sorted.len();
        while length > 1 {
            let half = length / 2;
            for (place, &wanted) in places.iter_mut().zip(&*keys) {
                let below = key(sorted[*place + half - 1]) < wanted;
                // A branch would be mispredicted every other time.
                *place += select_unpredictable(below, half, 0);
            }
            length -= half;
        }
        for (((out, place), &wanted), behind) in out.iter_mut().zip(places).zip(&*keys).zip(behind)
        {
            let below = sorted.get(place).is_some_and(|&element| key(element) < wanted);
            *out = if behind { all } else { place as u32 + u32::from(below) };
        }
    }
}
