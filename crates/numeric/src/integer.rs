//! Exact sums over integers: partial sums that cannot overflow within a block, added to a
//! total of 128 or 256 bits.
//!
//! Values and products of 64 bits are added up as two halves of 32 bits each; signed ones are
//! first made unsigned by adding 2^63, which is taken off the block's total again (a shift of
//! signed 64-bit lanes is slow before AVX-512). The order of integer additions is free, so
//! the compiler chooses the lanes.

use crate::exact::Exact;
use crate::select::Select;

/// An integer element type. An element that is not selected counts as 0.
pub(crate) trait Integer: Copy + Ord + Send + Sync {
    const LEAST: Self;
    const GREATEST: Self;

    /// The sum of `values`.
    fn total<P: Select>(values: &[Self], select: P) -> i128;

    /// The sum of `left[i] * right[i]`, for two slices of one length.
    fn products<P: Select>(left: &[Self], right: &[Self], select: P) -> Exact;

    /// The sum of the absolute values.
    fn magnitudes<P: Select>(values: &[Self], select: P) -> i128;
}

/// Elements of a block: 2^24 halves of 32 bits, or 2^24 values of 32 bits, fit into 56 bits.
const BLOCK: usize = 1 << 24;
/// 2^15 products of two 8-bit values fit into 31 bits.
const BLOCK_8: usize = 1 << 15;
/// What makes a signed 64-bit value unsigned when it is added.
const BIAS: u64 = 1 << 63;

/// The total of 8- and 16-bit values: `$rows` rows of `$lanes` values fit into lanes that are
/// twice as wide as the values. (The compiler would widen each value to 64 bits at once.)
macro_rules! total_in_lanes {
    ($Sum:ty, $lanes:literal, $rows:expr, $values:ident, $select:ident, |$value:ident| $term:expr) => {{
        let mut total = 0_i128;
        for start in (0..$values.len()).step_by($rows * $lanes) {
            let end = $values.len().min(start + $rows * $lanes);
            let select = $select.slice(start, end);
            let (rows, tail) = $values[start..end].as_chunks::<$lanes>();
            let (kept, tail_kept) = select.bytes(end - start).as_chunks::<$lanes>();
            let mut lanes = [0 as $Sum; $lanes];
            for (index, row) in rows.iter().enumerate() {
                for lane in 0..$lanes {
                    let $value = row[lane];
                    let term: $Sum = $term;
                    lanes[lane] += if P::SOME && kept[index][lane] == 0 { 0 } else { term };
                }
            }
            let mut sum = 0_i64;
            for lane in lanes {
                sum += i64::from(lane);
            }
            for (index, &$value) in tail.iter().enumerate() {
                let term: $Sum = $term;
                sum += if P::SOME && tail_kept[index] == 0 { 0 } else { i64::from(term) };
            }
            total += i128::from(sum);
        }
        total
    }};
}

/// The sum of `$term` over one or two slices, block by block in `$Sum`.
macro_rules! total_in_blocks {
    ($Sum:ty, $block:expr, $select:ident, |$($value:ident in $values:ident),+| $term:expr) => {{
        let mut total = 0_i128;
        let len = shortest!($($values),+);
        for start in (0..len).step_by($block) {
            let end = len.min(start + $block);
            $(let $values = &$values[start..end];)+
            let select = $select.slice(start, end);
            let kept = select.bytes(end - start);
            let mut sum: $Sum = 0;
            for index in 0..end - start {
                $(let $value = $values[index];)+
                let term: $Sum = $term;
                sum += if P::SOME && kept[index] == 0 { 0 } else { term };
            }
            total += i128::from(sum);
        }
        total
    }};
}

/// As `total_in_blocks`, for terms of 64 unsigned bits to each of which `$bias` was added.
macro_rules! total_in_halves {
    ($bias:expr, $select:ident, |$($value:ident in $values:ident),+| $term:expr) => {{
        let mut total = 0_i128;
        let len = shortest!($($values),+);
        for start in (0..len).step_by(BLOCK) {
            let end = len.min(start + BLOCK);
            $(let $values = &$values[start..end];)+
            let select = $select.slice(start, end);
            let kept = select.bytes(end - start);
            let (mut low, mut high) = (0_u64, 0_u64);
            for index in 0..end - start {
                $(let $value = $values[index];)+
                let term: u64 = $term;
                let term = if P::SOME && kept[index] == 0 { $bias } else { term };
                low += term & 0xffff_ffff;
                high += term >> 32;
            }
            total += halves(low, high, end - start, $bias);
        }
        total
    }};
}

/// The length of the shorter slice: callers give equal ones, and no index can be out of range.
macro_rules! shortest {
    ($values:ident) => {
        $values.len()
    };
    ($left:ident, $right:ident) => {
        $left.len().min($right.len())
    };
}

