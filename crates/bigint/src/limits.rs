//! How large a factorial JavaScript can hold.

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
    use super::{MAX_BIGINT, MAX_STRING};

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
}
