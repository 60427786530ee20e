use crate::Sample;

/// A sample that this mode takes, and the integers of its sums.
pub(in crate::blur) trait Fixed: Sample + Part<Self::Sum> {
    /// A sum of weighted samples, and one of weighted halves of such sums.
    type Sum: Sum;
    /// Fraction bits of a weight.
    const BITS: u32;
    /// Standard deviations to each side of a kernel.
    const REACH: f64;

    /// The whole part of a sum and its fraction.
    fn split(sum: Self::Sum) -> (Self::Sum, Self::Sum);
    /// A sum of weighted whole parts and one of weighted fractions together, without a fraction, rounded.
    fn round(whole: Self::Sum, fraction: Self::Sum) -> Self;
}

/// All weights together are 1, so no whole sum overflows; a pair of samples may, which the next addition makes good.
pub(in crate::blur) trait Sum: Copy + Default + Part<Self> {
    fn weight(weight: u32) -> Self;
    /// `self + weight * (a + b)`.
    fn add(self, weight: Self, a: Self, b: Self) -> Self;
}

/// What is weighted and summed.
pub(in crate::blur) trait Part<S>: Copy {
    fn widen(self) -> S;
}

macro_rules! fixed {
    ($T:ty, $Sum:ty, $bits:literal, $reach:literal) => {
        impl Fixed for $T {
            type Sum = $Sum;
            const BITS: u32 = $bits;
            const REACH: f64 = $reach;

            #[inline(always)]
            fn split(sum: $Sum) -> ($Sum, $Sum) {
                (sum >> $bits, sum & ((1 << $bits) - 1))
            }

            #[inline(always)]
            fn round(whole: $Sum, fraction: $Sum) -> $T {
                let sum = whole.wrapping_add(fraction >> $bits);
                (sum.wrapping_add(1 << ($bits - 1)) >> $bits) as $T
            }
        }

        impl Sum for $Sum {
            #[inline(always)]
            fn weight(weight: u32) -> Self {
                weight as $Sum
            }

            #[inline(always)]
            fn add(self, weight: Self, a: Self, b: Self) -> Self {
                self.wrapping_add(a.wrapping_add(b).wrapping_mul(weight))
            }
        }

        impl Part<$Sum> for $T {
            #[inline(always)]
            fn widen(self) -> $Sum {
                self as $Sum
            }
        }

        impl Part<$Sum> for $Sum {
            #[inline(always)]
            fn widen(self) -> $Sum {
                self
            }
        }
    };
}

fixed!(u8, u16, 8, 3.0);
fixed!(u16, u32, 16, 4.0);
