use allcores_parallel::Token;

use super::BAND;
use super::weights::{Number, Rounded, Weights};
use crate::View;
use crate::border::Border;
use crate::lines::{Margins, Ring, Worked};
use crate::simd::Kernel;

/// Sums that are made together: they stay in the nearest cache while the weights are gone through.
const CHUNK: usize = 1024;

/// Some rows from `top` on, with any weights.
pub(super) struct Rows<'a, T, A> {
    pub(super) token: &'a Token,
    pub(super) src: View<'a, T>,
    pub(super) weights: &'a Weights<A>,
    pub(super) border: Border,
    pub(super) top: usize,
    pub(super) band: &'a mut [T],
}

/// A weight that is not 0, and the samples that it is for.
#[derive(Clone, Copy)]
struct Tap<A> {
    line: usize,
    /// Samples to the right in the line.
    shift: usize,
    weight: A,
}

/// The taps of rows of weights, from the lowest row up.
fn taps<A: Number>(weights: &[A], width: usize, channels: usize) -> Vec<Tap<A>> {
    let rows = weights.chunks_exact(width).enumerate().rev();
    let all = rows.flat_map(|(line, row)| {
        let tap = move |(i, &weight)| Tap { line, shift: i * channels, weight };
        row.iter().enumerate().map(tap)
    });
    all.filter(|tap| tap.weight != A::default()).collect()
}

impl<T: Rounded<A>, A: Number + Worked<T>> Kernel for Rows<'_, T, A> {
    #[inline(always)]
    fn run(self) {
        let Rows { token, src, weights, border, top, band } = self;
        let (channels, height) = (src.channels(), weights.height);
        let row = src.width() * channels;
        let margins = Margins::around(weights.width / 2, border, A::default());
        let mut line = vec![A::default(); margins.len(src)];
        let factors = weights.factors.as_ref();
        let (across, all) = match factors {
            Some((column, across)) => {
                (taps(across, weights.width, channels), taps(column, 1, channels))
            }
            None => (Vec::new(), taps(&weights.all, weights.width, channels)),
        };
        let mut ring = Ring::new(height, if factors.is_some() { row } else { line.len() });
        let start = T::start(weights.offset);
        let mut sums = [A::default(); CHUNK];
        let mut since = 0;
        for number in 0..band.len() / row + height - 1 {
            let y = (top + number) as isize - (height / 2) as isize;
            if factors.is_none() {
                margins.read(src, y, ring.line_mut(number));
            } else {
                margins.read(src, y, &mut line);
                for (c, to) in ring.line_mut(number).chunks_mut(CHUNK).enumerate() {
                    to.fill(A::default());
                    add_all(&across, |_| &line, c * CHUNK, to);
                }
            }
            let Some(first) = (number + 1).checked_sub(height) else { continue };
            since += row * weights.count();
            if since > BAND {
                since = 0;
                if token.begin_block().is_err() {
                    return;
                }
            }
            for (c, out) in band[first * row..][..row].chunks_mut(CHUNK).enumerate() {
                let sums = &mut sums[..out.len()];
                sums.fill(start);
                add_all(&all, |line| ring.line(first + line), c * CHUNK, sums);
                for (out, &sum) in out.iter_mut().zip(&*sums) {
                    *out = T::rounded(sum);
                }
            }
        }
    }
}

/// Adds all taps to the sums of the samples from `from` on, four taps at a time.
#[inline(always)]
fn add_all<'a, A: Number + 'a>(
    taps: &[Tap<A>],
    lines: impl Fn(usize) -> &'a [A],
    from: usize,
    sums: &mut [A],
) {
    let mut groups = taps.chunks_exact(4);
    for group in &mut groups {
        if let &[a, b, c, d] = group {
            add4(
                [a, b, c, d].map(|tap| (part(lines(tap.line), tap, from, sums.len()), tap.weight)),
                sums,
            );
        }
    }
    for &tap in groups.remainder() {
        add1(part(lines(tap.line), tap, from, sums.len()), tap.weight, sums);
    }
}

#[inline(always)]
fn part<A>(line: &[A], tap: Tap<A>, from: usize, len: usize) -> &[A] {
    &line[tap.shift + from..][..len]
}

#[inline(always)]
fn add4<A: Number>([(a, wa), (b, wb), (c, wc), (d, wd)]: [(&[A], A); 4], sums: &mut [A]) {
    for ((((sum, &a), &b), &c), &d) in sums.iter_mut().zip(a).zip(b).zip(c).zip(d) {
        *sum = *sum + (a * wa + b * wb + c * wc + d * wd);
    }
}

#[inline(always)]
fn add1<A: Number>(line: &[A], weight: A, sums: &mut [A]) {
    for (sum, &sample) in sums.iter_mut().zip(line) {
        *sum = *sum + sample * weight;
    }
}
