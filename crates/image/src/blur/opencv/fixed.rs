use crate::Sample;

/// A sample that this mode takes, and the integers of its sums.
pub(in crate::blur) trait Fixed: Sample {
    /// A sum of weighted samples.
    type Middle: Copy + Default + Send + Sync;
    /// A sum of weighted sums.
    type Wide: Copy + Default;
    /// Fraction bits of a weight.
    const BITS: u32;
    /// Standard deviations to each side of a kernel.
    const REACH: f64;

    /// `sum + weight * (a + b)`.
    fn add(sum: Self::Middle, weight: u32, a: Self, b: Self) -> Self::Middle;
    /// `weight * sample`.
    fn one(weight: u32, sample: Self) -> Self::Middle;
    /// `sum + weight * (a + b)`.
    fn add_wide(sum: Self::Wide, weight: u32, a: Self::Middle, b: Self::Middle) -> Self::Wide;
    /// `weight * middle`.
    fn one_wide(weight: u32, middle: Self::Middle) -> Self::Wide;
    /// Without its fraction, rounded.
    fn round(sum: Self::Wide) -> Self;
}

// All weights together are 1, so no whole sum overflows; a pair of samples may, which the next addition
// makes good.
macro_rules! fixed {
    ($T:ty, $Middle:ty, $Wide:ty, $bits:literal, $reach:literal) => {
        impl Fixed for $T {
            type Middle = $Middle;
            type Wide = $Wide;
            const BITS: u32 = $bits;
            const REACH: f64 = $reach;

            #[inline(always)]
            fn add(sum: $Middle, weight: u32, a: $T, b: $T) -> $Middle {
                let pair = (a as $Middle).wrapping_add(b as $Middle);
                sum.wrapping_add(pair.wrapping_mul(weight as $Middle))
            }

            #[inline(always)]
            fn one(weight: u32, sample: $T) -> $Middle {
                (sample as $Middle).wrapping_mul(weight as $Middle)
            }

            #[inline(always)]
            fn add_wide(sum: $Wide, weight: u32, a: $Middle, b: $Middle) -> $Wide {
                let pair = (a as $Wide).wrapping_add(b as $Wide);
                sum.wrapping_add(pair.wrapping_mul(weight as $Wide))
            }

            #[inline(always)]
            fn one_wide(weight: u32, middle: $Middle) -> $Wide {
                (middle as $Wide).wrapping_mul(weight as $Wide)
            }

            #[inline(always)]
            fn round(sum: $Wide) -> $T {
                (sum.wrapping_add(1 << (2 * $bits - 1)) >> (2 * $bits)) as $T
            }
        }
    };
}

fixed!(u8, u16, u32, 8, 3.0);
fixed!(u16, u32, u64, 16, 4.0);
