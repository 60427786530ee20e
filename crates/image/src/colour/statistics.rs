use std::ops::Range;

use allcores_parallel::{Blocks, Token, map};

use super::point::{CHUNK, Compiled};
use super::tone::Tone;
use crate::simd::{Isa, Kernel};
use crate::{Error, Pixels, View};

/// Samples of a block: enough that clearing and adding the counters of 16-bit samples costs little.
const BLOCK: usize = 1 << 20;

/// What a filter has to know about the whole image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Nothing.
    Nothing,
    /// How often each value occurs in each colour.
    Colours,
    /// How often each value of luma occurs.
    Luma,
    /// The mean luma.
    Mean,
}

/// What was found out about an image; what nobody needs is empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Statistics {
    /// For each colour, or for luma alone, how often each value occurs.
    pub(super) counts: Vec<Vec<u64>>,
    /// The mean luma, when that was asked for.
    pub(super) mean: f64,
}

/// Counts how often each value occurs in each channel, alpha included: 256 counts for samples of 8 bits, 65,536
/// for 16.
///
/// ```
/// use allcores_image::{Pixels, View, histogram};
/// let view = View::new(&[7u8, 0, 7, 255], 2, 1, 2).unwrap();
/// let counts = histogram(&allcores_parallel::Token::new(), Pixels::U8(view)).unwrap();
/// assert_eq!((counts[0][7], counts[1][0], counts[1][255]), (2, 1, 1));
/// ```
///
/// # Errors
/// [`Error::WrongType`] for float samples, [`Error::Cancelled`].
pub fn histogram(token: &Token, src: Pixels<'_>) -> Result<Vec<Vec<u64>>, Error> {
    match src {
        Pixels::U8(src) => count_channels(token, src),
        Pixels::U16(src) => count_channels(token, src),
        Pixels::F32(_) => Err(no_floats("histogram")),
    }
}

fn count_channels<T: Tone>(token: &Token, src: View<'_, T>) -> Result<Vec<Vec<u64>>, Error> {
    let channels = src.channels();
    count::<T>(token, src, channels, |row, counts| {
        for pixel in row.chunks_exact(channels) {
            for (sample, counts) in pixel.iter().zip(counts.chunks_exact_mut(T::LEVELS)) {
                counts[sample.level()] += 1;
            }
        }
    })
}

/// The refusal of floats, which have too many values to count.
pub(super) fn no_floats(name: &str) -> Error {
    Error::WrongType(format!("Expected samples of 8 or 16 bits for {name}, got floats"))
}

/// What is needed of an image that has gone through some stages.
pub(super) fn measure<T: Tone>(
    token: &Token,
    needs: Needs,
    src: View<'_, T>,
    stages: &Compiled<T>,
) -> Result<Statistics, Error> {
    let channels = src.channels();
    let colours = if channels > 2 { 3 } else { 1 };
    if needs == Needs::Nothing {
        return Ok(Statistics::default());
    }
    if T::LEVELS == 0 {
        let mean = mean_of_floats(token, src, stages)?;
        return Ok(Statistics { counts: Vec::new(), mean });
    }
    if needs == Needs::Mean {
        let mean = mean_of_integers(token, src, stages)?;
        return Ok(Statistics { counts: Vec::new(), mean });
    }
    let luma = needs != Needs::Colours;
    let kinds = if luma { 1 } else { colours };
    let counts = count::<T>(token, src, kinds, |row, counts| {
        each_chunk(row, channels, stages, |pixels| {
            for pixel in pixels.chunks_exact(channels) {
                if luma {
                    counts[luma_of(pixel).level()] += 1;
                } else {
                    for (sample, counts) in pixel.iter().zip(counts.chunks_exact_mut(T::LEVELS)) {
                        counts[sample.level()] += 1;
                    }
                }
            }
        });
    })?;
    Ok(Statistics { counts, mean: 0.0 })
}

/// `kinds` histograms, counted block by block.
fn count<T: Tone>(
    token: &Token,
    src: View<'_, T>,
    kinds: usize,
    add: impl Fn(&[T], &mut [u32]) + Sync,
) -> Result<Vec<Vec<u64>>, Error> {
    let blocks = map(token, src.height(), rows(src), |rows| {
        let mut counts = vec![0u32; kinds * T::LEVELS];
        rows.for_each(|y| add(src.row(y), &mut counts));
        counts
    })?;
    let mut totals = vec![vec![0u64; T::LEVELS]; kinds];
    for block in blocks {
        for (totals, counts) in totals.iter_mut().zip(block.chunks_exact(T::LEVELS)) {
            totals.iter_mut().zip(counts).for_each(|(total, count)| *total += u64::from(*count));
        }
    }
    Ok(totals)
}

