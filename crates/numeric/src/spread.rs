//! Sums of squares that neither overflow nor underflow on the way. Where the plain pass leaves
//! the safe range, which ordinary data never does, a second one works on scaled terms.

use allcores_parallel::Cancelled;

use crate::exact::power_of_two;
use crate::extreme::{Both, Extremes};
use crate::moments::{Moments, OnePass};
use crate::split::{Job, reduce};
use crate::terms::{Changed, Rare, Square, Terms};
use crate::tree::Tree;

/// Below this, for each term, squares of doubles have lost bits to underflow.
const SAFE: f64 = 1e-270;
/// Terms of this size that are not all equal have differences whose squares are above `SAFE`.
const LARGE: f64 = 1e-100;

/// A value of `mantissa * 2^(2 * exponent)`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Squares {
    pub(crate) mantissa: f64,
    pub(crate) exponent: i32,
}

impl Squares {
    /// The value divided by `divisor`; overflows or underflows when the quotient does.
    pub(crate) fn over(self, divisor: f64) -> f64 {
        let half = power_of_two(self.exponent / 2);
        let rest = power_of_two(self.exponent - self.exponent / 2);
        self.mantissa / divisor * half * rest * half * rest
    }

    /// The root of the value divided by `divisor`.
    pub(crate) fn root_over(self, divisor: f64) -> f64 {
        let half = power_of_two(self.exponent / 2);
        let rest = power_of_two(self.exponent - self.exponent / 2);
        (self.mantissa / divisor).sqrt() * half * rest
    }
}

/// The squared deviations of `terms`, whose moments a plain pass found.
pub(crate) fn deviations<V: Terms>(
    job: Job<'_>,
    terms: V,
    plain: Moments,
) -> Result<Squares, Cancelled> {
    let unscaled = Squares { mantissa: plain.squares, exponent: 0 };
    if plain.squares >= SAFE * plain.count && plain.squares < f64::INFINITY {
        return Ok(unscaled);
    }
    let largest = largest(job, terms)?;
    if largest == 0.0 || !largest.is_finite() || (plain.squares == 0.0 && largest > LARGE) {
        return Ok(unscaled);
    }
    let (exponent, factors) = unit_scale(largest);
    let moments = reduce(job, OnePass(Changed(terms, Rare::Scale(factors))))?;
    Ok(Squares { mantissa: moments.squares, exponent })
}

/// The sum of the squares of `terms`; 0 when there are none.
pub(crate) fn sum_of_squares<V: Terms>(job: Job<'_>, terms: V) -> Result<Squares, Cancelled> {
    let plain = reduce(job, Tree(Changed(terms, Square)))?.sum;
    let unscaled = Squares { mantissa: 0.0 + plain, exponent: 0 };
    if plain >= SAFE * terms.len() as f64 && plain < f64::INFINITY {
        return Ok(unscaled);
    }
    let largest = largest(job, terms)?;
    if largest == 0.0 || !largest.is_finite() {
        // Not `plain`, which of a NaN and an infinity is NaN: so is `largest`.
        return Ok(Squares { mantissa: largest, exponent: 0 });
    }
    let (exponent, factors) = unit_scale(largest);
    let scaled = reduce(job, Tree(Changed(terms, Rare::ScaleAndSquare(factors))))?.sum;
    Ok(Squares { mantissa: 0.0 + scaled, exponent })
}

/// The largest magnitude among the terms that take part, NaN when one is, 0 without any.
pub(crate) fn largest<V: Terms>(job: Job<'_>, terms: V) -> Result<f64, Cancelled> {
    let Both { least, greatest, any } = reduce(job, Extremes(terms))?;
    Ok(match (any, least.is_nan()) {
        (false, _) => 0.0,
        (true, true) => f64::NAN,
        (true, false) => greatest.abs().max(least.abs()),
    })
}

/// The exponent of a finite number that is not 0, and two factors whose product takes it to 1
/// to 2. (One factor could not: the exponents of doubles reach from −1074 to 1023.)
pub(crate) fn unit_scale(largest: f64) -> (i32, [f64; 2]) {
    let biased = (largest.to_bits() >> 52 & 0x7ff) as i32;
    let exponent = if biased == 0 {
        // A subnormal: its highest bit counts.
        -1011 - largest.to_bits().leading_zeros().cast_signed()
    } else {
        biased - 1023
    };
    let first = -exponent / 2;
    (exponent, [power_of_two(first), power_of_two(-exponent - first)])
}

#[cfg(test)]
mod tests {
    use super::{Squares, unit_scale};

    #[test]
    fn every_magnitude_is_taken_to_one() {
        for bits in (0..2046_u64).map(|exponent| exponent << 52 | 1).chain((0..52).map(|i| 1 << i))
        {
            let value = f64::from_bits(bits);
            let (exponent, [first, second]) = unit_scale(value);
            let scaled = value * first * second;
            assert!((1.0..2.0).contains(&scaled), "{value:e} became {scaled}");
            let squares = Squares { mantissa: scaled * scaled, exponent };
            let root = squares.root_over(1.0);
            assert!(
                (root - value).abs() <= value * 1e-15 + 5e-324,
                "{value:e} came back as {root:e}"
            );
        }
    }
}
