use crate::Error;

/// A rectangle of whole pixels inside an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Columns left of it.
    pub left: usize,
    /// Rows above it.
    pub top: usize,
    /// Its columns, at least 1.
    pub width: usize,
    /// Its rows, at least 1.
    pub height: usize,
}

impl Region {
    /// Refuses a region that is empty or reaches outside of an image.
    pub(crate) fn check(
        self,
        Shape { width: across, height: down, .. }: Shape,
    ) -> Result<(), Error> {
        let Region { left, top, width, height } = self;
        let inside = |from: usize, len: usize, all: usize| {
            len > 0 && from.checked_add(len).is_some_and(|end| end <= all)
        };
        if inside(left, width, across) && inside(top, height, down) {
            return Ok(());
        }
        Err(Error::InvalidArgument(format!(
            "Expected a region inside {across} x {down} pixels, got {width} x {height} at ({left}, {top})"
        )))
    }
}

/// Width, height and channels of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// Samples of a pixel: 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA.
    pub channels: usize,
}

impl Shape {
    /// How many samples an image of this shape has.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when a dimension is 0 or `channels` is not 1 to 4,
    /// [`Error::TooLarge`] when no memory could hold so many.
    pub fn samples(self) -> Result<usize, Error> {
        samples(self.width, self.height, self.channels)
    }

    /// Whether the last channel is alpha.
    #[must_use]
    pub fn has_alpha(self) -> bool {
        self.channels.is_multiple_of(2)
    }
}

/// Pixels to read: row-major, interleaved, 1 to 4 channels of `T`.
///
/// A view may be a part of a larger image ([`View::crop`]); nothing is copied for it.
///
/// ```
/// use allcores_image::{Region, View};
/// let pixels = [0, 1, 2, 3, 4, 5];
/// let view = View::new(&pixels, 3, 2, 1).unwrap();
/// let right = view.crop(Region { left: 1, top: 0, width: 2, height: 2 }).unwrap();
/// assert_eq!(right.row(1), [4, 5]);
/// ```
#[derive(Debug)]
pub struct View<'a, T = u8> {
    data: &'a [T],
    width: usize,
    height: usize,
    channels: usize,
    /// Samples from the beginning of a row to that of the next.
    stride: usize,
}

// Derived, these would ask the same of `T`.
impl<T> Clone for View<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for View<'_, T> {}

impl<'a, T> View<'a, T> {
    /// A whole image without padding between its rows.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when a dimension is 0, when `channels` is not 1 to 4, or
    /// when `data` does not hold exactly `width * height * channels` samples.
    pub fn new(data: &'a [T], width: usize, height: usize, channels: usize) -> Result<Self, Error> {
        let expected = samples(width, height, channels)?;
        if data.len() != expected {
            return Err(Error::InvalidArgument(format!(
                "Expected {width} x {height} x {channels} = {expected} samples, got {}",
                data.len()
            )));
        }
        Ok(View { data, width, height, channels, stride: width * channels })
    }

    /// The part of this view that `region` covers.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when the region is empty or reaches outside the view.
    pub fn crop(self, region: Region) -> Result<Self, Error> {
        region.check(self.shape())?;
        let Region { left, top, width, height } = region;
        let start = top * self.stride + left * self.channels;
        let len = (height - 1) * self.stride + width * self.channels;
        Ok(View { data: &self.data[start..start + len], width, height, ..self })
    }

    /// Pixels across.
    #[must_use]
    pub fn width(self) -> usize {
        self.width
    }

    /// Pixels down.
    #[must_use]
    pub fn height(self) -> usize {
        self.height
    }

    /// Samples of a pixel: 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA.
    #[must_use]
    pub fn channels(self) -> usize {
        self.channels
    }

    /// Width, height and channels.
    #[must_use]
    pub fn shape(self) -> Shape {
        Shape { width: self.width, height: self.height, channels: self.channels }
    }

    /// The samples of row `y`.
    ///
    /// # Panics
    /// When `y` is not below [`View::height`].
    #[must_use]
    #[inline]
    pub fn row(self, y: usize) -> &'a [T] {
        let start = y * self.stride;
        &self.data[start..start + self.width * self.channels]
    }

    /// All samples in one slice, when no row is followed by samples of another image.
    pub(crate) fn contiguous(self) -> Option<&'a [T]> {
        (self.height == 1 || self.stride == self.width * self.channels).then_some(self.data)
    }
}

/// `width * height * channels`, checked.
pub(crate) fn samples(width: usize, height: usize, channels: usize) -> Result<usize, Error> {
    if width == 0 || height == 0 {
        return Err(Error::InvalidArgument(format!(
            "Expected `width` and `height` to be at least 1, got {width} x {height}"
        )));
    }
    if !(1..=4).contains(&channels) {
        return Err(Error::InvalidArgument(format!(
            "Expected `channels` to be an integer from 1 to 4, got {channels}"
        )));
    }
    width
        .checked_mul(height)
        .and_then(|pixels| pixels.checked_mul(channels))
        .filter(|&len| isize::try_from(len).is_ok())
        .ok_or(Error::TooLarge { width, height, limit: isize::MAX as u64 })
}

/// Refuses an output slice of the wrong length.
pub(crate) fn check_out<T>(out: &[T], expected: usize) -> Result<(), Error> {
    if out.len() == expected {
        return Ok(());
    }
    Err(Error::InvalidArgument(format!(
        "Expected `out` to hold {expected} samples, got {}",
        out.len()
    )))
}

#[cfg(test)]
mod tests {
    use super::{Region, View};

    #[test]
    fn a_view_of_the_wrong_length_or_shape_is_refused() {
        assert!(View::new(&[0; 12], 2, 2, 3).is_ok());
        for (w, h, c) in [(2, 2, 4), (0, 2, 3), (2, 0, 3), (12, 1, 0), (1, 1, 12), (3, 2, 3)] {
            assert!(View::new(&[0; 12], w, h, c).is_err(), "{w} {h} {c}");
        }
        assert!(View::<u8>::new(&[], usize::MAX, 2, 3).is_err());
        assert!(View::<u8>::new(&[], usize::MAX / 2, 2, 4).is_err());
    }

    #[test]
    fn a_region_outside_the_view_is_refused_and_crops_nest() {
        let data: Vec<u8> = (0..60).collect();
        let view = View::new(&data, 5, 4, 3).unwrap();
        let region = |left, top, width, height| Region { left, top, width, height };
        for bad in [
            region(0, 0, 0, 1),
            region(0, 0, 6, 1),
            region(5, 0, 1, 1),
            region(0, 4, 1, 1),
            region(usize::MAX, 0, 2, 1),
        ] {
            assert!(view.crop(bad).is_err(), "{bad:?}");
        }
        let inner = view.crop(region(1, 1, 4, 3)).unwrap().crop(region(2, 1, 1, 2)).unwrap();
        assert_eq!(inner.row(0), &data[2 * 15 + 9..][..3]);
        assert_eq!(inner.row(1), &data[3 * 15 + 9..][..3]);
    }
}
