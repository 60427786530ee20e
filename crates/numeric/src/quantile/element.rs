//! What median and quantile ask of an element type.

use allcores_parallel::Cancelled;
use half::f16;

use crate::quantile::chunk::Elements;
use crate::quantile::counted::{self, Coded};
use crate::quantile::keyed::Keyed;
use crate::quantile::select::{self, Ranks, Statistics};
use crate::split::Job;

/// Order statistics of an element type, and numpy's arithmetic between two neighbours.
pub trait Quantiles: Sized {
    /// The elements of the wanted ranks.
    #[doc(hidden)]
    fn statistics(
        job: Job<'_>,
        values: &[Self],
        mask: Option<&[u8]>,
        ranks: Ranks<'_>,
        stop_at_nan: bool,
    ) -> Result<Statistics<Self>, Cancelled>;

    #[doc(hidden)]
    fn wide(self) -> f64;

    /// The mean of two elements.
    #[doc(hidden)]
    fn middle(self, next: Self) -> f64;

    /// The point at `weight` between two elements. `narrow`: floats of 16 and 32 bits are
    /// calculated with as such, which is what numpy does for a single quantile.
    #[doc(hidden)]
    fn between(self, next: Self, weight: f64, narrow: bool) -> f64;
}

/// numpy's interpolation: from the nearer end.
fn lerp(previous: f64, next: f64, difference: f64, weight: f64) -> f64 {
    if weight >= 0.5 { next - difference * (1.0 - weight) } else { previous + difference * weight }
}

macro_rules! keyed_statistics {
    () => {
        fn statistics(
            job: Job<'_>,
            values: &[Self],
            mask: Option<&[u8]>,
            ranks: Ranks<'_>,
            stop_at_nan: bool,
        ) -> Result<Statistics<Self>, Cancelled> {
            let elements = Elements { values, mask };
            let Statistics { count, nans, found } =
                select::statistics(job, elements, ranks, stop_at_nan)?;
            let found = found.into_iter().map(|(rank, key)| (rank, Self::of_key(key)));
            Ok(Statistics { count, nans, found: found.collect() })
        }
    };
}

macro_rules! coded_statistics {
    () => {
        fn statistics(
            job: Job<'_>,
            values: &[Self],
            mask: Option<&[u8]>,
            ranks: Ranks<'_>,
            stop_at_nan: bool,
        ) -> Result<Statistics<Self>, Cancelled> {
            let elements = Elements { values, mask };
            let Statistics { count, nans, found } =
                counted::statistics(job, elements, ranks, stop_at_nan)?;
            let found = found.into_iter().map(|(rank, code)| (rank, Self::of_code(code)));
            Ok(Statistics { count, nans, found: found.collect() })
        }
    };
}

macro_rules! integer {
    ($($T:ident $statistics:ident)+) => {$(
        impl Quantiles for $T {
            $statistics!();

            fn wide(self) -> f64 {
                self as f64
            }

            fn middle(self, next: Self) -> f64 {
                (self as f64 + next as f64) / 2.0
            }

            fn between(self, next: Self, weight: f64, _: bool) -> f64 {
                // Exact, and rounded once: numpy's wraps where it does not fit the type.
                let difference = (i128::from(next) - i128::from(self)) as f64;
                lerp(self as f64, next as f64, difference, weight)
            }
        }
    )+};
}

integer! {
    i8 coded_statistics
    u8 coded_statistics
    i16 coded_statistics
    u16 coded_statistics
    i32 keyed_statistics
    u32 keyed_statistics
    i64 keyed_statistics
    u64 keyed_statistics
}

impl Quantiles for f64 {
    keyed_statistics!();

    fn wide(self) -> f64 {
        self
    }

    fn middle(self, next: f64) -> f64 {
        (self + next) / 2.0
    }

    fn between(self, next: f64, weight: f64, _: bool) -> f64 {
        lerp(self, next, next - self, weight)
    }
}

impl Quantiles for f32 {
    keyed_statistics!();

    fn wide(self) -> f64 {
        f64::from(self)
    }

    fn middle(self, next: f32) -> f64 {
        f64::from((self + next) / 2.0)
    }

    fn between(self, next: f32, weight: f64, narrow: bool) -> f64 {
        let difference = next - self;
        if !narrow {
            return lerp(f64::from(self), f64::from(next), f64::from(difference), weight);
        }
        f64::from(if weight >= 0.5 {
            next - difference * (1.0 - weight) as f32
        } else {
            self + difference * weight as f32
        })
    }
}

impl Quantiles for f16 {
    coded_statistics!();

    fn wide(self) -> f64 {
        f64::from(self)
    }

    fn middle(self, next: f16) -> f64 {
        // numpy's mean of f16 is one of f32, rounded at the end.
        let middle = (f32::from(self) + f32::from(next)) / 2.0;
        f64::from(f16::from_f32(middle))
    }

    fn between(self, next: f16, weight: f64, narrow: bool) -> f64 {
        // The operators of the crate round each result from f32, which is exact enough.
        let difference = next - self;
        if !narrow {
            return lerp(self.wide(), next.wide(), difference.wide(), weight);
        }
        let point = if weight >= 0.5 {
            next - difference * f16::from_f64(1.0 - weight)
        } else {
            self + difference * f16::from_f64(weight)
        };
        point.wide()
    }
}
