//! The one level of a transform whose length is 3 or 5 times a power of two: a polynomial
//! modulo x^(m L) - 1 splits into its remainders modulo x^L - o^t, for t below m and a root
//! o of order m. Lengths of 4, 5 and 6 times a power of two leave no step above 5/4 but that from
//! 6 to 8.
//!
//! Bounds, as in `field`: forward from words (1/2) to at most 3.25; inverse from 2 to at most
//! 8, which the recombination takes.

use super::field::Field;
use super::prime::Prime;
use crate::simd::{Lanes, Row};

/// The constants of a level for a root o of order 3 or 5.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Odd {
    /// The length is a power of two.
    One,
    /// o.
    Three(f64),
    /// Half the sums of o and o^4, and of o^2 and o^3; then half their differences.
    Five([f64; 4]),
}

impl Odd {
    /// For `root` of order `odd`, which is 1, 3 or 5.
    pub(crate) fn new(prime: Prime, root: u64, odd: usize) -> Self {
        let [o, o2, o3, o4] = [1, 2, 3, 4].map(|exponent| prime.power(root, exponent));
        let half = |x, y| prime.balanced(prime.multiply((x + y) % prime.p, prime.inverse(2)));
        match odd {
            3 => Odd::Three(prime.balanced(o)),
            5 => Odd::Five([
                half(o, o4),
                half(o2, o3),
                half(o, prime.p - o4),
                half(o2, prime.p - o3),
            ]),
            _ => Odd::One,
        }
    }
}

/// Splits `data` into its parts, which lie one after the other; with the inverse root it undoes that
/// up to a factor of their number.
#[inline(always)]
pub(crate) fn split_odd<S: Lanes>(field: Field<S>, data: &mut [Row], odd: &Odd) {
    match *odd {
        Odd::One => {}
        Odd::Three(root) => {
            let root = field.splat(root);
            let part = data.len() / 3;
            let (a, rest) = data.split_at_mut(part);
            let (b, c) = rest.split_at_mut(part);
            for ((a, b), c) in a.iter_mut().zip(b).zip(c) {
                let out = three(field, [field.load(a), field.load(b), field.load(c)], root);
                field.store(a, out[0]);
                field.store(b, out[1]);
                field.store(c, out[2]);
            }
        }
        Odd::Five(constants) => {
            let constants = field.splat_all(constants);
            let part = data.len() / 5;
            let (a, rest) = data.split_at_mut(part);
            let (b, rest) = rest.split_at_mut(part);
            let (c, rest) = rest.split_at_mut(part);
            let (d, e) = rest.split_at_mut(part);
            for ((((a, b), c), d), e) in a.iter_mut().zip(b).zip(c).zip(d).zip(e) {
                let (first, second, third) = (field.load(a), field.load(b), field.load(c));
                let values = [first, second, third, field.load(d), field.load(e)];
                let out = five(field, values, constants);
                field.store(a, out[0]);
                field.store(b, out[1]);
                field.store(c, out[2]);
                field.store(d, out[3]);
                field.store(e, out[4]);
            }
        }
    }
}

/// With o^2 = -1 - o, one product is enough.
#[inline(always)]
fn three<S: Lanes>(field: Field<S>, [a, b, c]: [S::Vector; 3], root: S::Vector) -> [S::Vector; 3] {
    let turned = field.multiply(field.sub(b, c), root);
    [
        field.add(a, field.add(b, c)),
        field.add(field.sub(a, c), turned),
        field.sub(field.sub(a, b), turned),
    ]
}

/// Sums of opposite inputs with sums of opposite roots, and differences with differences:
/// o b + o^4 e = (o + o^4) / 2 * (b + e) + (o - o^4) / 2 * (b - e).
#[inline(always)]
fn five<S: Lanes>(
    field: Field<S>,
    [a, b, c, d, e]: [S::Vector; 5],
    [even_1, even_2, odd_1, odd_2]: [S::Vector; 4],
) -> [S::Vector; 5] {
    // Inputs up to 2 would add up to 10.
    let (a, b, c) = (field.reduce(a), field.reduce(b), field.reduce(c));
    let (d, e) = (field.reduce(d), field.reduce(e));
    let (sum_1, sum_2) = (field.add(b, e), field.add(c, d));
    let (difference_1, difference_2) = (field.sub(b, e), field.sub(c, d));
    let middle_1 = field.add(a, pair(field, [sum_1, sum_2], [even_1, even_2]));
    let middle_2 = field.add(a, pair(field, [sum_1, sum_2], [even_2, even_1]));
    let apart_1 = pair(field, [difference_1, difference_2], [odd_1, odd_2]);
    let apart_2 =
        field.sub(field.multiply(difference_1, odd_2), field.multiply(difference_2, odd_1));
    [
        field.add(a, field.add(sum_1, sum_2)),
        field.add(middle_1, apart_1),
        field.add(middle_2, apart_2),
        field.sub(middle_2, apart_2),
        field.sub(middle_1, apart_1),
    ]
}

#[inline(always)]
fn pair<S: Lanes>(field: Field<S>, x: [S::Vector; 2], w: [S::Vector; 2]) -> S::Vector {
    field.add(field.multiply(x[0], w[0]), field.multiply(x[1], w[1]))
}
