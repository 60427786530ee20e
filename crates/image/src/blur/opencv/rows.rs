use super::fixed::Fixed;
use crate::View;
use crate::border::Border;
use crate::simd::Kernel;

/// Sums that are worked on together; with the samples around them they stay in the nearest cache.
const BLOCK: usize = 512;
/// Pairs of samples that are added to a sum before it is stored.
const PAIRS: usize = 4;

/// Rows `top..` of the result.
pub(super) struct Rows<'a, T> {
    pub(super) src: View<'a, T>,
    pub(super) across: &'a [u32],
    pub(super) down: &'a [u32],
    pub(super) border: Border,
    pub(super) top: usize,
    pub(super) band: &'a mut [T],
}

impl<T: Fixed> Kernel for Rows<'_, T> {
    #[inline(always)]
    fn run(self) {
        let Rows { src, across, down, border, top, band } = self;
        let (channels, row) = (src.channels(), src.width() * src.channels());
        let zeros = vec![T::default(); row];
        let line = |y: i64| match border.position(y as isize, src.height()) {
            Some(y) => src.row(y),
            None => &zeros,
        };
        let reach = (across.len() - 1) * channels;
        let mut middle = vec![T::Middle::default(); row + 2 * reach];
        let mut above: Vec<&[T]> = Vec::with_capacity(down.len());
        let mut below: Vec<&[T]> = Vec::with_capacity(down.len());
        for (y, out) in (top as i64..).zip(band.chunks_exact_mut(row)) {
            above.clear();
            below.clear();
            above.extend((0..down.len() as i64).map(|i| line(y - i)));
            below.extend((0..down.len() as i64).map(|i| line(y + i)));
            sum_rows::<T>(&above, &below, down, &mut middle[reach..reach + row]);
            extend::<T>(&mut middle, reach, channels, border);
            sum_along::<T>(&middle, reach, channels, across, out);
        }
    }
}

/// The samples above each other, from `above[i]` and `below[i]` at distance `i`.
#[inline(always)]
fn sum_rows<T: Fixed>(above: &[&[T]], below: &[&[T]], weights: &[u32], sums: &mut [T::Middle]) {
    for (start, sums) in (0..).step_by(BLOCK).zip(sums.chunks_mut(BLOCK)) {
        let range = start..start + sums.len();
        for (sum, &sample) in sums.iter_mut().zip(&above[0][range.clone()]) {
            *sum = T::one(weights[0], sample);
        }
        let mut i = 1;
        while i < weights.len() {
            let (above, below) = (&above[i..], &below[i..]);
            let weights = &weights[i..];
            i += match weights.len() {
                1 => pairs::<T, 1>(above, below, weights, start, sums),
                2 => pairs::<T, 2>(above, below, weights, start, sums),
                3 => pairs::<T, 3>(above, below, weights, start, sums),
                _ => pairs::<T, PAIRS>(above, below, weights, start, sums),
            };
        }
    }
}

/// Adds the next `P` pairs of rows, from sample `start` on.
#[inline(always)]
fn pairs<T: Fixed, const P: usize>(
    above: &[&[T]],
    below: &[&[T]],
    weights: &[u32],
    start: usize,
    sums: &mut [T::Middle],
) -> usize {
    let range = start..start + sums.len();
    let mut w = [0; P];
    let mut a: [&[T]; P] = [&[]; P];
    let mut b: [&[T]; P] = [&[]; P];
    for k in 0..P {
        w[k] = weights[k];
        a[k] = &above[k][range.clone()];
        b[k] = &below[k][range.clone()];
    }
    for (x, sum) in sums.iter_mut().enumerate() {
        let mut total = *sum;
        for k in 0..P {
            total = T::add(total, w[k], a[k][x], b[k][x]);
        }
        *sum = total;
    }
    P
}

/// Fills the `reach` sums on each side of a row.
#[inline(always)]
fn extend<T: Fixed>(middle: &mut [T::Middle], reach: usize, channels: usize, border: Border) {
    let width = (middle.len() - 2 * reach) / channels;
    let pixels = (reach / channels) as i64;
    for x in (-pixels..0).chain(width as i64..width as i64 + pixels) {
        let to = (x + pixels) as usize * channels;
        match border.position(x as isize, width) {
            Some(x) => middle.copy_within(reach + x * channels..reach + (x + 1) * channels, to),
            None => middle[to..to + channels].fill(T::Middle::default()),
        }
    }
}

/// The sums beside each other.
#[inline(always)]
fn sum_along<T: Fixed>(
    middle: &[T::Middle],
    reach: usize,
    channels: usize,
    weights: &[u32],
    out: &mut [T],
) {
    let mut sums = [T::Wide::default(); BLOCK];
    for (start, out) in (reach..).step_by(BLOCK).zip(out.chunks_mut(BLOCK)) {
        let sums = &mut sums[..out.len()];
        let here = &middle[start..start + out.len()];
        for (sum, &value) in sums.iter_mut().zip(here) {
            *sum = T::one_wide(weights[0], value);
        }
        let mut i = 1;
        while i < weights.len() {
            i += match weights.len() - i {
                1 => wide_pairs::<T, 1>(middle, channels, weights, start, i, sums),
                2 => wide_pairs::<T, 2>(middle, channels, weights, start, i, sums),
                3 => wide_pairs::<T, 3>(middle, channels, weights, start, i, sums),
                _ => wide_pairs::<T, PAIRS>(middle, channels, weights, start, i, sums),
            };
        }
        for (out, &sum) in out.iter_mut().zip(&*sums) {
            *out = T::round(sum);
        }
    }
}

/// Adds the `P` pairs from distance `i` on around the samples from `start` on.
#[inline(always)]
fn wide_pairs<T: Fixed, const P: usize>(
    middle: &[T::Middle],
    channels: usize,
    weights: &[u32],
    start: usize,
    i: usize,
    sums: &mut [T::Wide],
) -> usize {
    let mut w = [0; P];
    let mut a: [&[T::Middle]; P] = [&[]; P];
    let mut b: [&[T::Middle]; P] = [&[]; P];
    for k in 0..P {
        let reach = (i + k) * channels;
        w[k] = weights[i + k];
        a[k] = &middle[start - reach..start - reach + sums.len()];
        b[k] = &middle[start + reach..start + reach + sums.len()];
    }
    for (x, sum) in sums.iter_mut().enumerate() {
        let mut total = *sum;
        for k in 0..P {
            total = T::add_wide(total, w[k], a[k][x], b[k][x]);
        }
        *sum = total;
    }
    P
}
