use allcores_parallel::{Blocks, Token, for_each_band};
use serde::Deserialize;

use crate::pixels::each_depth;
use crate::simd::{Isa, Kernel};
use crate::step::Operation;
use crate::{Depth, Error, Pixels, PixelsMut, Sample, Shape, View};

/// Samples of a band: some 100 µs of work.
const BAND: usize = 1 << 16;
/// The largest amount.
const MAX_AMOUNT: f64 = 100.0;

/// Adds to each colour `amount` times its difference to the mean of the 3 x 3 pixels around it.
///
/// The mean has the weights 1 2 1, 2 4 2, 1 2 1; each counts as much as the pixel's alpha, so that hidden
/// colours do not show. Alpha itself stays as it is, and so does a colour with nothing visible around it. The
/// edge is repeated outside. An amount of 0 changes nothing. Integers are rounded once.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sharpen {
    /// How much of the difference is added.
    pub amount: f64,
}

impl Operation for Sharpen {
    fn shape(&self, src: Shape, _: Depth) -> Result<Shape, Error> {
        if (0.0..=MAX_AMOUNT).contains(&self.amount) {
            return Ok(src);
        }
        Err(Error::InvalidArgument(format!(
            "Expected `amount` to be a number from 0 to {MAX_AMOUNT}, got {}",
            self.amount
        )))
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        each_depth!(src, out, |src, out| sharpen(Isa::current(), token, src, self.amount, out))
    }
}

fn sharpen<T: Sample>(
    isa: Isa,
    token: &Token,
    src: View<'_, T>,
    amount: f64,
    out: &mut [T],
) -> Result<(), Error> {
    let row = src.width() * src.channels();
    let blocks = Blocks { size: row * (BAND / row).max(1), inline_up_to: BAND };
    Ok(for_each_band(token, out, blocks, |offset, band| {
        isa.run(Rows { src, top: offset / row, amount, band });
    })?)
}

struct Rows<'a, T> {
    src: View<'a, T>,
    top: usize,
    amount: f64,
    band: &'a mut [T],
}

impl<T: Sample> Kernel for Rows<'_, T> {
    #[inline(always)]
    fn run(self) {
        match self.src.channels() {
            1 => self.plain::<1>(),
            2 => self.weighed::<2>(),
            3 => self.plain::<3>(),
            _ => self.weighed::<4>(),
        }
    }
}

