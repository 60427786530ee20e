use std::ops::Range;

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

/// What is told of new memory before it is written to: the addresses of its bytes. The system may be asked for
/// large pages there.
pub type Advice = fn(Range<usize>);

/// Memory below this is not worth a word.
const LARGE: usize = 4 << 20;

/// Pixels in memory of their own.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    shape: Shape,
    samples: Samples,
}

impl Image {
    /// Black pixels, in memory that `spare` leaves when it fits.
    pub(super) fn new(
        shape: Shape,
        depth: Depth,
        spare: Option<Image>,
        advice: Advice,
    ) -> Result<Self, Error> {
        let spare = spare.map(|image| image.samples);
        let samples = match (depth, spare) {
            (Depth::U8, Some(Samples::U8(old))) => Samples::U8(sized(Some(old), shape, advice)?),
            (Depth::U16, Some(Samples::U16(old))) => Samples::U16(sized(Some(old), shape, advice)?),
            (Depth::F32, Some(Samples::F32(old))) => Samples::F32(sized(Some(old), shape, advice)?),
            (Depth::U8, _) => Samples::U8(sized(None, shape, advice)?),
            (Depth::U16, _) => Samples::U16(sized(None, shape, advice)?),
            (Depth::F32, _) => Samples::F32(sized(None, shape, advice)?),
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
    Ok((shape.samples()? * depth.bytes()) as u64)
}

/// Old memory is used again when it is large enough and not several times too large: what a shrunk image
/// leaves over is worth more to others.
fn sized<T: Copy + Default>(
    old: Option<Vec<T>>,
    shape: Shape,
    advice: Advice,
) -> Result<Vec<T>, Error> {
    let len = shape.samples()?;
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
    let new = vec![T::default(); len];
    if size_of_val(&new[..]) >= LARGE {
        let Range { start, end } = new.as_ptr_range();
        advice(start.addr()..end.addr());
    }
    Ok(new)
}

fn rows<T: Copy>(view: View<'_, T>) -> Vec<T> {
    (0..view.height()).flat_map(|y| view.row(y)).copied().collect()
}

#[cfg(test)]
mod tests {
    use std::ops::Range;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{Image, Samples};
    use crate::{Depth, Shape};

    fn capacity(image: &Image) -> usize {
        match &image.samples {
            Samples::U8(data) => data.capacity(),
            _ => 0,
        }
    }

    #[test]
    fn memory_is_used_again_unless_it_is_too_small_or_far_too_large_or_of_another_type() {
        let shape = |width| Shape { width, height: 100, channels: 3 };
        for (before, after, same) in
            [(100, 100, true), (100, 30, true), (100, 20, false), (100, 101, false)]
        {
            let old = Image::new(shape(before), Depth::U8, None, |_| {}).unwrap();
            let new = Image::new(shape(after), Depth::U8, Some(old), |_| {}).unwrap();
            let expected = if same { before } else { after } * 300;
            assert_eq!(capacity(&new), expected, "{before} {after}");
            assert_eq!(new.shape(), shape(after));
        }
        let old = Image::new(shape(100), Depth::U8, None, |_| {}).unwrap();
        let new = Image::new(shape(100), Depth::F32, Some(old), |_| {}).unwrap();
        assert_eq!(new.into_samples(), Samples::F32(vec![0.0; 30_000]));
    }

    #[test]
    fn large_memory_is_told_of_and_small_memory_is_not() {
        static TOLD: AtomicUsize = AtomicUsize::new(0);
        let advice = |range: Range<usize>| {
            TOLD.fetch_add(range.len(), Ordering::Relaxed);
        };
        let shape = |width| Shape { width, height: 1000, channels: 1 };
        Image::new(shape(1000), Depth::U16, None, advice).unwrap();
        assert_eq!(TOLD.load(Ordering::Relaxed), 0);
        let large = Image::new(shape(3000), Depth::U16, None, advice).unwrap();
        assert_eq!(TOLD.load(Ordering::Relaxed), 6_000_000);
        Image::new(shape(2900), Depth::U16, Some(large), advice).unwrap();
        assert_eq!(TOLD.load(Ordering::Relaxed), 6_000_000);
    }
}
