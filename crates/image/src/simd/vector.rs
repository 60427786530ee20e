//! Vectors of 64 bytes whose lanes can be compared, for kernels that keep many of them in memory. The compiler does
//! not turn loops over small arrays into such instructions by itself.

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

/// Bytes of a vector on every instruction set.
const BYTES: usize = 64;

/// Integers that vectors are made of.
pub(crate) trait Lane:
    Copy + Ord + Default + Send + Sync + std::fmt::Debug + 'static
{
    /// With AVX-512.
    #[cfg(target_arch = "x86_64")]
    type Avx512: Vector<Self>;
    /// With AVX2.
    #[cfg(target_arch = "x86_64")]
    type Avx2: Vector<Self>;
    /// With what every machine has.
    type Baseline: Vector<Self>;
    /// Lanes of a vector.
    const COUNT: usize = BYTES / size_of::<Self>();
}

/// 64 bytes.
pub(crate) trait Vector<K>: Copy {
    /// The first lanes of a slice that has at least as many.
    fn load(from: &[K]) -> Self;
    /// Writes to the first lanes of a slice that has at least as many.
    fn store(self, to: &mut [K]);
    /// The smaller of each lane.
    fn min(self, other: Self) -> Self;
    /// The larger of each lane.
    fn max(self, other: Self) -> Self;
}

/// A piece of work to be compiled for each instruction set with its vectors. As for [`super::Kernel`], everything in
/// its loops must be `#[inline(always)]`.
pub(crate) trait VectorKernel<K> {
    fn run<V: Vector<K>>(self);
}

/// Two vectors as one, for kernels that would spend more on finding out what to do than on doing it.
#[derive(Clone, Copy)]
pub(crate) struct Pair<V>(V, V);

impl<K: Lane, V: Vector<K>> Vector<K> for Pair<V> {
    #[inline(always)]
    fn load(from: &[K]) -> Self {
        Self(V::load(from), V::load(&from[K::COUNT..]))
    }

    #[inline(always)]
    fn store(self, to: &mut [K]) {
        self.0.store(to);
        self.1.store(&mut to[K::COUNT..]);
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self(self.0.min(other.0), self.1.min(other.1))
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0), self.1.max(other.1))
    }
}

macro_rules! vectors {
    ($Name:ident, $Register:ty, $count:literal, $($K:ty: $min:path, $max:path;)*) => {
        /// Values exist only inside of a kernel that was entered for the instruction set.
        #[cfg(target_arch = "x86_64")]
        #[derive(Clone, Copy)]
        pub(crate) struct $Name([$Register; $count]);

        $(
            #[cfg(target_arch = "x86_64")]
            impl Vector<$K> for $Name {
                #[inline(always)]
                fn load(from: &[$K]) -> Self {
                    let from: *const $Register = from[..BYTES / size_of::<$K>()].as_ptr().cast();
                    // SAFETY: the slice was found to hold 64 bytes, which are initialised; the type is a pack of
                    // plain registers, and the read asks for no alignment.
                    Self(unsafe { from.cast::<[$Register; $count]>().read_unaligned() })
                }

                #[inline(always)]
                fn store(self, to: &mut [$K]) {
                    let to: *mut $Register = to[..BYTES / size_of::<$K>()].as_mut_ptr().cast();
                    // SAFETY: the slice was found to hold 64 bytes and is borrowed for writing; integers take any
                    // bits; the write asks for no alignment.
                    unsafe { to.cast::<[$Register; $count]>().write_unaligned(self.0) }
                }

                #[inline(always)]
                fn min(self, other: Self) -> Self {
                    let mut out = self.0;
                    for i in 0..$count {
                        // SAFETY: vectors of this type are made only by kernels that an entry of `Isa` runs, which
                        // has found and enabled the instruction set of the type.
                        out[i] = unsafe { $min(self.0[i], other.0[i]) };
                    }
                    Self(out)
                }

                #[inline(always)]
                fn max(self, other: Self) -> Self {
                    let mut out = self.0;
                    for i in 0..$count {
                        // SAFETY: as above.
                        out[i] = unsafe { $max(self.0[i], other.0[i]) };
                    }
                    Self(out)
                }
            }
        )*
    };
}

vectors!(Avx512, __m512i, 1,
    u8: _mm512_min_epu8, _mm512_max_epu8;
    u16: _mm512_min_epu16, _mm512_max_epu16;
    i32: _mm512_min_epi32, _mm512_max_epi32;
);
vectors!(Avx2, __m256i, 2,
    u8: _mm256_min_epu8, _mm256_max_epu8;
    u16: _mm256_min_epu16, _mm256_max_epu16;
    i32: _mm256_min_epi32, _mm256_max_epi32;
);

/// Lanes as they are, for which the compiler finds the instructions.
#[derive(Clone, Copy)]
pub(crate) struct Plain<K, const L: usize>([K; L]);

impl<K: Copy + Ord, const L: usize> Vector<K> for Plain<K, L> {
    #[inline(always)]
    fn load(from: &[K]) -> Self {
        let mut lanes = [from[0]; L];
        lanes.copy_from_slice(&from[..L]);
        Self(lanes)
    }

    #[inline(always)]
    fn store(self, to: &mut [K]) {
        to[..L].copy_from_slice(&self.0);
    }

    #[inline(always)]
    fn min(mut self, other: Self) -> Self {
        for i in 0..L {
            self.0[i] = self.0[i].min(other.0[i]);
        }
        self
    }

    #[inline(always)]
    fn max(mut self, other: Self) -> Self {
        for i in 0..L {
            self.0[i] = self.0[i].max(other.0[i]);
        }
        self
    }
}

macro_rules! lane {
    ($($K:ty, $count:literal;)*) => {
        $(impl Lane for $K {
            #[cfg(target_arch = "x86_64")]
            type Avx512 = Avx512;
            #[cfg(target_arch = "x86_64")]
            type Avx2 = Avx2;
            type Baseline = Plain<$K, $count>;
        })*
    };
}

lane! { u8, 64; u16, 32; i32, 16; }