impl<T: Sample> Rows<'_, T> {
    /// The row and its neighbours.
    #[inline(always)]
    fn around(src: View<'_, T>, y: usize) -> [&[T]; 3] {
        [src.row(y.saturating_sub(1)), src.row(y), src.row((y + 1).min(src.height() - 1))]
    }

    #[inline(always)]
    fn plain<const C: usize>(self) {
        let Rows { src, top, amount, band } = self;
        let row = src.width() * C;
        // Column sums, with the pixels at both ends once more.
        let mut sums = vec![0.0f64; row + 2 * C];
        for (y, out) in (top..).zip(band.chunks_exact_mut(row)) {
            let [above, middle, below] = Self::around(src, y);
            for (i, sum) in sums[C..C + row].iter_mut().enumerate() {
                *sum = (above[i].to_f64() + below[i].to_f64()) + 2.0 * middle[i].to_f64();
            }
            sums.copy_within(C..2 * C, 0);
            sums.copy_within(row..row + C, row + C);
            let (left, here, right) = (&sums[..row], &sums[C..C + row], &sums[2 * C..]);
            for i in 0..row {
                let mean = ((left[i] + right[i]) + 2.0 * here[i]) / 16.0;
                let sample = middle[i].to_f64();
                out[i] = T::from_f64(sample + amount * (sample - mean));
            }
        }
    }

    #[inline(always)]
    fn weighed<const C: usize>(self) {
        let Rows { src, top, amount, band } = self;
        let width = src.width();
        // Column sums of alpha and of the colours times alpha.
        let mut sums = vec![[0.0f64; C]; width + 2];
        for (y, out) in (top..).zip(band.chunks_exact_mut(width * C)) {
            let rows = Self::around(src, y).map(|row| row.as_chunks::<C>().0);
            for (x, sum) in sums[1..=width].iter_mut().enumerate() {
                *sum = [0.0; C];
                for (row, weight) in rows.iter().zip([1.0, 2.0, 1.0]) {
                    let weight = weight * row[x][C - 1].to_f64();
                    for (sum, sample) in sum.iter_mut().zip(&row[x][..C - 1]) {
                        *sum += weight * sample.to_f64();
                    }
                    sum[C - 1] += weight;
                }
            }
            sums[0] = sums[1];
            sums[width + 1] = sums[width];
            for (x, out) in out.as_chunks_mut::<C>().0.iter_mut().enumerate() {
                let pixel = &rows[1][x];
                let total = |c: usize| (sums[x][c] + sums[x + 2][c]) + 2.0 * sums[x + 1][c];
                let alpha = total(C - 1);
                for c in 0..C - 1 {
                    let sample = pixel[c].to_f64();
                    let mean = if alpha == 0.0 { sample } else { total(c) / alpha };
                    out[c] = T::from_f64(sample + amount * (sample - mean));
                }
                out[C - 1] = pixel[C - 1];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Sharpen;
    use crate::step::Operation;
    use crate::{Pixels, PixelsMut, Region, Sample, View};
    use allcores_parallel::Token;

    /// The definition, one sample at a time.
    fn oracle<T: Sample>(src: View<'_, T>, amount: f64) -> Vec<f64> {
        let (width, height, channels) = (src.width() as i64, src.height() as i64, src.channels());
        let at = |x: i64, y: i64, c: usize| {
            let (x, y) = (x.clamp(0, width - 1) as usize, y.clamp(0, height - 1) as usize);
            src.row(y)[x * channels + c].to_f64()
        };
        let alpha = channels.is_multiple_of(2).then_some(channels - 1);
        let mut out = Vec::new();
        for y in 0..height {
            for x in 0..width {
                for c in 0..channels {
                    let (mut sum, mut weights) = (0.0, 0.0);
                    for (dx, dy) in (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (dx, dy))) {
                        let weight = f64::from((2 - i32::abs(dx)) * (2 - i32::abs(dy)));
                        let (x, y) = (x + i64::from(dx), y + i64::from(dy));
                        let weight = weight * alpha.map_or(1.0, |alpha| at(x, y, alpha));
                        sum += weight * at(x, y, c);
                        weights += weight;
                    }
                    let sample = at(x, y, c);
                    let kept = alpha == Some(c) || weights == 0.0;
                    out.push(if kept {
                        sample
                    } else {
                        sample + amount * (sample - sum / weights)
                    });
                }
            }
        }
        out
    }

    fn noise(len: usize) -> Vec<u16> {
        let mut state = 7u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if state >> 30 == 0 { 0 } else { (state >> 16) as u16 }
        };
        (0..len).map(|_| next()).collect()
    }

    #[test]
    fn every_type_and_channel_count_equals_the_definition_on_a_crop() {
        for channels in 1..=4 {
            let words = noise(13 * 9 * channels);
            for (left, top, width, height) in
                [(0, 0, 13, 9), (2, 1, 5, 7), (4, 4, 1, 1), (0, 3, 9, 1), (7, 0, 1, 9)]
            {
                let region = Region { left, top, width, height };
                for amount in [0.0, 0.5, 1.0, 7.25] {
                    let step = Sharpen { amount };
                    let view = View::new(&words, 13, 9, channels).unwrap().crop(region).unwrap();
                    let expected = oracle(view, amount);
                    let mut out = vec![1; expected.len()];
                    step.run(&Token::new(), Pixels::U16(view), PixelsMut::U16(&mut out)).unwrap();
                    for (&got, &wanted) in out.iter().zip(&expected) {
                        assert!(
                            (f64::from(got) - wanted.clamp(0.0, 65_535.0)).abs() < 0.500_001,
                            "{got} {wanted}"
                        );
                    }
                    let bytes: Vec<u8> = words.iter().map(|word| (word >> 8) as u8).collect();
                    let view = View::new(&bytes, 13, 9, channels).unwrap().crop(region).unwrap();
                    let mut out = vec![1; expected.len()];
                    step.run(&Token::new(), Pixels::U8(view), PixelsMut::U8(&mut out)).unwrap();
                    for (&got, &wanted) in out.iter().zip(&oracle(view, amount)) {
                        assert!(
                            (f64::from(got) - wanted.clamp(0.0, 255.0)).abs() < 0.500_001,
                            "{got} {wanted}"
                        );
                    }
                    let floats: Vec<f32> =
                        words.iter().map(|&word| f32::from(word) / 40_000.0).collect();
                    let view = View::new(&floats, 13, 9, channels).unwrap().crop(region).unwrap();
                    let mut out = vec![1.0; expected.len()];
                    step.run(&Token::new(), Pixels::F32(view), PixelsMut::F32(&mut out)).unwrap();
                    for (&got, &wanted) in out.iter().zip(&oracle(view, amount)) {
                        assert!(
                            (f64::from(got) - wanted).abs() < 1e-6 * wanted.abs().max(1.0),
                            "{got} {wanted}"
                        );
                    }
                }
            }
        }
    }
}
