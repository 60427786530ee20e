//! The functions along an axis. Each checks its arguments, and the elements where NaNs are not
//! wanted, before anything is written.

use allcores_parallel::Token;

use super::extreme::Wanted;
use super::reductions::{arg_along, extreme_along, product_along};
use super::{Lines, Source};
use crate::element::Element;
use crate::error::Error;
use crate::filter::{Filter, NanPolicy};
use crate::precision::Precision;
use crate::split::Job;

/// Checks everything, fails for a NaN where the filter says so, and gives what the kernels need.
fn prepare<'a, 't, T: Element>(
    token: &'t Token,
    values: &'a [T],
    lines: Lines,
    filter: Filter<'a>,
    out: usize,
) -> Result<(Job<'t>, Source<'a, T>), Error> {
    lines.check(values.len(), filter, out)?;
    let job = Job::new(token);
    if filter.nan == NanPolicy::Raise
        && let Some(index) = T::first_nan(job, values, filter.mask)?
    {
        return Err(Error::Nan { index });
    }
    Ok((job, Source { values, filter, lines }))
}

/// Without elements there are no extremes, unless there are no lines either.
fn not_empty(lines: Lines) -> Result<(), Error> {
    if lines.length == 0 && lines.count() > 0 { Err(Error::Empty) } else { Ok(()) }
}

/// The sum of each line.
///
/// Floats are added in `f64` and rounded once to the element type. A line that is a slice (the
/// last axis) gives the bits of [`sum`](crate::sum()) on that slice. Otherwise the rows are
/// added to one another in groups of 64, the groups' sums along a binary tree; tables of less
/// than 32 columns first add up rows that lie side by side. `precision` is that of
/// [`sum`](crate::sum()); [`Precision::Fast`] makes no difference for columns. Integers are added
/// exactly and rounded once.
///
/// The same bits on any number of threads and on every instruction set. Up to 1 MiB it runs
/// on the calling thread alone.
///
/// ```
/// use allcores_numeric::{Filter, Lines, Precision, sum_along};
/// use allcores_parallel::Token;
/// // Two rows of three columns, along the first axis.
/// let lines = Lines { outer: 1, length: 2, inner: 3 };
/// let mut out = [0.0; 3];
/// let values = [1, 2, 3, 10, 20, 30];
/// sum_along(&Token::new(), &values, lines, Filter::ALL, Precision::Pairwise, &mut out).unwrap();
/// assert_eq!(out, [11.0, 22.0, 33.0]);
/// ```
///
/// # Errors
/// [`Error::Shape`], [`Error::OutLength`] and [`Error::MaskLength`] for lengths that do not fit
/// together; [`Error::Nan`] under [`NanPolicy::Raise`]; `out` is not written to then.
/// [`Error::Cancelled`] when the token was cancelled before the last block began; `out` may then
/// be partly written.
pub fn sum_along<T: Element>(
    token: &Token,
    values: &[T],
    lines: Lines,
    filter: Filter<'_>,
    precision: Precision,
    out: &mut [f64],
) -> Result<(), Error> {
    let (job, source) = prepare(token, values, lines, filter, out.len())?;
    if lines.length == 0 {
        out.fill(0.0);
        return Ok(());
    }
    T::sum_along(job, source, precision, out)
}

/// The product of each line, which for the last axis is [`product`](crate::product()) of that
/// slice. Other axes of floats multiply their rows in the order in which [`sum_along`] adds them;
/// integers, and floats with [`Precision::Exact`], give the exact product rounded once.
///
/// # Errors
/// As [`sum_along`].
pub fn prod_along<T: Element>(
    token: &Token,
    values: &[T],
    lines: Lines,
    filter: Filter<'_>,
    precision: Precision,
    out: &mut [f64],
) -> Result<(), Error> {
    let (job, source) = prepare(token, values, lines, filter, out.len())?;
    if lines.length == 0 {
        out.fill(1.0);
        return Ok(());
    }
    product_along(job, source, precision, out)
}

