//! Reductions along one axis of an array of any number of dimensions.
//!
//! An axis splits a contiguous array into `outer × length × inner`. A *line* is what one result
//! is made from: `length` elements, `inner` apart. Where `inner` is 1 the lines are slices, and
//! each is given to the kernel of flat arrays, or if it is short to a kernel of its own (`lines.rs`
//! and `short.rs`). Otherwise the lines of one `outer` are the columns of a table, whose rows are
//! walked in the order in which they lie in memory (`columns.rs`, `tile.rs`, and one file for each
//! family of kernels).

mod arg;
mod columns;
mod extreme;
mod float_moments;
mod float_sums;
mod integer_moments;
mod integer_sums;
mod lines;
mod public;
mod reductions;
mod row;
mod short;
#[cfg(test)]
mod tests;
mod tile;

pub use public::{
    argmax_along, argmin_along, max_along, mean_along, min_along, prod_along, ptp_along, std_along,
    sum_along, variance_along,
};
pub(crate) use reductions::AxisKernels;

use crate::error::Error;
use crate::filter::Filter;

/// How an axis splits a contiguous array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lines {
    /// The product of the dimensions before the axis.
    pub outer: usize,
    /// The axis.
    pub length: usize,
    /// The product of the dimensions behind it.
    pub inner: usize,
}

impl Lines {
    /// How many lines there are: one result for each.
    #[must_use]
    pub fn count(self) -> usize {
        self.outer * self.inner
    }

    fn check(self, values: usize, filter: Filter<'_>, out: usize) -> Result<(), Error> {
        let wanted = self.length.checked_mul(self.inner).and_then(|n| n.checked_mul(self.outer));
        if wanted != Some(values) {
            return Err(Error::Shape { lines: self, values });
        }
        filter.check(values)?;
        if out != self.count() {
            return Err(Error::OutLength { expected: self.count(), got: out });
        }
        Ok(())
    }
}

/// An array, what of it takes part, and how the axis splits it.
#[derive(Clone, Copy)]
pub struct Source<'a, T> {
    pub(crate) values: &'a [T],
    pub(crate) filter: Filter<'a>,
    pub(crate) lines: Lines,
}

impl<'a, T: Copy> Source<'a, T> {
    /// A copy of the elements of one line, and of its mask.
    fn line(self, outer: usize, column: usize) -> (Vec<T>, Option<Vec<u8>>) {
        let Lines { length, inner, .. } = self.lines;
        let start = outer * length * inner + column;
        let indices = || (0..length).map(|row| start + row * inner);
        let values = indices().map(|index| self.values[index]).collect();
        let mask = self.filter.mask.map(|mask| indices().map(|index| mask[index]).collect());
        (values, mask)
    }
}
