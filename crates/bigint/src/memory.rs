//! How much memory a call will take, before it begins.
//!
//! One formula for all: a fixed part, sixteen times the bytes of the result (its own words, those of
//! the last factors, the transforms of a large product, and the copy that becomes a BigInt), and
//! eight bytes for each prime that is kept in a list. It is meant to be more than the call's peak.

/// What no call is below.
const FIXED: f64 = 8e6;

/// Bytes for each byte of the result.
const FOR_RESULT: f64 = 16.0;

/// Bytes for each digit of a text: limbs of 18 digits in 8 bytes take as much as words do, and the text
/// itself is there twice, as bytes and as a string.
const FOR_DIGIT: f64 = 8.0 / 18.0 * FOR_RESULT + 2.0;

/// Bytes for each prime: in the list of its segment and in the list of all.
const FOR_PRIME: f64 = 8.0;

/// The bytes that a call takes whose result has `bits` bits and that lists the primes up to `primes`.
///
/// ```
/// use allcores_bigint::{factorial_bits, memory};
/// let needed = memory(factorial_bits(10_000_000), 10_000_000);
/// assert!(needed > 400e6 && needed < 500e6);
/// ```
#[must_use]
pub fn memory(bits: f64, primes: u64) -> f64 {
    FIXED + FOR_RESULT * bits / 8.0 + FOR_PRIME * primes_below(primes)
}

/// The same for a result of `bits` bits that is made as decimal text, or from it.
///
/// ```
/// use allcores_bigint::{memory, text_memory};
/// assert!(text_memory(1e6, 0) > memory(1e6, 0));
/// ```
#[must_use]
pub fn text_memory(bits: f64, primes: u64) -> f64 {
    FIXED + FOR_DIGIT * bits / std::f64::consts::LOG2_10 + FOR_PRIME * primes_below(primes)
}

/// No less than the number of primes up to `n` (Rosser and Schoenfeld 1962).
fn primes_below(n: u64) -> f64 {
    let n = n.max(17) as f64;
    1.25506 * n / n.ln()
}
