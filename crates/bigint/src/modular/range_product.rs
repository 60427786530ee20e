//! The product of the numbers of a range, one by one.

use allcores_parallel::{Blocks, Cancelled, Token, map};

use super::montgomery::Modulus;
use crate::simd::montgomery::{Kernel, LANES};

/// 50 to 200 µs of work, by instruction set and modulus; one such block stays on its thread.
const BLOCKS: Blocks = Blocks { size: 1 << 17, inline_up_to: 1 << 17 };

/// The residue of `first * (first + 1) * ... * last`, 1 if that is no number at all. `first` is
/// at least 1, and `last` is below the modulus.
pub(super) fn range_product(
    token: &Token,
    modulus: &Modulus,
    first: u64,
    last: u64,
) -> Result<u64, Cancelled> {
    debug_assert!(first >= 1 && last < modulus.n());
    let len = (last + 1).saturating_sub(first) as usize;
    let kernel = Kernel::detected(modulus.n());
    let products = map(token, len, BLOCKS, |block| {
        let product = product(modulus, kernel, first + block.start as u64, block.len() as u64);
        token.work_done(block.len() as u64);
        product
    })?;
    Ok(products.into_iter().fold(modulus.one(), |left, right| modulus.mul(left, right)))
}

/// The residue of the product of `count` numbers from `first` on.
fn product(modulus: &Modulus, kernel: Kernel, first: u64, count: u64) -> u64 {
    let rows = count / LANES;
    let lanes = kernel.run(modulus, first, rows);
    let by_rows = lanes.into_iter().fold(modulus.one(), |product, lane| {
        modulus.mul(product, modulus.enter(lane % modulus.n()))
    });
    let scaled = modulus.mul(by_rows, modulus.radix_power(kernel.radix_bits(), rows * LANES));
    (first + rows * LANES..first + count)
        .fold(scaled, |product, number| modulus.mul(product, modulus.enter(number)))
}

#[cfg(test)]
mod tests {
    use super::super::montgomery::Modulus;
    use super::{product, range_product};
    use crate::simd::montgomery::Kernel;
    use allcores_parallel::{Cancelled, Token};

    fn naive(n: u64, first: u64, last: u64) -> u64 {
        (first..=last).fold(1 % n, |product, number| {
            (u128::from(product) * u128::from(number) % u128::from(n)) as u64
        })
    }

    /// On both sides of the border between the narrow and the wide kernel, and at both ends.
    const MODULI: [u64; 9] = [
        99_999,
        (1 << 31) - 1,
        (1 << 31) + 1,
        (1 << 32) - 5,
        (1 << 32) + 15,
        1_000_000_000_039,
        (1 << 61) - 1,
        (1 << 63) - 25,
        (1 << 63) - 1,
    ];

    #[test]
    fn every_kernel_of_this_machine_multiplies_what_a_loop_multiplies() {
        for n in MODULI {
            let modulus = Modulus::new(n);
            let kernels = Kernel::all(n);
            assert!(!kernels.is_empty());
            for kernel in kernels {
                for count in [0, 1, 31, 32, 33, 63, 64, 100, 1000, 4096, 5001] {
                    for first in [1, 2, 65_537 % (n / 2), n - 1 - count] {
                        let expected = naive(n, first, first + count - u64::from(count > 0));
                        let expected = if count == 0 { 1 } else { expected };
                        let found = modulus.leave(product(&modulus, kernel, first, count));
                        assert_eq!(found, expected, "{kernel:?} {n} {first} {count}");
                    }
                }
            }
        }
    }

    #[test]
    fn blocks_of_a_long_range_are_put_together() {
        let token = Token::new();
        for n in MODULI {
            let modulus = Modulus::new(n);
            let last = (n - 1).min(300_000);
            let found = modulus.leave(range_product(&token, &modulus, 7, last).unwrap());
            assert_eq!(found, naive(n, 7, last), "{n}");
            assert_eq!(range_product(&token, &modulus, 8, 7), Ok(modulus.one()));
        }
        token.cancel();
        assert_eq!(range_product(&token, &Modulus::new(99_999), 1, 90_000), Err(Cancelled));
    }
}
