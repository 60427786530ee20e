//! Products of any two lengths on one thread, in scratch space that the caller gives.
//!
//! Karatsuba's method, with differences: with a = a1 X + a0 and b = b1 X + b0,
//!
//! ```text
//! a b = a1 b1 X^2 + (a1 b1 + a0 b0 - (a0 - a1)(b0 - b1)) X + a0 b0
//! ```
//!
//! (Karatsuba and Ofman 1962.) Differences of limbs stay as short as the halves; sums would
//! need a carry limb.

use crate::linear::{absolute_difference, add_assign, add_signed};
use crate::radix::Radix;

/// How to multiply by cutting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Too short to cut.
    None,
    /// Both factors at this limb, for Karatsuba's formula.
    Both(usize),
    /// Only the longer factor, at this limb, because the shorter one would have no upper
    /// half worth the name. Halving ends at a ratio of at most 5 to 3 of the lengths.
    Longer(usize),
}

/// The cut for factors of these lengths, the longer one first.
pub(crate) fn cut<R: Radix>(longer: usize, shorter: usize) -> Cut {
    if shorter < R::KARATSUBA_FROM {
        Cut::None
    } else if 5 * shorter >= 3 * longer {
        Cut::Both(longer.div_ceil(2))
    } else {
        Cut::Longer(longer.div_ceil(2))
    }
}

/// Limbs of scratch space that are enough for [`multiply`], and for [`square`] with the
/// same length twice.
///
/// Karatsuba takes at most `longer + 1` for itself and then the need of half the lengths;
/// halving takes `shorter` at each of at most `log2(longer / shorter)` steps. The constant
/// pays for rounding up at each of at most 64 steps.
pub(crate) fn scratch_len<R: Radix>(longer: usize, shorter: usize) -> usize {
    if shorter < R::KARATSUBA_FROM { 0 } else { 2 * longer + 64 }
}

/// `out = a * b`. `out` has as many limbs as both together, neither is empty, and `a` is
/// at least as long as `b`. What `scratch` and `out` held does not matter.
pub(crate) fn multiply<R: Radix>(out: &mut [u64], a: &[u64], b: &[u64], scratch: &mut [u64]) {
    debug_assert!(a.len() >= b.len());
    match cut::<R>(a.len(), b.len()) {
        Cut::None => R::schoolbook_multiply(out, a, b),
        Cut::Both(half) => {
            let ((a0, a1), (b0, b1)) = (a.split_at(half), b.split_at(half));
            let (middle, scratch) = scratch.split_at_mut(2 * half);
            // `out` is free until the outer products go there.
            let (a_difference, b_difference) = out[..2 * half].split_at_mut(half);
            let negative = absolute_difference::<R>(a_difference, a0, a1)
                != absolute_difference::<R>(b_difference, b0, b1);
            multiply::<R>(middle, a_difference, b_difference, scratch);
            let (low, high) = out.split_at_mut(2 * half);
            multiply::<R>(low, a0, b0, scratch);
            multiply::<R>(high, a1, b1, scratch);
            add_middle::<R>(out, middle, half, negative);
        }
        Cut::Longer(at) => {
            let (a0, a1) = a.split_at(at);
            multiply_either::<R>(&mut out[at..], a1, b, scratch);
            // The two products overlap in as many limbs as `b` has.
            let (overlap, scratch) = scratch.split_at_mut(b.len());
            overlap.copy_from_slice(&out[at..at + b.len()]);
            multiply_either::<R>(&mut out[..at + b.len()], a0, b, scratch);
            add_assign::<R>(&mut out[at..], overlap);
        }
    }
}

/// [`multiply`] for factors in any order of lengths.
pub(crate) fn multiply_either<R: Radix>(
    out: &mut [u64],
    a: &[u64],
    b: &[u64],
    scratch: &mut [u64],
) {
    if a.len() >= b.len() {
        multiply::<R>(out, a, b, scratch);
    } else {
        multiply::<R>(out, b, a, scratch);
    }
}

/// `out = a * a`, with `out` twice as long as `a`, which is not empty.
pub(crate) fn square<R: Radix>(out: &mut [u64], a: &[u64], scratch: &mut [u64]) {
    if a.len() < R::KARATSUBA_SQUARE_FROM {
        return R::schoolbook_square(out, a);
    }
    let half = a.len().div_ceil(2);
    let (a0, a1) = a.split_at(half);
    let (middle, scratch) = scratch.split_at_mut(2 * half);
    let difference = &mut out[..half];
    absolute_difference::<R>(difference, a0, a1);
    square::<R>(middle, difference, scratch);
    let (low, high) = out.split_at_mut(2 * half);
    square::<R>(low, a0, scratch);
    square::<R>(high, a1, scratch);
    add_middle::<R>(out, middle, half, false);
}

