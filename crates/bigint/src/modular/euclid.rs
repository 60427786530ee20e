//! What Euclid's algorithm gives.

/// The greatest common divisor; that of 0 and x is x.
pub(super) fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The number below `m` whose product with `a` is 1 modulo `m`, if `a` has one. `m` is at least 2
/// and at most 2^63.
pub(super) fn inverse(a: u64, m: u64) -> Option<u64> {
    let (mut r, mut next) = (m, a % m);
    // r = s a modulo m, and the same for the next pair; |s| stays at most m.
    let (mut s, mut s_next) = (0_i128, 1_i128);
    while next != 0 {
        let quotient = r / next;
        (r, next) = (next, r % next);
        (s, s_next) = (s_next, s - i128::from(quotient) * s_next);
    }
    (r == 1).then(|| s.rem_euclid(i128::from(m)) as u64)
}

#[cfg(test)]
mod tests {
    use super::{gcd, inverse};

    #[test]
    fn an_inverse_is_found_exactly_where_there_is_one() {
        for m in 2..200 {
            for a in 0..2 * m {
                let found = inverse(a, m);
                assert_eq!(found.is_some(), gcd(a, m) == 1, "{a} modulo {m}");
                assert!(found.is_none_or(|found| found < m && a * found % m == 1));
            }
        }
        assert_eq!(inverse(3, 1 << 63), Some(3_074_457_345_618_258_603));
        assert_eq!(inverse((1 << 63) - 1, 1 << 63), Some((1 << 63) - 1));
    }
}
