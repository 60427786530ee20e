//! Running products in doubles, one after the other.
//!
//! Blocks that start from nothing, as running sums have them, could overflow or underflow where
//! the product itself does not, and a zero before such a block would make it NaN.

use allcores_parallel::{Cancelled, Token};

use crate::scan::doubles::BLOCK;
use crate::terms::Widen;

/// How one product follows another.
#[derive(Clone, Copy)]
pub(crate) struct Step {
    /// Whether a NaN counts as 1.
    pub(crate) omit: bool,
    /// Whether the factors are integers: then a zero makes a zero, also of what was too large.
    pub(crate) integers: bool,
}

impl Step {
    #[inline(always)]
    fn next(self, product: f64, factor: f64) -> f64 {
        let factor = if self.omit && factor.is_nan() { 1.0 } else { factor };
        let next = if self.integers && factor == 0.0 { 0.0 } else { product * factor };
        // Integers have no −0.
        if self.integers { next + 0.0 } else { next }
    }
}

/// Writes the running products of `values`, of which `out` has as many.
pub(crate) fn products<T: Widen>(
    token: &Token,
    values: &[T],
    out: &mut [f64],
    step: Step,
) -> Result<(), Cancelled> {
    let mut product = 1.0;
    for (values, out) in values.chunks(BLOCK).zip(out.chunks_mut(BLOCK)) {
        token.begin_block()?;
        for (value, out) in values.iter().zip(out) {
            product = step.next(product, value.widen());
            *out = canonical(product);
        }
    }
    Ok(())
}

/// The same in the place of the values.
pub(crate) fn products_in_place(
    token: &Token,
    values: &mut [f64],
    step: Step,
) -> Result<(), Cancelled> {
    let mut product = 1.0;
    for values in values.chunks_mut(BLOCK) {
        token.begin_block()?;
        for value in values {
            product = step.next(product, *value);
            *value = canonical(product);
        }
    }
    Ok(())
}

/// There is one NaN only.
#[inline(always)]
fn canonical(product: f64) -> f64 {
    if product.is_nan() { f64::NAN } else { product }
}
