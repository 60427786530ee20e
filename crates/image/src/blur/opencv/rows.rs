use allcores_parallel::Token;

use super::fixed::{Fixed, Part, Sum};
use crate::View;
use crate::border::Border;
use crate::simd::Kernel;

/// Bytes of the lines that a row of results is made of: they stay in a near cache.
const NEAR: usize = 1 << 16;
/// Samples of a strip.
const MIN_STRIP: usize = 256;
const MAX_STRIP: usize = 2048;

/// Rows `top..` of the result, in strips of columns: along the rows, then down.
pub(super) struct Rows<'a, T> {
    pub(super) token: &'a Token,
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
        let Rows { token, src, across, down, border, top, band } = self;
        let (channels, row) = (src.channels(), src.width() * src.channels());
        let (beside, reach) = ((across.len() - 1) * channels, down.len() - 1);
        let window = 2 * reach + 1;
        let line = 2 * size_of::<T::Sum>();
        let strip = (NEAR / (window * line)).clamp(MIN_STRIP, MAX_STRIP).min(row);

        let places = places(border, top, reach, band.len() / row, src.height());
        let mut lines = vec![T::Sum::default(); places.len() * 2 * strip];
        let mut samples = vec![T::default(); strip + 2 * beside];
        let mut sums =
            Sums { first: vec![T::Sum::default(); strip], second: vec![T::Sum::default(); strip] };
        for left in (0..row).step_by(strip) {
            if left > 0 && token.begin_block().is_err() {
                return;
            }
            let part = left..row.min(left + strip);
            for (number, &place) in places.iter().enumerate() {
                if place == number {
                    let y = (top + number) as isize - reach as isize;
                    let line = &mut lines[place * 2 * strip..][..2 * strip];
                    let from = left as isize - beside as isize;
                    let samples: &[T] = match inside(src, y, from, part.len() + 2 * beside) {
                        Some(samples) => samples,
                        None => {
                            let samples = &mut samples[..part.len() + 2 * beside];
                            read(src, y, from, border, samples);
                            samples
                        }
                    };
                    sum_along::<T>(samples, channels, across, part.len(), line, &mut sums);
                }
                // Every line that the window needs is there.
                if let Some(y) = (number + 1).checked_sub(window) {
                    let out = &mut band[y * row..][part.clone()];
                    sum_down::<T>(&lines, strip, &places[y..=number], down, out, &mut sums);
                }
            }
        }
    }
}

/// For each row from `reach` above the first of `count` to as many below the last: the number of the row whose line
/// stands for it. That is its own number, or that of a row with the same samples whose line is made in time.
fn places(border: Border, top: usize, reach: usize, count: usize, height: usize) -> Vec<usize> {
    let mut empty = None;
    let mut places = Vec::with_capacity(count + 2 * reach);
    for number in 0..count + 2 * reach {
        let y = (top + number) as isize - reach as isize;
        let place = match border.position(y, height) {
            None => *empty.get_or_insert(number),
            Some(y) => (y + reach)
                .checked_sub(top)
                .filter(|&other| other <= number.max(2 * reach))
                .unwrap_or(number),
        };
        places.push(place);
    }
    places
}

/// Samples from `from` on of row `y`, when all of them lie inside.
#[inline(always)]
fn inside<T>(src: View<'_, T>, y: isize, from: isize, len: usize) -> Option<&[T]> {
    let y = usize::try_from(y).ok().filter(|&y| y < src.height())?;
    let from = usize::try_from(from).ok()?;
    src.row(y).get(from..from + len)
}

/// Reads samples from `from` on of row `y`, both of which may lie outside.
#[inline(always)]
fn read<T: Fixed>(src: View<'_, T>, y: isize, from: isize, border: Border, samples: &mut [T]) {
    let Some(y) = border.position(y, src.height()) else {
        samples.fill(T::default());
        return;
    };
    let (row, channels) = (src.row(y), src.channels() as isize);
    let end = from + samples.len() as isize;
    let inside = from.clamp(0, row.len() as isize)..end.clamp(0, row.len() as isize);
    let (at, to) = ((inside.start - from) as usize, (inside.end - from) as usize);
    samples[at..to].copy_from_slice(&row[inside.start as usize..inside.end as usize]);
    for i in (0..at).chain(to..samples.len()) {
        let at = from + i as isize;
        let (x, c) = (at.div_euclid(channels), at.rem_euclid(channels) as usize);
        samples[i] = match border.position(x, src.width()) {
            Some(x) => row[x * src.channels() + c],
            None => T::default(),
        };
    }
}

