//! How many bits a result will have, before any work is done.

use std::f64::consts::{LN_2, PI};

/// Below this the logarithms are added one by one: Stirling's series needs large arguments.
const SERIES_FROM: u64 = 64;

/// log2(n!). Its relative error is a few units of 2^-53, so it tells on which side of 2^30 bits a
/// factorial lies unless it is within about a millionth of a bit of that.
///
/// ```
/// assert!((allcores_bigint::factorial_bits(20) - 61.077).abs() < 0.001);
/// ```
#[must_use]
pub fn factorial_bits(n: u64) -> f64 {
    ln_factorial(n) / LN_2
}

/// log2 of n (n - 1) ... (n - k + 1), for `k` at most `n`.
///
/// ```
/// assert_eq!(allcores_bigint::falling_bits(64, 1), 6.0);
/// ```
#[must_use]
pub fn falling_bits(n: u64, k: u64) -> f64 {
    ln_falling(n, k) / LN_2
}

/// log2 of n! / (largest! * product of others!), where n is the sum of all of them, which is below
/// 2^64.
///
/// ```
/// assert_eq!(allcores_bigint::multinomial_bits(15, &[1]), 4.0);
/// ```
#[must_use]
pub fn multinomial_bits(largest: u64, others: &[u64]) -> f64 {
    let rest: u64 = others.iter().sum();
    let below: f64 = others.iter().map(|&k| ln_factorial(k)).sum();
    ((ln_falling(largest + rest, rest) - below) / LN_2).max(0.0)
}

fn ln_factorial(n: u64) -> f64 {
    if n < SERIES_FROM {
        return (2..=n).map(|factor| (factor as f64).ln()).sum();
    }
    let x = n as f64;
    x * x.ln() - x + (2.0 * PI * x).ln() / 2.0 + 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3))
}

/// The difference of two of Stirling's series, written so that nothing large cancels.
fn ln_falling(n: u64, k: u64) -> f64 {
    let below = n - k;
    if k < SERIES_FROM {
        return (0..k).map(|i| ((n - i) as f64).ln()).sum();
    }
    if below < SERIES_FROM {
        return ln_factorial(n) - ln_factorial(below);
    }
    let (n, k, below) = (n as f64, k as f64, below as f64);
    k * n.ln() + (below + 0.5) * (k / below).ln_1p() - k + 1.0 / (12.0 * n) - 1.0 / (12.0 * below)
}

#[cfg(test)]
mod tests {
    use super::{factorial_bits, falling_bits, multinomial_bits};

    fn sum(from: u64, to: u64) -> f64 {
        (from..=to).map(|factor| (factor as f64).log2()).sum()
    }

    #[track_caller]
    fn check(got: f64, expected: f64) {
        assert!((got - expected).abs() <= 1e-9 * expected.max(1.0), "{got} {expected}");
    }

    #[test]
    fn sizes_equal_sums_of_logarithms_on_both_sides_of_the_series_border() {
        for n in [0, 1, 2, 62, 63, 64, 65, 500, 12_345] {
            check(factorial_bits(n), sum(1, n));
            for k in [0, 1, 2, 62, 63, 64, 65, 400, 12_300].into_iter().filter(|&k| k <= n) {
                check(falling_bits(n, k), sum(n - k + 1, n));
                check(multinomial_bits(n - k, &[k]), sum(n - k + 1, n) - sum(1, k));
                check(
                    multinomial_bits(n - k, &[k - k / 3, k / 3]),
                    sum(n - k + 1, n) - sum(1, k / 3) - sum(1, k - k / 3),
                );
            }
        }
        // Near 2^64 nothing cancels: each factor is 64 bits.
        check(falling_bits(u64::MAX, 1_000_000), 64e6);
    }
}