/// Completes Karatsuba's formula. `out` holds a0 b0 in its first `2 * half` limbs and a1 b1,
/// of at least `half` limbs, above. `middle` holds |(a0 - a1)(b0 - b1)|, and `negative` is
/// the sign of that product.
pub(crate) fn add_middle<R: Radix>(out: &mut [u64], middle: &[u64], half: usize, negative: bool) {
    if negative {
        add_middle_with::<R>(out, middle, half, R::sum_plus);
    } else {
        add_middle_with::<R>(out, middle, half, R::sum_minus);
    }
}

/// One pass over everything. With the outer products cut into halves L0, L1, H0 and H1, and
/// the middle one into M0 and M1, `out` becomes, from the lowest half on,
///
/// ```text
/// L0,  L1 + H0 + L0 - M0,  L1 + H0 + H1 - M1,  H1
/// ```
#[inline(always)]
fn add_middle_with<R: Radix>(
    out: &mut [u64],
    middle: &[u64],
    half: usize,
    sum: impl Fn(u64, u64, u64, u64) -> (u64, i64),
) {
    let (l0, rest) = out.split_at_mut(half);
    let (l1, rest) = rest.split_at_mut(half);
    let (h0, h1) = rest.split_at_mut(half);
    let (m0, m1) = middle.split_at(half);
    let (mut lower_carry, mut upper_carry) = (0, 0);
    let mut place = |l0: u64, l1: &mut u64, h0: &mut u64, h1: u64, m0: u64, m1: u64| {
        let (both_1, both_2) = (*l1, *h0);
        let (limb, carry) = sum(both_1, both_2, l0, m0);
        (*l1, lower_carry) = add_carry::<R>(limb, carry, lower_carry);
        let (limb, carry) = sum(both_1, both_2, h1, m1);
        (*h0, upper_carry) = add_carry::<R>(limb, carry, upper_carry);
    };
    let mut places = l0.iter().zip(l1).zip(h0).zip(m0.iter().zip(m1));
    for (&h1, (((&l0, l1), h0), (&m0, &m1))) in h1.iter().zip(places.by_ref()) {
        place(l0, l1, h0, h1, m0, m1);
    }
    for (((&l0, l1), h0), (&m0, &m1)) in places {
        place(l0, l1, h0, 0, m0, m1);
    }
    // Nothing comes out at the top in the end: the product fits into `out`.
    add_signed::<R>(&mut out[2 * half..], lower_carry);
    add_signed::<R>(&mut out[3 * half..], upper_carry);
}

/// Adds the carry of the place before to a limb and its own carry.
///
/// Almost never does that change the own carry, so each place is predicted to be
/// independent of the place before.
#[inline(always)]
fn add_carry<R: Radix>(limb: u64, carry: i64, before: i64) -> (u64, i64) {
    #[cold]
    fn carry_on<R: Radix>(limb: u64, carry: i64, before: i64) -> (u64, i64) {
        if before >= 0 {
            let (limb, above) = R::add(limb, before as u64, false);
            (limb, carry + i64::from(above))
        } else {
            let (limb, below) = R::sub(limb, before.unsigned_abs(), false);
            (limb, carry - i64::from(below))
        }
    }
    match limb.checked_add_signed(before) {
        Some(sum) if sum <= R::MAX_LIMB => (sum, carry),
        _ => carry_on::<R>(limb, carry, before),
    }
}

#[cfg(test)]
mod tests {
    use super::{add_carry, cut, multiply, scratch_len, square};
    use crate::radix::{Binary, Decimal, Radix};

    /// Long multiplication, one limb of `b` after the other.
    fn oracle<R: Radix>(a: &[u64], b: &[u64]) -> Vec<u64> {
        let mut out = vec![0; a.len() + b.len()];
        for (i, &y) in b.iter().enumerate() {
            let mut carry = 0;
            for (j, &x) in a.iter().enumerate() {
                let (low, high) = R::mul_add(x, y, carry);
                let (sum, above) = R::add(out[i + j], low, false);
                out[i + j] = sum;
                carry = high + u64::from(above);
            }
            out[i + a.len()] = carry;
        }
        out
    }

