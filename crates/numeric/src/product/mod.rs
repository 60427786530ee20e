//! Products: in the order of the sums' tree, in lanes, or exact with one rounding.

mod estimate;
mod exactly;
mod factor;
#[cfg(test)]
mod tests;
mod tree;

use allcores_parallel::{Cancelled, Token};
use half::f16;

use crate::element::Element;
use crate::error::Error;
use crate::filter::Filter;
use crate::first_nan::raise;
use crate::kept::filtered;
use crate::precision::Precision;
use crate::split::{Job, reduce};
use crate::terms::{Terms, Values};

use estimate::{Estimate, Estimated, Verdict};
use exactly::{OddPart, Truncated};
use factor::{Input, Multiply};
use tree::Ordered;

/// The product of `values`, 1 when there are none.
///
/// - Floats: calculated in `f64` and rounded once to the element type. The order depends on
///   the length only: the tree of [`sum`](crate::sum()), or 64 lanes with [`Precision::Fast`] and no filter;
///   what overflows or underflows on the way stays infinite or zero. At most n - 1 roundings
///   of half a unit each. With [`Precision::Exact`] the exact product rounded once: nothing
///   overflows or underflows unless the product itself does.
/// - Integers: always the exact product, rounded once to `f64`; infinite when it is larger
///   than every double. See [`product_size`] for the way to the integer itself.
///
/// A NaN gives NaN, and so do a zero and an infinity together. The same bits on any number of
/// threads and on every instruction set. Up to 1 MiB it runs on the calling thread alone.
///
/// ```
/// use allcores_numeric::{Filter, Precision, product};
/// use allcores_parallel::Token;
/// let token = Token::new();
/// let (large, small) = (2.0_f64.powi(1000), 2.0_f64.powi(-1000));
/// let values = [large, large, small, small, 3.0];
/// let exact = product(&token, &values, Filter::ALL, Precision::Exact);
/// assert_eq!(exact, Ok(3.0));
/// assert_eq!(product(&token, &[2_u8, 3, 7], Filter::ALL, Precision::Pairwise), Ok(42.0));
/// ```
///
/// # Errors
/// [`Error::Cancelled`], [`Error::MaskLength`], and [`Error::Nan`] where the filter raises it.
pub fn product<T: Element>(
    token: &Token,
    values: &[T],
    filter: Filter<'_>,
    precision: Precision,
) -> Result<f64, Error> {
    filter.check(values.len())?;
    let job = Job::new(token);
    let product = T::product(job, values, filter, precision)?;
    raise(job, values, filter, product.is_nan())?;
    Ok(product)
}

/// What the exact product of integers will be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProductSize {
    /// Whether it is below zero.
    pub is_negative: bool,
    /// Its number of bits, 0 for the product 0. Perhaps one too few or too many.
    pub bits: u64,
}

/// How large the exact product of the integers is that the filter leaves.
///
/// ```
/// use allcores_numeric::{Filter, ProductSize, product_size};
/// use allcores_parallel::Token;
/// let size = product_size(&Token::new(), &[-1000_i32; 1000], Filter::ALL);
/// assert_eq!(size, Ok(ProductSize { is_negative: false, bits: 9966 }));
/// ```
///
/// # Errors
/// [`Error::Cancelled`] and [`Error::MaskLength`].
pub fn product_size<T: Element>(
    token: &Token,
    values: &[T],
    filter: Filter<'_>,
) -> Result<ProductSize, Error> {
    filter.check(values.len())?;
    Ok(T::product_size(Job::new(token), values, filter)?)
}

/// The products of one element type.
pub trait ProductKernels: Sized {
    #[doc(hidden)]
    fn product(
        job: Job<'_>,
        values: &[Self],
        filter: Filter<'_>,
        precision: Precision,
    ) -> Result<f64, Cancelled>;
    #[doc(hidden)]
    fn product_size(
        job: Job<'_>,
        values: &[Self],
        filter: Filter<'_>,
    ) -> Result<ProductSize, Cancelled>;
}

macro_rules! products {
    ($($T:ident)+, $ordered:ident) => {$(
        impl ProductKernels for $T {
            fn product(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
                precision: Precision,
            ) -> Result<f64, Cancelled> {
                $ordered(job, values, filter, precision)
            }

            fn product_size(
                job: Job<'_>,
                values: &[Self],
                filter: Filter<'_>,
            ) -> Result<ProductSize, Cancelled> {
                size(job, values, filter)
            }
        }
    )+};
}

products!(f16 f32 f64, of_floats);
products!(i8 u8 i16 u16 i32 u32 i64 u64, of_integers);

fn of_floats<T: Multiply>(
    job: Job<'_>,
    values: &[T],
    filter: Filter<'_>,
    precision: Precision,
) -> Result<f64, Cancelled> {
    if precision == Precision::Exact {
        return exact(job, values, filter);
    }
    let product = filtered!(Values::new(values), filter, terms => ordered(job, terms, precision))?;
    Ok(T::rounded(product))
}

fn ordered<V: Terms>(job: Job<'_>, terms: V, precision: Precision) -> Result<f64, Cancelled> {
    match precision {
        Precision::Fast if !V::FILTERED => reduce(job, Ordered::<_, true>(terms)),
        _ => reduce(job, Ordered::<_, false>(terms)),
    }
}

fn of_integers<T: Multiply>(
    job: Job<'_>,
    values: &[T],
    filter: Filter<'_>,
    _: Precision,
) -> Result<f64, Cancelled> {
    exact(job, values, filter)
}

fn size<T: Multiply>(
    job: Job<'_>,
    values: &[T],
    filter: Filter<'_>,
) -> Result<ProductSize, Cancelled> {
    let estimate = estimate(job, values, filter)?;
    if estimate.is_zero() {
        return Ok(ProductSize { is_negative: false, bits: 0 });
    }
    let bits = estimate.exponent().unsigned_abs() + 1;
    Ok(ProductSize { is_negative: estimate.is_negative(), bits })
}

fn estimate<T: Multiply>(
    job: Job<'_>,
    values: &[T],
    filter: Filter<'_>,
) -> Result<Estimate, Cancelled> {
    filtered!(Values::new(values), filter, terms => reduce(job, Estimated(terms)))
}

/// The exact product rounded once.
fn exact<T: Multiply>(job: Job<'_>, values: &[T], filter: Filter<'_>) -> Result<f64, Cancelled> {
    let estimate = estimate(job, values, filter)?;
    if let Some(special) = estimate.special() {
        // Integers have no −0.
        return Ok(if T::IS_INTEGER { 0.0 } else { special });
    }
    if T::FITS_DOUBLE
        && let Verdict::Known(product) = estimate.verdict(T::RESULT)
    {
        return Ok(product);
    }
    let size = hard(job, Input { values, filter })?;
    Ok(if estimate.is_negative() { -size } else { size })
}

/// The magnitude of a product that an estimate cannot round.
fn hard<T: Multiply>(job: Job<'_>, input: Input<'_, T>) -> Result<f64, Cancelled> {
    if let Some((odd, exponent)) = reduce(job, OddPart(input))? {
        let size = crate::rounding::Magnitude::new(odd.into(), exponent);
        return Ok(size.map_or(0.0, |size| T::RESULT.round(size)));
    }
    let mut count = 4;
    loop {
        if let Some(size) = reduce(job, Truncated { input, count })?.round(T::RESULT) {
            return Ok(size);
        }
        count *= 2;
    }
}
