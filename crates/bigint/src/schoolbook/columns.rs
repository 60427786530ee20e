//! Decimal products column by column: each limb of the result is the sum of the limb
//! products that belong to its place, so there is one reduction for a column and not one
//! for a product.

use crate::radix::decimal::divide_sum;

/// The longest shorter factor: 256 products and the carry of a column of as many fit into a
/// `u128`.
const MAX_SHORTER: usize = 256;

/// `out = a * b`. `out` has as many limbs as both together; `b` is not empty, has at most
/// 256 limbs, and is not longer than `a`.
pub(crate) fn multiply(out: &mut [u64], a: &[u64], b: &[u64]) {
    debug_assert!(out.len() == a.len() + b.len() && b.len() <= MAX_SHORTER);
    let mut column = 0;
    let (out, top) = out.split_at_mut(a.len() + b.len() - 1);
    for (place, out) in out.iter_mut().enumerate() {
        let first = (place + 1).saturating_sub(b.len());
        let end = a.len().min(place + 1);
        let (a, b) = (&a[first..end], &b[place + 1 - end..place + 1 - first]);
        column = add_products(column, a, b);
        (column, *out) = divide_sum(column);
    }
    top[0] = column as u64;
}

/// `out = a * a`, with half the limb products of [`multiply`]. `a` is not empty and has at
/// most 256 limbs.
pub(crate) fn square(out: &mut [u64], a: &[u64]) {
    debug_assert!(out.len() == 2 * a.len() && a.len() <= MAX_SHORTER);
    let mut column = 0;
    let (out, top) = out.split_at_mut(2 * a.len() - 1);
    for (place, out) in out.iter_mut().enumerate() {
        let first = (place + 1).saturating_sub(a.len());
        let half = place.div_ceil(2);
        let (lower, upper) = (&a[first..half], &a[place + 1 - half..place + 1 - first]);
        column += 2 * add_products(0, lower, upper);
        if place % 2 == 0 {
            column += u128::from(a[place / 2]) * u128::from(a[place / 2]);
        }
        (column, *out) = divide_sum(column);
    }
    top[0] = column as u64;
}

/// `sum` and the products of each limb of `a` with its partner in `b`, counted from the end,
/// for equal lengths.
#[inline(always)]
fn add_products(mut sum: u128, a: &[u64], b: &[u64]) -> u128 {
    // Four at a time: the loop itself would cost as much as a product.
    let ((a_fours, a_rest), (b_rest, b_fours)) = (a.as_chunks::<4>(), b.as_rchunks::<4>());
    for (a, b) in a_fours.iter().zip(b_fours.iter().rev()) {
        for i in 0..4 {
            sum += u128::from(a[i]) * u128::from(b[3 - i]);
        }
    }
    for (&a, &b) in a_rest.iter().zip(b_rest.iter().rev()) {
        sum += u128::from(a) * u128::from(b);
    }
    sum
}
