//! One box blur in each direction whose radii are whole numbers, in integers of 16 bits and in one go.
//!
//! Of a window of `n` samples Pillow adds up `floor(2^24 / n)` times each, and takes a little of what lies beside the
//! window for what that lacks. The sum is less than `255 n` away from `2^24` times the mean, but the mean plus a half
//! is at least `1 / 2n` away from every whole number unless it is one, because `n` is odd. So up to `n = 181` the
//! result is the mean, rounded.

use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};

use crate::View;
use crate::border::Border;
use crate::lines::{Margins, Ring};
use crate::simd::{Isa, Kernel};

/// The largest radius: up to it, [`Mean::of`] divides exactly.
const MAX_RADIUS: usize = 63;

/// Samples of a band, when the window is small; as many again are up to 1 ms of work.
const BAND: usize = 1 << 18;

/// Samples of a row that are worked on together: whole pixels of any number of channels, whose sums stay in the
/// nearest cache.
const CHUNK: usize = 12 * 128;

/// Divides by the size of a window.
#[derive(Clone, Copy, Debug)]
pub(in crate::blur) struct Mean {
    radius: usize,
    factor: u16,
    shift: u32,
}

impl Mean {
    /// `None` for a radius that is too large or no whole number from 1.
    pub(in crate::blur) fn new(extent: f64) -> Option<Self> {
        let radius = (1..=MAX_RADIUS).find(|&radius| radius as f64 == extent)?;
        let count = 2 * radius as u32 + 1;
        // The factor is less than 1 too large in units of 2^-16 / count, which changes no quotient of a sum below
        // 2^(16 + shift).
        let shift = count.ilog2();
        Some(Mean { radius, factor: (1u32 << (16 + shift)).div_ceil(count) as u16, shift })
    }

    /// Samples of the window.
    fn count(self) -> usize {
        2 * self.radius + 1
    }

    /// `sum / count`, rounded.
    #[inline(always)]
    fn of(self, sum: u16) -> u8 {
        let product = u32::from(sum.wrapping_add(self.radius as u16)) * u32::from(self.factor);
        ((product >> 16) as u16 >> self.shift) as u8
    }
}

/// Blurs `src` into `out`, which has its length: across, then down.
pub(in crate::blur) fn blur(
    isa: Isa,
    token: &Token,
    src: View<'_>,
    (across, down): (Mean, Mean),
    out: &mut [u8],
) -> Result<(), Cancelled> {
    let row = src.width() * src.channels();
    // A band reads `2 * radius + 1` rows more than it writes; few bands leave threads idle.
    let halo = (16 * down.radius).min(src.height().div_ceil(8));
    let rows = (BAND / row).max(halo).max(1);
    let blocks = Blocks { size: rows * row, inline_up_to: 1 << 14 };
    for_each_band(token, out, blocks, |offset, band| {
        isa.run(Band { token, src, across, down, top: offset / row, band });
    })
}

/// Some rows from `top` on.
struct Band<'a> {
    token: &'a Token,
    src: View<'a>,
    across: Mean,
    down: Mean,
    top: usize,
    band: &'a mut [u8],
}

impl Kernel for Band<'_> {
    #[inline(always)]
    fn run(self) {
        let Band { token, src, across, down, top, band } = self;
        let row = src.width() * src.channels();
        let (reach, last) = (down.radius as isize, src.height() as isize - 1);
        let mut rows = Rows {
            src,
            across: Across::new(across, src),
            ring: Ring::new(down.count() + 1, row),
            next: (top as isize - 1 - reach).max(0) as usize,
        };
        // The window above the first row, then moved down row by row.
        let mut sums = vec![0; row];
        for y in -1 - reach..reach {
            let y = (top as isize + y).clamp(0, last) as usize;
            rows.read(y);
            add(&mut sums, rows.ring.line(y));
        }
        let mut since = 0;
        for (y, out) in (top as isize..).zip(band.chunks_exact_mut(row)) {
            since += row;
            if since > BAND {
                since = 0;
                if token.begin_block().is_err() {
                    return;
                }
            }
            let below = (y + reach).min(last) as usize;
            let above = (y - 1 - reach).max(0) as usize;
            rows.read(below);
            slide(&mut sums, rows.ring.line(below), rows.ring.line(above), down, out);
        }
    }
}

/// The rows after the blur across, as far as the windows need them.
struct Rows<'a> {
    src: View<'a>,
    across: Across,
    ring: Ring<u8>,
    /// The first that is not there yet.
    next: usize,
}

impl Rows<'_> {
    /// Sees to it that row `y` is there.
    #[inline(always)]
    fn read(&mut self, y: usize) {
        while self.next <= y {
            self.across.blur(self.src, self.next, self.ring.line_mut(self.next));
            self.next += 1;
        }
    }
}

#[inline(always)]
fn add(sums: &mut [u16], line: &[u8]) {
    for (sum, &sample) in sums.iter_mut().zip(line) {
        *sum = sum.wrapping_add(u16::from(sample));
    }
}

/// Moves the windows down by one row and writes their means.
#[inline(always)]
fn slide(sums: &mut [u16], below: &[u8], above: &[u8], mean: Mean, out: &mut [u8]) {
    for (((out, sum), &below), &above) in out.iter_mut().zip(sums).zip(below).zip(above) {
        *sum = sum.wrapping_add(u16::from(below)).wrapping_sub(u16::from(above));
        *out = mean.of(*sum);
    }
}

