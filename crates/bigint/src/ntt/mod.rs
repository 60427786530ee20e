//! Products of large factors by number-theoretic transforms over three primes.
//!
//! The limbs of a factor are the coefficients of a polynomial, in radix 2^64 as in radix 10^18.
//! The product of two polynomials is the convolution of their coefficients, which the transform
//! of J. Pollard (1971) turns into products of values. It is done modulo three primes below 2^50
//! (`prime`), in double-precision arithmetic with fused multiply-add (`field`), and the
//! coefficients are put together by the Chinese remainder theorem (`recompose`).
//!
//! | file | idea |
//! |---|---|
//! | `prime`, `field` | the primes, and the arithmetic modulo one of them, eight residues at once |
//! | `butterfly`, `passes`, `odd` | levels of the transform in registers and over memory |
//! | `twiddles`, `roots` | twiddle factors |
//! | `plan` | lengths, and the proof that coefficients stay below the product of the primes |
//! | `columns`, `rows` | blocking for the caches: a transform of columns, then of rows |
//! | `transform` | the passes of one prime on all threads |
//! | `recompose` | residues to limbs |

mod butterfly;
mod columns;
mod field;
#[cfg(test)]
mod level_tests;
mod odd;
mod passes;
mod plan;
mod prime;
mod recompose;
mod roots;
mod rows;
mod transform;
mod twiddles;

use allcores_parallel::{Blocks, Cancelled, Token, join, map};

use crate::linear::add_assign;
use crate::radix::Radix;
use crate::simd::{Isa, Rows};
pub(crate) use plan::MAX_SHORTER;
use plan::{MAX_LEN, Plan};
use prime::PRIMES;
use recompose::recompose;
use roots::Roots;
use transform::{Factor, Spare, product, spectrum};

/// Up to this many coefficients the primes run at the same time, each with memory of its own;
/// above, one after the other.
const PRIMES_TOGETHER: usize = 1 << 18;

/// Below this, a prime takes less time than handing it to another thread.
const PRIMES_IN_PARALLEL_FROM: usize = 1 << 11;

/// From this ratio of lengths on the longer factor is cut, so that one transform of the
/// shorter one serves all pieces.
const UNBALANCED: usize = 4;

/// `out = a * b`, for `out` as long as both together, `a` at least as long as `b`, and `b` of 1 to
/// [`MAX_SHORTER`] limbs.
pub(crate) fn multiply_into<R: Radix>(
    token: &Token,
    out: &mut [u64],
    a: &[u64],
    b: &[u64],
) -> Result<(), Cancelled> {
    multiply_with::<R>(token, Isa::detected(), out, a, b)
}

/// `out = a * a`, for `out` twice as long as `a`, which has 1 to [`MAX_SHORTER`] limbs.
pub(crate) fn square_into<R: Radix>(
    token: &Token,
    out: &mut [u64],
    a: &[u64],
) -> Result<(), Cancelled> {
    square_with::<R>(token, Isa::detected(), out, a)
}

fn square_with<R: Radix>(
    token: &Token,
    isa: Isa,
    out: &mut [u64],
    a: &[u64],
) -> Result<(), Cancelled> {
    let plan = Plan::of(out.len() - 1);
    let spare = Spare::default();
    let residues = for_each_prime(token, plan, |prime| {
        product(token, isa, &Roots::new(isa, plan, prime), a, Factor::Same, &spare)
    })?;
    recompose::<R>(token, isa, plan, &residues, out)
}

fn multiply_with<R: Radix>(
    token: &Token,
    isa: Isa,
    out: &mut [u64],
    a: &[u64],
    b: &[u64],
) -> Result<(), Cancelled> {
    debug_assert!(a.len() >= b.len() && b.len() <= MAX_SHORTER && out.len() == a.len() + b.len());
    if a.len() >= UNBALANCED * b.len() || out.len() > MAX_LEN {
        let product_len = (UNBALANCED * b.len() + 1).min(MAX_LEN);
        return Prepared::with(token, isa, b, product_len)?.multiply_into::<R>(token, out, a);
    }
    let plan = Plan::of(out.len() - 1);
    let spare = Spare::default();
    let residues = for_each_prime(token, plan, |prime| {
        product(token, isa, &Roots::new(isa, plan, prime), a, Factor::Limbs(b), &spare)
    })?;
    recompose::<R>(token, isa, plan, &residues, out)
}

/// Calls `work` with the index of each prime.
fn for_each_prime<T: Send>(
    token: &Token,
    plan: Plan,
    work: impl Fn(usize) -> Result<T, Cancelled> + Sync,
) -> Result<[T; 3], Cancelled> {
    let together = (PRIMES_IN_PARALLEL_FROM..=PRIMES_TOGETHER).contains(&plan.len());
    if !together {
        return Ok([work(0)?, work(1)?, work(2)?]);
    }
    let blocks = Blocks { size: 1, inline_up_to: 0 };
    let results = map(token, PRIMES.len(), blocks, |range| work(range.start))?;
    let mut results = results.into_iter();
    let mut next = || results.next().unwrap_or(Err(Cancelled));
    Ok([next()?, next()?, next()?])
}

/// A factor, transformed once for several products or for all pieces of a long factor.
pub(crate) struct Prepared {
    isa: Isa,
    len: usize,
    plan: Plan,
    primes: [(Roots, Rows); 3],
}

impl Prepared {
    /// For pieces that make products of at least `product_len` limbs. `limbs` are 1 to
    /// [`MAX_SHORTER`], and fewer than `product_len`.
    pub(crate) fn new(token: &Token, limbs: &[u64], product_len: usize) -> Result<Self, Cancelled> {
        Self::with(token, Isa::detected(), limbs, product_len)
    }

    fn with(token: &Token, isa: Isa, limbs: &[u64], product_len: usize) -> Result<Self, Cancelled> {
        let plan = Plan::of(product_len - 1);
        let primes = for_each_prime(token, plan, |prime| {
            let roots = Roots::new(isa, plan, prime);
            let values = spectrum(token, isa, &roots, limbs)?;
            Ok((roots, values))
        })?;
        Ok(Prepared { isa, len: limbs.len(), plan, primes })
    }

    /// Limbs of the other factor in a product of the plan's length.
    fn piece(&self) -> usize {
        self.plan.len() - self.len + 1
    }

    /// `out = a * self`, for `out` as long as both together.
    pub(crate) fn multiply_into<R: Radix>(
        &self,
        token: &Token,
        out: &mut [u64],
        a: &[u64],
    ) -> Result<(), Cancelled> {
        if a.len() > self.piece() {
            let at = a.len().div_ceil(self.piece()).div_ceil(2) * self.piece();
            let (low, high) = a.split_at(at);
            let upper = &mut out[at..];
            let (lower, ()) = join(
                token,
                || {
                    let mut lower = vec![0; at + self.len];
                    self.multiply_into::<R>(token, &mut lower, low)?;
                    Ok(lower)
                },
                || self.multiply_into::<R>(token, upper, high),
            )?;
            out[..at].copy_from_slice(&lower[..at]);
            add_assign::<R>(&mut out[at..], &lower[at..]);
            return Ok(());
        }
        let spare = Spare::default();
        let residues = for_each_prime(token, self.plan, |prime| {
            let (roots, values) = &self.primes[prime];
            product(token, self.isa, roots, a, Factor::Spectrum(values), &spare)
        })?;
        recompose::<R>(token, self.isa, self.plan, &residues, out)
    }
}
