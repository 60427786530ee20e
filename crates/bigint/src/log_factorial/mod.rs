//! The natural logarithm of n!.

mod table;

use std::fmt;
use std::ops::Range;

use allcores_parallel::{Blocks, Cancelled, Token, for_each_band, map};
use table::TABLE;

use crate::simd::Isa;
use crate::simd::stirling::ln_factorials;

/// 10 to 50 µs of work, by instruction set; two of them are not worth waking the pool.
const BLOCKS: Blocks = Blocks { size: 1 << 14, inline_up_to: 1 << 15 };

/// Numbers that are converted and checked at a time.
const CHUNK: usize = 1024;

/// The largest number that is taken, 2^64.
const MAX: f64 = 18_446_744_073_709_551_616.0;

/// Why there are no logarithms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LogError {
    /// The call was stopped by its token.
    Cancelled,
    /// An element is not an integer from 0 to 2^64.
    NotWhole {
        /// Where it is; the first one of its kind.
        index: usize,
        /// What it is.
        value: f64,
    },
}

impl From<Cancelled> for LogError {
    fn from(_: Cancelled) -> Self {
        LogError::Cancelled
    }
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LogError::Cancelled => Cancelled.fmt(f),
            LogError::NotWhole { index, value } => {
                write!(f, "Expected `n[{index}]` to be an integer from 0 to 2^64, got {value}")
            }
        }
    }
}

impl std::error::Error for LogError {}

/// ln n!, with a relative error of less than 2^-51.
///
/// `n` is an integer from 0 to 2^64. Up to 170 the result is the double next to the true value;
/// above that it is Stirling's series. The same bits on every machine.
///
/// ```
/// use allcores_bigint::log_factorial;
/// assert_eq!(log_factorial(0.0), 0.0);
/// assert_eq!(log_factorial(20.0), 42.335_616_460_753_485);
/// assert_eq!(log_factorial(1e6), 12_815_518.384_658_169);
/// ```
#[must_use]
pub fn log_factorial(n: f64) -> f64 {
    let mut result = [n];
    ln_of_chunk(&mut result);
    result[0]
}

/// ln n! for each of many numbers: `read` gives those of a range, as doubles.
///
/// Integers above 2^53 are rounded to doubles by `read`, so the relative error is less than 2^-50
/// there and less than 2^-51 below. Up to 32,768 numbers it runs on the calling thread. The same bits
/// on any number of threads and every instruction set.
///
/// ```
/// use allcores_bigint::log_factorials;
/// use allcores_parallel::Token;
/// let numbers = [3_u8, 0, 5];
/// let mut out = [0.0; 3];
/// log_factorials(&Token::new(), &mut out, &|range, block| {
///     for (double, &number) in block.iter_mut().zip(&numbers[range]) {
///         *double = number.into();
///     }
/// })
/// .unwrap();
/// assert_eq!(out, [6_f64.ln(), 0.0, 120_f64.ln()]);
/// ```
///
/// # Errors
/// [`LogError::NotWhole`] for the first number that is not an integer from 0 to 2^64; `out` is not
/// touched then. [`LogError::Cancelled`] when the token was cancelled before the work was done.
pub fn log_factorials(
    token: &Token,
    out: &mut [f64],
    read: &(dyn Fn(Range<usize>, &mut [f64]) + Sync),
) -> Result<(), LogError> {
    let wrong = map(token, out.len(), BLOCKS, |block| first_wrong(block, read))?;
    if let Some(error) = wrong.into_iter().flatten().next() {
        return Err(error);
    }
    for_each_band(token, out, BLOCKS, |offset, band| {
        for (i, chunk) in band.chunks_mut(CHUNK).enumerate() {
            let start = offset + i * CHUNK;
            read(start..start + chunk.len(), chunk);
            ln_of_chunk(chunk);
        }
    })?;
    Ok(())
}

/// The first number of a block that is refused.
fn first_wrong(
    block: Range<usize>,
    read: &(dyn Fn(Range<usize>, &mut [f64]) + Sync),
) -> Option<LogError> {
    let mut buffer = [0.0; CHUNK];
    for start in block.clone().step_by(CHUNK) {
        let range = start..block.end.min(start + CHUNK);
        let numbers = &mut buffer[..range.len()];
        read(range, numbers);
        if numbers.iter().fold(false, |wrong, &number| wrong | !is_taken(number)) {
            let at = numbers.iter().position(|&number| !is_taken(number))?;
            return Some(LogError::NotWhole { index: start + at, value: numbers[at] });
        }
    }
    None
}

/// Whether a double is an integer from 0 to 2^64.
fn is_taken(number: f64) -> bool {
    const TWO_52: f64 = 4_503_599_627_370_496.0; // no double from here on has a fraction
    (0.0..=MAX).contains(&number) & ((number >= TWO_52) | (number + TWO_52 - TWO_52 == number))
}

