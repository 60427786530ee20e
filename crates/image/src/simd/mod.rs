//! The only unsafe code of the crate: entering functions that were compiled for an
//! instruction set which was found on this machine, and samples as bytes.
//!
//! A kernel is plain Rust marked `#[inline(always)]`; each entry below compiles it once
//! more with wider vectors. There is no second version of any algorithm.

mod bytes;
mod dot;
mod transpose;
mod vector;

use allcores_cpu::Level;
use fast_image_resize::Resizer;

pub(crate) use bytes::Bytes;
pub(crate) use dot::{Dot, DotKernel, FRACTION_BITS, Parts, Quads};

pub(crate) use transpose::{transpose, transpose4};
pub(crate) use vector::{Lane, Pair, Vector, VectorKernel};

/// A piece of work to be compiled for each instruction set. `run` and all that it calls in
/// its loops must be `#[inline(always)]`, or they keep the baseline's instructions.
pub(crate) trait Kernel {
    fn run(self);
}

/// An instruction set that this machine has. There is no other way to make one than to ask
/// the machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Isa(Level);

impl Isa {
    /// The instruction set of the process; the baseline when the environment asks for one
    /// that is not there (the addon refuses to load then).
    pub(crate) fn current() -> Self {
        Isa(allcores_cpu::level().unwrap_or(Level::Scalar))
    }

    /// Every instruction set of this machine, lowest first.
    #[cfg(test)]
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Level::ALL.into_iter().filter(|level| level.is_available()).map(Isa)
    }

    #[inline]
    pub(crate) fn run(self, kernel: impl Kernel) {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: `Isa` holds a level only after `allcores_cpu` has found all of that
            // level's features on this machine, which are those that the entry enables.
            Level::Avx512 => unsafe { avx512(kernel) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            Level::Avx2 => unsafe { avx2(kernel) },
            _ => kernel.run(),
        }
    }

    /// The same with sums of products.
    #[inline]
    pub(crate) fn run_dot<K: DotKernel>(self, kernel: K) -> K::Output {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as in `run`; VNNI has been found just now.
            Level::Avx512 if std::arch::is_x86_feature_detected!("avx512vnni") => unsafe {
                vnni_dot(kernel)
            },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as in `run`; AVX-512 includes AVX2.
            Level::Avx512 | Level::Avx2 => unsafe { avx2_dot(kernel) },
            _ => kernel.run::<dot::Plain>(),
        }
    }

    /// What resizes by the crate `fast_image_resize`, with no instructions beyond these.
    pub(crate) fn resizer(self) -> Resizer {
        #[cfg_attr(
            not(target_arch = "x86_64"),
            expect(unused_mut, reason = "only x86-64 has levels")
        )]
        let mut resizer = Resizer::new();
        #[cfg(target_arch = "x86_64")]
        {
            use fast_image_resize::CpuExtensions;
            let extensions = match self.0 {
                Level::Avx512 | Level::Avx2 => CpuExtensions::Avx2,
                _ => CpuExtensions::None,
            };
            // SAFETY: `Isa` holds a level only after `allcores_cpu` has found its features on this machine, and
            // both levels have AVX2.
            unsafe { resizer.set_cpu_extensions(extensions) };
        }
        resizer
    }

    /// The same with vectors.
    #[inline]
    pub(crate) fn run_vectors<K: Lane>(self, kernel: impl VectorKernel<K>) {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as in `run`.
            Level::Avx512 => unsafe { avx512_vectors(kernel) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as in `run`.
            Level::Avx2 => unsafe { avx2_vectors(kernel) },
            _ => kernel.run::<K::Baseline>(),
        }
    }
}

// FMA is left out on purpose: no kernel here may contract a product and a sum.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
fn avx2(kernel: impl Kernel) {
    kernel.run();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,bmi1,bmi2,lzcnt")]
fn avx512(kernel: impl Kernel) {
    kernel.run();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
fn avx2_vectors<K: Lane>(kernel: impl VectorKernel<K>) {
    kernel.run::<K::Avx2>();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,bmi1,bmi2,lzcnt")]
fn avx512_vectors<K: Lane>(kernel: impl VectorKernel<K>) {
    kernel.run::<K::Avx512>();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
fn avx2_dot<K: DotKernel>(kernel: K) -> K::Output {
    kernel.run::<dot::Avx2>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(
    enable = "avx512vnni,avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,bmi1,bmi2,lzcnt"
)]
fn vnni_dot<K: DotKernel>(kernel: K) -> K::Output {
    kernel.run::<dot::Vnni>()
}
