//! A product as the sum of two doubles with an exponent of its own: nearly always enough to
//! round the exact product.

use crate::rounding::{Format, Magnitude};
use crate::simd::{Body, Simd, product_error};
use crate::split::Reduction;
use crate::terms::Terms;

/// `(high + low) · 2^exponent`, with `high` from 1 to 2 in magnitude and `low` at most half a
/// unit in its last place, and what else took part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Estimate {
    high: f64,
    low: f64,
    exponent: i64,
    terms: u64,
    zero: bool,
    infinite: bool,
    nan: bool,
}

/// What a product is, as far as an estimate can tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Verdict {
    Known(f64),
    /// The exact product lies so close to where the rounding turns that more bits are needed.
    Unsure,
}

impl Estimate {
    const ONE: Estimate = Estimate {
        high: 1.0,
        low: 0.0,
        exponent: 0,
        terms: 0,
        zero: false,
        infinite: false,
        nan: false,
    };

    pub(crate) fn is_negative(self) -> bool {
        self.high < 0.0
    }

    pub(crate) fn is_zero(self) -> bool {
        self.zero
    }

    /// The exponent of the highest bit; perhaps one off near a power of two.
    pub(crate) fn exponent(self) -> i64 {
        self.exponent
    }

    /// A product that is decided by a zero, an infinity or a NaN.
    pub(crate) fn special(self) -> Option<f64> {
        if self.nan || self.zero && self.infinite {
            Some(f64::NAN)
        } else if self.infinite {
            Some(f64::INFINITY.copysign(self.high))
        } else if self.zero {
            Some(0.0_f64.copysign(self.high))
        } else {
            None
        }
    }

    /// Rounds the product, when both ends of what it may be are rounded alike.
    pub(crate) fn verdict(self, format: Format) -> Verdict {
        // In units of 2^-126. `low` ends above that or is cut off there.
        let (high, low) = (self.high.abs(), if self.is_negative() { -self.low } else { self.low });
        let significand = high.to_bits() & ((1 << 52) - 1) | 1 << 52;
        let size = (i128::from(significand) << 74) + (low * 2_f64.powi(126)) as i128;
        // 512 u² for each term, with u = 2^-53; see `Chains` for where it comes from.
        let doubt = ((i128::from(self.terms) + 64) << 30) + 2;
        let round = |size: i128| {
            let magnitude = Magnitude::new(size.unsigned_abs(), self.exponent - 126);
            magnitude.map_or(0.0, |magnitude| format.round(magnitude))
        };
        let (least, greatest) = (round(size - doubt), round(size + doubt));
        if least != greatest {
            return Verdict::Unsure;
        }
        Verdict::Known(if self.is_negative() { -least } else { least })
    }

    /// Multiplies by one element of any kind.
    fn times_value(self, value: f64) -> Estimate {
        let mut product = self;
        product.terms += 1;
        if value == 0.0 || !value.is_finite() {
            product.zero |= value == 0.0;
            product.infinite |= value.is_infinite();
            product.nan |= value.is_nan();
            if value.is_sign_negative() {
                product.high = -product.high;
                product.low = -product.low;
            }
            return product;
        }
        // Away from the subnormal numbers, and back.
        let is_small = value.abs() < 2_f64.powi(-900);
        let scaled = if is_small { value * 2_f64.powi(200) } else { value };
        let exponent = scaled.to_bits().cast_signed() >> 52 & 0x7ff;
        let kept = scaled.to_bits() & !f64::INFINITY.to_bits();
        let significand = f64::from_bits(kept | 1.0_f64.to_bits());
        let down = if is_small { 200 } else { 0 };
        product.times(significand, 0.0, exponent - 1023 - down)
    }

    /// Multiplies by `(high + low) · 2^exponent`. The magnitude of `high` is from 1 to 2^300.
    fn times(self, high: f64, low: f64, exponent: i64) -> Estimate {
        let product = self.high * high;
        let error = product_error(self.high, high, product);
        let low = error + (self.high * low + self.low * high);
        let sum = product + low;
        let rest = low - (sum - product);
        // The factors are powers of two: both products are exact.
        let up = (sum.to_bits().cast_signed() >> 52 & 0x7ff) - 1023;
        let scale = two_to(-up);
        let exponent = self.exponent + exponent + up;
        Estimate { high: sum * scale, low: rest * scale, exponent, ..self }
    }

    fn merge(self, other: Estimate) -> Estimate {
        let mut product = self.times(other.high, other.low, other.exponent);
        product.terms += other.terms;
        product.zero |= other.zero;
        product.infinite |= other.infinite;
        product.nan |= other.nan;
        product
    }
}

