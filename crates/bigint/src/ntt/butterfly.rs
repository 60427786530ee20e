//! One and two levels of the transform on values in registers.
//!
//! A block of the forward transform is a polynomial modulo x^(2L) - w^2; a level splits it
//! into its remainders modulo x^L - w and x^L + w, which is one product with w and one sum and
//! difference for each pair of coefficients (J. Cooley and J. Tukey 1965, in the order that D. Bernstein
//! describes in "Multidigit multiplication for mathematicians"). Two
//! levels at once need w for the first and two more for the halves.
//!
//! Bounds, as in `field`. Forward: inputs up to B, where the first of each group is reduced:
//! outputs up to 1/2 + M(B) + M(B + M(B)), which is at most 2.7 for B <= 2.7 and at most 2.95
//! for B <= 3.25. Inverse: inputs up to 2; a sum of four is up to 8 and is reduced, and
//! products of differences are at most M(8) = 2.

use super::field::Field;
use crate::simd::Lanes;

/// The twiddle factors of two levels of one block: of the first, and of both its halves.
pub(crate) type Three<V> = [V; 3];

/// A level or two, to be applied to many groups of values.
pub(crate) trait Butterfly<V> {
    fn two(&self, values: [V; 2], w: V) -> [V; 2];
    fn four(&self, values: [V; 4], w: Three<V>) -> [V; 4];
}

pub(crate) struct Forward<S: Lanes>(pub(crate) Field<S>);

pub(crate) struct Inverse<S: Lanes>(pub(crate) Field<S>);

impl<S: Lanes> Butterfly<S::Vector> for Forward<S> {
    #[inline(always)]
    fn two(&self, values: [S::Vector; 2], w: S::Vector) -> [S::Vector; 2] {
        forward2(self.0, values, w)
    }

    #[inline(always)]
    fn four(&self, values: [S::Vector; 4], w: Three<S::Vector>) -> [S::Vector; 4] {
        forward4(self.0, values, w)
    }
}

impl<S: Lanes> Butterfly<S::Vector> for Inverse<S> {
    #[inline(always)]
    fn two(&self, values: [S::Vector; 2], w: S::Vector) -> [S::Vector; 2] {
        inverse2(self.0, values, w)
    }

    #[inline(always)]
    fn four(&self, values: [S::Vector; 4], w: Three<S::Vector>) -> [S::Vector; 4] {
        inverse4(self.0, values, w)
    }
}

/// One level: from `[a, b]` to `[a + w b, a - w b]`.
#[inline(always)]
pub(crate) fn forward2<S: Lanes>(
    field: Field<S>,
    [a, b]: [S::Vector; 2],
    w: S::Vector,
) -> [S::Vector; 2] {
    let (a, b) = (field.reduce(a), field.multiply(b, w));
    [field.add(a, b), field.sub(a, b)]
}

/// Two levels.
#[inline(always)]
pub(crate) fn forward4<S: Lanes>(
    field: Field<S>,
    [a, b, c, d]: [S::Vector; 4],
    [w, w_left, w_right]: Three<S::Vector>,
) -> [S::Vector; 4] {
    let a = field.reduce(a);
    let c = field.multiply(c, w);
    let d = field.multiply(d, w);
    let (left, right) = (field.add(a, c), field.sub(a, c));
    let left_b = field.multiply(field.add(b, d), w_left);
    let right_b = field.multiply(field.sub(b, d), w_right);
    [
        field.add(left, left_b),
        field.sub(left, left_b),
        field.add(right, right_b),
        field.sub(right, right_b),
    ]
}

/// Undoes [`forward2`] up to a factor of 2; `w` is the inverse of its `w`.
#[inline(always)]
pub(crate) fn inverse2<S: Lanes>(
    field: Field<S>,
    [a, b]: [S::Vector; 2],
    w: S::Vector,
) -> [S::Vector; 2] {
    [field.reduce(field.add(a, b)), field.multiply(field.sub(a, b), w)]
}

/// Undoes [`forward4`] up to a factor of 4; the `w` are the inverses of its own.
#[inline(always)]
pub(crate) fn inverse4<S: Lanes>(
    field: Field<S>,
    [a, b, c, d]: [S::Vector; 4],
    [w, w_left, w_right]: Three<S::Vector>,
) -> [S::Vector; 4] {
    let left = field.add(a, b);
    let left_b = field.multiply(field.sub(a, b), w_left);
    let right = field.add(c, d);
    let right_b = field.multiply(field.sub(c, d), w_right);
    [
        field.reduce(field.add(left, right)),
        field.reduce(field.add(left_b, right_b)),
        field.multiply(field.sub(left, right), w),
        field.multiply(field.sub(left_b, right_b), w),
    ]
}
