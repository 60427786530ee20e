//! Samples of 16 bits and floats, summed in double precision and rounded once.
//!
//! Down first: what four target rows need of the source becomes one line of four lanes, in the nearest caches,
//! and the line is then brought to its width. So there is no image between the two passes.

use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};

use super::weights::Weights;
use super::{Area, Filter, nearest};
use crate::geometry::each_row;
use crate::simd::{Isa, Kernel};
use crate::view::{check_out, samples};
use crate::{Error, Sample, View};

/// Target rows that are worked on together.
const LANES: usize = 4;
/// Source pixels whose sums stay in registers.
const COLUMN: usize = 8;
/// Products of a band, and between two questions to the token: some 500 µs of work.
const PRODUCTS: usize = 1 << 21;
/// Up to this many products the bands run where the call was made.
const INLINE_PRODUCTS: usize = 1 << 17;

/// [`resize`](super::resize) for the other types. Where the alpha of a result is 0, so are its colours.
pub(super) fn resize<T: Sample>(
    token: &Token,
    src: View<'_, T>,
    area: Area,
    size: (usize, usize),
    filter: Filter,
    out: &mut [T],
) -> Result<(), Error> {
    run(Isa::current(), token, src, area, size, filter, out)
}

pub(super) fn run<T: Sample>(
    isa: Isa,
    token: &Token,
    src: View<'_, T>,
    area: Area,
    (width, height): (usize, usize),
    filter: Filter,
    out: &mut [T],
) -> Result<(), Error> {
    check_out(out, samples(width, height, src.channels())?)?;
    area.check(src)?;
    let across = !area.across().is_identity(src.width(), width);
    let down = !area.down().is_identity(src.height(), height);
    if !across && !down {
        return Ok(each_row(token, src, out, |y, row| row.copy_from_slice(src.row(y)))?);
    }
    if filter == Filter::Nearest {
        return Ok(nearest::resize(token, src, area, (width, height), out)?);
    }
    let columns = across
        .then(|| Weights::new(token, src.width(), area.across(), width, filter))
        .transpose()?;
    let rows =
        down.then(|| Weights::new(token, src.height(), area.down(), height, filter)).transpose()?;
    let (columns, rows) = (columns.as_ref(), rows.as_ref());
    match src.channels() {
        1 => bands::<T, 1>(isa, token, src, columns, rows, width, out)?,
        2 => bands::<T, 2>(isa, token, src, columns, rows, width, out)?,
        3 => bands::<T, 3>(isa, token, src, columns, rows, width, out)?,
        _ => bands::<T, 4>(isa, token, src, columns, rows, width, out)?,
    }
    Ok(())
}

fn bands<T: Sample, const C: usize>(
    isa: Isa,
    token: &Token,
    src: View<'_, T>,
    columns: Option<&Weights<f64>>,
    rows: Option<&Weights<f64>>,
    width: usize,
    out: &mut [T],
) -> Result<(), Cancelled> {
    let taps = |weights: Option<&Weights<f64>>| weights.map_or(1, Weights::taps);
    let products = C * (src.width() * taps(rows) + width * taps(columns));
    let count = (PRODUCTS / products / LANES).max(1) * LANES;
    let inline_up_to = INLINE_PRODUCTS / products * width * C;
    let blocks = Blocks { size: count * width * C, inline_up_to };
    for_each_band(token, out, blocks, |offset, band| {
        let top = offset / (width * C);
        isa.run(Rows::<T, C> { token, src, columns, rows, width, top, band });
    })
}

/// Target rows from `top` on.
struct Rows<'a, T, const C: usize> {
    token: &'a Token,
    src: View<'a, T>,
    columns: Option<&'a Weights<f64>>,
    rows: Option<&'a Weights<f64>>,
    width: usize,
    top: usize,
    band: &'a mut [T],
}

/// A pixel of four target rows.
type Pixel<const C: usize> = [[f64; LANES]; C];

impl<T: Sample, const C: usize> Kernel for Rows<'_, T, C> {
    #[inline(always)]
    fn run(self) {
        let Rows { token, src, columns, rows, width, top, band } = self;
        let mut line: Vec<Pixel<C>> = vec![[[0.0; LANES]; C]; src.width()];
        let mut budget = PRODUCTS;
        for (group, band) in band.chunks_mut(LANES * width * C).enumerate() {
            for j in 0..band.len() / (width * C) {
                let y = top + group * LANES + j;
                let (start, taps) = rows.map_or((y, &[1.0][..]), |rows| rows.of(y));
                for (i, pixels) in line.chunks_mut(COLUMN).enumerate() {
                    down::<T, C>(src, start, taps, i * COLUMN, j, pixels);
                    if spent(token, &mut budget, taps.len() * COLUMN * C) {
                        return;
                    }
                }
            }
            for x in 0..width {
                let pixel = match columns {
                    None => line[x],
                    Some(columns) => {
                        let (start, taps) = columns.of(x);
                        if spent(token, &mut budget, taps.len() * LANES * C) {
                            return;
                        }
                        across(&line[start..start + taps.len()], taps)
                    }
                };
                for (j, row) in band.chunks_exact_mut(width * C).enumerate() {
                    row[x * C..][..C].copy_from_slice(&straight::<T, C>(&pixel, j));
                }
            }
        }
    }
}

