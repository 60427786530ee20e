//! Integers of 8 and 16 bits by the crate `fast_image_resize`, whose weights have 16 and 32 bits.
//!
//! That crate resizes on the thread that calls it. Here each band of target rows is a call of its own, for the
//! source rows that the band looks at. How many bits of a weight count is decided by that crate from the largest
//! weight of a call: so bands are cut by the size of the images alone.

use std::f64::consts::PI;
use std::hint::black_box;
use std::sync::{Mutex, OnceLock, PoisonError};

use allcores_parallel::{Blocks, Token, for_each_band};
use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x2, U8x3, U8x4, U16, U16x2, U16x3, U16x4};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};

use super::{Area, Extent, Filter, buffer, nearest};
use crate::alpha::{Alpha, premultiply, unpremultiply};
use crate::simd::{Bytes, Isa};
use crate::view::{check_out, samples};
use crate::{Error, Region, Sample, View};

/// Samples that a band reads or writes: some 1 ms of work, beside which the weights, which each band computes
/// anew, cost little.
const BAND: usize = 1 << 22;

/// [`resize`](super::resize) with smaller weights.
pub(super) fn resize<T: Short>(
    token: &Token,
    src: View<'_, T>,
    area: Area,
    size: (usize, usize),
    filter: Filter,
    out: &mut [T],
) -> Result<(), Error> {
    run(Isa::current(), token, src, area, size, filter, out)
}

pub(super) fn run<T: Short>(
    isa: Isa,
    token: &Token,
    src: View<'_, T>,
    area: Area,
    size: (usize, usize),
    filter: Filter,
    out: &mut [T],
) -> Result<(), Error> {
    let channels = src.channels();
    check_out(out, samples(size.0, size.1, channels)?)?;
    area.check(src)?;
    let algorithm = ResizeAlg::Convolution(match filter {
        Filter::Nearest => return Ok(nearest::resize(token, src, area, size, out)?),
        Filter::Box => FilterType::Box,
        Filter::Bilinear => FilterType::Bilinear,
        Filter::Hamming => FilterType::Hamming,
        Filter::Bicubic => FilterType::CatmullRom,
        Filter::Lanczos3 => FilterType::Custom(lanczos3()?),
    });
    check_room(src, area, size, filter)?;
    let reach = reach(area, size, filter);
    let plan = Plan { isa, src, area, size, reach, algorithm, idle: Mutex::default() };
    // A refusal of the memory for a band is told by what the band leaves here.
    let missing = OnceLock::new();
    let row = size.0 * channels;
    let rows = rows_of_band(src, size);
    let blocks = Blocks { size: rows * row, inline_up_to: rows * row };
    for_each_band(token, out, blocks, |offset, band| {
        let done = match channels {
            1 => plan.band::<T::One>(offset / row, band),
            2 => plan.band::<T::Two>(offset / row, band),
            3 => plan.band::<T::Three>(offset / row, band),
            _ => plan.band::<T::Four>(offset / row, band),
        };
        if let Err(error) = done {
            let _ = missing.set(error);
        }
    })?;
    missing.into_inner().map_or(Ok(()), Err)
}

/// How many target rows are one band.
fn rows_of_band<T>(src: View<'_, T>, (width, height): (usize, usize)) -> usize {
    let read = src.width() * src.channels() * src.height().div_ceil(height);
    (BAND / read.max(width * src.channels())).max(1)
}

/// Source rows that a filter reaches to each side of the middle of a target row.
fn reach(area: Area, (_, height): (usize, usize), filter: Filter) -> f64 {
    filter.support() * area.down().scale(height).max(1.0)
}

/// Samples that the crate knows, and its pixels of them.
pub(super) trait Short: Sample + Alpha + Bytes {
    type One: PixelTrait;
    type Two: PixelTrait;
    type Three: PixelTrait;
    type Four: PixelTrait;
}

impl Short for u8 {
    type One = U8;
    type Two = U8x2;
    type Three = U8x3;
    type Four = U8x4;
}

impl Short for u16 {
    type One = U16;
    type Two = U16x2;
    type Three = U16x3;
    type Four = U16x4;
}

struct Plan<'a, T> {
    isa: Isa,
    src: View<'a, T>,
    area: Area,
    size: (usize, usize),
    reach: f64,
    algorithm: ResizeAlg,
    /// Whose memory was taken for a band and can be taken for another one.
    idle: Mutex<Vec<Resizer>>,
}

