//! The middle of 9 and of 25 values by exchanges that do not depend on the values.
//!
//! The windows of neighbouring samples go through the same exchanges, so the compiler turns each into one
//! instruction for a whole vector of them.

use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};

use crate::View;
use crate::border::Border;
use crate::lines::{Margins, Ring, Worked};
use crate::order::Ordered;
use crate::simd::{Isa, Kernel};

/// Samples of a band: up to 1 ms of work.
const BAND: usize = 1 << 18;

/// Writes the median of the window of 3 x 3, or of 5 x 5 pixels around each.
pub(super) fn median<T: Ordered>(
    isa: Isa,
    token: &Token,
    src: View<'_, T>,
    size: usize,
    out: &mut [T],
) -> Result<(), Cancelled>
where
    T::Key: Worked<T>,
{
    let row = src.width() * src.channels();
    let blocks = Blocks { size: row * (BAND / row).max(size), inline_up_to: 1 << 14 };
    for_each_band(token, out, blocks, |offset, band| {
        let top = offset / row;
        match size {
            3 => isa.run(Rows::<T, 3> { src, top, band }),
            _ => isa.run(Rows::<T, 5> { src, top, band }),
        }
    })
}

/// Some rows from `top` on, with a window of `S` x `S`.
struct Rows<'a, T, const S: usize> {
    src: View<'a, T>,
    top: usize,
    band: &'a mut [T],
}

impl<T: Ordered, const S: usize> Kernel for Rows<'_, T, S>
where
    T::Key: Worked<T>,
{
    #[inline(always)]
    fn run(self) {
        let Rows { src, top, band } = self;
        let radius = S / 2;
        let channels = src.channels();
        let margins = Margins::around(radius, Border::Replicate, T::Key::default());
        let mut ring = Ring::new(S, margins.len(src));
        let first = top as isize - radius as isize;
        for number in 0..S - 1 {
            margins.read(src, first + number as isize, ring.line_mut(number));
        }
        for (y, out) in band.chunks_exact_mut(src.width() * channels).enumerate() {
            let number = y + S - 1;
            margins.read(src, first + number as isize, ring.line_mut(number));
            let mut lines: [&[T::Key]; S] = [&[]; S];
            for (i, line) in lines.iter_mut().enumerate() {
                *line = ring.line(y + i);
            }
            if S == 3 {
                row3::<T>([lines[0], lines[1], lines[2]], channels, out);
            } else {
                row5::<T>([lines[0], lines[1], lines[2], lines[3], lines[4]], channels, out);
            }
        }
    }
}

#[inline(always)]
fn row3<T: Ordered>(lines: [&[T::Key]; 3], channels: usize, out: &mut [T]) {
    let n = out.len();
    let [a, b, c] = lines;
    let (a0, a1, a2) = (&a[..n], &a[channels..][..n], &a[2 * channels..][..n]);
    let (b0, b1, b2) = (&b[..n], &b[channels..][..n], &b[2 * channels..][..n]);
    let (c0, c1, c2) = (&c[..n], &c[channels..][..n], &c[2 * channels..][..n]);
    for x in 0..n {
        let left = sort3([a0[x], b0[x], c0[x]]);
        let middle = sort3([a1[x], b1[x], c1[x]]);
        let right = sort3([a2[x], b2[x], c2[x]]);
        out[x] = T::of_key(median9(left, middle, right));
    }
}

#[inline(always)]
fn row5<T: Ordered>(lines: [&[T::Key]; 5], channels: usize, out: &mut [T]) {
    let n = out.len();
    // Plain names, because the compiler does not see through an array of slices.
    macro_rules! shifted {
        ($($name:ident = $line:literal, $pixels:literal;)*) => {
            $(let $name = &lines[$line][$pixels * channels..][..n];)*
        };
    }
    shifted! {
        a0 = 0, 0; a1 = 0, 1; a2 = 0, 2; a3 = 0, 3; a4 = 0, 4;
        b0 = 1, 0; b1 = 1, 1; b2 = 1, 2; b3 = 1, 3; b4 = 1, 4;
        c0 = 2, 0; c1 = 2, 1; c2 = 2, 2; c3 = 2, 3; c4 = 2, 4;
        d0 = 3, 0; d1 = 3, 1; d2 = 3, 2; d3 = 3, 3; d4 = 3, 4;
        e0 = 4, 0; e1 = 4, 1; e2 = 4, 2; e3 = 4, 3; e4 = 4, 4;
    }
    for x in 0..n {
        let columns = [
            sort5([a0[x], b0[x], c0[x], d0[x], e0[x]]),
            sort5([a1[x], b1[x], c1[x], d1[x], e1[x]]),
            sort5([a2[x], b2[x], c2[x], d2[x], e2[x]]),
            sort5([a3[x], b3[x], c3[x], d3[x], e3[x]]),
            sort5([a4[x], b4[x], c4[x], d4[x], e4[x]]),
        ];
        out[x] = T::of_key(median25(columns));
    }
}

#[inline(always)]
fn exchange<K: Ord + Copy>(low: &mut K, high: &mut K) {
    (*low, *high) = ((*low).min(*high), (*low).max(*high));
}