/// Whether the call was cancelled; asks when the budget of products is used up.
#[inline(always)]
fn spent(token: &Token, budget: &mut usize, products: usize) -> bool {
    if let Some(rest) = budget.checked_sub(products) {
        *budget = rest;
        return false;
    }
    *budget = PRODUCTS;
    token.begin_block().is_err()
}

/// The weighted sums of up to [`COLUMN`] source pixels from column `from` on, as lane `j`. Colours are multiplied
/// by their alpha.
#[inline(always)]
fn down<T: Sample, const C: usize>(
    src: View<'_, T>,
    start: usize,
    taps: &[f64],
    from: usize,
    j: usize,
    pixels: &mut [Pixel<C>],
) {
    let mut sums = [[0.0; C]; COLUMN];
    for (k, &tap) in taps.iter().enumerate() {
        let row = &src.row(start + k)[from * C..][..pixels.len() * C];
        let row = row.as_chunks::<C>().0;
        if let Ok(row) = <&[[T; C]; COLUMN]>::try_from(row) {
            for i in 0..COLUMN {
                add(&mut sums[i], &row[i], tap);
            }
        } else {
            for (sums, pixel) in sums.iter_mut().zip(row) {
                add(sums, pixel, tap);
            }
        }
    }
    for (pixel, sums) in pixels.iter_mut().zip(&sums) {
        for c in 0..C {
            pixel[c][j] = sums[c];
        }
    }
}

#[inline(always)]
fn add<T: Sample, const C: usize>(sums: &mut [f64; C], pixel: &[T; C], tap: f64) {
    let alpha = if C.is_multiple_of(2) { pixel[C - 1].to_f64() } else { 1.0 };
    for c in 0..C {
        let sample = pixel[c].to_f64();
        let is_colour = C.is_multiple_of(2) && c < C - 1;
        sums[c] += if is_colour { sample * alpha } else { sample } * tap;
    }
}

/// The weighted sum of pixels beside each other.
#[inline(always)]
fn across<const C: usize>(pixels: &[Pixel<C>], taps: &[f64]) -> Pixel<C> {
    let mut sums = [[0.0; LANES]; C];
    for (pixel, &tap) in pixels.iter().zip(taps) {
        for c in 0..C {
            for lane in 0..LANES {
                sums[c][lane] += pixel[c][lane] * tap;
            }
        }
    }
    sums
}

