//! What one prime needs for one plan: constants of the odd level, factors of the columns, and
//! the root that each row of the matrix is scaled with.

use super::field::Field;
use super::odd::Odd;
use super::plan::Plan;
use super::prime::{PRIMES, Prime};
use super::twiddles::{LAST_LEVELS, MAX_BLOCK_LOG, Table, Twiddles, bit_reversed_powers, table};
use crate::simd::{Body, Isa, LANES, Lanes, Row};

pub(crate) struct Roots {
    pub(crate) prime: Prime,
    pub(crate) plan: Plan,
    table: &'static Table,
    pub(crate) forward: Directed,
    pub(crate) inverse: Directed,
}

/// One direction.
pub(crate) struct Directed {
    pub(crate) odd: Odd,
    /// For the odd parts after the first: the factors of their columns, or of their only row
    /// when the plan is flat.
    parts: Vec<Twiddles>,
    /// r_b for each row b of the matrix, which is a polynomial modulo x^C - r_b^C.
    rows: Vec<f64>,
}

impl Roots {
    /// For the prime of this index.
    pub(crate) fn new(isa: Isa, plan: Plan, prime: usize) -> Self {
        let (prime, table) = (PRIMES[prime], table(prime));
        let top = prime.root(1 << (plan.rows_log + plan.columns_log));
        let odd = prime.root(plan.odd as u64);
        let directed = |unscaled: &Twiddles, top: u64, odd: u64| {
            // The square root of a power of a root of odd order that is again one.
            let halved = |exponent: usize, times: u32| {
                (0..times)
                    .fold(exponent, |e, _| if e % 2 == 0 { e / 2 } else { (e + plan.odd) / 2 })
            };
            let (levels, block) = if plan.is_flat() {
                (plan.columns_log, plan.columns() / LANES)
            } else {
                (plan.rows_log, 0)
            };
            let part = |part: usize| {
                let root = prime.power(odd, halved(part, levels) as u64);
                let mut scales = vec![0.0; levels as usize];
                let mut scale = root;
                for entry in scales.iter_mut().rev() {
                    *entry = prime.balanced(scale);
                    scale = prime.multiply(scale, scale);
                }
                let split_levels = if plan.is_flat() { levels - LAST_LEVELS } else { levels };
                let mut twiddles = Twiddles::space(split_levels, block);
                isa.run(Scale { prime, unscaled, scales: &scales, out: &mut twiddles });
                twiddles
            };
            let row_roots = |part: usize| {
                let first = halved(part, plan.rows_log + plan.columns_log);
                let first = prime.power(odd, first as u64);
                bit_reversed_powers(prime, first, top, plan.rows_log)
            };
            let rows = if plan.is_flat() {
                Vec::new()
            } else {
                (0..plan.odd).flat_map(row_roots).map(|root| prime.balanced(root)).collect()
            };
            Directed {
                odd: Odd::new(prime, odd, plan.odd),
                parts: (1..plan.odd).map(part).collect(),
                rows,
            }
        };
        Roots {
            prime,
            plan,
            table,
            forward: directed(&table.forward, top, odd),
            inverse: directed(&table.inverse, prime.inverse(top), prime.inverse(odd)),
        }
    }

    /// The factors of an odd part.
    #[inline(always)]
    pub(crate) fn forward_part(&self, part: usize) -> &Twiddles {
        if part == 0 { &self.table.forward } else { &self.forward.parts[part - 1] }
    }

    /// Likewise for the way back.
    #[inline(always)]
    pub(crate) fn inverse_part(&self, part: usize) -> &Twiddles {
        if part == 0 { &self.table.inverse } else { &self.inverse.parts[part - 1] }
    }

    /// Space for the factors of a row.
    pub(crate) fn row_space(&self) -> Twiddles {
        let log = self.plan.columns_log;
        Twiddles::space(log - LAST_LEVELS, (1 << log) / LANES)
    }

    #[inline(always)]
    pub(crate) fn forward_rows<S: Lanes>(&self, field: Field<S>, first: usize) -> RowScales {
        RowScales::new(field, &self.table.forward, &self.forward.rows[first..], self.plan)
    }

    #[inline(always)]
    pub(crate) fn inverse_rows<S: Lanes>(&self, field: Field<S>, first: usize) -> RowScales {
        RowScales::new(field, &self.table.inverse, &self.inverse.rows[first..], self.plan)
    }
}

struct Scale<'a> {
    prime: Prime,
    unscaled: &'a Twiddles,
    scales: &'a [f64],
    out: &'a mut Twiddles,
}

impl Body for Scale<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Lanes>(self, simd: S) {
        self.out.scale(Field::new(simd, self.prime), self.unscaled, self.scales);
    }
}

/// The scales of eight neighbouring rows.
pub(crate) struct RowScales {
    unscaled: &'static Twiddles,
    /// For each level from the last one back, a lane for each row.
    squares: [Row; MAX_BLOCK_LOG as usize],
    levels: usize,
}

impl RowScales {
    #[inline(always)]
    fn new<S: Lanes>(
        field: Field<S>,
        unscaled: &'static Twiddles,
        roots: &[f64],
        plan: Plan,
    ) -> Self {
        let levels = plan.columns_log as usize;
        let mut squares = [Row::ZERO; MAX_BLOCK_LOG as usize];
        squares[0].0.copy_from_slice(&roots[..LANES]);
        for level in 1..levels {
            let scale = field.load(&squares[level - 1]);
            field.store(&mut squares[level], field.reduce(field.multiply(scale, scale)));
        }
        RowScales { unscaled, squares, levels }
    }

    /// Makes `twiddles` the factors of row `row` of the eight.
    #[inline(always)]
    pub(crate) fn fill<S: Lanes>(&self, field: Field<S>, twiddles: &mut Twiddles, row: usize) {
        let mut scales = [0.0; MAX_BLOCK_LOG as usize];
        let scales = &mut scales[..self.levels];
        for (scale, squares) in scales.iter_mut().rev().zip(&self.squares) {
            *scale = squares.0[row];
        }
        twiddles.scale(field, self.unscaled, scales);
    }
}
