//! From residues modulo the three primes to limbs: the Chinese remainder theorem and the carries.
//!
//! With P = p_1 p_2 p_3 and y_i = x_i (P / p_i)^-1 mod p_i, a coefficient is
//!
//! ```text
//! x = sum of y_i P / p_i  -  q P,    q = floor(sum of y_i / p_i)
//! ```
//!
//! The sum of the fractions is q + x / P. Since x / P is at most 1 - 2^-19 (`plan`), the sum in
//! doubles, whose error is below 2^-49, rounds down to q after 2^-20 was added to it.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};

use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};

use super::field::Field;
use super::plan::Plan;
use super::prime::PRIMES;
use crate::linear::add_assign;
use crate::radix::Radix;
use crate::simd::{Body, Isa, LANES, Lanes, Row, Rows};

/// Limbs to a block: some 30 µs.
const LIMBS: Blocks = Blocks { size: 1 << 13, inline_up_to: 1 << 13 };

/// What is added before rounding down.
const MARGIN: f64 = 1.0 / (1 << 20) as f64;

/// P and the P / p_i in two digits of a radix, the upper one as large as it gets.
struct Digits {
    low: [u64; 3],
    high: [u64; 3],
    /// The radix less the low digit of P, for subtraction by adding.
    minus_low: u128,
    /// One more than the upper digit of P.
    minus_high: i128,
}

impl Digits {
    const fn of(max_limb: u64) -> Digits {
        let radix = max_limb as u128 + 1;
        let [a, b, c] = [PRIMES[0].p as u128, PRIMES[1].p as u128, PRIMES[2].p as u128];
        let others = [b * c, a * c, a * b];
        let mut digits = Digits { low: [0; 3], high: [0; 3], minus_low: 0, minus_high: 0 };
        let mut i = 0;
        while i < 3 {
            digits.low[i] = (others[i] % radix) as u64;
            digits.high[i] = (others[i] / radix) as u64;
            i += 1;
        }
        let low = others[2] % radix * c;
        digits.minus_low = radix - low % radix;
        digits.minus_high = (others[2] / radix * c + low / radix + 1) as i128;
        digits
    }
}

/// Writes the number whose coefficients have these residues, times the length of the plan, to `out`.
/// The number fits, and the places of `out` are at most one more than the coefficients.
pub(crate) fn recompose<R: Radix>(
    token: &Token,
    isa: Isa,
    plan: Plan,
    residues: &[Rows; 3],
    out: &mut [u64],
) -> Result<(), Cancelled> {
    let bands = out.len().div_ceil(LIMBS.size);
    let carries: Vec<[AtomicU64; 2]> = (0..bands).map(|_| Default::default()).collect();
    let scales = scales(plan);
    let residues = [&*residues[0], &*residues[1], &*residues[2]];
    for_each_band(token, out, LIMBS, |start, out| {
        let body = Recompose { plan, scales, residues, start, out, radix: PhantomData::<R> };
        for (carry, value) in carries[start / LIMBS.size].iter().zip(isa.run(body)) {
            carry.store(value, Ordering::Relaxed); // read after all bands have ended
        }
    })?;
    let mut rest = out;
    for carry in &carries[..bands.saturating_sub(1)] {
        rest = &mut rest[LIMBS.size..];
        let carry = carry.each_ref().map(|value| value.load(Ordering::Relaxed));
        // A last band of one limb has no place for a second one, which is zero then.
        let places = rest.len().min(carry.len());
        add_assign::<R>(rest, &carry[..places]);
    }
    Ok(())
}

/// What residues are multiplied with to become the y_i: 1 / (P / p_i), and 1 / n for a
/// transform of length n.
fn scales(plan: Plan) -> [f64; 3] {
    [0, 1, 2].map(|i| {
        let prime = PRIMES[i];
        let others = PRIMES.iter().filter(|&&other| other != prime);
        let product =
            others.fold(plan.len() as u64, |x, other| prime.multiply(x, other.p % prime.p));
        prime.balanced(prime.inverse(product))
    })
}

/// One band; gives the two limbs that belong above it.
struct Recompose<'a, R> {
    plan: Plan,
    scales: [f64; 3],
    residues: [&'a [Row]; 3],
    /// The place of the first limb of `out`, divisible by 8.
    start: usize,
    out: &'a mut [u64],
    radix: PhantomData<R>,
}

impl<R: Radix> Body for Recompose<'_, R> {
    type Output = [u64; 2];

    #[inline(always)]
    fn run<S: Lanes>(self, simd: S) -> [u64; 2] {
        let [p, q, r] = PRIMES;
        let fields = [Field::new(simd, p), Field::new(simd, q), Field::new(simd, r)];
        let mut scales = [simd.splat(0.0); 3];
        let mut fractions = scales;
        for i in 0..3 {
            scales[i] = simd.splat(self.scales[i]);
            fractions[i] = simd.splat(1.0 / PRIMES[i].p as f64);
        }
        let margin = simd.splat(MARGIN);
        let rows = self.plan.len() / LANES;
        // What the coefficients so far add to the next two places.
        let (mut next, mut after) = (0, 0);
        for (i, out) in self.out.chunks_mut(LANES).enumerate() {
            let row = self.start / LANES + i;
            let (mut y, mut quotients) = ([[0; LANES]; 3], [0; LANES]);
            if row < rows {
                let place = self.plan.place(row);
                let mut terms = [(margin, margin); 3];
                for i in 0..3 {
                    let residues = simd.load(&self.residues[i][place]);
                    let values = fields[i].canonical(fields[i].multiply(residues, scales[i]));
                    terms[i] = (values, fractions[i]);
                    y[i] = simd.words(values);
                }
                quotients = simd.words(simd.floor_of_sum_of_products(terms, margin));
            }
            for (lane, out) in out.iter_mut().enumerate() {
                let y = [y[0][lane], y[1][lane], y[2][lane]];
                let [first, second, third] = digits::<R>(y, quotients[lane]);
                let (limb, carry) = R::add(first, next, false);
                *out = limb;
                let (sum, carry) = R::add(second, after, carry);
                next = sum;
                after = third + u64::from(carry);
            }
        }
        [next, after]
    }
}

/// The three digits of a coefficient.
#[inline(always)]
fn digits<R: Radix>(y: [u64; 3], quotient: u64) -> [u64; 3] {
    let p = const { Digits::of(R::MAX_LIMB) };
    let low = sum_of_products(y, p.low) + u128::from(quotient) * p.minus_low;
    let high = sum_of_products(y, p.high) as i128 - i128::from(quotient) * p.minus_high;
    let (carry, first) = R::split(low);
    // Not negative, because the coefficient is not.
    let (third, second) = R::split((high + i128::from(carry)) as u128);
    [first, second, third]
}

#[inline(always)]
fn sum_of_products(x: [u64; 3], y: [u64; 3]) -> u128 {
    u128::from(x[0]) * u128::from(y[0])
        + u128::from(x[1]) * u128::from(y[1])
        + u128::from(x[2]) * u128::from(y[2])
}
