use crate::{Depth, Error, Pixels, PixelsMut, Shape, View};

/// Samples in memory of their own.
#[derive(Clone, Debug, PartialEq)]
pub enum Samples {
    /// Of 8 bits.
    U8(Vec<u8>),
    /// Of 16 bits.
    U16(Vec<u16>),
    /// Floats.
    F32(Vec<f32>),
}

/// Pixels in memory of their own.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    shape: Shape,
    samples: Samples,
}

impl Image {
    /// Black pixels, in memory that `spare` leaves when it fits.
    pub(super) fn new(shape: Shape, depth: Depth, spare: Option<Image>) -> Result<Self, Error> {
        let len = shape.samples()?;
        let spare = spare.map(|image| image.samples);
        let samples = match (depth, spare) {
            (Depth::U8, Some(Samples::U8(old))) => Samples::U8(sized(Some(old), len, shape)?),
            (Depth::U16, Some(Samples::U16(old))) => Samples::U16(sized(Some(old), len, shape)?),
            (Depth::F32, Some(Samples::F32(old))) => Samples::F32(sized(Some(old), len, shape)?),
            (Depth::U8, _) => Samples::U8(sized(None, len, shape)?),
            (Depth::U16, _) => Samples::U16(sized(None, len, shape)?),
            (Depth::F32, _) => Samples::F32(sized(None, len, shape)?),
        };
        Ok(Image { shape, samples })
    }

    /// A copy of pixels that belong to somebody else.
    pub(super) fn copy(pixels: Pixels<'_>) -> Self {
        let samples = match pixels {
            Pixels::U8(view) => Samples::U8(rows(view)),
            Pixels::U16(view) => Samples::U16(rows(view)),
            Pixels::F32(view) => Samples::F32(rows(view)),
        };
        Image { shape: pixels.shape(), samples }
    }

    /// Width, height and channels.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The samples, row by row.
    #[must_use]
    pub fn into_samples(self) -> Samples {
        self.samples
    }

    /// The pixels, to read.
    pub(super) fn pixels(&self) -> Result<Pixels<'_>, Error> {
        let Shape { width, height, channels } = self.shape;
        Ok(match &self.samples {
            Samples::U8(data) => Pixels::U8(View::new(data, width, height, channels)?),
            Samples::U16(data) => Pixels::U16(View::new(data, width, height, channels)?),
            Samples::F32(data) => Pixels::F32(View::new(data, width, height, channels)?),
        })
    }

    /// The memory, to write.
    pub(super) fn pixels_mut(&mut self) -> PixelsMut<'_> {
        match &mut self.samples {
            Samples::U8(data) => PixelsMut::U8(data),
            Samples::U16(data) => PixelsMut::U16(data),
            Samples::F32(data) => PixelsMut::F32(data),
        }
    }
}

/// Bytes of an image's samples.
pub(super) fn bytes_of(shape: Shape, depth: Depth) -> Result<u64, Error> {
    let size = match depth {
        Depth::U8 => 1,
        Depth::U16 => 2,
        Depth::F32 => 4,
    };
    Ok(shape.samples()? as u64 * size)
}

/// Old memory is used again when it is large enough and not several times too large: what a shrunk image
/// leaves over is worth more to others.
fn sized<T: Copy + Default>(
    old: Option<Vec<T>>,
    len: usize,
    shape: Shape,
) -> Result<Vec<T>, Error> {
    if let Some(mut old) = old
        && (len..=len.saturating_mul(4)).contains(&old.capacity())
    {
        old.resize(len, T::default());
        return Ok(old);
    }
    // Asking first keeps a missing gigabyte from ending the process; what is asked for is not touched yet.
    let missing =
        |_| Error::TooLarge { width: shape.width, height: shape.height, limit: isize::MAX as u64 };
    Vec::<T>::new().try_reserve_exact(len).map_err(missing)?;
    Ok(vec![T::default(); len])
}

fn rows<T: Copy>(view: View<'_, T>) -> Vec<T> {
    (0..view.height()).flat_map(|y| view.row(y)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::{Image, Samples};
    use crate::{Depth, Shape};

    fn address(image: &Image) -> *const u8 {
        match &image.samples {
            Samples::U8(data) => data.as_ptr(),
            _ => std::ptr::null(),
        }
    }

    #[test]
    fn memory_is_used_again_unless_it_is_too_small_or_far_too_large_or_of_another_type() {
        let shape = |width| Shape { width, height: 100, channels: 3 };
        for (before, after, same) in
            [(100, 100, true), (100, 30, true), (100, 20, false), (100, 101, false)]
        {
            let old = Image::new(shape(before), Depth::U8, None).unwrap();
            let memory = address(&old);
            let new = Image::new(shape(after), Depth::U8, Some(old)).unwrap();
            assert_eq!(address(&new) == memory, same, "{before} {after}");
            assert_eq!(new.shape(), shape(after));
        }
        let old = Image::new(shape(100), Depth::U8, None).unwrap();
        let new = Image::new(shape(100), Depth::F32, Some(old)).unwrap();
        assert_eq!(new.into_samples(), Samples::F32(vec![0.0; 30_000]));
    }
}
