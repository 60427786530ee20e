//! What the tests of several kernels share.

use allcores_cpu::Level;

use crate::simd::Isa;

/// The instruction sets of this machine.
pub(crate) fn levels() -> impl Iterator<Item = Isa> {
    Level::ALL.into_iter().filter_map(Isa::of)
}

/// Bits that look random, the same for an index in every run.
pub(crate) fn scrambled(i: usize) -> u64 {
    let mut x = (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ x >> 32
}
