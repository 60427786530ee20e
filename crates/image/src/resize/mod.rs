//! Resizing: a window of the source for each target pixel, weighted by one of six filters.
//!
//! | file | idea |
//! |---|---|
//! | `operation` | the step with its options |
//! | `layout` | from the wanted size to an area, a size and a place |
//! | `area` | the part of the image that is taken |
//! | `filter` | the six weight functions |
//! | `weights` | the weights of one direction |
//! | `packed` | the same by fours, in parts |
//! | `horizontal` | 8 bits, with Pillow's bits: bands of 16 rows, turned into lanes |
//! | `vertical` | 8 bits, with Pillow's bits: bands of target rows |
//! | `double` | 16 bits and floats, in double precision |
//! | `fast` | 8 and 16 bits with smaller weights, by another crate |
//! | `nearest` | copies of pixels |

mod area;
mod double;
mod fast;
mod filter;
mod horizontal;
mod layout;
mod nearest;
mod operation;
mod packed;
mod vertical;
mod weights;

use allcores_parallel::{Blocks, Token, for_each_band};

use crate::alpha;
use crate::simd::Isa;
use crate::view::{check_out, samples};
use crate::{Error, Region, View};
pub use area::Area;
use area::Extent;
pub use filter::Filter;
pub use layout::Fit;
pub(crate) use layout::Layout;
pub use operation::{Resampling, Resize};
use packed::Packed;
use weights::Weights;

/// Samples of a band of plain copying or dividing: some 100 µs of work.
const BAND: usize = 1 << 17;

/// Brings an area of `src` to `width` x `height` pixels, as Pillow's `Image.resize` does
/// with its `box`, bit for bit. To take a part as an image of its own, so that pixels
/// beside it do not count, pass [`View::crop`].
///
/// With alpha (2 or 4 channels) the colours are multiplied by it first and divided by it
/// afterwards, except by [`Filter::Nearest`]. A direction that is taken whole and does not
/// change its size is left as it is. `out` gets `width * height * channels` samples, the
/// same bytes on any number of threads.
///
/// ```
/// use allcores_image::{Area, Filter, View, resize};
/// let view = View::new(&[0, 100, 200, 100], 4, 1, 1).unwrap();
/// let mut out = [0; 2];
/// let token = allcores_parallel::Token::new();
/// resize(&token, view, Area::whole(view), (2, 1), Filter::Box, &mut out).unwrap();
/// assert_eq!(out, [50, 150]);
/// ```
///
/// # Errors
/// [`Error::InvalidArgument`] when a size is 0, the area is empty or outside, or `out` has
/// the wrong length, [`Error::TooLarge`] when memory for the intermediate image is missing,
/// [`Error::Cancelled`] (`out` is then partly written).
pub fn resize(
    token: &Token,
    src: View<'_>,
    area: Area,
    (width, height): (usize, usize),
    filter: Filter,
    out: &mut [u8],
) -> Result<(), Error> {
    run(Isa::current(), token, src, area, (width, height), filter, out)
}

fn run(
    isa: Isa,
    token: &Token,
    src: View<'_>,
    area: Area,
    (width, height): (usize, usize),
    filter: Filter,
    out: &mut [u8],
) -> Result<(), Error> {
    let channels = src.channels();
    check_out(out, samples(width, height, channels)?)?;
    area.check(src)?;
    let across = !area.across().is_identity(src.width(), width);
    let down = !area.down().is_identity(src.height(), height);
    let alpha = channels.is_multiple_of(2);
    let columns = || Weights::<i32>::new(token, src.width(), area.across(), width, filter);
    let rows = || Weights::<i32>::new(token, src.height(), area.down(), height, filter);
    match (across, down) {
        (false, false) => copy(token, src, false, out)?,
        _ if filter == Filter::Nearest => nearest::resize(token, src, area, (width, height), out)?,
        (true, false) => {
            let columns = Packed::new(isa, &columns()?, true)?;
            horizontal::resize(isa, token, src, &columns, alpha, out)?;
        }
        (false, true) if !alpha => {
            vertical::resize(isa, token, src, &Packed::new(isa, &rows()?, false)?, out)?;
        }
        (_, true) => {
            let rows = rows()?;
            let reach = rows.reach();
            let (top, used) = (reach.start, reach.len());
            // Rows that no target row looks at are not resized horizontally.
            let src = src.crop(Region { left: 0, top, width: src.width(), height: used })?;
            let mut between = buffer(width, used, channels)?;
            if across {
                let columns = Packed::new(isa, &columns()?, true)?;
                horizontal::resize(isa, token, src, &columns, alpha, &mut between)?;
            } else {
                copy(token, src, true, &mut between)?;
            }
            let between = View::new(&between, width, used, channels)?;
            let rows = Packed::new(isa, &rows.counted_from(top), false)?;
            vertical::resize(isa, token, between, &rows, out)?;
        }
    }
    if alpha && (across || down) && filter != Filter::Nearest {
        let blocks = Blocks { size: BAND, inline_up_to: BAND };
        for_each_band(token, out, blocks, |_, band| alpha::unpremultiply(band, channels))?;
    }
    // A block that met a cancelled token has stopped early.
    if token.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
}

/// Copies the rows, and multiplies them by their alpha if asked to.
fn copy(token: &Token, src: View<'_>, premultiply: bool, out: &mut [u8]) -> Result<(), Error> {
    let row = src.width() * src.channels();
    let blocks = Blocks { size: row * (BAND / row).max(1), inline_up_to: BAND };
    for_each_band(token, out, blocks, |offset, band| {
        for (y, out) in band.chunks_exact_mut(row).enumerate() {
            out.copy_from_slice(src.row(offset / row + y));
            if premultiply {
                alpha::premultiply(out, src.channels());
            }
        }
    })?;
    Ok(())
}

/// Memory for an intermediate image.
fn buffer<T: Copy + Default>(
    width: usize,
    height: usize,
    channels: usize,
) -> Result<Vec<T>, Error> {
    let len = samples(width, height, channels)?;
    let mut buffer = Vec::new();
    buffer.try_reserve_exact(len).map_err(|_| Error::TooLarge {
        width,
        height,
        limit: isize::MAX as u64,
    })?;
    buffer.resize(len, T::default());
    Ok(buffer)
}

#[cfg(test)]
mod tests;
