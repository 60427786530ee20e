//! The bodies at every instruction set that this machine has, and the cutting, against
//! one-line oracles: same bits.

use allcores_cpu::Level;
use allcores_parallel::{Token, enter};

use crate::element::Kernels;
use crate::exact::Exact;
use crate::filter::Filter;
use crate::precision::Precision;
use crate::read_limit::Words;
use crate::simd::Isa;
use crate::split::{Job, Reduction, reduce};
use crate::terms::{Terms, Values};
use crate::tree::Tree;

/// The definition of the tree, as the reference states it.
fn oracle_tree(terms: &[f64]) -> f64 {
    let n = terms.len();
    if n < 8 {
        return terms.iter().fold(-0.0, |sum, term| sum + term);
    }
    if n <= 128 {
        let whole = n - n % 8;
        let mut r = [0.0; 8];
        r.copy_from_slice(&terms[..8]);
        for (i, term) in terms[..whole].iter().enumerate().skip(8) {
            r[i % 8] += term;
        }
        let sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
        return terms[whole..].iter().fold(sum, |sum, term| sum + term);
    }
    let half = n / 2 - n / 2 % 8;
    oracle_tree(&terms[..half]) + oracle_tree(&terms[half..])
}

fn scrambled(i: usize) -> u64 {
    let mut x = (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ x >> 32
}

/// Doubles of widely spread exponents.
fn doubles(n: usize) -> Vec<f64> {
    let value = |i| {
        let x = scrambled(i);
        let scale = f64::from_bits((1000 + x % 48) << 52);
        (x >> 8).cast_signed() as f64 * if x & 128 == 0 { scale } else { -scale }
    };
    (0..n).map(value).collect()
}

/// Every length up to 2,200, which has all shapes of a few leaves, and some around the borders
/// of the blocks and of the cutting.
fn lengths() -> impl Iterator<Item = usize> {
    let borders = [4096, 8192, 12_288, 32_768, 65_536, 131_072, 262_144, 524_288];
    let around = |border: usize| [border - 1, border, border + 1, border + 8, border + border / 16];
    (0..2200).chain(borders.into_iter().flat_map(around)).chain([99_999, 300_007])
}

fn levels() -> impl Iterator<Item = Isa> {
    Level::ALL.into_iter().filter_map(Isa::of)
}

/// The bits of every kernel over one input.
fn everything<T: Kernels>(job: Job<'_>, values: &[T], bits: impl Fn(T) -> u64) -> Vec<String> {
    let mut results = vec![
        format!("{:?}", T::sum(job, values, Filter::ALL, Precision::Pairwise).unwrap()),
        format!("{:?}", T::sum_of_squares(job, values, Filter::ALL, Precision::Pairwise).unwrap()),
        format!("{:?}", T::dot(job, values, values, Filter::ALL, Precision::Pairwise).unwrap()),
    ];
    for value in [
        T::mean(job, values, Filter::ALL).unwrap(),
        T::variance(job, values, Filter::ALL, 0, false).unwrap(),
        T::variance(job, values, Filter::ALL, 1, false).unwrap(),
    ] {
        results.push(format!("{:x}", value.to_bits()));
    }
    if !values.is_empty() {
        results.push(format!("{:x}", bits(T::min(job, values, Filter::ALL).unwrap().unwrap())));
        results.push(format!("{:x}", bits(T::max(job, values, Filter::ALL).unwrap().unwrap())));
    }
    results
}

fn same_at_every_level<T: Kernels>(make: impl Fn(u64) -> T, bits: impl Fn(T) -> u64) {
    let token = Token::new();
    let values: Vec<T> = (0..310_000).map(|i| make(scrambled(i))).collect();
    // One element in, so that no row is aligned.
    for start in [0, 1] {
        for n in lengths().filter(|n| n % 5 == 0 || *n > 2200) {
            let Some(values) = values.get(start..start + n) else { continue };
            let at = |isa| everything(Job { token: &token, isa }, values, &bits);
            let mut results = levels().map(at);
            let scalar = results.next().unwrap();
            for result in results {
                assert_eq!(result, scalar, "n = {n}");
            }
        }
    }
}

#[test]
fn sums_of_doubles_follow_the_tree_at_every_level() {
    let token = Token::new();
    let values = doubles(600_000);
    for n in lengths() {
        for start in [0, 3] {
            let values = &values[start..start + n];
            let squares: Vec<f64> = values.iter().map(|x| x * x).collect();
            for isa in levels() {
                let job = Job { token: &token, isa };
                let sum = f64::sum(job, values, Filter::ALL, Precision::Pairwise).unwrap();
                let expected = 0.0 + oracle_tree(values);
                assert_eq!(sum.to_bits(), expected.to_bits(), "{n} at {isa:?}");
                let sum =
                    f64::sum_of_squares(job, values, Filter::ALL, Precision::Pairwise).unwrap();
                let expected = 0.0 + oracle_tree(&squares);
                assert_eq!(sum.to_bits(), expected.to_bits(), "squares of {n} at {isa:?}");
            }
        }
    }
}

#[test]
fn every_kernel_of_every_type_gives_the_same_bits_at_every_level() {
    same_at_every_level(|x| x as u8, u64::from);
    same_at_every_level(|x| x as i8, |x| x as u64);
    same_at_every_level(|x| x as u16, u64::from);
    same_at_every_level(|x| x as i16, |x| x as u64);
    same_at_every_level(|x| x as u32, u64::from);
    same_at_every_level(|x| x as i32, |x| x as u64);
    same_at_every_level(|x| x, |x| x);
    same_at_every_level(|x| x as i64, |x| x as u64);
    same_at_every_level(|x| (x as i64) as f64 * 1e-9, f64::to_bits);
    same_at_every_level(|x| (x as i32) as f32 * 1e-3, |x| x.to_bits().into());
    // Zeros of both signs and NaN, which the levels' instructions treat in their own ways.
    let zero = |x: u64| if x.is_multiple_of(3) { -0.0 } else { 0.0 };
    same_at_every_level(zero, f64::to_bits);
    same_at_every_level(|x| zero(x) as f32, |x| x.to_bits().into());
    same_at_every_level(|x| if x.is_multiple_of(1009) { f64::NAN } else { 1.0 }, f64::to_bits);
}

/// Cuts down to `smallest` bytes by the reduction's own rule.
fn cut_down<R: Reduction>(isa: Isa, piece: R, smallest: usize) -> R::Output {
    if piece.bytes() < smallest {
        return isa.run(piece);
    }
    let (left, right) = piece.cut();
    R::merge(cut_down(isa, left, smallest), cut_down(isa, right, smallest))
}

#[test]
fn pieces_of_any_size_give_the_same_bits() {
    let token = Token::new();
    let values = doubles(600_000);
    for n in [16_384, 40_000, 131_073, 262_144 + 17, 599_999] {
        let terms = Values::new(&values[..n]);
        assert_eq!(terms.len(), n);
        for isa in levels() {
            let job = Job { token: &token, isa };
            let whole = isa.run(Tree(terms)).sum.to_bits();
            let moments = format!("{:?}", isa.run(crate::moments::OnePass(terms)));
            for smallest in [1 << 14, 1 << 16, 1 << 18, 1 << 20] {
                assert_eq!(cut_down(isa, Tree(terms), smallest).sum.to_bits(), whole);
            }
            for smallest in [1 << 17, 1 << 18, 1 << 20] {
                let cut = cut_down(isa, crate::moments::OnePass(terms), smallest);
                assert_eq!(format!("{cut:?}"), moments, "{n}");
            }
            assert_eq!(reduce(job, Tree(terms)).unwrap().sum.to_bits(), whole);
            assert_eq!(enter(|| reduce(job, Tree(terms))).unwrap().sum.to_bits(), whole);
        }
    }
}

#[test]
fn a_call_on_the_pool_gives_the_bits_of_a_call_outside() {
    let token = Token::new();
    let job = Job::new(&token);
    let values = doubles(400_000);
    let integers: Vec<i64> = (0..400_000).map(|i| scrambled(i).cast_signed()).collect();
    for n in [100, 50_000, 131_072, 131_073, 262_144, 400_000] {
        let floats = || everything(job, &values[..n], f64::to_bits);
        assert_eq!(enter(floats), floats());
        let exact = || everything(job, &integers[..n], i64::cast_unsigned);
        assert_eq!(enter(exact), exact());
    }
}

#[test]
fn integer_kernels_equal_plain_loops_over_wide_integers() {
    let token = Token::new();
    let values: Vec<i16> = (0..310_000).map(|i| scrambled(i) as i16).collect();
    for n in lengths().filter(|&n| n <= values.len()) {
        let values = &values[..n];
        let sum: i128 = values.iter().map(|&x| i128::from(x)).sum();
        let squares: i128 = values.iter().map(|&x| i128::from(x).pow(2)).sum();
        for isa in levels() {
            let job = Job { token: &token, isa };
            assert_eq!(
                i16::sum(job, values, Filter::ALL, Precision::Pairwise),
                Ok(Exact::from(sum))
            );
            assert_eq!(
                i16::sum_of_squares(job, values, Filter::ALL, Precision::Pairwise),
                Ok(Exact::from(squares))
            );
        }
    }
}

#[test]
fn the_read_limit_reads_every_word_at_every_level() {
    let token = Token::new();
    let bytes: Vec<u8> = (0..3_000_000).map(|i| scrambled(i) as u8).collect();
    for n in (0..100).chain([1023, 1024, 1025, 1 << 20, (1 << 20) + 1, 2_500_003]) {
        let bytes = &bytes[1..=n];
        let mut expected = 0;
        for word in bytes.chunks(8) {
            let mut full = [0; 8];
            full[..word.len()].copy_from_slice(word);
            expected ^= u64::from_le_bytes(full);
        }
        for isa in levels() {
            assert_eq!(reduce(Job { token: &token, isa }, Words(bytes)), Ok(expected), "{n}");
        }
    }
}
