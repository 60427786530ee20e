//! Elements as keys that are compared, and the best key of a block.

#![expect(private_bounds, reason = "the trait is sealed; nobody outside can name its methods")]

use half::f16;

use crate::extreme::{Both, Extreme, Extremes};
use crate::filter::Filter;
use crate::kept::filtered;
use crate::simd::{Body, Simd};
use crate::terms::Values;

/// An element type whose values can be put in order.
pub trait Ordered: Copy + Send + Sync {
    /// Compares like the element, with −0 equal to +0.
    type Key: Copy + PartialOrd + Send + Sync + std::fmt::Debug;

    /// Nothing is below it.
    const LEAST: Self::Key;
    /// Nothing is above it.
    const GREATEST: Self::Key;
    /// Bytes of a block. The larger ones hide what it costs to put the lanes together.
    const BLOCK_BYTES: usize;

    /// `None` for a NaN.
    fn key(self) -> Option<Self::Key>;

    /// The best key of a block; the worst key there is when no element takes part; `None` when
    /// a NaN takes part.
    #[doc(hidden)]
    fn best<S: Simd, const GREATEST: bool>(
        simd: S,
        values: &[Self],
        filter: Filter<'_>,
    ) -> Option<Self::Key>;
}

/// The key that every other is better than or equal to.
#[inline(always)]
pub(crate) fn worst<T: Ordered, const GREATEST: bool>() -> T::Key {
    if GREATEST { T::LEAST } else { T::GREATEST }
}

#[inline(always)]
pub(crate) fn better<K: PartialOrd, const GREATEST: bool>(a: K, b: K) -> bool {
    if GREATEST { a > b } else { a < b }
}

macro_rules! integer {
    ($($T:ident)+) => {$(
        impl Ordered for $T {
            type Key = $T;
            const LEAST: $T = $T::MIN;
            const GREATEST: $T = $T::MAX;
            const BLOCK_BYTES: usize = 1 << 10;

            #[inline(always)]
            fn key(self) -> Option<$T> {
                Some(self)
            }

            #[inline(always)]
            fn best<S: Simd, const GREATEST: bool>(
                simd: S,
                values: &[Self],
                filter: Filter<'_>,
            ) -> Option<$T> {
                let pick = |a: $T, b: $T| if GREATEST { a.max(b) } else { a.min(b) };
                let worst = worst::<$T, GREATEST>();
                super::body::prefetch(simd, values);
                let mut best = worst;
                if let Some(mask) = filter.mask {
                    super::body::prefetch(simd, mask);
                    for (&value, &keep) in values.iter().zip(mask) {
                        best = pick(best, if keep != 0 { value } else { worst });
                    }
                } else {
                    for &value in values {
                        best = pick(best, value);
                    }
                }
                Some(best)
            }
        }
    )+};
}

integer!(i8 u8 i16 u16 i32 u32 i64 u64);

macro_rules! float {
    ($($T:ident)+) => {$(
        impl Ordered for $T {
            type Key = f64;
            const LEAST: f64 = f64::NEG_INFINITY;
            const GREATEST: f64 = f64::INFINITY;
            const BLOCK_BYTES: usize = 1024 * size_of::<$T>();

            #[inline(always)]
            fn key(self) -> Option<f64> {
                let key = crate::terms::Widen::widen(self);
                (!key.is_nan()).then_some(key)
            }

            #[inline(always)]
            fn best<S: Simd, const GREATEST: bool>(
                simd: S,
                values: &[Self],
                filter: Filter<'_>,
            ) -> Option<f64> {
                let terms = Values::new(values);
                let key = if filter.mask.is_none() && !filter.omits_nan() {
                    Extreme::<_, GREATEST>(terms).run(simd)
                } else {
                    let Both { least, greatest, .. } =
                        filtered!(terms, filter, kept => Extremes(kept).run(simd));
                    if GREATEST { greatest } else { least }
                };
                (!key.is_nan()).then_some(key)
            }
        }
    )+};
}

float!(f16 f32 f64);
