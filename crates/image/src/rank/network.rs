//! The middle of 9 and of 25 values by exchanges that do not depend on the values.
//!
//! The windows of neighbouring samples go through the same exchanges, so the compiler turns each into one
//! instruction for a whole vector of them.

use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};

use crate::View;
use crate::border::Border;
use crate::lines::{Margins, Ring, Worked};
use crate::order::Ordered;
use crate::simd::{Isa, Lane, Vector, VectorKernel};

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
            3 => isa.run_vectors(Rows::<T, 3> { src, top, band }),
            _ => isa.run_vectors(Rows::<T, 5> { src, top, band }),
        }
    })
}

/// Some rows from `top` on, with a window of `S` x `S`.
struct Rows<'a, T, const S: usize> {
    src: View<'a, T>,
    top: usize,
    band: &'a mut [T],
}

impl<T: Ordered, const S: usize> VectorKernel<T::Key> for Rows<'_, T, S>
where
    T::Key: Worked<T>,
{
    #[inline(always)]
    fn run<V: Vector<T::Key>>(self) {
        let Rows { src, top, band } = self;
        let radius = S / 2;
        let channels = src.channels();
        let margins = Margins::around(radius, Border::Replicate, T::Key::default());
        let len = margins.len(src);
        // The last vector of a short row reaches beyond its end.
        let mut ring = Ring::new(S, len + T::Key::COUNT);
        let first = top as isize - radius as isize;
        for number in 0..S - 1 {
            margins.read(src, first + number as isize, &mut ring.line_mut(number)[..len]);
        }
        let mut rest = vec![T::default(); T::Key::COUNT];
        for (y, out) in band.chunks_exact_mut(src.width() * channels).enumerate() {
            let number = y + S - 1;
            margins.read(src, first + number as isize, &mut ring.line_mut(number)[..len]);
            let mut lines: [&[T::Key]; S] = [&[]; S];
            for (i, line) in lines.iter_mut().enumerate() {
                *line = ring.line(y + i);
            }
            if out.len() < T::Key::COUNT {
                T::store(middle::<_, V, S>(lines, 0, channels), &mut rest);
                out.copy_from_slice(&rest[..out.len()]);
                continue;
            }
            let last = out.len() - T::Key::COUNT;
            for x in (0..last).step_by(T::Key::COUNT) {
                T::store(middle::<_, V, S>(lines, x, channels), &mut out[x..]);
            }
            T::store(middle::<_, V, S>(lines, last, channels), &mut out[last..]);
        }
    }
}

/// The medians of the windows whose left upper samples are from `x` on.
#[inline(always)]
fn middle<K: Lane, V: Vector<K>, const S: usize>(lines: [&[K]; S], x: usize, channels: usize) -> V {
    if S == 3 {
        let [a, b, c] = [lines[0], lines[1], lines[2]];
        macro_rules! column {
            ($i:literal) => {{
                let x = x + $i * channels;
                sort3([V::load(&a[x..]), V::load(&b[x..]), V::load(&c[x..])])
            }};
        }
        median9(column!(0), column!(1), column!(2))
    } else {
        let [a, b, c, d, e] = [lines[0], lines[1], lines[2], lines[3], lines[4]];
        macro_rules! column {
            ($i:literal) => {{
                let x = x + $i * channels;
                let upper = [V::load(&a[x..]), V::load(&b[x..]), V::load(&c[x..])];
                sort5([upper[0], upper[1], upper[2], V::load(&d[x..]), V::load(&e[x..])])
            }};
        }
        median25([column!(0), column!(1), column!(2), column!(3), column!(4)])
    }
}

#[inline(always)]
fn exchange<K, V: Vector<K>>(low: &mut V, high: &mut V) {
    (*low, *high) = (low.min(*high), low.max(*high));
}

#[inline(always)]
fn sort3<K, V: Vector<K>>([mut a, mut b, mut c]: [V; 3]) -> [V; 3] {
    exchange(&mut a, &mut b);
    exchange(&mut b, &mut c);
    exchange(&mut a, &mut b);
    [a, b, c]
}

