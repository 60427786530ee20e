//! The product of many small factors.

use allcores_parallel::{Cancelled, Token, join};

use crate::linear::multiply_by_limb;
use crate::product::product;
use crate::radix::Radix;

/// Up to this many limbs are multiplied one by one into a growing number.
pub(crate) const LEAF: usize = 32;

/// From this many limbs on, the two halves of the tree may run on two threads.
const JOIN_FROM: usize = 512;

/// Packs factors into limbs: neighbours are multiplied while the product is a limb.
pub(crate) struct Packer<R> {
    limbs: Vec<u64>,
    last: u64,
    radix: std::marker::PhantomData<R>,
}

impl<R: Radix> Packer<R> {
    pub(crate) fn new() -> Self {
        Packer { limbs: Vec::new(), last: 1, radix: std::marker::PhantomData }
    }

    /// Adds a factor, which is a limb and not zero.
    #[inline(always)]
    pub(crate) fn push(&mut self, factor: u64) {
        match self.last.checked_mul(factor) {
            Some(product) if product <= R::MAX_LIMB => self.last = product,
            _ => {
                self.limbs.push(self.last);
                self.last = factor;
            }
        }
    }

    /// Adds `base` `exponent` times.
    pub(crate) fn push_power(&mut self, base: u64, exponent: u64) {
        for _ in 0..exponent {
            self.push(base);
        }
    }

    /// Limbs with the same product as all factors; at least one.
    pub(crate) fn finish(mut self) -> Vec<u64> {
        self.limbs.push(self.last);
        self.limbs
    }
}

/// The product of all `factors`, which are limbs and not zero; 1 when there are none.
pub(crate) fn product_of<R: Radix>(token: &Token, factors: &[u64]) -> Result<Vec<u64>, Cancelled> {
    if factors.len() <= LEAF {
        return Ok(running_product::<R>(factors));
    }
    let (left, right) = factors.split_at(factors.len() / 2);
    let (left, right) = if factors.len() < JOIN_FROM {
        (product_of::<R>(token, left)?, product_of::<R>(token, right)?)
    } else {
        join(token, || product_of::<R>(token, left), || product_of::<R>(token, right))?
    };
    product::<R>(token, &left, &right)
}

/// The same, one factor after the other: the fastest way for few factors.
pub(crate) fn running_product<R: Radix>(factors: &[u64]) -> Vec<u64> {
    let mut product = Vec::with_capacity(factors.len().max(1));
    product.push(1);
    for &factor in factors {
        multiply_by_limb::<R>(&mut product, factor);
    }
    product
}
