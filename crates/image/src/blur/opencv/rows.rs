use allcores_parallel::Token;

use super::fixed::Fixed;
use crate::View;
use crate::border::Border;
use crate::simd::Kernel;

/// Sums that stay in registers while the weights are gone through.
const LANES: usize = 32;
/// Bytes of the lines that a row of results is made of: they stay in the nearest cache.
const NEAR: usize = 1 << 15;
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
        let strip = strip.next_multiple_of(LANES);

        let places = places(border, top, reach, band.len() / row, src.height());
        let mut lines = vec![T::Sum::default(); places.len() * 2 * strip];
        let mut samples = vec![T::default(); strip + 2 * beside];
        for left in (0..row).step_by(strip) {
            if left > 0 && token.begin_block().is_err() {
                return;
            }
            let part = left..row.min(left + strip);
            for (number, &place) in places.iter().enumerate() {
                if place == number {
                    let y = (top + number) as isize - reach as isize;
                    let len = part.len() + 2 * beside;
                    read(src, y, left as isize - beside as isize, border, &mut samples[..len]);
                    let line = &mut lines[place * 2 * strip..][..2 * strip];
                    sum_along::<T>(&samples, channels, across, line);
                }
                // Every line that the window needs is there.
                if let Some(y) = (number + 1).checked_sub(window) {
                    let out = &mut band[y * row..][part.clone()];
                    sum_down::<T>(&lines, strip, &places[y..=number], down, out);
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

/// The sums along a row: their whole parts in the first half of `line`, their fractions in the second.
#[inline(always)]
fn sum_along<T: Fixed>(samples: &[T], channels: usize, weights: &[u32], line: &mut [T::Sum]) {
    let reach = (weights.len() - 1) * channels;
    let half = line.len() / 2;
    let (wholes, fractions) = line.split_at_mut(half);
    let wholes = wholes.as_chunks_mut::<LANES>().0;
    let fractions = fractions.as_chunks_mut::<LANES>().0;
    let mut at = reach;
    for (wholes, fractions) in wholes.iter_mut().zip(fractions) {
        let mut sums = [T::Sum::default(); LANES];
        let here = &samples[at..][..LANES];
        for i in 0..LANES {
            sums[i] = T::one(weights[0], here[i]);
        }
        let mut far = 0;
        for &weight in &weights[1..] {
            far += channels;
            let (a, b) = (&samples[at - far..][..LANES], &samples[at + far..][..LANES]);
            for i in 0..LANES {
                sums[i] = T::add(sums[i], weight, a[i], b[i]);
            }
        }
        for i in 0..LANES {
            (wholes[i], fractions[i]) = T::split(sums[i]);
        }
        at += LANES;
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
) {
    let reach = weights.len() - 1;
    let mut results = [T::default(); LANES];
    let mut at = 0;
    for out in out.chunks_mut(LANES) {
        let mut wholes = [T::Sum::default(); LANES];
        let mut fractions = [T::Sum::default(); LANES];
        let (whole, fraction) = halves(lines, strip, places[reach], at);
        for i in 0..LANES {
            wholes[i] = T::one_half(weights[0], whole[i]);
            fractions[i] = T::one_half(weights[0], fraction[i]);
        }
        for (i, &weight) in weights.iter().enumerate().skip(1) {
            let (whole_a, fraction_a) = halves(lines, strip, places[reach - i], at);
            let (whole_b, fraction_b) = halves(lines, strip, places[reach + i], at);
            for i in 0..LANES {
                wholes[i] = T::add_halves(wholes[i], weight, whole_a[i], whole_b[i]);
                fractions[i] = T::add_halves(fractions[i], weight, fraction_a[i], fraction_b[i]);
            }
        }
        for i in 0..LANES {
            results[i] = T::round(wholes[i], fractions[i]);
        }
        match out.as_chunks_mut().0 {
            [out] => *out = results,
            _ => out.copy_from_slice(&results[..out.len()]),
        }
        at += LANES;
    }
}

/// Sums `at..` of both halves of a line.
#[inline(always)]
fn halves<S>(lines: &[S], strip: usize, place: usize, at: usize) -> (&[S], &[S]) {
    let line = &lines[place * 2 * strip + at..];
    (&line[..LANES], &line[strip..][..LANES])
}
