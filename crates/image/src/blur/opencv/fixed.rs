use crate::Sample;

/// A sample that this mode takes, and the integers of its sums.
pub(in crate::blur) trait Fixed: Sample {
    /// A sum of weighted samples, and one of weighted halves of such sums.
    type Sum: Copy + Default + Send + Sync;
    /// Fraction bits of a weight.
    const BITS: u32;
    /// Standard deviations to each side of a kernel.
    const REACH: f64;

    /// `weight * sample`.
    fn one(weight: u32, sample: Self) -> Self::Sum;
    /// `sum + weight * (a + b)`.
    fn add(sum: Self::Sum, weight: u32, a: Self, b: Self) -> Self::Sum;
    /// The whole part of a sum and its fraction.
    fn split(sum: Self::Sum) -> (Self::Sum, Self::Sum);
    /// `weight * half`.
    fn one_half(weight: u32, half: Self::Sum) -> Self::Sum;
    /// `sum + weight * (a + b)`.
    fn add_halves(sum: Self::Sum, weight: u32, a: Self::Sum, b: Self::Sum) -> Self::Sum;
    /// A sum of weighted whole parts and one of weighted fractions together, without a fraction, rounded.
    fn round(whole: Self::Sum, fraction: Self::Sum) -> Self;
}

// All weights together are 1, so no whole sum overflows; a pair of samples may, which the next addition
// makes good.
macro_rules! fixed {
    ($T:ty, $Sum:ty, $bits:literal, $reach:literal) => {
        impl Fixed for $T {
            type Sum = $Sum;
            const BITS: u32 = $bits;
            const REACH: f64 = $reach;

            #[inline(always)]
            fn one(weight: u32, sample: $T) -> $Sum {
                Self::one_half(weight, sample as $Sum)
            }

            #[inline(always)]
            fn add(sum: $Sum, weight: u32, a: $T, b: $T) -> $Sum {
                Self::add_halves(sum, weight, a as $Sum, b as $Sum)
            }

            #[inline(always)]
            fn split(sum: $Sum) -> ($Sum, $Sum) {
                (sum >> $bits, sum & ((1 << $bits) - 1))
            }

            #[inline(always)]
            fn one_half(weight: u32, half: $Sum) -> $Sum {
                half.wrapping_mul(weight as $Sum)
            }

            #[inline(always)]
            fn add_halves(sum: $Sum, weight: u32, a: $Sum, b: $Sum) -> $Sum {
                sum.wrapping_add(a.wrapping_add(b).wrapping_mul(weight as $Sum))
            }

            #[inline(always)]
            fn round(whole: $Sum, fraction: $Sum) -> $T {
                let sum = whole.wrapping_add(fraction >> $bits);
                (sum.wrapping_add(1 << ($bits - 1)) >> $bits) as $T
            }
        }
    };
}

fixed!(u8, u16, 8, 3.0);
fixed!(u16, u32, 16, 4.0);