/// The mean luma of whole numbers, whose sum is exact.
fn mean_of_integers<T: Tone>(
    token: &Token,
    src: View<'_, T>,
    stages: &Compiled<T>,
) -> Result<f64, Error> {
    let isa = Isa::current();
    let sums = map(token, src.height(), rows(src), |rows| {
        let mut sum = 0;
        isa.run(Lumas { src, rows, stages, sum: &mut sum });
        sum
    })?;
    Ok(sums.iter().sum::<u64>() as f64 / (src.width() * src.height()) as f64)
}

/// The sum of the luma of some rows.
struct Lumas<'a, T: Tone> {
    src: View<'a, T>,
    rows: Range<usize>,
    stages: &'a Compiled<T>,
    sum: &'a mut u64,
}

impl<T: Tone> Kernel for Lumas<'_, T> {
    #[inline(always)]
    fn run(self) {
        let Lumas { src, rows, stages, sum } = self;
        let channels = src.channels();
        let mut room = [T::default(); CHUNK];
        for y in rows {
            for chunk in src.row(y).chunks(CHUNK) {
                let pixels = &mut room[..chunk.len()];
                pixels.copy_from_slice(chunk);
                stages.apply(pixels, channels);
                // Of a chunk it fits 32 bits.
                let mut lumas = 0;
                match channels {
                    1 => {
                        for &grey in &*pixels {
                            lumas += grey.level() as u32;
                        }
                    }
                    2 => {
                        for &[grey, _] in pixels.as_chunks().0 {
                            lumas += grey.level() as u32;
                        }
                    }
                    3 => {
                        for &[red, green, blue] in pixels.as_chunks().0 {
                            lumas += T::luma(red, green, blue).level() as u32;
                        }
                    }
                    _ => {
                        for &[red, green, blue, _] in pixels.as_chunks().0 {
                            lumas += T::luma(red, green, blue).level() as u32;
                        }
                    }
                }
                *sum += u64::from(lumas);
            }
        }
    }
}

/// The mean luma; the sums of blocks are added in their order, so it is the same on any number of threads.
fn mean_of_floats<T: Tone>(
    token: &Token,
    src: View<'_, T>,
    stages: &Compiled<T>,
) -> Result<f64, Error> {
    let channels = src.channels();
    let sums = map(token, src.height(), rows(src), |rows| {
        let mut sum = 0.0;
        for y in rows {
            each_chunk(src.row(y), channels, stages, |pixels| {
                for pixel in pixels.chunks_exact(channels) {
                    sum += luma_of(pixel).to_f64();
                }
            });
        }
        sum
    })?;
    Ok(sums.iter().sum::<f64>() / (src.width() * src.height()) as f64)
}

fn rows<T>(src: View<'_, T>) -> Blocks {
    let size = (BLOCK / (src.width() * src.channels())).max(1);
    Blocks { size, inline_up_to: size }
}

/// Calls `look` with the pixels of a row as they are after the stages.
fn each_chunk<T: Tone>(
    row: &[T],
    channels: usize,
    stages: &Compiled<T>,
    mut look: impl FnMut(&[T]),
) {
    let mut room = [T::default(); CHUNK];
    for chunk in row.chunks(CHUNK) {
        let pixels = &mut room[..chunk.len()];
        pixels.copy_from_slice(chunk);
        stages.apply(pixels, channels);
        look(pixels);
    }
}

fn luma_of<T: Tone>(pixel: &[T]) -> T {
    match *pixel {
        [red, green, blue, ..] => T::luma(red, green, blue),
        _ => pixel[0],
    }
}

#[cfg(test)]
mod tests {
    use super::{Needs, measure};
    use crate::View;
    use crate::colour::point::Passes;
    use allcores_parallel::Token;

    #[test]
    fn the_mean_of_rows_longer_than_a_chunk_is_that_of_every_pixel_s_luma() {
        for channels in 1..=4 {
            let (width, height) = (4001, 3);
            let data: Vec<u8> = (0..width * height * channels).map(|i| (i * i / 5) as u8).collect();
            let src = View::new(&data, width, height, channels).unwrap();
            let lumas = data.chunks(channels).map(|pixel| match *pixel {
                [r, g, b] | [r, g, b, _] => {
                    let [r, g, b] = [r, g, b].map(u64::from);
                    (19_595 * r + 38_470 * g + 7_471 * b + 32_768) >> 16
                }
                _ => u64::from(pixel[0]),
            });
            let expected = lumas.sum::<u64>() as f64 / (width * height) as f64;
            let stages = Passes::new(src.shape()).compile();
            let found = measure(&Token::new(), Needs::Mean, src, &stages).unwrap();
            assert_eq!(found.mean, expected, "{channels}");
        }
    }
}
