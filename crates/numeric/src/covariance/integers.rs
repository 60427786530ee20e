//! Covariance and correlation of integers, from exact sums.

use allcores_parallel::Cancelled;

use super::{Pairwise, coefficient};
use crate::element::divisor;
use crate::exact::Exact;
use crate::filter::Filter;
use crate::integer::Integer;
use crate::quotient::quotient;
use crate::select::{Select, selected};
use crate::simd::{Body, Simd};
use crate::split::{Job, Reduction, reduce};

/// Bytes of one array that stay in the L1 cache while several sums are made of them.
const BLOCK_BYTES: usize = 8 << 10;

/// What both results are made from.
#[derive(Clone, Copy)]
struct PairSums {
    count: usize,
    sums: [i128; 2],
    /// 0 without `SQUARES`.
    squares: [Exact; 2],
    products: Exact,
}

/// The sums over pairs of which `select` says which take part.
#[derive(Clone, Copy)]
struct PairTotals<'a, T, P, const SQUARES: bool> {
    sides: [&'a [T]; 2],
    select: P,
}

impl<T: Integer, P: Select, const SQUARES: bool> Body for PairTotals<'_, T, P, SQUARES> {
    type Output = PairSums;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> PairSums {
        let len = self.sides[0].len().min(self.sides[1].len());
        let mut all = PairSums {
            count: self.select.count(len),
            sums: [0; 2],
            squares: [Exact::ZERO; 2],
            products: Exact::ZERO,
        };
        let block = BLOCK_BYTES / size_of::<T>();
        for start in (0..len).step_by(block) {
            let end = len.min(start + block);
            let select = self.select.slice(start, end);
            let sides = self.sides.map(|side| &side[start..end]);
            for (side, values) in sides.into_iter().enumerate() {
                all.sums[side] += T::total(values, select);
                if SQUARES {
                    let squares = T::products(values, values, select);
                    all.squares[side] = all.squares[side].plus(squares);
                }
            }
            all.products = all.products.plus(T::products(sides[0], sides[1], select));
        }
        all
    }
}

impl<T: Integer, P: Select, const SQUARES: bool> Reduction for PairTotals<'_, T, P, SQUARES> {
    #[inline]
    fn bytes(self) -> usize {
        self.sides[0].len() * (2 * size_of::<T>() + P::BYTES)
    }

    #[inline]
    fn cut(self) -> (Self, Self) {
        let len = self.sides[0].len();
        let middle = len / 2;
        let [first, second] = self.sides.map(|side| side.split_at(middle));
        (
            PairTotals { sides: [first.0, second.0], select: self.select.slice(0, middle) },
            PairTotals { sides: [first.1, second.1], select: self.select.slice(middle, len) },
        )
    }

    #[inline]
    fn merge(left: PairSums, right: PairSums) -> PairSums {
        PairSums {
            count: left.count + right.count,
            sums: [left.sums[0] + right.sums[0], left.sums[1] + right.sums[1]],
            squares: [
                left.squares[0].plus(right.squares[0]),
                left.squares[1].plus(right.squares[1]),
            ],
            products: left.products.plus(right.products),
        }
    }
}

/// `count * products - first * second`: the sum of the products of the deviations from the
/// means, times `count`. Below 2^60 * 2^188 for the largest array of the largest elements.
fn deviations(count: usize, products: Exact, first: i128, second: i128) -> Exact {
    let sums = Exact::from(first).times(Exact::from(second));
    Exact::from(count as u128).times(products).minus(sums)
}

macro_rules! integer {
    ($($T:ident)+) => {$(
        impl Pairwise for $T {
            fn covariance(
                job: Job<'_>,
                left: &[Self],
                right: &[Self],
                filter: Filter<'_>,
                ddof: usize,
            ) -> Result<f64, Cancelled> {
                let PairSums { count, sums, products, .. } = selected!(filter.mask, select => {
                    reduce(job, PairTotals::<_, _, false> { sides: [left, right], select })
                })?;
                let Some(divisor) = divisor(count, ddof) else {
                    return Ok(f64::NAN);
                };
                let deviations = deviations(count, products, sums[0], sums[1]);
                Ok(quotient(deviations, count as u128 * divisor as u128))
            }

            fn correlation(
                job: Job<'_>,
                left: &[Self],
                right: &[Self],
                filter: Filter<'_>,
            ) -> Result<f64, Cancelled> {
                let PairSums { count, sums, squares, products } = selected!(filter.mask, select => {
                    reduce(job, PairTotals::<_, _, true> { sides: [left, right], select })
                })?;
                let squares = [0, 1].map(|side: usize| {
                    deviations(count, squares[side], sums[side], sums[side]).to_f64()
                });
                let products = deviations(count, products, sums[0], sums[1]).to_f64();
                Ok(coefficient(products, squares[0], squares[1]))
            }
        }
    )+};
}

integer!(i8 u8 i16 u16 i32 u32 i64 u64);