#[inline(always)]
fn sort3<K: Ord + Copy>([mut a, mut b, mut c]: [K; 3]) -> [K; 3] {
    exchange(&mut a, &mut b);
    exchange(&mut b, &mut c);
    exchange(&mut a, &mut b);
    [a, b, c]
}

#[inline(always)]
fn sort5<K: Ord + Copy>([mut a, mut b, mut c, mut d, mut e]: [K; 5]) -> [K; 5] {
    exchange(&mut a, &mut b);
    exchange(&mut d, &mut e);
    exchange(&mut c, &mut e);
    exchange(&mut c, &mut d);
    exchange(&mut b, &mut e);
    exchange(&mut a, &mut d);
    exchange(&mut a, &mut c);
    exchange(&mut b, &mut d);
    exchange(&mut b, &mut c);
    [a, b, c, d, e]
}

/// Of three sorted columns. Below the median are the smaller two of the smallest, above it the larger two of the
/// largest, and one of the middle ones on each side.
#[inline(always)]
fn median9<K: Ord + Copy>(a: [K; 3], b: [K; 3], c: [K; 3]) -> K {
    let low = a[0].max(b[0]).max(c[0]);
    let high = a[2].min(b[2]).min(c[2]);
    let [_, middle, _] = sort3([a[1], b[1], c[1]]);
    sort3([low, middle, high])[1]
}

/// Of five sorted columns. When the rows are sorted too, six values are known to lie below the median and six
/// above it, by how many stand before and behind them in both directions; of the 13 others it is the middle one.
#[inline(always)]
fn median25<K: Ord + Copy>(columns: [[K; 5]; 5]) -> K {
    let [a, b, c, d, e] = columns;
    let [_, _, _, q03, q04] = sort5([a[0], b[0], c[0], d[0], e[0]]);
    let [_, _, q12, q13, q14] = sort5([a[1], b[1], c[1], d[1], e[1]]);
    let [_, q21, q22, q23, _] = sort5([a[2], b[2], c[2], d[2], e[2]]);
    let [q30, q31, q32, _, _] = sort5([a[3], b[3], c[3], d[3], e[3]]);
    let [q40, q41, _, _, _] = sort5([a[4], b[4], c[4], d[4], e[4]]);
    // The two smallest and the two largest that are left are among these.
    middle13([q12, q21, q30, q03, q22, q13, q31, q04, q40, q14, q32, q23, q41])
}

/// Puts the smallest first and the largest last.
#[inline(always)]
fn spread<K: Ord + Copy, const N: usize>(mut v: [K; N]) -> [K; N] {
    for i in 0..N / 2 {
        let (low, high) = (v[i].min(v[N - 1 - i]), v[i].max(v[N - 1 - i]));
        (v[i], v[N - 1 - i]) = (low, high);
    }
    for i in 1..N.div_ceil(2) {
        let (low, high) = (v[0].min(v[i]), v[0].max(v[i]));
        (v[0], v[i]) = (low, high);
    }
    for i in N / 2..N - 1 {
        let (low, high) = (v[i].min(v[N - 1]), v[i].max(v[N - 1]));
        (v[i], v[N - 1]) = (low, high);
    }
    v
}

/// The smallest and the largest of half the values and one cannot be in the middle of all; they make room for the
/// next value, again and again.
#[inline(always)]
fn middle13<K: Ord + Copy>(v: [K; 13]) -> K {
    let [_, b, c, d, e, f, g, _] = spread([v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]]);
    let [_, b, c, d, e, f, _] = spread([b, c, d, e, f, g, v[8]]);
    let [_, b, c, d, e, _] = spread([b, c, d, e, f, v[9]]);
    let [_, b, c, d, _] = spread([b, c, d, e, v[10]]);
    let [_, b, c, _] = spread([b, c, d, v[11]]);
    sort3([b, c, v[12]])[1]
}

#[cfg(test)]
mod tests {
    use super::{median9, median25, sort3, sort5};

    /// What sorts and selects zeros and ones right does so with everything.
    #[test]
    fn the_networks_find_the_middle_of_every_pattern_of_zeros_and_ones() {
        for pattern in 0..1u32 << 9 {
            let column = |x: u32| sort3([0, 1, 2].map(|y| (pattern >> (x * 3 + y)) & 1));
            let middle = median9(column(0), column(1), column(2));
            assert_eq!(middle, u32::from(pattern.count_ones() > 4), "{pattern:b}");
        }
        // Sorted columns are known by their ones.
        for pattern in 0..6u32.pow(5) {
            let ones = [1, 6, 36, 216, 1296].map(|part| pattern / part % 6);
            let columns = ones.map(|count| [0, 1, 2, 3, 4].map(|y| u32::from(y + count > 4)));
            assert_eq!(median25(columns), u32::from(ones.iter().sum::<u32>() > 12), "{ones:?}");
        }
        for pattern in 0..32u32 {
            let sorted = sort5([0, 1, 2, 3, 4].map(|i| (pattern >> i) & 1));
            assert!(sorted.is_sorted(), "{pattern:b}");
        }
    }
}