impl<T: Short> Plan<'_, T> {
    /// Target rows from `top` on.
    fn band<P: PixelTrait>(&self, top: usize, band: &mut [T]) -> Result<(), Error> {
        let &Plan { isa, src, area, size: (width, height), reach, algorithm, .. } = self;
        let channels = src.channels();
        let alpha = src.shape().has_alpha();
        let rows = band.len() / (width * channels);
        let (start, end, first, last) = if area.down().is_identity(src.height(), height) {
            (top as f64, (top + rows) as f64, top, top + rows)
        } else {
            // What the band covers of the source, and with some to spare what it looks at.
            let scale = area.down().scale(height);
            let start = area.top + top as f64 * scale;
            let end = area.top + (top + rows) as f64 * scale;
            let first = (start - reach - 1.0).max(0.0) as usize;
            (start, end, first, ((end + reach + 2.0) as usize).min(src.height()))
        };
        let region = Region { left: 0, top: first, width: src.width(), height: last - first };
        let part = src.crop(region)?;
        let mut copied;
        let pixels = match part.contiguous() {
            Some(pixels) if !alpha => pixels,
            _ => {
                copied = buffer(part.width(), part.height(), channels)?;
                for (y, row) in copied.chunks_exact_mut(part.width() * channels).enumerate() {
                    row.copy_from_slice(part.row(y));
                    if alpha {
                        premultiply(row, channels);
                    }
                }
                &copied
            }
        };
        let (left, top) = (area.left, start - first as f64);
        let options = ResizeOptions::new().resize_alg(algorithm).use_alpha(false).crop(
            left,
            top,
            length(left, area.right - left, part.width()),
            length(top, end - start, part.height()),
        );
        // `run` has refused sizes of more than 32 bits.
        let from = TypedImageRef::<P>::from_buffer(
            part.width() as u32,
            part.height() as u32,
            T::bytes(pixels),
        );
        let to = TypedImage::<P>::from_buffer(width as u32, rows as u32, T::bytes_mut(&mut *band));
        let (from, mut to) = (from.map_err(refused)?, to.map_err(refused)?);
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let found = idle().pop();
        let mut resizer = found.unwrap_or_else(|| isa.resizer());
        resizer.resize_typed(&from, &mut to, &options).map_err(refused)?;
        idle().push(resizer);
        if alpha {
            unpremultiply(band, channels);
        }
        Ok(())
    }
}

/// The crate's filter of that name with one cheap sine in place of two: bands ask for many weights.
fn lanczos3() -> Result<fast_image_resize::Filter, Error> {
    fast_image_resize::Filter::new("lanczos3", windowed, Filter::Lanczos3.support())
        .map_err(refused)
}

/// `sinc(x) * sinc(x / 3)` up to 3 from the middle, by the sine of a triple angle.
fn windowed(x: f64) -> f64 {
    if x.abs() >= 3.0 {
        return 0.0;
    }
    if x == 0.0 {
        return 1.0;
    }
    let sine = half_turn(x.abs() / 3.0);
    3.0 * sine * sine * (3.0 - 4.0 * sine * sine) / (PI * PI * x * x)
}

/// `sin(PI * t)` for `t` from 0 to 1, by its power series: the error is below 1e-12.
fn half_turn(t: f64) -> f64 {
    let angle = PI * t.min(1.0 - t);
    let square = angle * angle;
    let mut sum = 1.0;
    for n in [16.0, 14.0, 12.0, 10.0, 8.0, 6.0, 4.0, 2.0] {
        sum = 1.0 - sum * square * (1.0 / (n * (n + 1.0)));
    }
    angle * sum
}

/// A length from `start` on that ends inside of `all`, also as the sum is rounded.
fn length(start: f64, length: f64, all: usize) -> f64 {
    let mut length = length;
    while start + length > all as f64 {
        length = length.next_down();
    }
    length
}

fn refused(error: impl std::error::Error) -> Error {
    Error::InvalidArgument(format!("The image cannot be resized: {error}"))
}

