//! What a limb is. Every algorithm above this module is written once, for any radix.

mod binary;
pub(crate) mod decimal;

pub(crate) use binary::Binary;
pub(crate) use decimal::Decimal;

/// A positional system whose digits ("limbs") are stored one in a `u64`, least significant
/// first. All limbs that come in and go out are at most [`Radix::MAX_LIMB`].
pub(crate) trait Radix: 'static {
    /// The radix minus one.
    const MAX_LIMB: u64;

    /// From this length of the shorter factor on, three half products beat four (measured).
    const KARATSUBA_FROM: usize;

    /// The same for squares, whose schoolbook form needs only half the products.
    const KARATSUBA_SQUARE_FROM: usize;

    /// From this length of the shorter factor on, transforms beat Karatsuba's method (measured).
    const TRANSFORM_FROM: usize;

    /// The same for squares.
    const TRANSFORM_SQUARE_FROM: usize;

    /// `x + y + carry`, as a limb and a carry.
    fn add(x: u64, y: u64, carry: bool) -> (u64, bool);

    /// `x - y - borrow`, as a limb and a borrow.
    fn sub(x: u64, y: u64, borrow: bool) -> (u64, bool);

    /// `x + y + z - minus`, as a limb and a carry from -1 to 2.
    fn sum_minus(x: u64, y: u64, z: u64, minus: u64) -> (u64, i64);

    /// `x + y + z + plus`, as a limb and a carry from 0 to 3.
    fn sum_plus(x: u64, y: u64, z: u64, plus: u64) -> (u64, i64);

    /// `x * y + carry`, as a limb and the limb above it.
    fn mul_add(x: u64, y: u64, carry: u64) -> (u64, u64);

    /// Quotient and remainder of a sum below `radix * 2^64` divided by the radix.
    fn split(sum: u128) -> (u64, u64);

    /// Quotient and remainder of any sum divided by the radix.
    fn divide_sum(sum: u128) -> (u128, u64);

    /// `out = a * b`, limb by limb. `out` has as many limbs as both together; `b` is not
    /// empty, has at most 256 limbs, and is not longer than `a`.
    fn schoolbook_multiply(out: &mut [u64], a: &[u64], b: &[u64]);

    /// `out = a * a`, limb by limb. `a` is not empty and has at most 256 limbs.
    fn schoolbook_square(out: &mut [u64], a: &[u64]);

    /// Divides 2^`twos` * 5^`fives` by the highest power of the zero base (2 for binary, 10
    /// for decimal) that goes into it.
    fn strip_zeros(twos: u64, fives: u64) -> Stripped;
}

/// 2^`twos` * 5^`fives`, followed by `zeros` zeros: bits in binary, digits in decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stripped {
    pub(crate) zeros: u64,
    pub(crate) twos: u64,
    pub(crate) fives: u64,
}
