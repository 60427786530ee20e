//! The kernels whose arguments are a few integers and whose result is a BigInt.

use allcores_bigint as bigint;
use allcores_parallel::{Cancelled, Token};
use napi::Env;
use napi_derive::napi;

use super::{check_bits, words};
use crate::buffer::Numbers;
use crate::call::{run, start};
use crate::failure::{Failure, JsError};
use crate::outcome::{Finished, Outcome};
use crate::settle::Pending;

/// A kernel with its arguments, which fit together.
pub(crate) enum Call {
    DoubleFactorial(u64),
    Falling { n: u64, k: u64 },
    Binomial { n: u64, k: u64 },
    Multinomial(Vec<u64>),
    Primorial(u32),
}

impl Call {
    /// Refuses what has no result, or one that no BigInt can hold.
    pub(crate) fn parse(kind: &str, words: &[u64]) -> Result<Self, Failure> {
        let call = match (kind, words) {
            ("doubleFactorial", &[n]) if n <= bigint::MAX_DOUBLE => Call::DoubleFactorial(n),
            ("primorial", &[n]) if n <= bigint::MAX_PRIMORIAL.into() => Call::Primorial(n as u32),
            ("fallingFactorial", &[n, k]) => Call::Falling { n, k },
            // Of the factors from n on, the last is the largest.
            ("risingFactorial", &[_, 0]) => Call::Falling { n: 0, k: 0 },
            ("risingFactorial", &[0, _]) => Call::Falling { n: 0, k: 1 },
            ("risingFactorial", &[n, k]) => match n.checked_add(k - 1) {
                Some(last) => Call::Falling { n: last, k },
                None => return Err(too_large("`n` + `k` - 1")),
            },
            ("binomial", &[n, k]) => Call::Binomial { n, k },
            ("multinomial", ks) => {
                let sum = ks.iter().try_fold(0, |sum: u64, &k| sum.checked_add(k));
                sum.ok_or_else(|| too_large("the sum of `ks`"))?;
                Call::Multinomial(ks.to_vec())
            }
            _ => return Err(Failure::wrong_type("Expected the name of a kernel and its integers")),
        };
        // Those of one integer have limits of their own, which are exact.
        if !matches!(call, Call::DoubleFactorial(_) | Call::Primorial(_)) {
            check_bits(call.bits())?;
        }
        Ok(call)
    }

    /// log2 of the result; 0 for 0.
    fn bits(&self) -> f64 {
        match self {
            &Call::DoubleFactorial(n) => {
                let half = bigint::factorial_bits(n / 2) + (n / 2) as f64;
                if n.is_multiple_of(2) { half } else { bigint::factorial_bits(n) - half }
            }
            &Call::Falling { n, k } if k <= n => bigint::falling_bits(n, k),
            &Call::Binomial { n, k } if k <= n => {
                bigint::multinomial_bits(k.max(n - k), &[k.min(n - k)])
            }
            Call::Falling { .. } | Call::Binomial { .. } => 0.0,
            Call::Multinomial(ks) => {
                let (largest, others) = largest_of(ks);
                bigint::multinomial_bits(largest, &others)
            }
            // The logarithm of the product of the primes up to n is about n, and below 1.02 n.
            &Call::Primorial(n) => f64::from(n) * std::f64::consts::LOG2_E,
        }
    }

    /// Bytes that the call takes, at most.
    pub(crate) fn memory(&self) -> f64 {
        let primes = match self {
            &Call::DoubleFactorial(n) => n,
            // Only those up to k are put into a list.
            &Call::Falling { n, k } => k.min(n),
            &Call::Binomial { n, k } => k.min(n.saturating_sub(k)),
            Call::Multinomial(ks) => largest_of(ks).1.iter().sum(),
            &Call::Primorial(n) => n.isqrt().into(),
        };
        bigint::memory(self.bits(), primes)
    }

    fn run(&self, token: &Token) -> Result<Vec<u64>, Cancelled> {
        match self {
            &Call::DoubleFactorial(n) => bigint::double_factorial(token, n),
            &Call::Falling { n, k } => bigint::falling_factorial(token, n, k),
            &Call::Binomial { n, k } => bigint::binomial(token, n, k),
            Call::Multinomial(ks) => bigint::multinomial(token, ks),
            &Call::Primorial(n) => bigint::primorial(token, n),
        }
    }
}

fn largest_of(ks: &[u64]) -> (u64, Vec<u64>) {
    let mut others = ks.to_vec();
    others.sort_unstable();
    let largest = others.pop().unwrap_or(0);
    (largest, others)
}

fn too_large(what: &str) -> Failure {
    Failure::out_of_range(format!("Expected {what} to be below 2^64"))
}

fn job_of(call: Call) -> impl FnOnce(&Token) -> Finished {
    move |token| Ok(Outcome::BigInt { negative: false, words: call.run(token)? })
}

/// A kernel by its name, with its integers as 64-bit words.
#[napi(catch_unwind)]
pub fn factorial_family(env: Env, kind: String, numbers: Numbers) -> Result<Outcome, JsError> {
    let call = Call::parse(&kind, words(&numbers)?)?;
    run(env, job_of(call))
}

/// [`factorial_family`] as a job.
#[napi(catch_unwind)]
pub fn start_factorial_family(
    env: Env,
    id: u32,
    kind: String,
    numbers: Numbers,
) -> Result<Pending, JsError> {
    let call = Call::parse(&kind, words(&numbers)?)?;
    start(env, id, Vec::new(), job_of(call))
}