/// Refuses sizes for whose weights there is no memory: the crate would not come back from asking.
fn check_room<T>(
    src: View<'_, T>,
    area: Area,
    size: (usize, usize),
    filter: Filter,
) -> Result<(), Error> {
    let too_large = Error::TooLarge { width: size.0, height: size.1, limit: u64::from(u32::MAX) };
    let sides = [src.width(), src.height(), size.0, size.1];
    if sides.into_iter().any(|side| u32::try_from(side).is_err()) {
        return Err(too_large);
    }
    let weights = |extent: Extent, to: usize| {
        let taps = 2.0 * (filter.support() * extent.scale(to).max(1.0)).ceil() + 1.0;
        // A double, 2 or 4 bytes for each weight, and what says where they belong.
        to as f64 * (12.0 * taps + 48.0)
    };
    let bytes = weights(area.across(), size.0) + weights(area.down(), size.1);
    let mut room: Vec<u8> = Vec::new();
    let refused = room.try_reserve_exact(bytes as usize).is_err();
    // Memory that nobody uses may otherwise not be asked for.
    black_box(&mut room);
    if refused { Err(too_large) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::{Short, run, windowed};
    use crate::resize::{Area, Filter, double};
    use crate::simd::Isa;
    use crate::{Region, View};
    use allcores_parallel::Token;

    fn noise<T>(len: usize, sample: impl Fn(u32) -> T) -> Vec<T> {
        let mut state = 7u32;
        (0..len)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                sample(state)
            })
            .collect()
    }

    fn resized<T: Short>(
        isa: Isa,
        view: View<'_, T>,
        size: (usize, usize),
        filter: Filter,
    ) -> Vec<T> {
        let mut out = vec![T::default(); size.0 * size.1 * view.channels()];
        run(isa, &Token::new(), view, Area::whole(view), size, filter, &mut out).unwrap();
        out
    }

    const SIZES: [(usize, usize); 6] =
        [(1, 1), (301, 40), (77, 90), (77, 33), (400, 200), (3, 200)];

    fn same_on_every_instruction_set<T: Short>(sample: impl Fn(u32) -> T) {
        for channels in 1..=4 {
            let data = noise(301 * 90 * channels, &sample);
            let view = View::new(&data, 301, 90, channels).unwrap();
            let crop = view.crop(Region { left: 3, top: 2, width: 290, height: 80 }).unwrap();
            for filter in Filter::ALL {
                for (size, view) in SIZES.iter().flat_map(|&size| [(size, view), (size, crop)]) {
                    let expected = resized(Isa::all().next().unwrap(), view, size, filter);
                    for isa in Isa::all() {
                        let got = resized(isa, view, size, filter);
                        assert!(got == expected, "{isa:?} {channels} {filter:?} {size:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_instruction_set_gives_the_same_bytes() {
        same_on_every_instruction_set(|state| (state >> 24) as u8);
        same_on_every_instruction_set(|state| (state >> 16) as u16);
    }

    /// The largest distance to the arithmetic of doubles.
    fn worst<T: Short>(sample: impl Fn(u32) -> T) -> f64 {
        let mut worst: f64 = 0.0;
        for channels in [1, 3] {
            let data = noise(301 * 90 * channels, &sample);
            let view = View::new(&data, 301, 90, channels).unwrap();
            for filter in Filter::ALL {
                for size in SIZES {
                    let mut exact = vec![T::default(); size.0 * size.1 * channels];
                    double::resize(
                        &Token::new(),
                        view,
                        Area::whole(view),
                        size,
                        filter,
                        &mut exact,
                    )
                    .unwrap();
                    let got = resized(Isa::current(), view, size, filter);
                    for (got, exact) in got.iter().zip(&exact) {
                        worst = worst.max((got.to_f64() - exact.to_f64()).abs());
                    }
                }
            }
        }
        worst
    }

    #[test]
    fn results_are_close_to_those_of_double_precision() {
        // Far from black and white, so that nothing is clamped between the passes.
        let bytes = worst(|state| 100 + (state >> 27) as u8);
        assert!(bytes <= 2.0, "{bytes}");
        let words = worst(|state| 20_000 + (state >> 19) as u16);
        assert!(words <= 2.0, "{words}");
    }

    #[test]
    fn the_weights_are_those_of_the_filter() {
        for i in -3100..=3100 {
            let x = f64::from(i) / 1000.0;
            assert!((windowed(x) - Filter::Lanczos3.weight(x)).abs() < 1e-12, "{x}");
        }
    }

    #[test]
    fn bands_join_without_a_seam() {
        // Several bands; a ramp, whose enlargement is smooth.
        let data: Vec<u8> = (0..4000 * 3000).map(|i| (i / 4000 % 256) as u8).collect();
        let view = View::new(&data, 4000, 3000, 1).unwrap();
        let rows = super::rows_of_band(view, (1000, 700));
        assert!(rows < 350, "{rows}");
        let mut exact = vec![0u8; 1000 * 700];
        let size = (1000, 700);
        double::resize(&Token::new(), view, Area::whole(view), size, Filter::Lanczos3, &mut exact)
            .unwrap();
        let got = resized(Isa::current(), view, size, Filter::Lanczos3);
        assert!(got.iter().zip(&exact).all(|(&got, &exact)| got.abs_diff(exact) <= 2));
    }
}
