use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};
use serde::Deserialize;

use crate::pixels::each_depth;
use crate::step::Operation;
use crate::{Depth, Error, Pixels, PixelsMut, Sample, Shape, View};

/// Samples of a band of copying: some 50 µs of work.
const BAND: usize = 1 << 17;

/// Turns an image upside down: the first row becomes the last.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flip {}

/// Mirrors an image left to right: the first column becomes the last.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flop {}

impl Operation for Flip {
    fn shape(&self, src: Shape, _: Depth) -> Result<Shape, Error> {
        Ok(src)
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        each_depth!(src, out, |src, out| Ok(flip(token, src, out)?))
    }
}

impl Operation for Flop {
    fn shape(&self, src: Shape, _: Depth) -> Result<Shape, Error> {
        Ok(src)
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        each_depth!(src, out, |src, out| Ok(flop(token, src, out)?))
    }
}

pub(super) fn flip<T: Sample>(
    token: &Token,
    src: View<'_, T>,
    out: &mut [T],
) -> Result<(), Cancelled> {
    each_row(token, src, out, |y, row| row.copy_from_slice(src.row(src.height() - 1 - y)))
}

pub(super) fn flop<T: Sample>(
    token: &Token,
    src: View<'_, T>,
    out: &mut [T],
) -> Result<(), Cancelled> {
    each_row(token, src, out, |y, row| reverse(src.row(y), src.channels(), row))
}

/// Both at once: a turn by 180°.
pub(super) fn half<T: Sample>(
    token: &Token,
    src: View<'_, T>,
    out: &mut [T],
) -> Result<(), Cancelled> {
    let last = src.height() - 1;
    each_row(token, src, out, |y, row| reverse(src.row(last - y), src.channels(), row))
}

/// Neither.
pub(super) fn copy<T: Sample>(
    token: &Token,
    src: View<'_, T>,
    out: &mut [T],
) -> Result<(), Cancelled> {
    each_row(token, src, out, |y, row| row.copy_from_slice(src.row(y)))
}

/// The pixels of a row, last first.
fn reverse<T: Sample>(from: &[T], channels: usize, to: &mut [T]) {
    match channels {
        1 => reverse_of::<T, 1>(from, to),
        2 => reverse_of::<T, 2>(from, to),
        3 => reverse_of::<T, 3>(from, to),
        _ => reverse_of::<T, 4>(from, to),
    }
}

fn reverse_of<T: Sample, const C: usize>(from: &[T], to: &mut [T]) {
    let pixels = from.as_chunks::<C>().0.iter().rev();
    for (to, from) in to.as_chunks_mut::<C>().0.iter_mut().zip(pixels) {
        *to = *from;
    }
}

/// Writes the result row by row, in bands.
pub(crate) fn each_row<T: Sample>(
    token: &Token,
    src: View<'_, T>,
    out: &mut [T],
    write: impl Fn(usize, &mut [T]) + Sync,
) -> Result<(), Cancelled> {
    each_row_of(token, src.width() * src.channels(), out, write)
}

/// [`each_row`] of a result whose rows have `row` samples.
pub(crate) fn each_row_of<T: Sample>(
    token: &Token,
    row: usize,
    out: &mut [T],
    write: impl Fn(usize, &mut [T]) + Sync,
) -> Result<(), Cancelled> {
    let blocks = Blocks { size: row * (BAND / row).max(1), inline_up_to: BAND };
    for_each_band(token, out, blocks, |offset, band| {
        for (y, out) in band.chunks_exact_mut(row).enumerate() {
            write(offset / row + y, out);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{Flip, Flop};
    use crate::step::Operation;
    use crate::{Pixels, PixelsMut, View};
    use allcores_parallel::Token;

    #[test]
    fn a_flip_exchanges_the_rows_and_a_flop_the_pixels_of_each_row() {
        let data: [u16; 12] = std::array::from_fn(|i| i as u16);
        let src = Pixels::U16(View::new(&data, 3, 2, 2).unwrap());
        let mut out = [0; 12];
        Flip {}.run(&Token::new(), src, PixelsMut::U16(&mut out)).unwrap();
        assert_eq!(out, [6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5]);
        Flop {}.run(&Token::new(), src, PixelsMut::U16(&mut out)).unwrap();
        assert_eq!(out, [4, 5, 2, 3, 0, 1, 10, 11, 8, 9, 6, 7]);
    }

    #[test]
    fn an_output_of_another_type_is_refused() {
        let src = Pixels::U16(View::new(&[1], 1, 1, 1).unwrap());
        assert!(Flip {}.run(&Token::new(), src, PixelsMut::U8(&mut [0])).is_err());
    }
}
