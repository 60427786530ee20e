//! The walk over tables. Rows are taken in leaves of 64, or of 128 where the order makes no
//! difference; within a leaf a kernel goes through them in order, with one accumulator for each
//! column, and the leaves are put together along a binary tree that is complete from the left. So
//! the order of the operations depends on the shape only, and the error of a sum grows with the
//! logarithm of the number of rows.
//!
//! A table of few columns is folded first: several rows lie side by side as one, and a leaf has
//! 64 or 128 of these.

use std::sync::{Mutex, PoisonError};

use allcores_parallel::{Blocks, Cancelled, enter, for_each_band, join};

use super::row::Row;
use super::tile::Tile;
use super::{Lines, Source};
use crate::error::Error;
use crate::filter::{Filter, NanPolicy};
use crate::simd::{Body, Simd};
use crate::split::Job;

/// Rows of a leaf where their number makes no difference to the result. Counts of 8 bits hold it.
pub(super) const LONG_LEAF: usize = 128;
/// A table that is narrower is folded.
const NARROW: usize = 32;
/// To at least so many columns.
const FOLDED: usize = 64;
/// Rows of a block of columns are at most so long: the accumulators stay in the L1 or L2 cache.
const ROW_BYTES: usize = 4096;
/// What one thread does at a time; see `split.rs`.
const PIECE_BYTES: usize = 1 << 18;
const INLINE_BYTES: usize = 1 << 20;

/// A kernel over the columns of a table.
pub(super) trait Columns: Copy + Send + Sync {
    type Element: Row;
    /// One value for each column, from some of the rows.
    type Accumulators: Clone + Send;
    type Out: Copy + Send;

    /// Whether the result does not need to know which row an element came from.
    const FOLDS: bool = true;

    /// Rows of a leaf.
    const LEAF: usize = 64;

    /// Columns of a block, at most.
    const COLUMNS: usize = 4096;

    /// Room for `width` columns.
    fn room(self, width: usize) -> Self::Accumulators;

    /// The values of one tile, of which row 0 is row `first` of the table.
    fn reduce<S: Simd>(
        self,
        simd: S,
        tile: Tile<'_, Self::Element>,
        first: usize,
        into: &mut Self::Accumulators,
    );

    /// Puts together the values of earlier rows with those of later ones, which are at `from`.
    fn merge<S: Simd>(
        self,
        simd: S,
        earlier: &mut Self::Accumulators,
        later: &Self::Accumulators,
        from: usize,
        width: usize,
    );

    /// The results of the columns from `column` of table `outer`.
    fn finish(
        self,
        job: Job<'_>,
        source: Source<'_, Self::Element>,
        at: (usize, usize),
        values: &Self::Accumulators,
        out: &mut [Self::Out],
    ) -> Result<(), Error>;
}

/// Some columns of one table.
#[derive(Clone, Copy)]
struct Block {
    outer: usize,
    first: usize,
    width: usize,
}

/// How a table is walked: decided by its shape alone.
#[derive(Clone, Copy)]
struct Plan {
    lines: Lines,
    /// Rows that lie side by side as one.
    fold: usize,
    /// Of these.
    leaf: usize,
    /// Columns of a block.
    columns: usize,
}

impl Plan {
    fn new<C: Columns>(lines: Lines) -> Plan {
        let Lines { length, inner, .. } = lines;
        let fold = FOLDED.div_ceil(inner.max(1)).next_multiple_of(8);
        let fold = if C::FOLDS && inner < NARROW && length >= 2 * fold { fold } else { 1 };
        let most = (ROW_BYTES / size_of::<C::Element>()).min(C::COLUMNS);
        // Blocks of equal width, in whole cache lines.
        let columns = inner.div_ceil(inner.div_ceil(most).max(1)).next_multiple_of(64).min(inner);
        Plan { lines, fold, leaf: C::LEAF, columns: columns.max(1) }
    }

    fn leaf_rows(self) -> usize {
        self.leaf * self.fold
    }

    fn leaves(self) -> usize {
        self.lines.length.div_ceil(self.leaf_rows())
    }

    /// Levels of the tree over all leaves.
    fn levels(self) -> u32 {
        self.leaves().next_power_of_two().trailing_zeros()
    }

