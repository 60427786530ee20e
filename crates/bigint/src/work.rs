//! How much work a call is, for its progress: each product counts for its size, and a little more than
//! that, which is how a product's time grows with its size. Only the proportions matter.

use crate::product_tree::LEAF;

/// Limbs in a product, as a share of a call's work.
pub(crate) fn product_work(limbs: usize) -> u64 {
    limbs as u64 * u64::from(usize::BITS - limbs.leading_zeros())
}

/// The work of a product tree whose result has so many limbs.
pub(crate) fn tree_work(limbs: usize) -> u64 {
    let (mut total, mut count, mut size) = (0, 1, limbs);
    while size > LEAF {
        total += count * product_work(size);
        count *= 2;
        size /= 2;
    }
    total
}

/// The work of n! by the prime swing, in limbs of so many bits.
pub(crate) fn swing_work(n: u32, limb_bits: f64) -> u64 {
    let (mut total, mut n) = (0, n);
    while n > crate::swing::RUNNING_UP_TO {
        let limbs = |n: u32| (crate::size::factorial_bits(n.into()) / limb_bits) as usize;
        total += tree_work((f64::from(n) / limb_bits) as usize);
        let once = limbs(n / 2) + (f64::from(n) / limb_bits) as usize;
        total += product_work(once) + product_work(limbs(n));
        n /= 2;
    }
    total
}

#[cfg(test)]
mod tests {
    use crate::{
        double_factorial, factorial, factorial_string, falling_factorial, multinomial, primorial,
    };
    use allcores_parallel::{Cancelled, Token};

    /// The share of the expected work that a finished call has noted.
    fn noted(call: impl FnOnce(&Token) -> Result<(), Cancelled>) -> f64 {
        let token = Token::new();
        call(&token).unwrap();
        token.progress()
    }

    #[test]
    fn a_finished_call_has_noted_almost_all_of_the_work_that_it_expected() {
        for n in [30_000, 70_000, 100_001] {
            for (name, share) in [
                ("factorial", noted(|token| factorial(token, n).map(drop))),
                ("text", noted(|token| factorial_string(token, n).map(drop))),
                ("double", noted(|token| double_factorial(token, n).map(drop))),
                ("falling", noted(|token| falling_factorial(token, n, n / 3).map(drop))),
                ("tree", noted(|token| falling_factorial(token, n << 30, n).map(drop))),
                ("binomial", noted(|token| multinomial(token, &[n, 9 * n]).map(drop))),
                ("stripped", noted(|token| multinomial(token, &[n / 4, n << 30]).map(drop))),
                ("primorial", noted(|token| primorial(token, 20 * n as u32).map(drop))),
            ] {
                assert!(share > 0.8, "{name}({n}) ended at {share}");
            }
        }
    }
}
