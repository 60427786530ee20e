//! Rows of an image with what lies beyond their ends, in the type that a kernel works in.

use crate::border::Border;
use crate::order::Ordered;
use crate::{Sample, View};

/// What a kernel works in when the samples are of type `T`.
pub(crate) trait Worked<T>: Copy + Default {
    fn of(sample: T) -> Self;
}

macro_rules! worked {
    ($($T:ty => $W:ty: |$sample:ident| $of:expr,)*) => {
        $(impl Worked<$T> for $W {
            #[inline(always)]
            fn of($sample: $T) -> Self {
                $of
            }
        })*
    };
}

worked! {
    u8 => u8: |sample| sample,
    u16 => u16: |sample| sample,
    f32 => f32: |sample| sample,
    f32 => i32: |sample| sample.key(),
    u8 => f32: |sample| f32::from(sample),
    u16 => f64: |sample| f64::from(sample),
    f32 => f64: |sample| f64::from(sample),
}

/// How rows are continued: pixels to the left and to the right, and from where they come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Margins<K> {
    pub(crate) left: usize,
    pub(crate) right: usize,
    pub(crate) border: Border,
    /// A sample outside with the border [`Border::Constant`].
    pub(crate) outside: K,
}

impl<K: Copy> Margins<K> {
    /// The same number of pixels on each side.
    pub(crate) fn around(radius: usize, border: Border, outside: K) -> Self {
        Margins { left: radius, right: radius, border, outside }
    }

    /// Samples of a row of `src` with its margins.
    pub(crate) fn len<T>(&self, src: View<'_, T>) -> usize {
        (self.left + src.width() + self.right) * src.channels()
    }

    /// Writes row `y`, which may lie outside, with its margins; `out` has [`Margins::len`] samples.
    #[inline(always)]
    pub(crate) fn read<T: Sample>(&self, src: View<'_, T>, y: isize, out: &mut [K])
    where
        K: Worked<T>,
    {
        let Some(y) = self.border.position(y, src.height()) else {
            out.fill(self.outside);
            return;
        };
        let (row, channels) = (src.row(y), src.channels());
        let (left, rest) = out.split_at_mut(self.left * channels);
        let (middle, right) = rest.split_at_mut(row.len());
        for (to, &sample) in middle.iter_mut().zip(row) {
            *to = K::of(sample);
        }
        self.beyond(row, channels, -(self.left as isize), left);
        self.beyond(row, channels, src.width() as isize, right);
    }

    /// The pixels from `x` on, all of which lie outside.
    #[inline(always)]
    fn beyond<T: Copy>(&self, row: &[T], channels: usize, x: isize, out: &mut [K])
    where
        K: Worked<T>,
    {
        for (x, pixel) in (x..).zip(out.chunks_exact_mut(channels)) {
            match self.border.position(x, row.len() / channels) {
                None => pixel.fill(self.outside),
                Some(at) => {
                    for (to, &sample) in pixel.iter_mut().zip(&row[at * channels..]) {
                        *to = K::of(sample);
                    }
                }
            }
        }
    }
}

/// The last rows that were read, so that each is read once.
pub(crate) struct Ring<K> {
    lines: Vec<K>,
    len: usize,
    count: usize,
}

impl<K: Copy + Default> Ring<K> {
    /// Room for `count` lines of `len` samples.
    pub(crate) fn new(count: usize, len: usize) -> Self {
        Ring { lines: vec![K::default(); count * len], len, count }
    }

    /// The place of line `number`; it takes that of line `number - count`.
    #[inline(always)]
    pub(crate) fn line_mut(&mut self, number: usize) -> &mut [K] {
        let at = number % self.count * self.len;
        &mut self.lines[at..at + self.len]
    }

    /// Line `number`.
    #[inline(always)]
    pub(crate) fn line(&self, number: usize) -> &[K] {
        let at = number % self.count * self.len;
        &self.lines[at..at + self.len]
    }
}
