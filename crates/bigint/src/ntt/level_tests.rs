//! Products on every instruction set of this machine, around the borders of every plan, against
//! Karatsuba's method and against remainders.

use allcores_parallel::{Token, enter};

use super::{MAX_SHORTER, UNBALANCED, multiply_with, square_with};
use crate::karatsuba;
use crate::radix::{Binary, Decimal, Radix};
use crate::simd::Isa;

/// Primes of 61 bits.
const MODULI: [u64; 3] = [(1 << 61) - 1, (1 << 61) - 31, 2_305_843_009_213_692_967];

/// Random limbs with runs of zeros and of the largest limb among them.
fn limbs<R: Radix>(len: usize, seed: u64) -> Vec<u64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut limb = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        match state % 8 {
            0 => 0,
            1 => R::MAX_LIMB,
            _ => ((u128::from(state) * (u128::from(R::MAX_LIMB) + 1)) >> 64) as u64,
        }
    };
    (0..len).map(|_| limb()).collect()
}

/// The number modulo `modulus`.
fn remainder<R: Radix>(limbs: &[u64], modulus: u64) -> u64 {
    let radix = (u128::from(R::MAX_LIMB) + 1) % u128::from(modulus);
    limbs.iter().rev().fold(0, |rest, &limb| {
        ((u128::from(rest) * radix + u128::from(limb)) % u128::from(modulus)) as u64
    })
}

fn check_remainders<R: Radix>(a: &[u64], b: &[u64], product: &[u64]) {
    assert!(product.iter().all(|&limb| limb <= R::MAX_LIMB));
    for modulus in MODULI {
        let [x, y] = [a, b].map(|limbs| u128::from(remainder::<R>(limbs, modulus)));
        let expected = (x * y % u128::from(modulus)) as u64;
        let found = remainder::<R>(product, modulus);
        assert_eq!(found, expected, "{} and {} limbs modulo {modulus}", a.len(), b.len());
    }
}

fn product<R: Radix>(isa: Isa, a: &[u64], b: &[u64]) -> Vec<u64> {
    let mut out = vec![7; a.len() + b.len()];
    multiply_with::<R>(&Token::new(), isa, &mut out, a, b).unwrap();
    out
}

fn square<R: Radix>(isa: Isa, a: &[u64]) -> Vec<u64> {
    let mut out = vec![7; 2 * a.len()];
    square_with::<R>(&Token::new(), isa, &mut out, a).unwrap();
    out
}

/// On every level, against the remainders and against one another.
fn check<R: Radix>(a: &[u64], b: &[u64]) {
    let mut products = Isa::all().map(|isa| product::<R>(isa, a, b));
    let expected = products.next().unwrap();
    check_remainders::<R>(a, b, &expected);
    assert!(products.all(|product| product == expected), "{} and {} limbs", a.len(), b.len());
}

fn check_square<R: Radix>(a: &[u64]) {
    let expected = product::<R>(Isa::detected(), a, a);
    check_remainders::<R>(a, a, &expected);
    for isa in Isa::all() {
        assert!(square::<R>(isa, a) == expected, "square of {} limbs, {isa:?}", a.len());
    }
}

/// The lengths of all plans of up to `max` coefficients.
fn plan_lengths(max: usize) -> impl Iterator<Item = usize> {
    let lengths = (6..24).flat_map(|log| [1, 3, 5].map(|odd: usize| odd << log));
    lengths.filter(move |&len| len <= max)
}

fn check_small<R: Radix>() {
    for longer in 1..150 {
        for shorter in [1, 2, 3, longer / 2, longer - 1, longer] {
            let shorter = shorter.clamp(1, longer);
            let (a, b) = (limbs::<R>(longer, 1), limbs::<R>(shorter, 2));
            let mut expected = vec![0; longer + shorter];
            let mut scratch = vec![0; karatsuba::scratch_len::<R>(longer, shorter)];
            karatsuba::multiply::<R>(&mut expected, &a, &b, &mut scratch);
            for isa in Isa::all() {
                assert!(product::<R>(isa, &a, &b) == expected, "{longer} and {shorter}, {isa:?}");
            }
        }
    }
}

#[test]
fn short_products_equal_karatsubas_on_every_level() {
    check_small::<Binary>();
    check_small::<Decimal>();
}

fn check_borders<R: Radix>(max: usize) {
    for len in plan_lengths(max) {
        // As many coefficients as the plan takes, one fewer and one more.
        for limbs_in_all in [len, len + 1, len + 2] {
            let shorter = limbs_in_all * 2 / 5;
            let (a, b) = (limbs::<R>(limbs_in_all - shorter, 3), limbs::<R>(shorter, 4));
            check::<R>(&a, &b);
        }
        for half in [len / 2, len / 2 + 1] {
            check_square::<R>(&limbs::<R>(half, 5));
        }
    }
}

