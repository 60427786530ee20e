use super::{LANES, Lanes, Row};

/// Eight lanes in plain Rust, for machines without fused multiply-add.
///
/// The remainder of a product is taken in 64-bit integers: the quotient comes from doubles,
/// is at most one off, and the difference of two products that agree in all but their low 53
/// bits needs only the low 64 bits of each. `f64::mul_add` would be a call into the C library.
#[derive(Clone, Copy)]
pub(super) struct Portable;

#[inline(always)]
fn each(lane: impl Fn(usize) -> f64) -> [f64; LANES] {
    let mut out = [0.0; LANES];
    for (i, out) in out.iter_mut().enumerate() {
        *out = lane(i);
    }
    out
}

/// `x` rounded to an integer, ties away from zero, for less than 2^53 in magnitude.
#[inline(always)]
fn round(x: f64) -> i64 {
    (x + 0.5f64.copysign(x)) as i64
}

impl Lanes for Portable {
    type Vector = [f64; LANES];

    #[inline(always)]
    fn splat(self, value: f64) -> Self::Vector {
        [value; LANES]
    }

    #[inline(always)]
    fn load(self, row: &Row) -> Self::Vector {
        row.0
    }

    #[inline(always)]
    fn store(self, row: &mut Row, vector: Self::Vector) {
        row.0 = vector;
    }

    #[inline(always)]
    fn add(self, x: Self::Vector, y: Self::Vector) -> Self::Vector {
        each(|i| x[i] + y[i])
    }

    #[inline(always)]
    fn sub(self, x: Self::Vector, y: Self::Vector) -> Self::Vector {
        each(|i| x[i] - y[i])
    }

    #[inline(always)]
    fn multiply(
        self,
        x: Self::Vector,
        w: Self::Vector,
        p: Self::Vector,
        inverse: Self::Vector,
    ) -> Self::Vector {
        each(|i| {
            let quotient = round(x[i] * w[i] * inverse[i]);
            let product = (x[i] as i64).wrapping_mul(w[i] as i64);
            product.wrapping_sub(quotient.wrapping_mul(p[i] as i64)) as f64
        })
    }

    #[inline(always)]
    fn reduce(self, x: Self::Vector, p: Self::Vector, inverse: Self::Vector) -> Self::Vector {
        // At most eight primes are taken away, so the product is exact.
        each(|i| x[i] - round(x[i] * inverse[i]) as f64 * p[i])
    }

    #[inline(always)]
    fn transpose(self, rows: [Self::Vector; 8]) -> [Self::Vector; 8] {
        let mut out = rows;
        for (i, out) in out.iter_mut().enumerate() {
            *out = each(|k| rows[k][i]);
        }
        out
    }

    #[inline(always)]
    fn residues(self, words: &[u64; 8], p: Self::Vector, _: Self::Vector) -> Self::Vector {
        each(|i| {
            let residue = words[i] % p[i] as u64;
            residue as f64 - if residue as f64 > p[i] / 2.0 { p[i] } else { 0.0 }
        })
    }

    #[inline(always)]
    fn lift(self, x: Self::Vector, p: Self::Vector) -> Self::Vector {
        each(|i| if x[i] < 0.0 { x[i] + p[i] } else { x[i] })
    }

    #[inline(always)]
    fn floor_of_sum_of_products(
        self,
        terms: [(Self::Vector, Self::Vector); 3],
        start: Self::Vector,
    ) -> Self::Vector {
        // Not negative, so the conversion rounds down.
        each(|i| terms.iter().fold(start[i], |sum, (x, y)| sum + x[i] * y[i]) as u64 as f64)
    }

    #[inline(always)]
    fn words(self, x: Self::Vector) -> [u64; 8] {
        let mut out = [0; LANES];
        for (out, x) in out.iter_mut().zip(x) {
            *out = x as u64;
        }
        out
    }
}
