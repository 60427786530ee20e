//! The sieve of Eratosthenes over odd numbers, segment by segment.

use allcores_parallel::{Blocks, Cancelled, Token, map};

/// One flag for each odd number of a segment: 32 KB stay in the first-level cache.
const SEGMENT: usize = 32 * 1024;

/// About 30 µs of work for each segment: four of them are not worth waking the pool.
const BLOCKS: Blocks = Blocks { size: SEGMENT, inline_up_to: 4 * SEGMENT };

/// The odd primes up to and including `n`, rising.
pub(crate) fn odd_primes(token: &Token, n: u32) -> Result<Vec<u32>, Cancelled> {
    Ok(map_odd_primes(token, n, |primes| primes)?.concat())
}

/// `each` of the odd primes up to and including `n`, in rising segments: for who can do without a
/// list of all of them.
pub(crate) fn map_odd_primes<R: Send>(
    token: &Token,
    n: u32,
    each: impl Fn(Vec<u32>) -> R + Sync,
) -> Result<Vec<R>, Cancelled> {
    if n < 3 {
        return Ok(Vec::new());
    }
    let divisors = odd_primes(token, n.isqrt())?;
    // Flag i stands for 2 i + 3.
    let flags = (n as usize - 1) / 2;
    map(token, flags, BLOCKS, |range| {
        let first = 2 * range.start + 3;
        let mut composite = vec![false; range.len()];
        for &p in &divisors {
            let p = p as usize;
            // The first odd multiple in the segment that has no smaller prime factor.
            let multiple = (p * p).max((first.div_ceil(p) | 1) * p);
            for flag in composite.iter_mut().skip((multiple - first) / 2).step_by(p) {
                *flag = true;
            }
        }
        let prime =
            |(i, &composite): (usize, &bool)| (!composite).then_some((first + 2 * i) as u32);
        each(composite.iter().enumerate().filter_map(prime).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::{SEGMENT, odd_primes};
    use allcores_parallel::Token;

    fn is_odd_prime(n: u32) -> bool {
        n > 2
            && n % 2 == 1
            && (3..).step_by(2).take_while(|d| d * d <= n).all(|d| !n.is_multiple_of(d))
    }

    #[test]
    fn the_sieve_finds_what_trial_division_finds() {
        let last = 6 * SEGMENT as u32 + 5; // three segments and a bit
        let all: Vec<u32> = (0..=last).filter(|&n| is_odd_prime(n)).collect();
        let borders = [2, 4].map(|k| k * SEGMENT as u32);
        let near = borders.into_iter().flat_map(|border| border - 3..border + 6);
        for n in (0..1000).chain(near).chain([last]) {
            let expected = &all[..all.partition_point(|&p| p <= n)];
            assert!(odd_primes(&Token::new(), n).unwrap() == expected, "{n}");
        }
    }

    #[test]
    fn the_number_of_primes_below_ten_million_is_right_over_many_segments() {
        assert_eq!(odd_primes(&Token::new(), 10_000_000).unwrap().len(), 664_578);
    }
}
