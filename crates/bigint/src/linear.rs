//! Operations that pass over their limbs once.

use crate::radix::Radix;

/// The number without leading zero limbs; zero is the empty slice.
pub(crate) fn trimmed(x: &[u64]) -> &[u64] {
    let len = x.iter().rposition(|&limb| limb != 0).map_or(0, |last| last + 1);
    &x[..len]
}

/// Removes leading zero limbs, down to the empty number.
pub(crate) fn trim(x: &mut Vec<u64>) {
    x.truncate(trimmed(x).len());
}

/// `x += y`, for `y` at most as long as `x`; gives the carry out of `x`.
pub(crate) fn add_assign<R: Radix>(x: &mut [u64], y: &[u64]) -> bool {
    let (low, high) = x.split_at_mut(y.len());
    let mut carry = false;
    for (x, &y) in low.iter_mut().zip(y) {
        (*x, carry) = R::add(*x, y, carry);
    }
    carry && add_limb::<R>(high, 1)
}

/// `x += limb`; gives the carry out of `x`.
fn add_limb<R: Radix>(x: &mut [u64], limb: u64) -> bool {
    let mut addend = limb;
    for x in x {
        let (sum, carry) = R::add(*x, addend, false);
        *x = sum;
        if !carry {
            return false;
        }
        addend = 1;
    }
    addend != 0
}

/// `x += addend`, modulo the radix to the power of `x.len()`.
pub(crate) fn add_signed<R: Radix>(x: &mut [u64], addend: i64) {
    if addend >= 0 {
        add_limb::<R>(x, addend as u64);
        return;
    }
    let mut subtrahend = addend.unsigned_abs();
    for x in x {
        let (difference, borrow) = R::sub(*x, subtrahend, false);
        *x = difference;
        if !borrow {
            return;
        }
        subtrahend = 1;
    }
}

/// `out = |x - y|`, for `y` at most as long as `x`, and `out` as long as `x`. Whether the
/// difference was negative.
pub(crate) fn absolute_difference<R: Radix>(out: &mut [u64], x: &[u64], y: &[u64]) -> bool {
    let (x_low, x_high) = x.split_at(y.len());
    let negative = x_high.iter().all(|&limb| limb == 0) && x_low.iter().rev().lt(y.iter().rev());
    let (greater, less) = if negative { (y, x_low) } else { (x_low, y) };
    let (out_low, out_high) = out.split_at_mut(y.len());
    let mut borrow = false;
    for ((out, &greater), &less) in out_low.iter_mut().zip(greater).zip(less) {
        (*out, borrow) = R::sub(greater, less, borrow);
    }
    for (out, &x) in out_high.iter_mut().zip(x_high) {
        // When the difference was negative these limbs are zero and nothing is borrowed.
        (*out, borrow) = R::sub(x, 0, borrow);
    }
    negative
}

/// `x *= limb`; appends the carry when there is one.
pub(crate) fn multiply_by_limb<R: Radix>(x: &mut Vec<u64>, limb: u64) {
    let mut carry = 0;
    for x in x.iter_mut() {
        (*x, carry) = R::mul_add(*x, limb, carry);
    }
    if carry != 0 {
        x.push(carry);
    }
}

#[cfg(test)]
mod tests {
    use super::{absolute_difference, add_assign, add_signed, multiply_by_limb};
    use crate::radix::{Binary, Decimal, Radix};

    /// All numbers of `len` limbs that are close to a border of the radix.
    fn numbers<R: Radix>(len: usize) -> Vec<Vec<u64>> {
        let limbs = [0, 1, R::MAX_LIMB - 1, R::MAX_LIMB];
        let number = |index: usize| (0..len).map(|i| limbs[index >> (2 * i) & 3]).collect();
        (0..1 << (2 * len)).map(number).collect()
    }

    /// The oracle: x + factor * y place by place, with its carry; missing limbs are zero.
    fn sum<R: Radix>(x: &[u64], factor: i128, y: &[u64]) -> (Vec<u64>, i128) {
        let radix = i128::from(R::MAX_LIMB) + 1;
        let mut carry = 0;
        let limbs = x.iter().enumerate().map(|(i, &x)| {
            let y = y.get(i).copied().unwrap_or(0);
            let place = i128::from(x) + factor * i128::from(y) + carry;
            carry = place.div_euclid(radix);
            place.rem_euclid(radix) as u64
        });
        (limbs.collect(), carry)
    }

    fn check<R: Radix>() {
        for x in numbers::<R>(3) {
            for y in numbers::<R>(2).into_iter().chain(numbers::<R>(3)) {
                let mut out = x.clone();
                let carry = add_assign::<R>(&mut out, &y);
                assert_eq!((out, i128::from(carry)), sum::<R>(&x, 1, &y), "{x:?} + {y:?}");

                let mut out = vec![7; 3];
                let negative = absolute_difference::<R>(&mut out, &x, &y);
                let (forward, borrow) = sum::<R>(&x, -1, &y);
                assert_eq!(negative, borrow < 0, "{x:?} - {y:?}");
                let expected = if negative { sum::<R>(&[0; 3], -1, &forward).0 } else { forward };
                assert_eq!(out, expected, "{x:?} - {y:?}");
            }
            for addend in -2..=3 {
                let mut out = x.clone();
                add_signed::<R>(&mut out, addend);
                assert_eq!(out, sum::<R>(&x, addend.signum().into(), &[addend.unsigned_abs()]).0);
            }
            for limb in [1, 2, R::MAX_LIMB] {
                let mut out = x.clone();
                multiply_by_limb::<R>(&mut out, limb);
                let (mut expected, mut carry) = (vec![0; 3], 0);
                for (out, &x) in expected.iter_mut().zip(&x) {
                    let place = u128::from(x) * u128::from(limb) + carry;
                    *out = (place % (u128::from(R::MAX_LIMB) + 1)) as u64;
                    carry = place / (u128::from(R::MAX_LIMB) + 1);
                }
                expected.extend((carry != 0).then_some(carry as u64));
                assert_eq!(out, expected, "{x:?} * {limb}");
            }
        }
    }

    #[test]
    fn binary_sums_differences_and_products_carry_over_every_border() {
        check::<Binary>();
    }

    #[test]
    fn decimal_sums_differences_and_products_carry_over_every_border() {
        check::<Decimal>();
    }
}
