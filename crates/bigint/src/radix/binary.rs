use super::{Radix, Stripped};
use crate::schoolbook::rows;

/// Radix 2^64: a limb is a machine word.
pub(crate) struct Binary;

impl Radix for Binary {
    const MAX_LIMB: u64 = u64::MAX;
    const KARATSUBA_FROM: usize = 20;
    const KARATSUBA_SQUARE_FROM: usize = 32;
    const TRANSFORM_FROM: usize = 200;
    const TRANSFORM_SQUARE_FROM: usize = 250;

    #[inline(always)]
    fn add(x: u64, y: u64, carry: bool) -> (u64, bool) {
        let (sum, first) = x.overflowing_add(y);
        let (sum, second) = sum.overflowing_add(u64::from(carry));
        (sum, first | second)
    }

    #[inline(always)]
    fn sub(x: u64, y: u64, borrow: bool) -> (u64, bool) {
        let (difference, first) = x.overflowing_sub(y);
        let (difference, second) = difference.overflowing_sub(u64::from(borrow));
        (difference, first | second)
    }

    #[inline(always)]
    fn sum_minus(x: u64, y: u64, z: u64, minus: u64) -> (u64, i64) {
        let sum = i128::from(x) + i128::from(y) + i128::from(z) - i128::from(minus);
        (sum as u64, (sum >> 64) as i64)
    }

    #[inline(always)]
    fn sum_plus(x: u64, y: u64, z: u64, plus: u64) -> (u64, i64) {
        let sum = u128::from(x) + u128::from(y) + u128::from(z) + u128::from(plus);
        (sum as u64, (sum >> 64) as i64)
    }

    #[inline(always)]
    fn mul_add(x: u64, y: u64, carry: u64) -> (u64, u64) {
        let wide = u128::from(x) * u128::from(y) + u128::from(carry);
        (wide as u64, (wide >> 64) as u64)
    }

    #[inline(always)]
    fn split(sum: u128) -> (u64, u64) {
        ((sum >> 64) as u64, sum as u64)
    }

    #[inline(always)]
    fn divide_sum(sum: u128) -> (u128, u64) {
        (sum >> 64, sum as u64)
    }

    fn schoolbook_multiply(out: &mut [u64], a: &[u64], b: &[u64]) {
        rows::multiply(out, a, b);
    }

    fn schoolbook_square(out: &mut [u64], a: &[u64]) {
        rows::square(out, a);
    }

    fn strip_zeros(twos: u64, fives: u64) -> Stripped {
        Stripped { zeros: twos, twos: 0, fives }
    }
}
