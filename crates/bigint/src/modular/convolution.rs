//! Products of polynomials modulo n, by products of big integers.
//!
//! The coefficients are laid side by side into one long number, with room for every sum of
//! products that can appear, and are read out of the product of two such numbers (Kronecker's
//! substitution). So a faster multiplication of big integers is a faster one of polynomials.

use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};

use super::montgomery::Modulus;
use crate::product::multiply;
use crate::work::product_work;

/// Coefficients of one block: they are as many whole words as one of them has bits.
const GROUP: usize = 64;

/// 4,096 coefficients at a time, some 50 µs.
const GROUPS: usize = 64;

/// A polynomial, its coefficients side by side, `bits` bits for each.
pub(super) struct Packed {
    words: Vec<u64>,
    bits: usize,
    len: usize,
}

/// Bits for one coefficient of a product, when the shorter factor has `terms` of them.
pub(super) fn coefficient_bits(modulus: &Modulus, terms: usize) -> usize {
    2 * (modulus.n().ilog2() as usize + 1) + terms.ilog2() as usize + 1
}

/// The work of a product of polynomials with so many coefficients, as `multiply` counts it.
pub(super) fn convolution_work(left: usize, right: usize, bits: usize) -> u64 {
    let words = |len: usize| (len * bits).div_ceil(64);
    product_work(words(left) + words(right))
}

/// Lays residues side by side.
pub(super) fn pack(token: &Token, residues: &[u64], bits: usize) -> Result<Packed, Cancelled> {
    let mut words = vec![0; residues.len().div_ceil(GROUP) * bits];
    let blocks = Blocks { size: GROUPS * bits, inline_up_to: GROUPS * bits };
    for_each_band(token, &mut words, blocks, |offset, band| {
        let first = offset / bits * GROUP;
        let residues = &residues[first..];
        let count = residues.len().min(band.len() / bits * GROUP);
        for (i, &residue) in residues[..count].iter().enumerate() {
            let (word, shift) = (i * bits / 64, i * bits % 64);
            band[word] |= residue << shift;
            if shift != 0 && residue >> (64 - shift) != 0 {
                band[word + 1] |= residue >> (64 - shift);
            }
        }
    })?;
    Ok(Packed { words, bits, len: residues.len() })
}

/// The coefficients from `first` to `first + count - 1` of the product of two polynomials, which
/// are packed with the same number of bits.
pub(super) fn coefficients_of_product(
    token: &Token,
    modulus: &Modulus,
    left: &Packed,
    right: &Packed,
    first: usize,
    count: usize,
) -> Result<Vec<u64>, Cancelled> {
    let bits = left.bits;
    debug_assert!(right.bits == bits && first + count < left.len + right.len);
    debug_assert!(bits >= coefficient_bits(modulus, left.len.min(right.len)));
    let product = multiply(token, &left.words, &right.words)?;
    let word = |index: usize| product.get(index).copied().unwrap_or(0);
    let mut coefficients = vec![0; count];
    let blocks = Blocks { size: GROUP * GROUPS, inline_up_to: GROUP * GROUPS };
    for_each_band(token, &mut coefficients, blocks, |offset, band| {
        for (i, coefficient) in band.iter_mut().enumerate() {
            let at = (first + offset + i) * bits;
            *coefficient = modulus.reduce_sum(bits_at(&word, at, bits));
        }
    })?;
    Ok(coefficients)
}

/// `bits` bits, from 2 to 192, from bit `at` on.
#[inline]
fn bits_at(word: &impl Fn(usize) -> u64, at: usize, bits: usize) -> [u64; 3] {
    let (first, shift) = (at / 64, at % 64);
    let shifted = |i: usize| {
        let here = word(first + i) >> shift;
        if shift == 0 { here } else { here | word(first + i + 1) << (64 - shift) }
    };
    std::array::from_fn(|i| {
        let left = bits.saturating_sub(64 * i);
        match left {
            0 => 0,
            1..64 => shifted(i) & ((1 << left) - 1),
            _ => shifted(i),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::montgomery::Modulus;
    use super::{coefficient_bits, coefficients_of_product, pack};
    use allcores_parallel::Token;

    #[test]
    fn a_convolution_is_that_of_the_definition() {
        let token = Token::new();
        for n in [3, 65_537, (1 << 31) - 1, (1 << 61) - 1, (1 << 63) - 1] {
            let modulus = Modulus::new(n);
            for (len, other) in [(1, 1), (2, 3), (63, 64), (65, 130), (200, 400)] {
                // The largest residues fill their room.
                let full = |i: usize| n - 1 - (i as u64 % 3).min(n - 1);
                let left: Vec<u64> = (0..len).map(full).collect();
                let right: Vec<u64> = (0..other).map(|i| full(i + 1)).collect();
                let bits = coefficient_bits(&modulus, len.min(other));
                let packed = pack(&token, &left, bits).unwrap();
                let other_packed = pack(&token, &right, bits).unwrap();
                let count = len + other - 1;
                let first = count / 3;
                let found = coefficients_of_product(
                    &token,
                    &modulus,
                    &packed,
                    &other_packed,
                    first,
                    count - first,
                );
                let expected: Vec<u64> = (first..count)
                    .map(|k| {
                        (0..len.min(k + 1))
                            .filter(|i| k - i < other)
                            .fold(0, |sum, i| modulus.add(sum, modulus.mul(left[i], right[k - i])))
                    })
                    .collect();
                assert!(found == Ok(expected), "{n} {len} {other}");
            }
        }
    }

    #[test]
    fn packing_over_many_blocks_keeps_every_residue() {
        let token = Token::new();
        let modulus = Modulus::new((1 << 61) - 1);
        let residues: Vec<u64> =
            (1..20_001_u64).map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15) % modulus.n()).collect();
        let bits = coefficient_bits(&modulus, 1);
        let packed = pack(&token, &residues, bits).unwrap();
        let one = pack(&token, &[modulus.one()], bits).unwrap();
        let same = coefficients_of_product(&token, &modulus, &packed, &one, 0, residues.len());
        assert!(same == Ok(residues));
    }
}
