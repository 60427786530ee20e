//! Covariance and correlation of floats: one pass, and a second one over scaled terms where
//! the first left the safe range, which ordinary data never does.

use allcores_parallel::Cancelled;
use half::f16;

use super::moments::{PairMoments, Pairs};
use super::{Pairwise, coefficient};
use crate::element::divisor;
use crate::exact::power_of_two;
use crate::filter::Filter;
use crate::kept::filtered;
use crate::split::{Job, reduce};
use crate::spread::{largest, unit_scale};
use crate::terms::{Changed, Float, Rare, Second, Terms, Values};

/// Sums of products from here on have not lost bits to underflow.
const SAFE: f64 = 1e-270;
/// Terms of this size have differences whose squares are above `SAFE`, or are equal.
const LARGE: f64 = 1e-100;

/// Moments of terms that were multiplied by `2^-exponent`.
struct ScaledMoments {
    moments: PairMoments,
    exponents: [i32; 2],
}

/// The moments of pairs of which `first` says what takes part. `safe` says whether the plain
/// pass did not leave the range, `sizes` what the largest magnitude on either side is.
fn moments<X: Terms, Y: Terms>(
    job: Job<'_>,
    first: X,
    second: Y,
    safe: impl Fn(PairMoments) -> bool,
    sizes: impl Fn() -> Result<[f64; 2], Cancelled>,
) -> Result<ScaledMoments, Cancelled> {
    let moments = reduce(job, Pairs(first, second))?;
    let plain = ScaledMoments { moments, exponents: [0; 2] };
    if moments.count == 0.0 || safe(moments) {
        return Ok(plain);
    }
    let sizes = sizes()?;
    let usual = |size: f64| size > LARGE && size < 1.0 / LARGE;
    let unscalable = |size: f64| size == 0.0 || !size.is_finite();
    if sizes.into_iter().all(usual) || sizes.into_iter().any(unscalable) {
        return Ok(plain);
    }
    let (first_exponent, first_factors) = unit_scale(sizes[0]);
    let (second_exponent, second_factors) = unit_scale(sizes[1]);
    let first = Changed(first, Rare::Scale(first_factors));
    let second = Changed(second, Rare::Scale(second_factors));
    let moments = reduce(job, Pairs(first, second))?;
    Ok(ScaledMoments { moments, exponents: [first_exponent, second_exponent] })
}

/// The largest magnitude on either side, among the pairs that take part.
fn sizes<X: Terms, Y: Terms>(
    job: Job<'_>,
    first: X,
    second: Y,
    filter: Filter<'_>,
) -> Result<[f64; 2], Cancelled> {
    Ok([
        filtered!(Second(second, first), filter, terms => largest(job, terms))?,
        filtered!(Second(first, second), filter, terms => largest(job, terms))?,
    ])
}

fn is_safe(sum: f64, count: f64) -> bool {
    sum.abs() >= SAFE * count && sum.abs() < f64::INFINITY
}

/// `value * 2^exponent`, rounded once. `value` is of usual size or not finite.
fn times_power(value: f64, exponent: i32) -> f64 {
    let mut value = value;
    let mut rest = exponent;
    // The last step alone may leave the range of normal numbers.
    while !(-1000..=1000).contains(&rest) {
        let step = (rest / 2).clamp(-700, 700);
        value *= power_of_two(step);
        rest -= step;
    }
    value * power_of_two(rest)
}

macro_rules! float {
    ($($T:ident)+) => {$(
        impl Pairwise for $T {
            fn covariance(
                job: Job<'_>,
                left: &[Self],
                right: &[Self],
                filter: Filter<'_>,
                ddof: usize,
            ) -> Result<f64, Cancelled> {
                let (a, b) = (Values::new(left), Values::new(right));
                let ScaledMoments { moments, exponents } = filtered!(Second(b, a), filter, first => {
                    let safe = |m: PairMoments| is_safe(m.products, m.count);
                    moments(job, first, b, safe, || sizes(job, a, b, filter))
                })?;
                let Some(divisor) = divisor(moments.count as usize, ddof) else {
                    return Ok(f64::NAN);
                };
                let value = moments.products / divisor as f64;
                Ok(rounded::<$T>(times_power(value, exponents[0] + exponents[1])))
            }

            fn correlation(
                job: Job<'_>,
                left: &[Self],
                right: &[Self],
                filter: Filter<'_>,
            ) -> Result<f64, Cancelled> {
                let (a, b) = (Values::new(left), Values::new(right));
                let safe = |m: PairMoments| m.squares.into_iter().all(|s| is_safe(s, m.count));
                let ScaledMoments { moments, .. } = filtered!(Second(b, a), filter, first => {
                    moments(job, first, b, safe, || sizes(job, a, b, filter))
                })?;
                let [first, second] = moments.squares;
                Ok(rounded::<$T>(coefficient(moments.products, first, second)))
            }
        }
    )+};
}

float!(f16 f32 f64);

/// `value` rounded to `T`, as a double, with one NaN only.
fn rounded<T: Float>(value: f64) -> f64 {
    if value.is_nan() { f64::NAN } else { T::narrow(value).widen() }
}