/// Reused from row to row.
struct Sums<S> {
    first: Vec<S>,
    second: Vec<S>,
}

/// `len` sums along a row: their whole parts in the first half of `line`, their fractions in the second.
#[inline(always)]
fn sum_along<T: Fixed>(
    samples: &[T],
    channels: usize,
    weights: &[u32],
    len: usize,
    line: &mut [T::Sum],
    sums: &mut Sums<T::Sum>,
) {
    let reach = (weights.len() - 1) * channels;
    let (wholes, fractions) = line.split_at_mut(line.len() / 2);
    let sums = &mut sums.first[..len];
    let at = |places: isize| &samples[reach.wrapping_add_signed(places * channels as isize)..];
    weigh(at, weights, sums);
    for ((whole, fraction), &sum) in wholes.iter_mut().zip(fractions).zip(&*sums) {
        (*whole, *fraction) = T::split(sum);
    }
}

/// The sums of the lines at `places`, each of two halves of `strip` sums.
#[inline(always)]
fn sum_down<T: Fixed>(
    lines: &[T::Sum],
    strip: usize,
    places: &[usize],
    weights: &[u32],
    out: &mut [T],
    sums: &mut Sums<T::Sum>,
) {
    let reach = weights.len() - 1;
    let (wholes, fractions) = (&mut sums.first[..out.len()], &mut sums.second[..out.len()]);
    let line = |number: isize| &lines[places[reach.wrapping_add_signed(number)] * 2 * strip..];
    weigh(line, weights, wholes);
    weigh(|number| &line(number)[strip..], weights, fractions);
    for ((out, &whole), &fraction) in out.iter_mut().zip(&*wholes).zip(&*fractions) {
        *out = T::round(whole, fraction);
    }
}

/// The weighted sum of what stands at distances from 0 on to both sides, several distances at a time.
#[inline(always)]
fn weigh<'a, P: Part<S> + 'a, S: Sum>(
    at: impl Fn(isize) -> &'a [P],
    weights: &[u32],
    sums: &mut [S],
) {
    let weight = S::weight(weights[0]);
    for (sum, &here) in sums.iter_mut().zip(at(0)) {
        *sum = S::default().add(weight, here.widen(), S::default());
    }
    let mut i = 1;
    while i < weights.len() {
        i += match weights.len() - i {
            1 => pairs::<P, S, 1>(&at, weights, i, sums),
            2 => pairs::<P, S, 2>(&at, weights, i, sums),
            3 => pairs::<P, S, 3>(&at, weights, i, sums),
            4 | 5 => pairs::<P, S, 4>(&at, weights, i, sums),
            _ => pairs::<P, S, 6>(&at, weights, i, sums),
        };
    }
}

/// Adds the pairs at `N` distances from `first` on.
#[inline(always)]
fn pairs<'a, P: Part<S> + 'a, S: Sum, const N: usize>(
    at: &impl Fn(isize) -> &'a [P],
    weights: &[u32],
    first: usize,
    sums: &mut [S],
) -> usize {
    let len = sums.len();
    let mut w = [S::default(); N];
    let mut a: [&[P]; N] = [&[]; N];
    let mut b: [&[P]; N] = [&[]; N];
    for k in 0..N {
        let distance = (first + k) as isize;
        w[k] = S::weight(weights[first + k]);
        a[k] = &at(-distance)[..len];
        b[k] = &at(distance)[..len];
    }
    for (x, sum) in sums.iter_mut().enumerate() {
        let mut total = *sum;
        for k in 0..N {
            total = total.add(w[k], a[k][x].widen(), b[k][x].widen());
        }
        *sum = total;
    }
    N
}