    /// The blocks of columns whose results are `out`, which begins at result `start`.
    fn blocks<O>(self, start: usize, out: &mut [O]) -> impl Iterator<Item = (Block, &mut [O])> {
        let mut rest = out;
        let mut at = start;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let (outer, first) = (at / self.lines.inner, at % self.lines.inner);
            let width = self.columns.min(self.lines.inner - first).min(rest.len());
            let (out, others) = std::mem::take(&mut rest).split_at_mut(width);
            (rest, at) = (others, at + width);
            Some((Block { outer, first, width }, out))
        })
    }
}

/// The leaves from `index << level` on, at most `1 << level` of them, in a block of columns.
struct Subtree<'a, C: Columns> {
    kernel: C,
    source: Source<'a, C::Element>,
    plan: Plan,
    block: Block,
    level: u32,
    index: usize,
    /// Room for the nodes that wait for their right halves, the leaves' first.
    nodes: &'a mut Vec<C::Accumulators>,
}

impl<C: Columns> Body for Subtree<'_, C> {
    type Output = ();

    /// Leaves the value of the subtree in the first node.
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Subtree { kernel, source, plan, block, level, index, nodes } = self;
        let first = index << level;
        let leaves = plan.leaves().min(first + (1 << level)) - first;
        for leaf in 0..leaves {
            // The value that is being made lies behind those that wait.
            let waiting = leaf.count_ones() as usize;
            while nodes.len() <= waiting + 1 {
                nodes.push(kernel.room(plan.columns * plan.fold));
            }
            leaf_value(kernel, simd, source, plan, block, first + leaf, &mut nodes[waiting..]);
            // What it completes, and behind the last leaf all that has no right half.
            let complete = (leaf + 1).trailing_zeros() as usize;
            let merges = if leaf + 1 == leaves { waiting } else { complete };
            for merged in 0..merges {
                let (earlier, later) = nodes.split_at_mut(waiting - merged);
                kernel.merge(simd, &mut earlier[waiting - merged - 1], &later[0], 0, block.width);
            }
        }
    }
}

/// Blocks of columns that are small enough for one thread, one after the other.
struct Band<'a, C: Columns> {
    walk: &'a Walk<'a, C>,
    start: usize,
    out: &'a mut [C::Out],
}

impl<C: Columns> Body for Band<'_, C> {
    type Output = Result<(), Error>;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Result<(), Error> {
        let Walk { job, kernel, source, plan } = *self.walk;
        let level = plan.levels();
        let mut nodes = Vec::new();
        for (block, out) in plan.blocks(self.start, self.out) {
            let nodes = &mut nodes;
            simd.call(Subtree { kernel, source, plan, block, level, index: 0, nodes });
            kernel.finish(job, source, (block.outer, block.first), &nodes[0], out)?;
        }
        Ok(())
    }
}

/// Makes the value of one leaf in `nodes[0]`. `nodes[1]` may be written to.
#[inline(always)]
fn leaf_value<C: Columns, S: Simd>(
    kernel: C,
    simd: S,
    source: Source<'_, C::Element>,
    plan: Plan,
    block: Block,
    leaf: usize,
    nodes: &mut [C::Accumulators],
) {
    let Lines { length, inner, .. } = plan.lines;
    let first = leaf * plan.leaf_rows();
    let rows = plan.leaf_rows().min(length - first);
    let start = (block.outer * length + first) * inner + block.first;
    let tile = |skip: usize, rows: usize, fold: usize| {
        let start = start + skip * inner;
        let width = block.width * fold;
        let stride = inner * fold;
        let filter =
            Filter { mask: source.filter.mask.map(|mask| &mask[start..]), ..source.filter };
        Tile { values: &source.values[start..], filter, stride, rows, width }
    };
    let folded = rows / plan.fold;
    let [value, other, ..] = nodes else { return };
    // First the rows that lie side by side, then those that are left over.
    for (skip, rows, fold) in [(0, folded, plan.fold), (folded * plan.fold, rows % plan.fold, 1)] {
        if rows == 0 {
            continue;
        }
        let fresh = skip == 0;
        let into = if fresh { &mut *value } else { &mut *other };
        kernel.reduce(simd, tile(skip, rows, fold), first + skip, into);
        let mut groups = fold;
        while groups > 1 {
            // The first half takes the second one in.
            let keep = groups.div_ceil(2);
            let later = value.clone();
            kernel.merge(simd, value, &later, keep * inner, (groups - keep) * inner);
            groups = keep;
        }
        if !fresh {
            kernel.merge(simd, value, other, 0, block.width);
        }
    }
}

