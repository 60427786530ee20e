//! Exact sums over integers: partial sums that cannot overflow within a block, added to a
//! total of 128 or 256 bits.
//!
//! Values and products of 64 bits are added up as two halves of 32 bits each; signed ones are
//! first made unsigned by adding 2^63, which is taken off the block's total again (a shift of
//! signed 64-bit lanes is slow before AVX-512). The order of integer additions is free, so
//! the compiler chooses the lanes.

use crate::exact::Exact;

/// An integer element type.
pub(crate) trait Integer: Copy + Send + Sync {
    /// The sum of `values`.
    fn total(values: &[Self]) -> i128;

    /// The sum of `left[i] * right[i]`, for two slices of one length.
    fn products(left: &[Self], right: &[Self]) -> Exact;
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
    ($values:ident, $Sum:ty, $lanes:literal, $rows:expr) => {{
        let mut total = 0_i128;
        for block in $values.chunks($rows * $lanes) {
            let (rows, tail) = block.as_chunks::<$lanes>();
            let mut lanes = [0 as $Sum; $lanes];
            for row in rows {
                for lane in 0..$lanes {
                    lanes[lane] += <$Sum>::from(row[lane]);
                }
            }
            let mut sum = 0_i64;
            for lane in lanes {
                sum += i64::from(lane);
            }
            for &value in tail {
                sum += i64::from(value);
            }
            total += i128::from(sum);
        }
        total
    }};
}

/// The sum of `$term` over one or two slices, block by block in `$Sum`.
macro_rules! total_in_blocks {
    ($Sum:ty, $block:expr, |$value:ident in $values:ident| $term:expr) => {{
        let mut total = 0_i128;
        for block in $values.chunks($block) {
            let mut sum: $Sum = 0;
            for &$value in block {
                sum += $term;
            }
            total += i128::from(sum);
        }
        total
    }};
    ($Sum:ty, $block:expr, |$l:ident in $left:ident, $r:ident in $right:ident| $term:expr) => {{
        let mut total = 0_i128;
        for (left, right) in $left.chunks($block).zip($right.chunks($block)) {
            let mut sum: $Sum = 0;
            for (&$l, &$r) in left.iter().zip(right) {
                sum += $term;
            }
            total += i128::from(sum);
        }
        total
    }};
}

/// As `total_in_blocks`, for terms of 64 unsigned bits to each of which `$bias` was added.
macro_rules! total_in_halves {
    ($bias:expr, |$value:ident in $values:ident| $term:expr) => {{
        let mut total = 0_i128;
        for block in $values.chunks(BLOCK) {
            let (mut low, mut high) = (0_u64, 0_u64);
            for &$value in block {
                let term: u64 = $term;
                low += term & 0xffff_ffff;
                high += term >> 32;
            }
            total += halves(low, high, block.len(), $bias);
        }
        total
    }};
    ($bias:expr, |$l:ident in $left:ident, $r:ident in $right:ident| $term:expr) => {{
        let mut total = 0_i128;
        for (left, right) in $left.chunks(BLOCK).zip($right.chunks(BLOCK)) {
            let (mut low, mut high) = (0_u64, 0_u64);
            for (&$l, &$r) in left.iter().zip(right) {
                let term: u64 = $term;
                low += term & 0xffff_ffff;
                high += term >> 32;
            }
            total += halves(low, high, left.len(), $bias);
        }
        total
    }};
}

#[inline(always)]
fn halves(low: u64, high: u64, count: usize, bias: u64) -> i128 {
    i128::from(low) + (i128::from(high) << 32) - count as i128 * i128::from(bias)
}

macro_rules! integer {
    ($T:ty, total($values:ident) $total:expr, products($left:ident, $right:ident) $products:expr) => {
        impl Integer for $T {
            #[inline(always)]
            fn total($values: &[Self]) -> i128 {
                $total
            }

            #[inline(always)]
            fn products($left: &[Self], $right: &[Self]) -> Exact {
                Exact::from($products)
            }
        }
    };
}

integer!(u8,
    total(values) total_in_lanes!(values, u16, 64, 256),
    products(left, right) total_in_blocks!(i32, BLOCK_8, |l in left, r in right| {
        i32::from(l) * i32::from(r)
    })
);
integer!(i8,
    total(values) total_in_lanes!(values, i16, 64, 256),
    products(left, right) total_in_blocks!(i32, BLOCK_8, |l in left, r in right| {
        i32::from(l) * i32::from(r)
    })
);
integer!(u16,
    total(values) total_in_lanes!(values, u32, 32, 1 << 16),
    products(left, right) total_in_blocks!(u64, BLOCK, |l in left, r in right| {
        u64::from(u32::from(l) * u32::from(r))
    })
);
integer!(i16,
    total(values) total_in_lanes!(values, i32, 32, 1 << 16),
    products(left, right) total_in_blocks!(i64, BLOCK, |l in left, r in right| {
        i64::from(i32::from(l) * i32::from(r))
    })
);
integer!(u32,
    total(values) total_in_blocks!(u64, BLOCK, |value in values| u64::from(value)),
    products(left, right) total_in_halves!(0, |l in left, r in right| {
        u64::from(l) * u64::from(r)
    })
);
integer!(i32,
    total(values) total_in_blocks!(i64, BLOCK, |value in values| i64::from(value)),
    products(left, right) total_in_halves!(BIAS, |l in left, r in right| {
        (i64::from(l) * i64::from(r)).cast_unsigned() ^ BIAS
    })
);
// There is no vector instruction for products of 64 bits; two scalar sums do it.
integer!(u64,
    total(values) total_in_halves!(0, |value in values| value),
    products(left, right) {
        let (mut low, mut high) = (0_u128, 0_i128);
        for (&l, &r) in left.iter().zip(right) {
            let product = u128::from(l) * u128::from(r);
            low += u128::from(product as u64);
            high += i128::from((product >> 64) as u64);
        }
        Exact::from_halves(low, high)
    }
);
integer!(i64,
    total(values) total_in_halves!(BIAS, |value in values| value.cast_unsigned() ^ BIAS),
    products(left, right) {
        let (mut low, mut high) = (0_u128, 0_i128);
        for (&l, &r) in left.iter().zip(right) {
            let product = i128::from(l) * i128::from(r);
            low += u128::from(product as u64);
            high += product >> 64;
        }
        Exact::from_halves(low, high)
    }
);