#[inline(always)]
fn halves(low: u64, high: u64, count: usize, bias: u64) -> i128 {
    i128::from(low) + (i128::from(high) << 32) - count as i128 * i128::from(bias)
}

macro_rules! integer {
    (
        $T:ty,
        $select:ident,
        total($values:ident) $total:expr,
        products($left:ident, $right:ident) $products:expr,
        magnitudes($magnitudes_of:ident) $magnitudes:expr
    ) => {
        impl Integer for $T {
            const LEAST: Self = <$T>::MIN;
            const GREATEST: Self = <$T>::MAX;

            #[inline(always)]
            fn total<P: Select>($values: &[Self], $select: P) -> i128 {
                $total
            }

            #[inline(always)]
            fn products<P: Select>($left: &[Self], $right: &[Self], $select: P) -> Exact {
                Exact::from($products)
            }

            #[inline(always)]
            fn magnitudes<P: Select>($magnitudes_of: &[Self], $select: P) -> i128 {
                $magnitudes
            }
        }
    };
}

integer!(u8, select,
    total(values) total_in_lanes!(u16, 64, 256, values, select, |v| u16::from(v)),
    products(left, right) total_in_blocks!(i32, BLOCK_8, select, |l in left, r in right| {
        i32::from(l) * i32::from(r)
    }),
    magnitudes(values) Self::total(values, select)
);
integer!(i8, select,
    total(values) total_in_lanes!(i16, 64, 256, values, select, |v| i16::from(v)),
    products(left, right) total_in_blocks!(i32, BLOCK_8, select, |l in left, r in right| {
        i32::from(l) * i32::from(r)
    }),
    magnitudes(values) total_in_lanes!(u16, 64, 256, values, select, |v| {
        u16::from(v.unsigned_abs())
    })
);
integer!(u16, select,
    total(values) total_in_lanes!(u32, 32, 1 << 16, values, select, |v| u32::from(v)),
    products(left, right) total_in_blocks!(u64, BLOCK, select, |l in left, r in right| {
        u64::from(u32::from(l) * u32::from(r))
    }),
    magnitudes(values) Self::total(values, select)
);
integer!(i16, select,
    total(values) total_in_lanes!(i32, 32, 1 << 16, values, select, |v| i32::from(v)),
    products(left, right) total_in_blocks!(i64, BLOCK, select, |l in left, r in right| {
        i64::from(i32::from(l) * i32::from(r))
    }),
    magnitudes(values) total_in_lanes!(u32, 32, 1 << 16, values, select, |v| {
        u32::from(v.unsigned_abs())
    })
);
integer!(u32, select,
    total(values) total_in_blocks!(u64, BLOCK, select, |v in values| u64::from(v)),
    products(left, right) total_in_halves!(0, select, |l in left, r in right| {
        u64::from(l) * u64::from(r)
    }),
    magnitudes(values) Self::total(values, select)
);
integer!(i32, select,
    total(values) total_in_blocks!(i64, BLOCK, select, |v in values| i64::from(v)),
    products(left, right) total_in_halves!(BIAS, select, |l in left, r in right| {
        (i64::from(l) * i64::from(r)).cast_unsigned() ^ BIAS
    }),
    magnitudes(values) total_in_blocks!(i64, BLOCK, select, |v in values| {
        i64::from(v.unsigned_abs())
    })
);
// There is no vector instruction for products of 64 bits; two scalar sums do it.
integer!(u64, select,
    total(values) total_in_halves!(0, select, |v in values| v),
    products(left, right) {
        let len = shortest!(left, right);
        let (left, right, kept) = (&left[..len], &right[..len], select.bytes(len));
        let (mut low, mut high) = (0_u128, 0_i128);
        for index in 0..len {
            let product = u128::from(left[index]) * u128::from(right[index]);
            let product = if P::SOME && kept[index] == 0 { 0 } else { product };
            low += u128::from(product as u64);
            high += i128::from((product >> 64) as u64);
        }
        Exact::from_halves(low, high)
    },
    magnitudes(values) Self::total(values, select)
);
integer!(i64, select,
    total(values) total_in_halves!(BIAS, select, |v in values| v.cast_unsigned() ^ BIAS),
    products(left, right) {
        let len = shortest!(left, right);
        let (left, right, kept) = (&left[..len], &right[..len], select.bytes(len));
        let (mut low, mut high) = (0_u128, 0_i128);
        for index in 0..len {
            let product = i128::from(left[index]) * i128::from(right[index]);
            let product = if P::SOME && kept[index] == 0 { 0 } else { product };
            low += u128::from(product as u64);
            high += product >> 64;
        }
        Exact::from_halves(low, high)
    },
    magnitudes(values) total_in_halves!(0, select, |v in values| v.unsigned_abs())
);
