use allcores_parallel::{Cancelled, Token, join};

use crate::element::Element;
use crate::error::Error;
use crate::order::count::{Counts, is_counted};
use crate::order::distribute::{Distributed, Sink, Source, on_threads, sort_into};
use crate::order::element::Ordered;
use crate::simd::{Body, Simd};
use crate::split::Job;

/// Writes `values` to `out`, sorted as `TypedArray.prototype.sort` does it: rising, −0 before
/// +0, NaNs last. Every element keeps its bits; NaNs are ordered by theirs.
///
/// The same bits on any number of threads and on every instruction set. Elements of 32 and 64
/// bits take private memory of the size of the input; up to 65,536 elements are sorted on the
/// calling thread alone. When it is cancelled, `out` may be partly written.
///
/// ```
/// use allcores_numeric::sort;
/// use allcores_parallel::Token;
/// let mut out = [0.0; 4];
/// sort(&Token::new(), &[2.5, f64::NAN, 0.0, -1.0], &mut out).unwrap();
/// assert_eq!(out[..3], [-1.0, 0.0, 2.5]);
/// assert!(out[3].is_nan());
/// ```
///
/// # Errors
/// [`Error::Lengths`] when `out` has another length; [`Error::Cancelled`].
pub fn sort<T: Element>(token: &Token, values: &[T], out: &mut [T]) -> Result<(), Error> {
    if values.len() != out.len() {
        return Err(Error::Lengths { left: values.len(), right: out.len() });
    }
    Ok(sort_as(Job::new(token), values, out)?)
}

/// [`sort`] at the level of a job; `out` has the length of `values`.
pub(crate) fn sort_as<T: Ordered>(
    job: Job<'_>,
    values: &[T],
    out: &mut [T],
) -> Result<(), Cancelled> {
    if is_counted::<T>(values.len()) {
        Counts::new(job, values)?.write(job, out)
    } else {
        sort_into(job, Values(values), Restore, out)
    }
}

/// [`sort`] with the result in place of the input.
///
/// # Errors
/// [`Error::Cancelled`]; `values` may be partly written then, so that elements are lost.
pub fn sort_in_place<T: Element>(token: &Token, values: &mut [T]) -> Result<(), Error> {
    let job = Job::new(token);
    if is_counted::<T>(values.len()) {
        Counts::new(job, values)?.write(job, values)?;
    } else {
        on_threads(values.len(), || {
            Distributed::new(job, Values(values))?.write(job, Restore, values)
        })?;
    }
    Ok(())
}

/// The keys of an array.
pub(crate) struct Values<'a, T>(pub(crate) &'a [T]);

impl<T> Clone for Values<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Values<'_, T> {}

impl<T: Ordered> Source for Values<'_, T> {
    type Key = T::Key;

    fn len(self) -> usize {
        self.0.len()
    }

    fn fill(self, job: Job<'_>, start: usize, keys: &mut [T::Key]) {
        job.isa.run(Fill { values: &self.0[start..start + keys.len()], keys });
    }

    fn key(self, index: usize) -> T::Key {
        self.0[index].key()
    }

    fn class_bits(self) -> u32 {
        0
    }
}

struct Fill<'a, T: Ordered> {
    values: &'a [T],
    keys: &'a mut [T::Key],
}

impl<T: Ordered> Body for Fill<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        for (key, value) in self.keys.iter_mut().zip(self.values) {
            *key = value.key();
        }
    }
}

/// Turns sorted keys into elements.
#[derive(Clone, Copy)]
struct Restore;

/// Equal elements that one thread writes.
const BAND: usize = 1 << 16;

impl<T: Ordered> Sink<T::Key, T> for Restore {
    fn write(self, job: Job<'_>, keys: &mut [T::Key], out: &mut [T]) {
        job.isa.run(Restored { keys, out });
    }

    fn write_class(
        self,
        job: Job<'_>,
        segments: &[&[T::Key]],
        out: &mut [T],
    ) -> Result<(), Cancelled> {
        let first = segments.iter().find_map(|keys| keys.first()).copied().unwrap_or_default();
        fill(job, T::from_key(first), out)
    }
}

struct Restored<'a, T: Ordered> {
    keys: &'a [T::Key],
    out: &'a mut [T],
}

impl<T: Ordered> Body for Restored<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        for (value, &key) in self.out.iter_mut().zip(self.keys) {
            *value = T::from_key(key);
        }
    }
}

/// Sets all of `out` to `value`, on all threads.
pub(crate) fn fill<T: Copy + Send + Sync>(
    job: Job<'_>,
    value: T,
    out: &mut [T],
) -> Result<(), Cancelled> {
    if out.len() <= BAND {
        out.fill(value);
        return Ok(());
    }
    let (left, right) = out.split_at_mut(out.len() / 2);
    join(job.token, || fill(job, value, left), || fill(job, value, right))?;
    Ok(())
}
