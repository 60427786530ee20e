//! Running sums and products.

mod doubles;
mod operation;
mod place;
mod products;
#[cfg(test)]
mod tests;
mod wide;

use allcores_parallel::{Cancelled, Token, relay};
use half::f16;

use crate::element::Element;
use crate::error::Error;
use crate::filter::{Filter, NanPolicy};
use crate::first_nan::raise;
use crate::split::Job;

use doubles::{BLOCK, NEUTRAL, Sums};
use operation::{Addition, Multiplication};
use place::{Apart, InPlace, Place};
use products::{Step, products, products_in_place};
pub use wide::Wide;
use wide::{Integers, WidePlace, check_products, check_sums};

/// Up to this many numbers the caller does the work alone: 1 MiB of doubles.
const INLINE_UP_TO: usize = 2 * BLOCK;

/// What a scan puts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scan {
    /// Running sums.
    Sums,
    /// Running products.
    Products,
}

/// Writes the running sums or products of `values`: `out[i]` is that of the first `i + 1`.
///
/// Calculated in `f64`, in an order that depends on the length only: the same bits on any number
/// of threads and on every instruction set. From a NaN on, all results are NaN, unless the policy
/// omits it: then it counts as 0, or as 1 in a product.
///
/// - Sums: rows of eight, in blocks of 65,536 numbers; within about (8,200 + n / 65,536) units of
///   2^-53 of the exact value, relative to the sum of the magnitudes. Sums of numbers that are
///   not negative never fall. All threads work on more than 131,072 numbers.
/// - Products: one after the other, as numpy has them, on one thread.
///
/// Results of integers are exact as long as they stay below 2^53 in magnitude.
///
/// ```
/// use allcores_numeric::{NanPolicy, Scan, scan};
/// use allcores_parallel::Token;
/// let mut out = [0.0; 3];
/// scan(&Token::new(), &[1_u8, 2, 4], &mut out, Scan::Sums, NanPolicy::Propagate).unwrap();
/// assert_eq!(out, [1.0, 3.0, 7.0]);
/// ```
///
/// # Errors
/// [`Error::Lengths`] and [`Error::Nan`] before anything is written; [`Error::Cancelled`].
pub fn scan<T: Element>(
    token: &Token,
    values: &[T],
    out: &mut [f64],
    scan: Scan,
    nan: NanPolicy,
) -> Result<(), Error> {
    same_length(values.len(), out.len())?;
    let job = Job::new(token);
    raise(job, values, Filter { mask: None, nan }, true)?;
    Ok(T::scan(job, values, out, scan, nan)?)
}

/// As [`scan`](scan()), with the results in the place of the values.
///
/// # Errors
/// [`Error::Nan`] before anything is written; [`Error::Cancelled`].
pub fn scan_in_place(
    token: &Token,
    values: &mut [f64],
    scan: Scan,
    nan: NanPolicy,
) -> Result<(), Error> {
    let job = Job::new(token);
    raise(job, values, Filter { mask: None, nan }, true)?;
    let (count, omit) = (values.len(), nan == NanPolicy::Omit);
    match scan {
        Scan::Sums => sums(job, values.chunks_mut(BLOCK).map(InPlace), count, omit)?,
        Scan::Products => products_in_place(token, values, Step { omit, integers: false })?,
    }
    Ok(())
}

/// The scans of one element type.
pub trait ScanKernels: Sized {
    /// The slices have one length.
    #[doc(hidden)]
    fn scan(
        job: Job<'_>,
        values: &[Self],
        out: &mut [f64],
        scan: Scan,
        nan: NanPolicy,
    ) -> Result<(), Cancelled>;
}

macro_rules! scans {
    ($integers:literal: $($T:ident)+) => {$(
        impl ScanKernels for $T {
            fn scan(
                job: Job<'_>,
                values: &[Self],
                out: &mut [f64],
                scan: Scan,
                nan: NanPolicy,
            ) -> Result<(), Cancelled> {
                let omit = nan == NanPolicy::Omit;
                if scan == Scan::Products {
                    return products(job.token, values, out, Step { omit, integers: $integers });
                }
                let blocks = values.chunks(BLOCK).zip(out.chunks_mut(BLOCK));
                sums(job, blocks.map(|(from, to)| Apart { from, to }), values.len(), omit)
            }
        }
    )+};
}

scans!(false: f16 f32 f64);
scans!(true: i8 u8 i16 u16 i32 u32 i64 u64);

fn sums<P: Place>(
    job: Job<'_>,
    places: impl Iterator<Item = P> + Send,
    count: usize,
    omit: bool,
) -> Result<(), Cancelled> {
    let sums = Sums::<P>::new(job.isa, omit);
    relay(job.token, places, NEUTRAL, count <= INLINE_UP_TO, &sums)?;
    Ok(())
}

/// As [`scan`](scan()), for 64-bit integers: exact.
///
/// ```
/// use allcores_numeric::{Error, Scan, scan_wide};
/// use allcores_parallel::Token;
/// let mut out = [0; 3];
/// let token = Token::new();
/// assert_eq!(scan_wide(&token, &[3_u64, 4, 5], &mut out, Scan::Products), Ok(()));
/// assert_eq!(out, [3, 12, 60]);
/// let refused = scan_wide(&token, &[1, i64::MAX, -9], &mut out, Scan::Sums);
/// assert_eq!(refused, Err(Error::Overflow { index: 1 }));
/// assert_eq!(out, [3, 12, 60]);
/// ```
///
/// # Errors
/// [`Error::Lengths`], and [`Error::Overflow`] where a running value is no `i64`, before anything
/// is written; [`Error::Cancelled`].
pub fn scan_wide<T: Wide>(
    token: &Token,
    values: &[T],
    out: &mut [i64],
    scan: Scan,
) -> Result<(), Error> {
    same_length(values.len(), out.len())?;
    let job = Job::new(token);
    check(job, values, scan)?;
    let blocks = values.chunks(BLOCK).zip(out.chunks_mut(BLOCK));
    integers(job, blocks.map(|(from, to)| WidePlace::Apart(from, to)), values.len(), scan)
}

/// As [`scan_wide`], with the results in the place of the values.
///
/// # Errors
/// [`Error::Overflow`] before anything is written; [`Error::Cancelled`].
pub fn scan_wide_in_place(token: &Token, values: &mut [i64], scan: Scan) -> Result<(), Error> {
    let job = Job::new(token);
    check(job, values, scan)?;
    let count = values.len();
    integers::<i64>(job, values.chunks_mut(BLOCK).map(WidePlace::InPlace), count, scan)
}

fn check<T: Wide>(job: Job<'_>, values: &[T], scan: Scan) -> Result<(), Error> {
    match scan {
        Scan::Sums => check_sums(job, values),
        Scan::Products => check_products(job, values),
    }
}

fn integers<'a, T: Wide + 'a>(
    job: Job<'_>,
    places: impl Iterator<Item = WidePlace<'a, T>> + Send,
    count: usize,
    scan: Scan,
) -> Result<(), Error> {
    let inline = count <= INLINE_UP_TO;
    match scan {
        Scan::Sums => relay(job.token, places, 0, inline, &Integers::<Addition, T>::new())?,
        Scan::Products => {
            relay(job.token, places, 1, inline, &Integers::<Multiplication, T>::new())?
        }
    };
    Ok(())
}

fn same_length(values: usize, out: usize) -> Result<(), Error> {
    if values == out { Ok(()) } else { Err(Error::Lengths { left: values, right: out }) }
}
