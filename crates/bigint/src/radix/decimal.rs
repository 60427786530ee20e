use super::{Radix, Stripped};
use crate::schoolbook::columns;

/// Radix 10^18: text is the limbs one after the other, 18 digits each.
///
/// 10^19 would fit into a limb too, but with 10^18 a `u128` takes the sum of 340 products,
/// so the multiplication reduces once for each limb of the result, not for each product.
pub(crate) struct Decimal;

impl Decimal {
    /// Decimal digits in a limb.
    pub(crate) const DIGITS: usize = 18;
}

const RADIX: u64 = 1_000_000_000_000_000_000;
/// The radix with its highest bit at bit 63, as the division by a reciprocal wants it.
const SHIFT: u32 = RADIX.leading_zeros();
const DIVISOR: u64 = RADIX << SHIFT;
/// floor((2^128 - 1) / DIVISOR) - 2^64.
const RECIPROCAL: u64 = (u128::MAX / DIVISOR as u128 - (1 << 64)) as u64;

/// Quotient and remainder of `x / RADIX`, for `x` below `RADIX * 2^64`.
///
/// Möller and Granlund, "Improved division by invariant integers" (2011), algorithm 4.
#[inline(always)]
fn divide(x: u128) -> (u64, u64) {
    let x = x << SHIFT;
    let (high, low) = ((x >> 64) as u64, x as u64);
    let estimate = u128::from(high) * u128::from(RECIPROCAL) + x;
    let mut quotient = ((estimate >> 64) as u64).wrapping_add(1);
    let mut remainder = low.wrapping_sub(quotient.wrapping_mul(DIVISOR));
    if remainder > estimate as u64 {
        quotient = quotient.wrapping_sub(1);
        remainder = remainder.wrapping_add(DIVISOR);
    }
    if remainder >= DIVISOR {
        quotient = quotient.wrapping_add(1);
        remainder -= DIVISOR;
    }
    (quotient, remainder >> SHIFT)
}

/// Quotient and remainder of `sum / RADIX`, for any sum of limb products that fits into a
/// `u128`: 340 of the largest do.
#[inline(always)]
pub(crate) fn divide_sum(sum: u128) -> (u128, u64) {
    let high = (sum >> 64) as u64;
    let above = high / RADIX;
    let rest = u128::from(high - above * RADIX) << 64 | u128::from(sum as u64);
    let (quotient, remainder) = divide(rest);
    (u128::from(above) << 64 | u128::from(quotient), remainder)
}

/// Limb and carry of a sum below 4 * RADIX.
#[inline(always)]
fn reduce(sum: u64) -> (u64, i64) {
    let above = |multiple: u64| u64::from(sum >= multiple * RADIX);
    let carry = above(1) + above(2) + above(3);
    (sum - carry * RADIX, carry as i64)
}

impl Radix for Decimal {
    const MAX_LIMB: u64 = RADIX - 1;
    const KARATSUBA_FROM: usize = 48;
    const KARATSUBA_SQUARE_FROM: usize = 80;
    const TRANSFORM_FROM: usize = 200;
    const TRANSFORM_SQUARE_FROM: usize = 250;

    #[inline(always)]
    fn add(x: u64, y: u64, carry: bool) -> (u64, bool) {
        let sum = x + y + u64::from(carry);
        let (reduced, below) = sum.overflowing_sub(RADIX);
        (if below { sum } else { reduced }, !below)
    }

    #[inline(always)]
    fn sub(x: u64, y: u64, borrow: bool) -> (u64, bool) {
        let (difference, below) = x.overflowing_sub(y + u64::from(borrow));
        (if below { difference.wrapping_add(RADIX) } else { difference }, below)
    }

    #[inline(always)]
    fn sum_minus(x: u64, y: u64, z: u64, minus: u64) -> (u64, i64) {
        let (limb, carry) = reduce(x + y + z + (RADIX - minus));
        (limb, carry - 1)
    }

    #[inline(always)]
    fn sum_plus(x: u64, y: u64, z: u64, plus: u64) -> (u64, i64) {
        reduce(x + y + z + plus)
    }

    #[inline(always)]
    fn mul_add(x: u64, y: u64, carry: u64) -> (u64, u64) {
        // The carry is added after the division, so that it does not lengthen the chain
        // from one limb to the next.
        let (quotient, remainder) = divide(u128::from(x) * u128::from(y));
        let (limb, above) = Self::add(remainder, carry, false);
        (limb, quotient + u64::from(above))
    }

    #[inline(always)]
    fn split(sum: u128) -> (u64, u64) {
        divide(sum)
    }

    #[inline(always)]
    fn divide_sum(sum: u128) -> (u128, u64) {
        divide_sum(sum)
    }

    fn schoolbook_multiply(out: &mut [u64], a: &[u64], b: &[u64]) {
        columns::multiply(out, a, b);
    }

    fn schoolbook_square(out: &mut [u64], a: &[u64]) {
        columns::square(out, a);
    }

    fn strip_zeros(twos: u64, fives: u64) -> Stripped {
        let zeros = twos.min(fives);
        Stripped { zeros, twos: twos - zeros, fives: fives - zeros }
    }
}

#[cfg(test)]
mod tests {
    use super::{RADIX, divide, divide_sum};

    #[test]
    fn division_by_the_reciprocal_equals_division() {
        let radix = u128::from(RADIX);
        let largest = (radix << 64) - 1;
        let mut x = 1u128;
        let mut cases = vec![0, 1, radix - 1, radix, radix + 1, largest, largest - 1, 1 << 64];
        for _ in 0..100_000 {
            x = x.wrapping_mul(0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645).wrapping_add(1);
            cases.push(x % (radix << 64));
            let multiple = (x >> 64) * radix;
            cases.extend([multiple, multiple + 1, multiple.saturating_sub(1)]);
        }
        for x in cases {
            assert_eq!(divide(x), ((x / radix) as u64, (x % radix) as u64), "{x}");
        }
    }

    #[test]
    fn a_sum_of_340_products_of_the_largest_limbs_can_be_divided() {
        let radix = u128::from(RADIX);
        let largest = (radix - 1) * (radix - 1);
        let mut sums: Vec<u128> = (0..=340).map(|count| count * largest).collect();
        sums.extend((0..128).map(|bit| 1 << bit));
        sums.extend([u128::MAX, radix * radix, radix * radix - 1, 18 << 64, (18 << 64) - 1]);
        for sum in sums {
            assert_eq!(divide_sum(sum), (sum / radix, (sum % radix) as u64), "{sum}");
        }
    }
}
