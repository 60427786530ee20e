//! The reductions over integers: sums, sums of products and of magnitudes, extremes, and what
//! `variance` and `describe` need in one pass. The order of integer operations is free, so the
//! compiler chooses the lanes.

use crate::exact::Exact;
use crate::integer::Integer;
use crate::select::Select;
use crate::simd::{Body, Simd};
use crate::split::Reduction;

/// Bytes of elements that stay in the L1 cache.
const BLOCK_BYTES: usize = 16 << 10;

/// A slice and what of it takes part.
#[derive(Clone, Copy)]
pub(crate) struct Part<'a, T, P> {
    pub(crate) values: &'a [T],
    pub(crate) select: P,
}

impl<T, P: Select> Part<'_, T, P> {
    /// What is looked at more than once, while it is in the L1 cache.
    #[inline(always)]
    fn blocks(self) -> impl Iterator<Item = Self> {
        let (len, block) = (self.values.len(), BLOCK_BYTES / size_of::<T>());
        (0..len).step_by(block).map(move |start| {
            let end = len.min(start + block);
            Part { values: &self.values[start..end], select: self.select.slice(start, end) }
        })
    }

    #[inline(always)]
    fn bytes(self) -> usize {
        self.values.len() * (size_of::<T>() + P::BYTES)
    }

    #[inline(always)]
    fn count(self) -> usize {
        self.select.count(self.values.len())
    }

    #[inline(always)]
    fn cut(self) -> (Self, Self) {
        let (len, middle) = (self.values.len(), self.values.len() / 2);
        let (left, right) = self.values.split_at(middle);
        (
            Part { values: left, select: self.select.slice(0, middle) },
            Part { values: right, select: self.select.slice(middle, len) },
        )
    }
}

/// A body over one [`Part`] as a reduction.
macro_rules! reduction {
    ($Name:ident, |$part:ident| -> $Output:ty $body:block, |$left:ident, $right:ident| $merge:expr) => {
        impl<T: Integer, P: Select> Body for $Name<'_, T, P> {
            type Output = $Output;

            #[inline(always)]
            fn run<S: Simd>(self, _: S) -> $Output {
                let $part = self.0;
                $body
            }
        }

        impl<T: Integer, P: Select> Reduction for $Name<'_, T, P> {
            #[inline]
            fn bytes(self) -> usize {
                self.0.bytes()
            }

            #[inline]
            fn cut(self) -> (Self, Self) {
                let (left, right) = self.0.cut();
                ($Name(left), $Name(right))
            }

            #[inline]
            fn merge($left: $Output, $right: $Output) -> $Output {
                $merge
            }
        }
    };
}

/// The sum of the elements, and how many there are. Less than 2^60 elements of less than 2^64
/// fit into 128 bits.
#[derive(Clone, Copy)]
pub(crate) struct Total<'a, T, P>(pub(crate) Part<'a, T, P>);

reduction!(
    Total,
    |part| -> (i128, usize) {
        let (mut sum, mut count) = (0, 0);
        for block in part.blocks() {
            sum += T::total(block.values, block.select);
            count += block.count();
        }
        (sum, count)
    },
    |left, right| (left.0 + right.0, left.1 + right.1)
);

/// The sum of the absolute values.
#[derive(Clone, Copy)]
pub(crate) struct Magnitudes<'a, T, P>(pub(crate) Part<'a, T, P>);

reduction!(
    Magnitudes,
    |part| -> i128 { T::magnitudes(part.values, part.select) },
    |left, right| left + right
);

/// Least and greatest element; the wrong way round when nothing takes part.
pub(crate) type Extremes<T> = (T, T);

/// The least element, or with `GREATEST` the greatest. `None` when nothing takes part.
#[derive(Clone, Copy)]
pub(crate) struct Extreme<'a, T, P, const GREATEST: bool>(pub(crate) Part<'a, T, P>);

impl<T: Integer, P: Select, const GREATEST: bool> Body for Extreme<'_, T, P, GREATEST> {
    type Output = Option<T>;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> Option<T> {
        let Part { values, select } = self.0;
        let neutral = if GREATEST { T::LEAST } else { T::GREATEST };
        let kept = select.bytes(values.len());
        let mut best = neutral;
        for (index, &value) in values.iter().enumerate() {
            let value = if P::SOME && kept[index] == 0 { neutral } else { value };
            best = if GREATEST { best.max(value) } else { best.min(value) };
        }
        // The neutral value may be an element, too.
        (best != neutral || self.0.count() > 0).then_some(best)
    }
}

