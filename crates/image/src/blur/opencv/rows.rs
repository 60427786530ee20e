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
        while i + PAIRS <= weights.len() {
            let w: [u32; PAIRS] = std::array::from_fn(|k| weights[i + k]);
            let a: [&[T]; PAIRS] = std::array::from_fn(|k| &above[i + k][range.clone()]);
            let b: [&[T]; PAIRS] = std::array::from_fn(|k| &below[i + k][range.clone()]);
            for (x, sum) in sums.iter_mut().enumerate() {
                let mut total = *sum;
                for k in 0..PAIRS {
                    total = T::add(total, w[k], a[k][x], b[k][x]);
                }
                *sum = total;
            }
            i += PAIRS;
        }
        while i < weights.len() {
            let (a, b) = (&above[i][range.clone()], &below[i][range.clone()]);
            for ((sum, &a), &b) in sums.iter_mut().zip(a).zip(b) {
                *sum = T::add(*sum, weights[i], a, b);
            }
            i += 1;
        }
    }
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
        let len = out.len();
        let at = |from: usize| &middle[from..from + len];
        for (sum, &value) in sums.iter_mut().zip(at(start)) {
            *sum = T::one_wide(weights[0], value);
        }
        let mut i = 1;
        while i + PAIRS <= weights.len() {
            let w: [u32; PAIRS] = std::array::from_fn(|k| weights[i + k]);
            let a: [&[T::Middle]; PAIRS] = std::array::from_fn(|k| at(start - (i + k) * channels));
            let b: [&[T::Middle]; PAIRS] = std::array::from_fn(|k| at(start + (i + k) * channels));
            for (x, sum) in sums.iter_mut().enumerate() {
                let mut total = *sum;
                for k in 0..PAIRS {
                    total = T::add_wide(total, w[k], a[k][x], b[k][x]);
                }
                *sum = total;
            }
            i += PAIRS;
        }
        while i < weights.len() {
            let (a, b) = (at(start - i * channels), at(start + i * channels));
            for ((sum, &a), &b) in sums.iter_mut().zip(a).zip(b) {
                *sum = T::add_wide(*sum, weights[i], a, b);
            }
            i += 1;
        }
        for (out, &sum) in out.iter_mut().zip(&*sums) {
            *out = T::round(sum);
        }
    }
}