#[test]
fn products_and_squares_around_the_borders_of_the_plans_are_right_on_every_level() {
    check_borders::<Binary>(5 << 14);
    check_borders::<Decimal>(5 << 13);
}

fn check_largest<R: Radix>(len: usize) {
    let (largest, zeros) = (vec![R::MAX_LIMB; len], vec![0; len]);
    let mut power = vec![0; len];
    power[len - 1] = 1;
    check_square::<R>(&largest);
    for a in [&largest, &zeros, &power] {
        for b in [&largest, &zeros, &power] {
            check::<R>(a, b);
            check::<R>(a, &b[..len.div_ceil(3)]);
        }
    }
}

#[test]
fn the_largest_limbs_zero_and_powers_of_the_radix_are_right_on_every_level() {
    for len in [32, 33, 96, 1000, 2048, 6000, 12_288] {
        check_largest::<Binary>(len);
        check_largest::<Decimal>(len);
    }
}

/// (B^n - 1)^2 = B^2n - 2 B^n + 1.
fn check_square_of_largest<R: Radix>(isa: Isa, len: usize) {
    let square = square::<R>(isa, &vec![R::MAX_LIMB; len]);
    assert_eq!(square[0], 1);
    assert!(square[1..len].iter().all(|&limb| limb == 0));
    assert_eq!(square[len], R::MAX_LIMB - 1);
    assert!(square[len + 1..].iter().all(|&limb| limb == R::MAX_LIMB));
}

#[test]
fn the_longest_square_of_the_largest_limbs_keeps_every_coefficient_below_the_bound() {
    check_square_of_largest::<Binary>(Isa::detected(), MAX_SHORTER);
}

#[test]
fn long_squares_of_the_largest_limbs_are_right_on_every_level() {
    for isa in Isa::all() {
        check_square_of_largest::<Binary>(isa, 300_000);
        check_square_of_largest::<Decimal>(isa, 150_000);
    }
}

#[test]
fn unbalanced_products_are_right_on_every_level() {
    for (longer, shorter) in [
        (100_000, 1),
        (100_000, 7),
        (30_000, 300),
        (50_001, 333),
        (200_000, 20_000),
        (UNBALANCED * 5000, 5000),
        (UNBALANCED * 5000 - 1, 5000),
    ] {
        check::<Binary>(&limbs::<Binary>(longer, 6), &limbs::<Binary>(shorter, 7));
        check::<Decimal>(&limbs::<Decimal>(longer, 8), &limbs::<Decimal>(shorter, 9));
        check::<Binary>(&vec![u64::MAX; longer], &vec![u64::MAX; shorter]);
    }
}

#[test]
fn a_carry_over_the_middle_digit_of_a_coefficient_arrives_on_every_level() {
    // Random limbs do that once in 2^42 places. Here the coefficient of place 1 has the digits 2^64 - 1,
    // 2^64 - 1 and 0, and the one before adds to the first of them.
    let mut a = vec![0; 250];
    let mut b = a.clone();
    for at in (0..240).step_by(8) {
        (a[0], a[1], b[at], b[at + 1]) = (u64::MAX, 3, 12_297_829_382_473_034_410, u64::MAX);
    }
    check::<Binary>(&a, &b);
}

#[test]
fn a_product_longer_than_every_plan_is_cut() {
    // (B^m - 1)(B^n - 1) = B^(m+n) - B^m - B^n + 1, for m twice n and a sum above 2^23.
    let (longer, shorter) = (5_800_000, 2_900_000);
    let (a, b) = (vec![u64::MAX; longer], vec![u64::MAX; shorter]);
    let product = product::<Binary>(Isa::detected(), &a, &b);
    assert_eq!(product[0], 1);
    assert!(product[1..shorter].iter().all(|&limb| limb == 0));
    assert!(product[shorter..longer].iter().all(|&limb| limb == u64::MAX));
    assert_eq!(product[longer], u64::MAX - 1);
    assert!(product[longer + 1..].iter().all(|&limb| limb == u64::MAX));
}

#[test]
fn products_on_the_pool_equal_those_from_outside() {
    let isa = Isa::detected();
    for len in [100, 3000, 20_000, 200_000] {
        let (a, b) = (limbs::<Binary>(len, 10), limbs::<Binary>(len / 2 + 1, 11));
        let outside = product::<Binary>(isa, &a, &b);
        check_remainders::<Binary>(&a, &b, &outside);
        assert!(enter(|| product::<Binary>(isa, &a, &b)) == outside, "{len}");
    }
}
