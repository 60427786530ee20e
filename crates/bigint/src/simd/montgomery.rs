//! Products of consecutive numbers modulo an odd number, in many lanes, compiled for each
//! instruction set.
//!
//! The bodies are safe loops over a row of lanes, which the compiler vectorises; inlined into a
//! function that enables an instruction set they become code for it. Each step multiplies by the
//! next number itself, not by its residue, so it divides the product by the radix once too often;
//! the caller makes up for that with one power of the radix at the end.

use allcores_cpu::Level;

use super::Isa;
use crate::modular::Modulus;

/// Numbers that are multiplied side by side: enough to hide the latency of a step, which is some
/// 30 cycles.
pub(crate) const LANES: u64 = 32;

type Row = [u64; LANES as usize];

/// Below this modulus two words of 32 bits hold all that a step needs, without corrections.
const NARROW_BELOW: u64 = 1 << 31;

/// Which body runs, and as compiled for which instruction set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kernel {
    isa: Isa,
    narrow: bool,
}

impl Kernel {
    /// The kernel for a modulus at the level of this process.
    pub(crate) fn detected(n: u64) -> Kernel {
        Kernel { isa: Isa::detected(), narrow: n < NARROW_BELOW }
    }

    /// The kernel for a modulus at every level of this machine.
    #[cfg(test)]
    pub(crate) fn all(n: u64) -> Vec<Kernel> {
        Isa::all().map(|isa| Kernel { isa, narrow: n < NARROW_BELOW }).collect()
    }

    /// The binary logarithm of the radix, by which each step divides its product.
    pub(crate) fn radix_bits(self) -> u32 {
        if self.narrow { 32 } else { 64 }
    }

    /// Whether the modulus is small enough for the faster body.
    pub(crate) fn is_narrow(self) -> bool {
        self.narrow
    }

    /// Numbers whose product is that of `rows` times [`LANES`] numbers from `first` on, over as
    /// many powers of the radix; they need not be below the modulus. The last number must be.
    pub(crate) fn run(self, modulus: &Modulus, first: u64, rows: u64) -> Row {
        match self.isa.level() {
            // SAFETY: an `Isa` exists only for a level whose features were detected.
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => unsafe { run_avx512(self.narrow, modulus, first, rows) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => unsafe { run_avx2(self.narrow, modulus, first, rows) },
            _ => run_baseline(self.narrow, modulus, first, rows),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,fma,f16c,bmi1,bmi2,lzcnt")]
fn run_avx512(narrow: bool, modulus: &Modulus, first: u64, rows: u64) -> Row {
    if narrow { narrow_rows(modulus, first, rows) } else { wide_rows(modulus, first, rows, halves) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,f16c,bmi1,bmi2,lzcnt")]
fn run_avx2(narrow: bool, modulus: &Modulus, first: u64, rows: u64) -> Row {
    // AVX2 has no products of 64 bits, and four of its lanes are slower than the scalar unit.
    if narrow { narrow_rows(modulus, first, rows) } else { wide_rows(modulus, first, rows, whole) }
}

#[inline(never)]
fn run_baseline(narrow: bool, modulus: &Modulus, first: u64, rows: u64) -> Row {
    if narrow { narrow_rows(modulus, first, rows) } else { wide_rows(modulus, first, rows, whole) }
}

/// Steps with the radix 2^32. With n below 2^31 the products stay below 2 n, and the numbers are
/// below n: their product over 2^32 is below n, and so nothing ever needs a correction.
#[inline(always)]
fn narrow_rows(modulus: &Modulus, first: u64, rows: u64) -> Row {
    let n = modulus.n();
    let inverse = modulus.word_inverse() & LOW;
    let mut products: Row = [1; LANES as usize];
    let mut numbers: Row = std::array::from_fn(|lane| first + lane as u64);
    for _ in 0..rows {
        for (product, number) in products.iter_mut().zip(&mut numbers) {
            let x = (*product & LOW).wrapping_mul(*number & LOW);
            let quotient = (x & LOW).wrapping_mul(inverse);
            let multiple = (quotient & LOW).wrapping_mul(n & LOW);
            // The low halves are equal; the sum is from 1 to 2 n - 1 modulo 2^32.
            *product = (x.wrapping_sub(multiple) >> 32).wrapping_add(n);
            *number += LANES;
        }
    }
    products.map(|product| product & LOW)
}

const LOW: u64 = 0xffff_ffff;

/// Steps with the radix 2^64; `multiply` gives both words of a product, the high one first.
#[inline(always)]
fn wide_rows(
    modulus: &Modulus,
    first: u64,
    rows: u64,
    multiply: impl Fn(u64, u64) -> (u64, u64),
) -> Row {
    let n = modulus.n();
    let inverse = modulus.word_inverse();
    let mut products: Row = [1; LANES as usize];
    let mut numbers: Row = std::array::from_fn(|lane| first + lane as u64);
    for _ in 0..rows {
        for (product, number) in products.iter_mut().zip(&mut numbers) {
            let (high, low) = multiply(*product, *number);
            let (multiple, _) = multiply(low.wrapping_mul(inverse), n);
            let difference = high.wrapping_sub(multiple);
            // One of the two is the right one, and the other is above 2^63.
            *product = difference.min(difference.wrapping_add(n));
            *number += LANES;
        }
    }
    products
}

/// By the processor's own product of words.
#[inline(always)]
fn whole(a: u64, b: u64) -> (u64, u64) {
    let product = u128::from(a) * u128::from(b);
    ((product >> 64) as u64, product as u64)
}

/// By four products of half words, which vectors have.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn halves(a: u64, b: u64) -> (u64, u64) {
    let (a0, a1, b0, b1) = (a & LOW, a >> 32, b & LOW, b >> 32);
    let low = a0 * b0;
    let middle = a0 * b1 + (low >> 32);
    let other = a1 * b0 + (middle & LOW);
    (a1 * b1 + (middle >> 32) + (other >> 32), other << 32 | low & LOW)
}
