use allcores_parallel::{Cancelled, Token};

use crate::modular::factorize;

/// The number of zeros at the end of n! in a base from 2 on.
///
/// By Legendre's formula: the exponent of a prime p in n! is the sum of floor(n / p^i), and the
/// answer is the least of these over the exponents in the base. The base is taken apart into its
/// primes first, which takes up to some hundred microseconds.
///
/// ```
/// use allcores_bigint::trailing_zeros;
/// use allcores_parallel::Token;
/// let token = Token::new();
/// assert_eq!(trailing_zeros(&token, 25, 10), Ok(6)); // 15511210043330985984000000
/// assert_eq!(trailing_zeros(&token, 6, 12), Ok(2)); // 720 is 500 in base 12
/// ```
///
/// # Errors
/// [`Cancelled`] when the token was cancelled before the work was done.
///
/// # Panics
/// When the base is below 2 or above 2^63.
pub fn trailing_zeros(token: &Token, n: u64, base: u64) -> Result<u64, Cancelled> {
    assert!((2..=1 << 63).contains(&base), "Expected a base from 2 to 2^63");
    token.begin_block()?;
    let zeros = factorize(token, base)?
        .into_iter()
        .map(|(p, exponent)| factors_in_factorial(n, p) / u64::from(exponent));
    Ok(zeros.min().expect("a base from 2 on has a prime"))
}

/// The exponent of the prime `p` in n!.
fn factors_in_factorial(n: u64, p: u64) -> u64 {
    let (mut quotient, mut sum) = (n / p, 0);
    while quotient != 0 {
        sum += quotient;
        quotient /= p;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::trailing_zeros;
    use allcores_parallel::{Cancelled, Token};
    use dashu_int::UBig;

    #[test]
    fn zeros_are_those_of_the_factorial_itself() {
        let token = Token::new();
        let mut factorial = UBig::ONE;
        for n in 0..200_u64 {
            factorial *= UBig::from(n.max(1));
            for base in (2..40).chain([49, 64, 72, 1000, 1024, 2310, 211 * 2, 199 * 199]) {
                let (mut rest, mut expected) = (factorial.clone(), 0);
                let divisor = UBig::from(base);
                while (&rest % &divisor) == UBig::ZERO {
                    rest /= &divisor;
                    expected += 1;
                }
                assert_eq!(trailing_zeros(&token, n, base), Ok(expected), "{n} in base {base}");
            }
        }
    }

    #[test]
    fn the_largest_arguments_are_exact() {
        let token = Token::new();
        let n = (1 << 53) - 1;
        assert_eq!(trailing_zeros(&token, n, 2), Ok(n - 53));
        assert_eq!(trailing_zeros(&token, n, 1 << 52), Ok((n - 53) / 52));
        assert_eq!(trailing_zeros(&token, n, 1 << 63), Ok((n - 53) / 63));
        // 2^53 - 1 = 6361 * 69431 * 20394401
        assert_eq!(trailing_zeros(&token, n, n), Ok(n / 20_394_401 + n / 20_394_401_u64.pow(2)));
        assert_eq!(trailing_zeros(&token, u64::MAX, 2), Ok(u64::MAX - 64));
        token.cancel();
        assert_eq!(trailing_zeros(&token, 5, 10), Err(Cancelled));
    }
}