    fn random_limbs<R: Radix>(len: usize, seed: u64) -> Vec<u64> {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut limb = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            match state % 8 {
                0 => 0,
                1 => R::MAX_LIMB,
                _ => state % R::MAX_LIMB,
            }
        };
        (0..len).map(|_| limb()).collect()
    }

    fn check<R: Radix>(a: &[u64], b: &[u64]) {
        let expected = oracle::<R>(a, b);
        let mut out = vec![7; a.len() + b.len()];
        let mut scratch = vec![7; scratch_len::<R>(a.len(), b.len())];
        multiply::<R>(&mut out, a, b, &mut scratch);
        assert!(out == expected, "lengths {} and {}", a.len(), b.len());
        if b.len() <= 256 {
            out.fill(7);
            R::schoolbook_multiply(&mut out, a, b);
            assert!(out == expected, "schoolbook, lengths {} and {}", a.len(), b.len());
        }
    }

    fn check_square<R: Radix>(a: &[u64]) {
        let expected = oracle::<R>(a, a);
        let mut out = vec![7; 2 * a.len()];
        let mut scratch = vec![7; scratch_len::<R>(a.len(), a.len())];
        square::<R>(&mut out, a, &mut scratch);
        assert!(out == expected, "square of length {}", a.len());
        if a.len() <= 256 {
            out.fill(7);
            R::schoolbook_square(&mut out, a);
            assert!(out == expected, "schoolbook square of length {}", a.len());
        }
    }

    fn check_lengths<R: Radix>() {
        for longer in 1..=2 * R::KARATSUBA_FROM + 3 {
            for shorter in 1..=longer {
                check::<R>(&random_limbs::<R>(longer, 1), &random_limbs::<R>(shorter, 2));
            }
        }
        for shorter in [R::KARATSUBA_FROM, 3 * R::KARATSUBA_FROM + 1, 200, 256, 257] {
            for longer in [0, 1, 2, shorter / 2, 2 * shorter / 3, shorter, 9 * shorter + 1] {
                let longer = shorter + longer;
                check::<R>(&random_limbs::<R>(longer, 3), &random_limbs::<R>(shorter, 4));
            }
        }
        for len in (1..=4 * R::KARATSUBA_SQUARE_FROM + 3).chain([499, 500, 501]) {
            check_square::<R>(&random_limbs::<R>(len, 5));
        }
    }

    #[test]
    fn binary_products_of_all_shapes_equal_long_multiplication() {
        check_lengths::<Binary>();
    }

    #[test]
    fn decimal_products_of_all_shapes_equal_long_multiplication() {
        check_lengths::<Decimal>();
    }

    fn check_extremes<R: Radix>() {
        for len in [
            1,
            2,
            R::KARATSUBA_FROM - 1,
            R::KARATSUBA_FROM,
            R::KARATSUBA_SQUARE_FROM,
            100,
            255,
            256,
            257,
            300,
        ] {
            let largest = vec![R::MAX_LIMB; len];
            let zero = vec![0; len];
            let mut power = vec![0; len];
            power[len - 1] = 1;
            for a in [&largest, &zero, &power] {
                check_square::<R>(a);
                for b in [&largest, &zero, &power] {
                    check::<R>(a, b);
                    check::<R>(a, &b[..len.div_ceil(2)]);
                }
            }
        }
    }

    #[test]
    fn the_largest_limbs_zero_and_powers_of_the_radix_multiply_right() {
        check_extremes::<Binary>();
        check_extremes::<Decimal>();
    }

    #[test]
    fn a_carry_from_the_place_before_moves_on_over_both_borders_of_a_limb() {
        fn check_carry<R: Radix>() {
            let value = |limb: u64, carry: i64| {
                i128::from(limb) + i128::from(carry) * (i128::from(R::MAX_LIMB) + 1)
            };
            for limb in [0, 1, 2, 3, R::MAX_LIMB - 3, R::MAX_LIMB - 1, R::MAX_LIMB] {
                for (carry, before) in (-1..=3).flat_map(|carry| (-1..=3).map(move |b| (carry, b)))
                {
                    let (sum, above) = add_carry::<R>(limb, carry, before);
                    assert!(sum <= R::MAX_LIMB);
                    assert_eq!(value(sum, above), value(limb, carry) + i128::from(before));
                }
            }
        }
        check_carry::<Binary>();
        check_carry::<Decimal>();
    }

    #[test]
    fn the_scratch_space_is_enough_for_every_pair_of_lengths_up_to_600() {
        use super::Cut;
        fn need<R: Radix>(longer: usize, shorter: usize) -> usize {
            let either =
                |a: usize, b: usize| if b == 0 { 0 } else { need::<R>(a.max(b), a.min(b)) };
            match cut::<R>(longer, shorter) {
                Cut::None => 0,
                Cut::Both(h) => 2 * h + need::<R>(h, h).max(either(longer - h, shorter - h)),
                Cut::Longer(h) => either(longer - h, shorter).max(shorter + either(h, shorter)),
            }
        }
        fn check_need<R: Radix>() {
            for longer in (1..=600).chain([5000, 100_000, 1 << 20, (1 << 20) + 1]) {
                for shorter in 1..=longer.min(600) {
                    let enough = scratch_len::<R>(longer, shorter);
                    assert!(need::<R>(longer, shorter) <= enough, "{longer} and {shorter}");
                }
            }
        }
        check_need::<Binary>();
        check_need::<Decimal>();
    }
}
