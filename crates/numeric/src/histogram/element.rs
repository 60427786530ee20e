//! What histograms ask of an element type.

use half::f16;

use crate::histogram::place::CHUNK;
use crate::simd::{Body, Rounding, Simd};
use crate::split::Job;
use crate::terms::Widen;

/// An element type as doubles, and the rounding of its arithmetic.
pub trait Binned: Copy + Send + Sync {
    /// Whether values can be indices.
    const IS_INTEGER: bool;

    /// At most `CHUNK` values as doubles: themselves, or written to `room`.
    #[doc(hidden)]
    fn as_doubles<'a>(job: Job<'_>, values: &'a [Self], room: &'a mut [f64; CHUNK]) -> &'a [f64];

    /// A double rounded to the type in which numpy holds the edges of such an array.
    #[doc(hidden)]
    fn rounded(value: f64) -> f64;

    /// How edges are rounded, where the bins can be calculated.
    #[doc(hidden)]
    fn rounding(is_given: bool) -> Option<Rounding>;

    /// An integer from 0 as an index; anything else as one that is out of range.
    #[doc(hidden)]
    fn index(self) -> usize;
}

macro_rules! integer {
    ($($T:ident)+) => {$(
        impl Binned for $T {
            const IS_INTEGER: bool = true;

            #[inline(always)]
            fn as_doubles<'a>(_: Job<'_>, values: &'a [Self], room: &'a mut [f64; CHUNK]) -> &'a [f64] {
                for (wide, &value) in room.iter_mut().zip(values) {
                    *wide = value as f64;
                }
                &room[..values.len().min(CHUNK)]
            }

            fn rounded(value: f64) -> f64 {
                value
            }

            fn rounding(_: bool) -> Option<Rounding> {
                Some(Rounding::Double)
            }

            #[inline(always)]
            fn index(self) -> usize {
                usize::try_from(self).unwrap_or(usize::MAX)
            }
        }
    )+};
}

integer!(i8 u8 i16 u16 i32 u32 i64 u64);

impl Binned for f32 {
    const IS_INTEGER: bool = false;

    #[inline(always)]
    fn as_doubles<'a>(job: Job<'_>, values: &'a [Self], room: &'a mut [f64; CHUNK]) -> &'a [f64] {
        job.isa.run(Wide { values, room });
        &room[..values.len().min(CHUNK)]
    }

    fn rounded(value: f64) -> f64 {
        f64::from(value as f32)
    }

    fn rounding(is_given: bool) -> Option<Rounding> {
        Some(if is_given { Rounding::LastToSingle } else { Rounding::EachToSingle })
    }

    fn index(self) -> usize {
        usize::MAX
    }
}

impl Binned for f16 {
    const IS_INTEGER: bool = false;

    #[inline(always)]
    fn as_doubles<'a>(job: Job<'_>, values: &'a [Self], room: &'a mut [f64; CHUNK]) -> &'a [f64] {
        job.isa.run(Wide { values, room });
        &room[..values.len().min(CHUNK)]
    }

    fn rounded(value: f64) -> f64 {
        <f16 as crate::terms::Float>::narrow(value).to_f64_const()
    }

    fn rounding(_: bool) -> Option<Rounding> {
        None
    }

    fn index(self) -> usize {
        usize::MAX
    }
}

impl Binned for f64 {
    const IS_INTEGER: bool = false;

    #[inline(always)]
    fn as_doubles<'a>(_: Job<'_>, values: &'a [Self], _: &'a mut [f64; CHUNK]) -> &'a [f64] {
        values
    }

    fn rounded(value: f64) -> f64 {
        value
    }

    fn rounding(_: bool) -> Option<Rounding> {
        Some(Rounding::Double)
    }

    fn index(self) -> usize {
        usize::MAX
    }
}

/// Widens at most `CHUNK` floats.
struct Wide<'a, T> {
    values: &'a [T],
    room: &'a mut [f64; CHUNK],
}

impl<T: Widen> Body for Wide<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let (rows, tail) = self.values.as_chunks::<8>();
        let (places, _) = self.room.as_chunks_mut::<8>();
        for (row, place) in rows.iter().zip(places) {
            *place = simd.to_array(T::load(simd, row));
        }
        for (place, value) in self.room.iter_mut().skip(rows.len() * 8).zip(tail) {
            *place = value.widen();
        }
    }
}
