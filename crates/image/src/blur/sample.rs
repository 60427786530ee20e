//! Samples to floats and back, colours multiplied by alpha in between.

use super::line::Line;
use crate::Sample;

/// A sample that floats of 32 bits hold.
pub(crate) trait Float: Sample {
    fn widen(self) -> f32;
    /// The nearest sample, halves upward.
    fn narrow(value: f32) -> Self;
}

macro_rules! float {
    ($T:ty, |$value:ident| $narrow:expr) => {
        impl Float for $T {
            #[inline(always)]
            fn widen(self) -> f32 {
                f32::from(self)
            }

            #[inline(always)]
            fn narrow($value: f32) -> Self {
                $narrow
            }
        }
    };
}

// The casts truncate toward 0, clamp, and take NaN as 0.
float!(u8, |value| (value + 0.5) as u8);
float!(u16, |value| (value + 0.5) as u16);
float!(f32, |value| value);

/// What the last channel is for.
#[derive(Clone, Copy)]
pub(super) enum Alpha {
    /// A channel like the others.
    Plain,
    /// It weighs the others, in pixels of this many samples.
    Weighs(usize),
}

/// Samples as floats; the line's end stays as it is when there are fewer.
#[inline(always)]
pub(super) fn read<T: Float, const N: usize>(samples: &[T], alpha: Alpha, line: &mut Line<N>) {
    match <&[T; N]>::try_from(samples) {
        Ok(samples) => {
            for i in 0..N {
                line[i] = samples[i].widen();
            }
        }
        Err(_) => {
            for (value, &sample) in line.iter_mut().zip(samples) {
                *value = sample.widen();
            }
        }
    }
    match alpha {
        Alpha::Plain => {}
        Alpha::Weighs(2) => multiply::<2>(line),
        Alpha::Weighs(_) => multiply::<4>(line),
    }
}

#[inline(always)]
fn multiply<const C: usize>(values: &mut [f32]) {
    for pixel in values.as_chunks_mut::<C>().0 {
        let alpha = pixel[C - 1];
        for color in &mut pixel[..C - 1] {
            *color *= alpha;
        }
    }
}

/// Floats as samples: as many as `samples` holds, which are whole pixels.
#[inline(always)]
pub(super) fn write<T: Float, const N: usize>(mut line: Line<N>, alpha: Alpha, samples: &mut [T]) {
    match alpha {
        Alpha::Plain => {}
        Alpha::Weighs(2) => divide::<2>(&mut line),
        Alpha::Weighs(_) => divide::<4>(&mut line),
    }
    match <&mut [T; N]>::try_from(&mut *samples) {
        Ok(samples) => {
            for i in 0..N {
                samples[i] = T::narrow(line[i]);
            }
        }
        Err(_) => {
            for (sample, value) in samples.iter_mut().zip(line) {
                *sample = T::narrow(value);
            }
        }
    }
}

/// Where nothing is left of alpha, nothing is known of the colour: it becomes 0.
#[inline(always)]
fn divide<const C: usize>(values: &mut [f32]) {
    for pixel in values.as_chunks_mut::<C>().0 {
        let alpha = pixel[C - 1];
        for color in &mut pixel[..C - 1] {
            *color = if alpha == 0.0 { 0.0 } else { *color / alpha };
        }
    }
}