struct Merge<'a, C: Columns> {
    kernel: C,
    earlier: &'a mut C::Accumulators,
    later: &'a C::Accumulators,
    width: usize,
}

impl<C: Columns> Body for Merge<'_, C> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        self.kernel.merge(simd, self.earlier, self.later, 0, self.width);
    }
}

struct Walk<'a, C: Columns> {
    job: Job<'a>,
    kernel: C,
    source: Source<'a, C::Element>,
    plan: Plan,
}

impl<C: Columns> Walk<'_, C> {
    fn row_bytes(&self, block: Block) -> usize {
        let mask = usize::from(self.source.filter.mask.is_some());
        block.width * self.plan.fold * (size_of::<C::Element>() + mask)
    }

    /// The value of a subtree, whose halves may run at the same time.
    fn node(&self, block: Block, level: u32, index: usize) -> Result<C::Accumulators, Cancelled> {
        let half = level.saturating_sub(1);
        if level == 0 || (self.row_bytes(block) * C::LEAF) << half < PIECE_BYTES {
            let Walk { job, kernel, source, plan } = *self;
            let mut nodes = Vec::new();
            job.isa.run(Subtree { kernel, source, plan, block, level, index, nodes: &mut nodes });
            return Ok(nodes.swap_remove(0));
        }
        if (2 * index + 1) << half >= self.plan.leaves() {
            return self.node(block, half, 2 * index);
        }
        let (mut earlier, later) = join(
            self.job.token,
            || self.node(block, half, 2 * index),
            || self.node(block, half, 2 * index + 1),
        )?;
        let Walk { kernel, job, .. } = *self;
        job.isa.run(Merge { kernel, earlier: &mut earlier, later: &later, width: block.width });
        Ok(earlier)
    }

    /// The results from `start` on.
    fn band(&self, start: usize, out: &mut [C::Out]) -> Result<(), Error> {
        let largest = Block { outer: 0, first: 0, width: self.plan.columns };
        let levels = self.plan.levels();
        if (self.row_bytes(largest) * C::LEAF) << levels <= INLINE_BYTES {
            return self.job.isa.run(Band { walk: self, start, out });
        }
        for (block, out) in self.plan.blocks(start, out) {
            let value = self.node(block, levels, 0)?;
            self.kernel.finish(self.job, self.source, (block.outer, block.first), &value, out)?;
        }
        Ok(())
    }
}

/// Reduces all columns of all tables. There is at least one row.
pub(super) fn reduce_columns<C: Columns>(
    job: Job<'_>,
    kernel: C,
    source: Source<'_, C::Element>,
    out: &mut [C::Out],
) -> Result<(), Error> {
    // Only floats can be NaN.
    let source = match source.filter.nan {
        NanPolicy::Omit if C::Element::HAS_NAN => source,
        _ => Source { filter: Filter { nan: NanPolicy::Propagate, ..source.filter }, ..source },
    };
    let plan = Plan::new::<C>(source.lines);
    let walk = Walk { job, kernel, source, plan };
    let mask = usize::from(source.filter.mask.is_some());
    let line_bytes = source.lines.length * (size_of::<C::Element>() + mask);
    // Whole blocks of columns, or whole tables where these are small.
    let unit = plan.columns;
    let size = (PIECE_BYTES / line_bytes.max(1)).next_multiple_of(unit).max(unit);
    let inline = INLINE_BYTES / line_bytes.max(1);
    let blocks = Blocks { size, inline_up_to: inline };
    let mut run = || run_bands(job, out, blocks, |start, band| walk.band(start, band));
    // A few long columns are one band, whose walk splits by itself when it is on the pool.
    if source.lines.count() > inline { enter(run) } else { run() }
}

/// Runs the bands; of several failures the first band's counts.
pub(super) fn run_bands<O: Send>(
    job: Job<'_>,
    out: &mut [O],
    blocks: Blocks,
    kernel: impl Fn(usize, &mut [O]) -> Result<(), Error> + Sync,
) -> Result<(), Error> {
    let failure = Mutex::new(None::<(usize, Error)>);
    for_each_band(job.token, out, blocks, |start, band| {
        if let Err(error) = kernel(start, band) {
            let mut failure = failure.lock().unwrap_or_else(PoisonError::into_inner);
            if failure.is_none_or(|(first, _)| start < first) {
                *failure = Some((start, error));
            }
        }
    })?;
    match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some((_, error)) => Err(error),
        None => Ok(()),
    }
}