/// Means along a row. Sums of 2 or 3 windows are a window 2 times as long, or one pixel more, so a window is made in
/// as many steps as its length has binary digits.
struct Across {
    mean: Mean,
    margins: Margins<u8>,
    line: Vec<u8>,
    samples: Vec<u16>,
    sums: Vec<u16>,
    longer: Vec<u16>,
}

impl Across {
    fn new(mean: Mean, src: View<'_>) -> Self {
        let chunk = CHUNK + 2 * mean.radius * src.channels();
        let margins = Margins::around(mean.radius, Border::Replicate, 0);
        let [samples, sums, longer] = [(); 3].map(|()| vec![0; chunk]);
        Across { mean, margins, line: vec![0; margins.len(src)], samples, sums, longer }
    }

    #[inline(always)]
    fn blur(&mut self, src: View<'_>, y: usize, out: &mut [u8]) {
        let Across { mean, margins, line, samples, sums, longer } = self;
        let channels = src.channels();
        margins.read(src, y as isize, line);
        let (count, digits) = (mean.count(), mean.count().ilog2());
        for (from, out) in (0..).step_by(CHUNK).zip(out.chunks_mut(CHUNK)) {
            let beside = |len: usize| out.len() + (count - len) * channels;
            let first = &line[from..from + beside(1)];
            for ((sample, sum), &from) in samples.iter_mut().zip(&mut *sums).zip(first) {
                (*sample, *sum) = (u16::from(from), u16::from(from));
            }
            let mut len = 1;
            for digit in (1..digits).rev() {
                let step = len * channels;
                let odd = count >> digit & 1 == 1;
                len = 2 * len + usize::from(odd);
                let (a, b) = (&sums[..], &sums[step..]);
                if odd {
                    sum3(a, b, &samples[2 * step..], &mut longer[..beside(len)]);
                } else {
                    sum2(a, b, &mut longer[..beside(len)]);
                }
                std::mem::swap(sums, longer);
            }
            let step = len * channels;
            means(sums, &sums[step..], &samples[2 * step..], *mean, out);
        }
    }
}

#[inline(always)]
fn sum2(a: &[u16], b: &[u16], sums: &mut [u16]) {
    for ((sum, &a), &b) in sums.iter_mut().zip(a).zip(b) {
        *sum = a.wrapping_add(b);
    }
}

#[inline(always)]
fn sum3(a: &[u16], b: &[u16], c: &[u16], sums: &mut [u16]) {
    for (((sum, &a), &b), &c) in sums.iter_mut().zip(a).zip(b).zip(c) {
        *sum = a.wrapping_add(b).wrapping_add(c);
    }
}

#[inline(always)]
fn means(a: &[u16], b: &[u16], c: &[u16], mean: Mean, out: &mut [u8]) {
    for (((out, &a), &b), &c) in out.iter_mut().zip(a).zip(b).zip(c) {
        *out = mean.of(a.wrapping_add(b).wrapping_add(c));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Box, blur as fixed};
    use super::{MAX_RADIUS, Mean, blur};
    use crate::simd::Isa;
    use crate::{Region, View};
    use allcores_parallel::Token;

    #[test]
    fn the_mean_is_what_pillow_s_weights_give_for_every_sum() {
        assert!(Mean::new(1.5).is_none() && Mean::new(0.0).is_none());
        assert!(Mean::new(MAX_RADIUS as f64 + 1.0).is_none());
        for radius in 1..=MAX_RADIUS {
            let mean = Mean::new(radius as f64).unwrap();
            let Box { inner, outer, .. } = Box::new(radius as f32).unwrap();
            for sum in 0..=255 * mean.count() as u32 {
                for far in [0, 510] {
                    let pillow = (sum * inner + far * outer + (1 << 23)) >> 24;
                    assert_eq!(u32::from(mean.of(sum as u16)), pillow, "{radius} {sum} {far}");
                }
            }
        }
    }

    #[test]
    fn whole_radii_give_the_bytes_of_the_passes_for_all_radii() {
        let mut state = 1u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        // Wider than a chunk, and higher than a band.
        let sizes = [(600, 5), (40, 330), (1, 1), (1, 30), (30, 1), (513, 40)];
        for (number, (width, height)) in sizes.into_iter().enumerate() {
            let radii = [(1, 1), (2, 5), (3, 20), (7, 2), (15, 15), (31, 8), (32, 63), (63, 32)];
            for (turn, (x, y)) in radii.into_iter().enumerate() {
                let channels = 1 + (number + turn) % 4;
                let data: Vec<u8> = (0..(width + 2) * height * channels).map(|_| noise()).collect();
                let region = Region { left: 1, top: 0, width, height };
                let whole = View::new(&data, width + 2, height, channels).unwrap();
                let src = whole.crop(region).unwrap();
                let token = Token::new();
                let mut expected = vec![0; width * height * channels];
                let boxes = (Box::new(x as f32), Box::new(y as f32));
                fixed::<1>(Isa::current(), &token, src, boxes, &mut expected).unwrap();
                for isa in Isa::all() {
                    let mut out = vec![0; expected.len()];
                    let means = (Mean::new(f64::from(x)), Mean::new(f64::from(y)));
                    let means = (means.0.unwrap(), means.1.unwrap());
                    blur(isa, &token, src, means, &mut out).unwrap();
                    assert!(out == expected, "{width} x {height} x {channels}, {x} {y}, {isa:?}");
                }
            }
        }
    }
}