/// 2 to the power of `exponent`, which is in the range of normal doubles.
fn two_to(exponent: i64) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// The estimate of the product of all terms; one that is left out counts as 1.
#[derive(Clone, Copy)]
pub(crate) struct Estimated<V>(pub(crate) V);

/// Independent products that hide the latency of each other.
const CHAINS: usize = 4;
/// A chain of 64 significands below 2 stays below 2^64, and four of them below 2^256.
const BLOCK_ROWS: usize = 64 * CHAINS;

impl<V: Terms> Body for Estimated<V> {
    type Output = Estimate;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Estimate {
        let mut product = Estimate::ONE;
        let rows = self.0.rows();
        let mut start = 0;
        while start < rows {
            let end = rows.min(start + BLOCK_ROWS);
            product = block(simd, self.0, start, end, product);
            start = end;
        }
        for index in (0..self.0.tail_len()).filter(|&index| self.0.keeps(index)) {
            product = product.times_value(self.0.tail(index));
        }
        product
    }
}

impl<V: Terms> Reduction for Estimated<V> {
    #[inline]
    fn bytes(self) -> usize {
        self.0.len() * V::TERM_BYTES
    }

    #[inline]
    fn cut(self) -> (Self, Self) {
        let (left, right) = self.0.split(self.0.rows() / 2);
        (Estimated(left), Estimated(right))
    }

    #[inline]
    fn merge(left: Estimate, right: Estimate) -> Estimate {
        left.merge(right)
    }
}

/// Products of significands in lanes, each as the sum of two rows.
///
/// With u = 2^-53: after k factors `low` is at most k u, and a step rounds it twice, which is an
/// error of at most (2 k + 1) u², so 64² u² in a chain of 64: 64 u² for each factor. Joining
/// the four chains of a lane drops the products of their lows, (64 u)² twice and (128 u)² once,
/// and rounds what is much smaller: about 26,000 u² for 256 factors, which is 103 u² for each.
struct Chains<R> {
    highs: [R; CHAINS],
    lows: [R; CHAINS],
}

#[inline(always)]
fn block<S: Simd, V: Terms>(
    simd: S,
    terms: V,
    start: usize,
    end: usize,
    product: Estimate,
) -> Estimate {
    let mut chains = Chains { highs: [simd.splat(1.0); CHAINS], lows: [simd.splat(0.0); CHAINS] };
    let mut exponents = simd.splat(0.0);
    let whole = start + (end - start) / CHAINS * CHAINS;
    for first in (start..whole).step_by(CHAINS) {
        for chain in 0..CHAINS {
            exponents = step(simd, terms, first + chain, chain, &mut chains, exponents);
        }
    }
    for row in whole..end {
        exponents = step(simd, terms, row, 0, &mut chains, exponents);
    }
    let exponents = simd.to_array(exponents);
    if exponents.iter().any(|exponent| !exponent.is_finite()) {
        return one_by_one(simd, terms, start, end, product);
    }
    let Chains { highs: [a, b, c, d], lows: [e, f, g, h] } = chains;
    let (high, low) = join(simd, join(simd, (a, e), (b, f)), join(simd, (c, g), (d, h)));
    let (highs, lows) = (simd.to_array(high), simd.to_array(low));
    let mut product = product;
    for lane in 0..8 {
        product = product.times(highs[lane], lows[lane], exponents[lane] as i64);
    }
    product.terms += 8 * (end - start) as u64;
    product
}

#[inline(always)]
fn step<S: Simd, V: Terms>(
    simd: S,
    terms: V,
    index: usize,
    chain: usize,
    Chains { highs, lows }: &mut Chains<S::Row>,
    exponents: S::Row,
) -> S::Row {
    terms.prefetch(simd, index);
    let (row, _) = terms.kept(simd, index, 1.0);
    let factor = simd.significand(row);
    let high = simd.mul(highs[chain], factor);
    let error = simd.product_error(highs[chain], factor, high);
    lows[chain] = simd.add(simd.mul(lows[chain], factor), error);
    highs[chain] = high;
    simd.add(exponents, simd.exponent(row))
}

#[inline(always)]
fn join<S: Simd>(simd: S, left: (S::Row, S::Row), right: (S::Row, S::Row)) -> (S::Row, S::Row) {
    let high = simd.mul(left.0, right.0);
    let error = simd.product_error(left.0, right.0, high);
    let cross = simd.add(simd.mul(left.0, right.1), simd.mul(left.1, right.0));
    (high, simd.add(cross, error))
}

#[inline(never)]
fn one_by_one<S: Simd, V: Terms>(
    simd: S,
    terms: V,
    start: usize,
    end: usize,
    product: Estimate,
) -> Estimate {
    let mut product = product;
    for row in start..end {
        for value in simd.to_array(terms.kept(simd, row, 1.0).0) {
            product = product.times_value(value);
        }
    }
    product
}