/// The mean of each line: as [`sum_along`], divided by the number of elements that take part.
/// NaN where none does.
///
/// # Errors
/// As [`sum_along`].
pub fn mean_along<T: Element>(
    token: &Token,
    values: &[T],
    lines: Lines,
    filter: Filter<'_>,
    out: &mut [f64],
) -> Result<(), Error> {
    let (job, source) = prepare(token, values, lines, filter, out.len())?;
    if lines.length == 0 {
        out.fill(f64::NAN);
        return Ok(());
    }
    T::mean_along(job, source, out)
}

/// The variance of each line, or its root, with divisor n - `ddof`; NaN where that is not above
/// zero. As exact as [`variance`](crate::variance()): a line that is a slice gives its bits;
/// otherwise the rows are taken in groups of 64, merged by Chan's formula along a binary tree.
///
/// # Errors
/// As [`sum_along`].
pub fn variance_along<T: Element>(
    token: &Token,
    values: &[T],
    lines: Lines,
    filter: Filter<'_>,
    ddof: usize,
    out: &mut [f64],
) -> Result<(), Error> {
    moments(token, values, lines, filter, ddof, false, out)
}

/// The standard deviation of each line, as [`variance_along`].
///
/// # Errors
/// As [`sum_along`].
pub fn std_along<T: Element>(
    token: &Token,
    values: &[T],
    lines: Lines,
    filter: Filter<'_>,
    ddof: usize,
    out: &mut [f64],
) -> Result<(), Error> {
    moments(token, values, lines, filter, ddof, true, out)
}

fn moments<T: Element>(
    token: &Token,
    values: &[T],
    lines: Lines,
    filter: Filter<'_>,
    ddof: usize,
    root: bool,
    out: &mut [f64],
) -> Result<(), Error> {
    let (job, source) = prepare(token, values, lines, filter, out.len())?;
    if lines.length == 0 {
        out.fill(f64::NAN);
        return Ok(());
    }
    T::variance_along(job, source, ddof, root, out)
}

macro_rules! extreme_along {
    ($(#[$doc:meta])* $name:ident, $wanted:expr) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// As [`sum_along`], and [`Error::Empty`] when a line has no element that takes part, in
        /// which case `out` may be partly written.
        pub fn $name<T: Element>(
            token: &Token,
            values: &[T],
            lines: Lines,
            filter: Filter<'_>,
            out: &mut [T],
        ) -> Result<(), Error> {
            not_empty(lines)?;
            let (job, source) = prepare(token, values, lines, filter, out.len())?;
            extreme_along(job, source, $wanted, out)
        }
    };
}

extreme_along!(
    /// The least element of each line, as [`min`](crate::min()) has it.
    min_along,
    Wanted::Least
);
extreme_along!(
    /// The greatest element of each line, as [`max`](crate::max()) has it.
    max_along,
    Wanted::Greatest
);
extreme_along!(
    /// The greatest element less the least one of each line, in the element type: integers wrap, as
    /// in numpy.
    ptp_along,
    Wanted::Range
);

macro_rules! arg_along {
    ($(#[$doc:meta])* $name:ident, $greatest:literal) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// As [`sum_along`]; [`Error::Empty`] when a line has no element that takes part, in which
        /// case `out` may be partly written; [`Error::LongLine`] when an index does not fit.
        pub fn $name<T: Element>(
            token: &Token,
            values: &[T],
            lines: Lines,
            filter: Filter<'_>,
            out: &mut [u32],
        ) -> Result<(), Error> {
            not_empty(lines)?;
            if lines.length > u32::MAX as usize {
                return Err(Error::LongLine { length: lines.length });
            }
            let (job, source) = prepare(token, values, lines, filter, out.len())?;
            arg_along(job, source, $greatest, out)
        }
    };
}

arg_along!(
    /// The index of the least element within each line, as [`argmin`](crate::argmin()) has it.
    argmin_along,
    false
);
arg_along!(
    /// The index of the greatest element within each line, as [`argmax`](crate::argmax()) has it.
    argmax_along,
    true
);