/// Lane `j` as samples; colours are divided by their alpha.
#[inline(always)]
fn straight<T: Sample, const C: usize>(pixel: &Pixel<C>, j: usize) -> [T; C] {
    let mut samples = [T::default(); C];
    if !C.is_multiple_of(2) {
        for c in 0..C {
            samples[c] = T::from_f64(pixel[c][j]);
        }
        return samples;
    }
    let alpha = T::from_f64(pixel[C - 1][j]);
    samples[C - 1] = alpha;
    if alpha != T::default() {
        for c in 0..C - 1 {
            samples[c] = T::from_f64(pixel[c][j] / pixel[C - 1][j]);
        }
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::run;
    use crate::resize::filter::Filter;
    use crate::simd::Isa;
    use crate::{Area, Sample, View};
    use allcores_parallel::Token;

    /// Pixel by pixel, two-dimensional, nothing shared but the weight functions.
    fn oracle<T: Sample>(
        view: View<'_, T>,
        area: Area,
        size: (usize, usize),
        filter: Filter,
    ) -> Vec<f64> {
        let channels = view.channels();
        let alpha = channels.is_multiple_of(2);
        let columns = weights(view.width(), area.left, area.right, size.0, filter);
        let rows = weights(view.height(), area.top, area.bottom, size.1, filter);
        let mut out = Vec::new();
        for row in &rows {
            for column in &columns {
                let mut sums = [0.0; 4];
                for &(y, down) in row {
                    for &(x, across) in column {
                        let pixel: Vec<f64> = view.row(y)[x * channels..][..channels]
                            .iter()
                            .map(|sample| sample.to_f64())
                            .collect();
                        for c in 0..channels {
                            let by =
                                if alpha && c + 1 < channels { pixel[channels - 1] } else { 1.0 };
                            sums[c] += pixel[c] * by * down * across;
                        }
                    }
                }
                if alpha {
                    let seen = T::from_f64(sums[channels - 1]).to_f64() != 0.0;
                    for c in 0..channels - 1 {
                        sums[c] = if seen { sums[c] / sums[channels - 1] } else { 0.0 };
                    }
                }
                out.extend_from_slice(&sums[..channels]);
            }
        }
        out
    }

    fn weights(
        from: usize,
        start: f64,
        end: f64,
        to: usize,
        filter: Filter,
    ) -> Vec<Vec<(usize, f64)>> {
        let scale = (end - start) / to as f64;
        if scale == 1.0 && start == 0.0 && from == to {
            return (0..to).map(|at| vec![(at, 1.0)]).collect();
        }
        let stretch = scale.max(1.0);
        let reach = filter.support() * stretch;
        (0..to)
            .map(|target| {
                let middle = start + (target as f64 + 0.5) * scale;
                let first = ((middle - reach + 0.5).max(0.0)) as usize;
                let last = ((middle + reach + 0.5) as usize).min(from);
                let all: Vec<_> = (first..last)
                    .map(|x| (x, filter.weight((x as f64 + 0.5 - middle) / stretch)))
                    .collect();
                let sum: f64 = all.iter().map(|(_, weight)| weight).sum();
                all.into_iter().map(|(x, weight)| (x, weight / sum)).collect()
            })
            .collect()
    }

    fn noise(len: usize) -> impl Iterator<Item = u16> {
        let mut state = 7u32;
        (0..len).map(move |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as u16
        })
    }

    /// The largest distance to the oracle over sizes, filters and channels, of values that `limit` lets through.
    fn worst<T: Sample>(sample: impl Fn(u16) -> T, distance: impl Fn(T, f64) -> f64) -> f64 {
        let mut worst: f64 = 0.0;
        for (width, height) in [(1, 1), (1, 30), (40, 1), (33, 21), (70, 9)] {
            for channels in 1..=4 {
                let data: Vec<T> = noise(width * height * channels).map(&sample).collect();
                let view = View::new(&data, width, height, channels).unwrap();
                let whole = Area::whole(view);
                let part = Area { left: width as f64 * 0.3, bottom: height as f64 * 0.9, ..whole };
                for filter in &Filter::ALL[1..] {
                    for size in [(1, 1), (width, 5), (7, height), (13, 11), (90, 50)] {
                        for area in [whole, part] {
                            let mut out = vec![T::default(); size.0 * size.1 * channels];
                            let token = Token::new();
                            run(Isa::current(), &token, view, area, size, *filter, &mut out)
                                .unwrap();
                            for (&got, expected) in
                                out.iter().zip(oracle(view, area, size, *filter))
                            {
                                worst = worst.max(distance(got, expected));
                            }
                        }
                    }
                }
            }
        }
        worst
    }

    #[test]
    fn sixteen_bits_are_the_nearest_to_the_exact_result() {
        let worst = worst(
            |sample| sample,
            |got, exact| (f64::from(got) - exact.clamp(0.0, 65_535.0)).abs(),
        );
        assert!(worst <= 0.5 + 1e-6, "{worst}");
    }

    #[test]
    fn floats_are_the_nearest_to_the_exact_result_and_values_outside_survive() {
        // Alpha from 0.5 to 1.5, so that no quotient is badly conditioned.
        let worst = worst(
            |sample| f32::from(sample) / 65_536.0 + 0.5,
            |got, exact| (f64::from(got) - exact).abs() / exact.abs().max(1e-3),
        );
        assert!(worst <= 1.0 / f64::from(1 << 24), "{worst}");
        let bright = [300.0f32, 300.0, -7.0, -7.0];
        let view = View::new(&bright, 4, 1, 1).unwrap();
        let mut out = [0.0; 2];
        run(Isa::current(), &Token::new(), view, Area::whole(view), (2, 1), Filter::Box, &mut out)
            .unwrap();
        assert_eq!(out, [300.0, -7.0]);
    }

    #[test]
    fn every_instruction_set_gives_the_same_bits() {
        let (width, height) = (301, 90);
        for channels in 1..=4 {
            let data: Vec<f32> =
                noise(width * height * channels).map(|v| f32::from(v) / 9.0 - 100.0).collect();
            let view = View::new(&data, width, height, channels).unwrap();
            for filter in Filter::ALL {
                let of = |isa| {
                    let mut out = vec![0.0; 77 * 133 * channels];
                    let size = (77, 133);
                    run(isa, &Token::new(), view, Area::whole(view), size, filter, &mut out)
                        .unwrap();
                    out.iter().map(|sample: &f32| sample.to_bits()).collect::<Vec<_>>()
                };
                let expected = of(Isa::all().next().unwrap());
                assert!(Isa::all().all(|isa| of(isa) == expected), "{channels} {filter:?}");
            }
        }
    }
}