#[inline(always)]
fn sort5<K, V: Vector<K>>([mut a, mut b, mut c, mut d, mut e]: [V; 5]) -> [V; 5] {
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
fn median9<K, V: Vector<K>>(a: [V; 3], b: [V; 3], c: [V; 3]) -> V {
    let low = a[0].max(b[0]).max(c[0]);
    let high = a[2].min(b[2]).min(c[2]);
    let [_, middle, _] = sort3([a[1], b[1], c[1]]);
    sort3([low, middle, high])[1]
}

/// Of five sorted columns. When the rows are sorted too, six values are known to lie below the median and six
/// above it, by how many stand before and behind them in both directions; of the 13 others it is the middle one.
#[inline(always)]
fn median25<K, V: Vector<K>>(columns: [[V; 5]; 5]) -> V {
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
fn spread<K, V: Vector<K>, const N: usize>(mut v: [V; N]) -> [V; N] {
    for i in 0..N / 2 {
        (v[i], v[N - 1 - i]) = (v[i].min(v[N - 1 - i]), v[i].max(v[N - 1 - i]));
    }
    for i in 1..N.div_ceil(2) {
        (v[0], v[i]) = (v[0].min(v[i]), v[0].max(v[i]));
    }
    for i in N / 2..N - 1 {
        (v[i], v[N - 1]) = (v[i].min(v[N - 1]), v[i].max(v[N - 1]));
    }
    v
}

/// The smallest and the largest of half the values and one cannot be in the middle of all; they make room for the
/// next value, again and again.
#[inline(always)]
fn middle13<K, V: Vector<K>>(v: [V; 13]) -> V {
    let [_, b, c, d, e, f, g, _] = spread([v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]]);
    let [_, b, c, d, e, f, _] = spread([b, c, d, e, f, g, v[8]]);
    let [_, b, c, d, e, _] = spread([b, c, d, e, f, v[9]]);
    let [_, b, c, d, _] = spread([b, c, d, e, v[10]]);
    let [_, b, c, _] = spread([b, c, d, v[11]]);
    sort3([b, c, v[12]])[1]
}

#[cfg(test)]
mod tests {
    use super::{exchange, median9, median25, sort3, sort5};
    use crate::simd::Vector;

    /// A vector of one lane.
    #[derive(Clone, Copy)]
    struct One(u8);

    impl Vector<u8> for One {
        fn load(from: &[u8]) -> Self {
            One(from[0])
        }

        fn store(self, to: &mut [u8]) {
            to[0] = self.0;
        }

        fn min(self, other: Self) -> Self {
            One(self.0.min(other.0))
        }

        fn max(self, other: Self) -> Self {
            One(self.0.max(other.0))
        }
    }

    /// What sorts and selects zeros and ones right does so with everything.
    #[test]
    fn the_networks_find_the_middle_of_every_pattern_of_zeros_and_ones() {
        for pattern in 0..1u32 << 9 {
            let bit = |i: u32| One((pattern >> i & 1) as u8);
            let column = |x: u32| sort3([0, 1, 2].map(|y| bit(x * 3 + y)));
            let middle = median9(column(0), column(1), column(2));
            assert_eq!(middle.0, u8::from(pattern.count_ones() > 4), "{pattern:b}");
        }
        // Sorted columns are known by their ones.
        for pattern in 0..6u32.pow(5) {
            let ones = [1, 6, 36, 216, 1296].map(|part| pattern / part % 6);
            let columns = ones.map(|count| [0, 1, 2, 3, 4].map(|y| One(u8::from(y + count > 4))));
            let expected = u8::from(ones.iter().sum::<u32>() > 12);
            assert_eq!(median25(columns).0, expected, "{ones:?}");
        }
        for pattern in 0..32u32 {
            let sorted = sort5([0, 1, 2, 3, 4].map(|i| One((pattern >> i & 1) as u8)));
            assert!(sorted.map(|one| one.0).is_sorted(), "{pattern:b}");
        }
        let (mut low, mut high) = (One(1), One(0));
        exchange(&mut low, &mut high);
        assert_eq!((low.0, high.0), (0, 1));
    }
}