impl<T: Integer, P: Select, const GREATEST: bool> Reduction for Extreme<'_, T, P, GREATEST> {
    #[inline]
    fn bytes(self) -> usize {
        self.0.bytes()
    }

    #[inline]
    fn cut(self) -> (Self, Self) {
        let (left, right) = self.0.cut();
        (Extreme(left), Extreme(right))
    }

    #[inline]
    fn merge(left: Option<T>, right: Option<T>) -> Option<T> {
        match (left, right) {
            (Some(left), Some(right)) if GREATEST => Some(left.max(right)),
            (Some(left), Some(right)) => Some(left.min(right)),
            (one, other) => one.or(other),
        }
    }
}

/// Both extremes, read once, and how many elements there are.
#[derive(Clone, Copy)]
pub(crate) struct LeastAndGreatest<'a, T, P>(pub(crate) Part<'a, T, P>);

reduction!(
    LeastAndGreatest,
    |part| -> (Extremes<T>, usize) {
        let (mut extremes, mut count) = ((T::GREATEST, T::LEAST), 0);
        for block in part.blocks() {
            extremes = wider(extremes, block_extremes(block));
            count += block.count();
        }
        (extremes, count)
    },
    |left, right| (wider(left.0, right.0), left.1 + right.1)
);

/// Two loops: the compiler does not vectorise one with two results.
#[inline(always)]
fn block_extremes<T: Integer, P: Select>(block: Part<'_, T, P>) -> Extremes<T> {
    let Part { values, select } = block;
    let kept = select.bytes(values.len());
    let (mut least, mut greatest) = (T::GREATEST, T::LEAST);
    for (index, &value) in values.iter().enumerate() {
        least = least.min(if P::SOME && kept[index] == 0 { T::GREATEST } else { value });
    }
    for (index, &value) in values.iter().enumerate() {
        greatest = greatest.max(if P::SOME && kept[index] == 0 { T::LEAST } else { value });
    }
    (least, greatest)
}

#[inline(always)]
fn wider<T: Integer>(left: Extremes<T>, right: Extremes<T>) -> Extremes<T> {
    (left.0.min(right.0), left.1.max(right.1))
}

/// Count, sum and sum of squares; memory is read once.
#[derive(Clone, Copy)]
pub(crate) struct PowerTotals<'a, T, P>(pub(crate) Part<'a, T, P>);

/// Count, sum and sum of squares.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Powers {
    pub(crate) count: usize,
    pub(crate) sum: i128,
    pub(crate) squares: Exact,
}

impl Powers {
    const NONE: Powers = Powers { count: 0, sum: 0, squares: Exact::ZERO };

    #[inline(always)]
    fn of<T: Integer, P: Select>(block: Part<'_, T, P>) -> Powers {
        let Part { values, select } = block;
        Powers {
            count: block.count(),
            sum: T::total(values, select),
            squares: T::products(values, values, select),
        }
    }

    #[inline(always)]
    fn plus(self, other: Powers) -> Powers {
        Powers {
            count: self.count + other.count,
            sum: self.sum + other.sum,
            squares: self.squares.plus(other.squares),
        }
    }
}

reduction!(
    PowerTotals,
    |part| -> Powers {
        let mut powers = Powers::NONE;
        for block in part.blocks() {
            powers = powers.plus(Powers::of(block));
        }
        powers
    },
    |left, right| left.plus(right)
);

/// All of that and the extremes.
#[derive(Clone, Copy)]
pub(crate) struct Describe<'a, T, P>(pub(crate) Part<'a, T, P>);

reduction!(
    Describe,
    |part| -> (Powers, Extremes<T>) {
        let mut all = (Powers::NONE, (T::GREATEST, T::LEAST));
        for block in part.blocks() {
            all.0 = all.0.plus(Powers::of(block));
            all.1 = wider(all.1, block_extremes(block));
        }
        all
    },
    |left, right| (left.0.plus(right.0), wider(left.1, right.1))
);

/// The sum of the products of two slices of one length.
#[derive(Clone, Copy)]
pub(crate) struct ProductTotal<'a, T, P>(pub(crate) Part<'a, T, P>, pub(crate) &'a [T]);

impl<T: Integer, P: Select> Body for ProductTotal<'_, T, P> {
    type Output = Exact;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> Exact {
        T::products(self.0.values, self.1, self.0.select)
    }
}

impl<T: Integer, P: Select> Reduction for ProductTotal<'_, T, P> {
    #[inline]
    fn bytes(self) -> usize {
        self.0.bytes() + size_of_val(self.1)
    }

    #[inline]
    fn cut(self) -> (Self, Self) {
        let (left, right) = self.0.cut();
        let (left_factors, right_factors) = self.1.split_at(left.values.len());
        (ProductTotal(left, left_factors), ProductTotal(right, right_factors))
    }

    #[inline]
    fn merge(left: Exact, right: Exact) -> Exact {
        left.plus(right)
    }
}
