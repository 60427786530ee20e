//! The values of a polynomial at other points.
//!
//! From h(0), ..., h(d) of a polynomial of degree d, Lagrange's formula gives
//!
//! ```text
//! h(a + i) = x(i) x(i+1) ... x(i+d) * sum over j of w(j) / x(i+d-j),  x(s) = a - d + s,
//! w(j) = h(j) (-1)^(d-j) / (j! (d-j)!)
//! ```
//!
//! for i from 0 to d, which is one product of polynomials (A. Bostan, P. Gaudry and E. Schost,
//! "Linear recurrences with polynomial coefficients and application to integer factorization and
//! Cartier-Manin operator", 2007).

use allcores_parallel::{Cancelled, Token};

use super::convolution::{
    Packed, coefficient_bits, coefficients_of_product, convolution_work, pack,
};
use super::montgomery::Modulus;

/// Residues between two questions to the token: some 100 µs.
const BLOCK: usize = 1 << 14;

/// A polynomial by its weights w.
pub(super) struct Weights<'a> {
    modulus: &'a Modulus,
    packed: Packed,
    degree: usize,
}

impl<'a> Weights<'a> {
    /// `values` are h(0), ..., h(d), and `inverse_factorials` 1 / 0!, ..., 1 / d! at least.
    pub(super) fn new(
        token: &Token,
        modulus: &'a Modulus,
        values: &[u64],
        inverse_factorials: &[u64],
    ) -> Result<Self, Cancelled> {
        let degree = values.len() - 1;
        let mut weights = Vec::with_capacity(values.len());
        for (block, values) in values.chunks(BLOCK).enumerate() {
            token.begin_block()?;
            weights.extend(values.iter().enumerate().map(|(i, &value)| {
                let j = block * BLOCK + i;
                let divisors = modulus.mul(inverse_factorials[j], inverse_factorials[degree - j]);
                let weight = modulus.mul(value, divisors);
                if (degree - j) % 2 == 1 { modulus.negate(weight) } else { weight }
            }));
        }
        let packed = pack(token, &weights, coefficient_bits(modulus, values.len()))?;
        Ok(Weights { modulus, packed, degree })
    }

    /// h(a), ..., h(a + d) for the residue `a`. None of a - d, ..., a + d may have a factor in
    /// common with the modulus.
    pub(super) fn shifted(&self, token: &Token, a: u64) -> Result<Vec<u64>, Cancelled> {
        let (modulus, degree) = (self.modulus, self.degree);
        let start = modulus.sub(a, modulus.enter(degree as u64 % modulus.n()));
        // before[s] = x(0) ... x(s - 1), and after the loop below inverse_before[s] is its inverse.
        let mut before = Vec::with_capacity(2 * degree + 2);
        let (mut x, mut product) = (start, modulus.one());
        before.push(product);
        for block in blocks(2 * degree + 1) {
            token.begin_block()?;
            for _ in 0..block {
                product = modulus.mul(product, x);
                before.push(product);
                x = modulus.add(x, modulus.one());
            }
        }
        let mut inverses = vec![0; 2 * degree + 1];
        let mut inverse_before = vec![0; degree + 1];
        let mut inverse =
            modulus.inverse(product).expect("the points were chosen prime to the modulus");
        let mut rest = inverses.len();
        for block in blocks(inverses.len()) {
            token.begin_block()?;
            for s in (rest - block..rest).rev() {
                x = modulus.sub(x, modulus.one());
                inverses[s] = modulus.mul(inverse, before[s]);
                inverse = modulus.mul(inverse, x);
                if let Some(entry) = inverse_before.get_mut(s) {
                    *entry = inverse;
                }
            }
            rest -= block;
        }
        let packed = pack(token, &inverses, coefficient_bits(modulus, degree + 1))?;
        drop(inverses);
        let mut shifted =
            coefficients_of_product(token, modulus, &self.packed, &packed, degree, degree + 1)?;
        for (block, values) in shifted.chunks_mut(BLOCK).enumerate() {
            token.begin_block()?;
            for (i, value) in values.iter_mut().enumerate() {
                let i = block * BLOCK + i;
                let product = modulus.mul(before[i + degree + 1], inverse_before[i]);
                *value = modulus.mul(*value, product);
            }
        }
        Ok(shifted)
    }
}

/// The work of one shift of a polynomial of this degree.
pub(super) fn shift_work(modulus: &Modulus, degree: usize) -> u64 {
    let bits = coefficient_bits(modulus, degree + 1);
    convolution_work(degree + 1, 2 * degree + 1, bits)
}

/// Lengths of at most `BLOCK` that add up to `len`.
fn blocks(len: usize) -> impl Iterator<Item = usize> {
    (0..len).step_by(BLOCK).map(move |start| BLOCK.min(len - start))
}

#[cfg(test)]
mod tests {
    use super::super::montgomery::Modulus;
    use super::Weights;
    use allcores_parallel::Token;

    #[test]
    fn a_cube_is_a_cube_at_other_points_too() {
        let token = Token::new();
        for n in [1009, (1 << 31) - 1, (1 << 61) - 1, 1_000_003 * 1_000_033] {
            let modulus = Modulus::new(n);
            let cube = |x: u64| modulus.pow(modulus.enter(x % n), 3);
            let values: Vec<u64> = (0..4).map(cube).collect();
            let inverse = |x| modulus.inverse(modulus.enter(x)).unwrap();
            let inverse_factorials = [1, 1, 2, 6].map(inverse);
            let weights = Weights::new(&token, &modulus, &values, &inverse_factorials).unwrap();
            for a in [4, 5, 100, n / 2, n - 4] {
                let shifted = weights.shifted(&token, modulus.enter(a)).unwrap();
                let expected: Vec<u64> = (a..a + 4).map(cube).collect();
                assert_eq!(shifted, expected, "{n} {a}");
            }
        }
    }
}
