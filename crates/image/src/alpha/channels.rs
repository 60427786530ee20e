use allcores_parallel::{Cancelled, Token};
use serde::Deserialize;

use crate::geometry::each_row_of;
use crate::pixels::{each_depth, other_depth};
use crate::step::Operation;
use crate::{Depth, Error, Pixels, PixelsMut, Sample, Shape, View};

/// One channel of an image, as a grey image.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// Its number, from 0.
    pub index: usize,
}

impl Operation for Channel {
    fn shape(&self, src: Shape, _: Depth) -> Result<Shape, Error> {
        if self.index < src.channels {
            return Ok(Shape { channels: 1, ..src });
        }
        Err(Error::InvalidArgument(format!(
            "Expected a channel below {}, got {}",
            src.channels, self.index
        )))
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        each_depth!(src, out, |src, out| Ok(take(token, self.index, src, out)?))
    }
}

fn take<T: Sample>(
    token: &Token,
    index: usize,
    src: View<'_, T>,
    out: &mut [T],
) -> Result<(), Cancelled> {
    each_row_of(token, src.width(), out, |y, row| {
        let pixels = src.row(y).chunks_exact(src.channels());
        for (to, pixel) in row.iter_mut().zip(pixels) {
            *to = pixel[index];
        }
    })
}

/// Puts 1 to 4 grey images together: the first becomes the first channel.
///
/// # Errors
/// [`Error::InvalidArgument`] when there are none or more than 4, when one is not grey or has another size than the
/// first, or `out` has another length; [`Error::WrongType`] when they or `out` have another type than the first;
/// [`Error::Cancelled`].
pub fn join_channels(
    token: &Token,
    planes: &[Pixels<'_>],
    out: PixelsMut<'_>,
) -> Result<(), Error> {
    let Some(first) = planes.first().filter(|_| planes.len() <= 4) else {
        return Err(Error::InvalidArgument(format!(
            "Expected 1 to 4 images to join, got {}",
            planes.len()
        )));
    };
    for plane in planes {
        if plane.shape() != (Shape { channels: 1, ..first.shape() }) {
            return Err(Error::InvalidArgument(format!(
                "Expected grey images of {} x {} pixels, got {:?}",
                first.shape().width,
                first.shape().height,
                plane.shape()
            )));
        }
        if plane.depth() != out.depth() {
            return Err(other_depth(plane.depth(), out.depth()));
        }
    }
    out.check(Shape { channels: planes.len(), ..first.shape() })?;
    macro_rules! join {
        ($Depth:ident, $out:expr) => {{
            let of = |plane| match plane {
                Pixels::$Depth(view) => Some(view),
                _ => None,
            };
            // (All have the type of `out`, as was just looked at.)
            let views: Vec<_> = planes.iter().copied().filter_map(of).collect();
            Ok(put(token, &views, $out)?)
        }};
    }
    match out {
        PixelsMut::U8(out) => join!(U8, out),
        PixelsMut::U16(out) => join!(U16, out),
        PixelsMut::F32(out) => join!(F32, out),
    }
}

fn put<T: Sample>(token: &Token, planes: &[View<'_, T>], out: &mut [T]) -> Result<(), Cancelled> {
    let channels = planes.len();
    each_row_of(token, planes[0].width() * channels, out, |y, row| {
        for (c, plane) in planes.iter().enumerate() {
            for (pixel, &sample) in row.chunks_exact_mut(channels).zip(plane.row(y)) {
                pixel[c] = sample;
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{Channel, join_channels};
    use crate::step::Operation;
    use crate::{Pixels, PixelsMut, View};
    use allcores_parallel::Token;

    #[test]
    fn channels_taken_apart_and_put_together_are_the_image() {
        let data: Vec<u16> = (0..60).collect();
        let src = Pixels::U16(View::new(&data, 5, 4, 3).unwrap());
        let planes = [0, 1, 2].map(|index| {
            let mut plane = vec![0; 20];
            Channel { index }.run(&Token::new(), src, PixelsMut::U16(&mut plane)).unwrap();
            plane
        });
        assert_eq!(planes[1][..3], [1, 4, 7]);
        let views = planes.each_ref().map(|plane| Pixels::U16(View::new(plane, 5, 4, 1).unwrap()));
        let mut out = vec![0; 60];
        join_channels(&Token::new(), &views, PixelsMut::U16(&mut out)).unwrap();
        assert_eq!(out, data);
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        let grey = |data: &'static [u8], width| Pixels::U8(View::new(data, width, 1, 1).unwrap());
        let (short, long) = (grey(&[1, 2], 2), grey(&[1, 2, 3], 3));
        let rgb = Pixels::U8(View::new(&[1, 2, 3], 1, 1, 3).unwrap());
        let float = Pixels::F32(View::new(&[1.0, 2.0], 2, 1, 1).unwrap());
        for planes in [&[short, long][..], &[rgb], &[], &[short; 5], &[short, float]] {
            assert!(join_channels(&Token::new(), planes, PixelsMut::U8(&mut [0; 4])).is_err());
        }
    }
}