/// Replaces the numbers by the logarithms of their factorials. What is no such number, because
/// somebody changed it after it was checked, becomes some double.
fn ln_of_chunk(numbers: &mut [f64]) {
    let mut results = [0.0; CHUNK];
    let results = &mut results[..numbers.len()];
    results.copy_from_slice(numbers);
    ln_factorials(Isa::detected(), results);
    for (number, &result) in numbers.iter_mut().zip(&*results) {
        *number = TABLE.get(*number as usize).copied().unwrap_or(result);
    }
}

#[cfg(test)]
mod tests {
    use super::{LogError, TABLE, is_taken, log_factorial, log_factorials};
    use crate::digit_count::ln_factorial;
    use crate::fixed::Fixed;
    use allcores_parallel::Token;

    fn from_slice(token: &Token, numbers: &[f64], out: &mut [f64]) -> Result<(), LogError> {
        log_factorials(token, out, &|range, block| block.copy_from_slice(&numbers[range]))
    }

    /// (a - b) / b for a double a, in units of 2^-53.
    fn relative_error(a: f64, b: Fixed) -> f64 {
        let bits = a.to_bits();
        let (exponent, digits) = ((bits >> 52) as i32 - 1075, bits & ((1 << 52) - 1) | 1 << 52);
        // The double is digits * 2^exponent; both sides are scaled so that it is a whole number.
        assert!((-52..11).contains(&exponent));
        let power = 1 << exponent.unsigned_abs();
        let (a, b) = if exponent < 0 {
            (Fixed::whole(digits), b.times_word(power))
        } else {
            (Fixed::whole(digits), b.over(power))
        };
        let (difference, sign) =
            if a.0[3] > b.0[3] { (a.minus(b), 1.0) } else { (b.minus(a), -1.0) };
        let units = difference.0[3] as f64 + difference.0[2] as f64 / 2_f64.powi(64);
        sign * units / digits as f64 * 2_f64.powi(53)
    }

    #[test]
    fn the_relative_error_is_far_below_two_to_the_minus_51() {
        let random =
            (1..40_000_u64).map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (14 + i % 42));
        let mut worst: f64 = 0.0;
        for n in (256..40_000).chain(random.filter(|&n| n >= 256)) {
            let error = relative_error(log_factorial(n as f64), ln_factorial(n)).abs();
            worst = worst.max(error);
        }
        // 2^-51 is four of these units; the bound is what was found, and a little more.
        assert!(worst < 3.0, "{worst}");
        assert!(worst > 1.0, "{worst}"); // or nothing was measured
    }

    #[test]
    fn the_series_goes_on_where_the_table_ends() {
        for n in 171..256 {
            let step = log_factorial(f64::from(n)) - log_factorial(f64::from(n - 1));
            assert!((step - f64::from(n).ln()).abs() < 1e-12, "{n}");
        }
        assert_eq!(log_factorial(170.0), TABLE[170]);
    }

    #[test]
    fn every_element_of_a_long_array_is_that_of_the_single_call() {
        let token = Token::new();
        let numbers: Vec<f64> = (0..100_003_u32).map(|i| f64::from(i % 4000) * 7.0).collect();
        let mut out = vec![0.0; numbers.len()];
        from_slice(&token, &numbers, &mut out).unwrap();
        assert!(numbers.iter().zip(&out).all(|(&n, &found)| log_factorial(n) == found));
    }

    #[test]
    fn the_first_number_that_is_no_integer_is_named_and_nothing_is_written() {
        let token = Token::new();
        for (index, value) in [(0, -1.0), (1500, 0.5), (60_000, f64::NAN), (99_999, 1e20)] {
            let mut numbers = vec![7.0; 100_000];
            numbers[index] = value;
            numbers[99_999] = if index == 99_999 { value } else { -3.0 };
            let mut out = vec![1.0; numbers.len()];
            let error = from_slice(&token, &numbers, &mut out).unwrap_err();
            let LogError::NotWhole { index: found, value: got } = error else { panic!("{error}") };
            assert_eq!((found, got.to_bits()), (index, value.to_bits()));
            assert!(out.iter().all(|&x| x == 1.0));
        }
        token.cancel();
        assert_eq!(from_slice(&token, &[1.0], &mut [0.0]), Err(LogError::Cancelled));
    }

    #[test]
    fn integers_are_told_from_fractions_at_every_size() {
        let large = [4_503_599_627_370_495.0, 4_503_599_627_370_497.0, 9_007_199_254_740_991.0];
        for number in
            [0.0, -0.0, 1.0, 170.0, 1e6, 1e15, 18_446_744_073_709_551_616.0].iter().chain(&large)
        {
            assert!(is_taken(*number), "{number}");
        }
        let not = [-1.0, 0.5, 5e-324, 1e15 + 0.5, 4_503_599_627_370_495.5, 1.9e19, f64::INFINITY];
        for number in not.into_iter().chain([f64::NAN, f64::NEG_INFINITY]) {
            assert!(!is_taken(number), "{number}");
        }
    }
}
