//! How large a result JavaScript can hold.

/// The largest size of a JavaScript BigInt in bits, which V8 sets.
///
/// ```
/// assert_eq!(allcores_bigint::MAX_BITS, 1_073_741_824);
/// ```
pub const MAX_BITS: u64 = 1 << 30;

/// The largest `n` whose factorial fits into a JavaScript BigInt, which V8 limits to 2^30
/// bits: log2(44,787,927!) is just below 2^30, log2(44,787,928!) is above.
///
/// [`factorial`](crate::factorial()) does not check it; whoever makes a BigInt does.
///
/// ```
/// assert_eq!(allcores_bigint::MAX_BIGINT, 44_787_927);
/// ```
pub const MAX_BIGINT: u64 = 44_787_927;

/// The largest `n` whose double factorial n!! fits into a JavaScript BigInt.
///
/// [`double_factorial`](crate::double_factorial()) does not check it; whoever makes a BigInt does.
///
/// ```
/// assert_eq!(allcores_bigint::MAX_DOUBLE, 86_181_405);
/// ```
pub const MAX_DOUBLE: u64 = 86_181_405;

/// The largest `n` for which the product of the primes up to `n` fits into a JavaScript BigInt: the
/// next prime, 744,287,447, would take it past 2^30 bits.
///
/// [`primorial`](crate::primorial()) does not check it; whoever makes a BigInt does.
///
/// ```
/// assert_eq!(allcores_bigint::MAX_PRIMORIAL, 744_287_446);
/// ```
pub const MAX_PRIMORIAL: u32 = 744_287_446;

/// The largest `n` whose factorial fits into a JavaScript string, which V8 limits to
/// 536,870,888 (2^29 - 24) characters.
///
/// [`factorial_string`](crate::factorial_string()) does not check it; whoever makes a
/// JavaScript string does.
///
/// ```
/// assert_eq!(allcores_bigint::MAX_STRING, 72_306_956);
/// ```
pub const MAX_STRING: u64 = 72_306_956;

#[cfg(test)]
mod tests {
    use super::{MAX_BIGINT, MAX_DOUBLE, MAX_PRIMORIAL, MAX_STRING};
    use crate::sieve::map_odd_primes;
    use allcores_parallel::Token;

    /// ln(n!) by Stirling's series. For these n its error is far below the step of about
    /// 18 from one n to the next.
    fn ln_factorial(n: u64) -> f64 {
        let n = n as f64;
        n * n.ln() - n + (2.0 * std::f64::consts::PI * n).ln() / 2.0 + 1.0 / (12.0 * n)
    }

    #[test]
    fn the_limit_for_bigint_is_the_last_factorial_of_at_most_2_to_the_30_bits() {
        let bits = |n| (ln_factorial(n) / std::f64::consts::LN_2).floor() + 1.0;
        assert!(bits(MAX_BIGINT) <= 2f64.powi(30));
        assert!(bits(MAX_BIGINT + 1) > 2f64.powi(30));
    }

    #[test]
    fn the_limit_for_strings_is_the_last_factorial_of_at_most_536870888_digits() {
        let digits = |n| (ln_factorial(n) / std::f64::consts::LN_10).floor() + 1.0;
        assert!(digits(MAX_STRING) <= 536_870_888.0);
        assert!(digits(MAX_STRING + 1) > 536_870_888.0);
    }

    #[test]
    fn the_limit_for_double_factorials_is_the_last_of_at_most_2_to_the_30_bits() {
        let bits = |n: u64| {
            let k = n / 2;
            let half = ln_factorial(k) / std::f64::consts::LN_2 + k as f64;
            let whole = ln_factorial(n) / std::f64::consts::LN_2;
            (if n.is_multiple_of(2) { half } else { whole - half }).floor() + 1.0
        };
        assert!(bits(MAX_DOUBLE) <= 2f64.powi(30));
        assert!(bits(MAX_DOUBLE + 1) > 2f64.powi(30));
    }

    #[test]
    fn the_limit_for_primorials_is_the_last_of_at_most_2_to_the_30_bits() {
        let bits = |n| {
            let logarithm =
                |primes: Vec<u32>| primes.iter().map(|&p| f64::from(p).log2()).sum::<f64>();
            let odd = map_odd_primes(&Token::new(), n, logarithm).unwrap();
            (odd.iter().sum::<f64>() + 1.0).floor() + 1.0
        };
        assert!(bits(MAX_PRIMORIAL) <= 2f64.powi(30));
        assert!(bits(MAX_PRIMORIAL + 1) > 2f64.powi(30));
    }
}
