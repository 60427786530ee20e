//! Rows of eight doubles, and kernels compiled once for each instruction set.
//!
//! A kernel is safe code over [`Lanes`], marked `#[inline(always)]` with all that it calls in
//! its loops. Inlined into an entry that enables AVX-512 or AVX2 and FMA it becomes code for
//! that set; run over [`Portable`] it is the fallback for every machine, and the oracle of the
//! others. Residues may differ from level to level by a multiple of the prime; products do not.
//!
//! `Level::Avx2` of `allcores_cpu` promises FMA, so nothing else is asked of the machine here.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
pub(crate) mod montgomery;
mod portable;
mod rows;
pub(crate) mod stirling;

use std::sync::OnceLock;

use allcores_cpu::Level;

use portable::Portable;
pub(crate) use rows::Rows;

/// Eight doubles in one cache line.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(64))]
pub(crate) struct Row(pub(crate) [f64; 8]);

impl Row {
    pub(crate) const ZERO: Row = Row([0.0; 8]);
}

/// Lanes in a row.
pub(crate) const LANES: usize = 8;

/// The arithmetic of eight residues at once. A value of the type is the proof that its
/// instructions may be used.
///
/// `multiply` and `reduce` take integers of at most 2^53 in magnitude; [`crate::ntt`] says
/// which bounds keep their results exact.
pub(crate) trait Lanes: Copy {
    type Vector: Copy;

    fn splat(self, value: f64) -> Self::Vector;
    fn load(self, row: &Row) -> Self::Vector;
    fn store(self, row: &mut Row, vector: Self::Vector);
    fn add(self, x: Self::Vector, y: Self::Vector) -> Self::Vector;
    fn sub(self, x: Self::Vector, y: Self::Vector) -> Self::Vector;

    /// `x * w` modulo `p`, in balanced form; `inverse` is 1 / p.
    fn multiply(
        self,
        x: Self::Vector,
        w: Self::Vector,
        p: Self::Vector,
        inverse: Self::Vector,
    ) -> Self::Vector;

    /// `x` modulo `p`, at most p / 2 in magnitude, up to rounding.
    fn reduce(self, x: Self::Vector, p: Self::Vector, inverse: Self::Vector) -> Self::Vector;

    /// Lane i of vector k becomes lane k of vector i.
    fn transpose(self, rows: [Self::Vector; 8]) -> [Self::Vector; 8];

    /// Any words modulo `p`, at most p / 2 + 2^32 in magnitude.
    fn residues(self, words: &[u64; 8], p: Self::Vector, inverse: Self::Vector) -> Self::Vector;

    /// `x`, which is at least -`p`, plus `p` where it is negative.
    fn lift(self, x: Self::Vector, p: Self::Vector) -> Self::Vector;

    fn floor_of_sum_of_products(
        self,
        terms: [(Self::Vector, Self::Vector); 3],
        start: Self::Vector,
    ) -> Self::Vector;

    /// Integers from 0 to 2^52 - 1 as words.
    fn words(self, x: Self::Vector) -> [u64; 8];
}

/// A piece of work for one thread. `run` must be `#[inline(always)]`, and so must be what it
/// calls in its loops; closures there are not, and would stay baseline code.
pub(crate) trait Body {
    type Output;

    fn run<S: Lanes>(self, simd: S) -> Self::Output;
}

/// A level that this machine can run. Invariant: `Level::is_available` was true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Isa(Level);

impl Isa {
    /// The level of this process; one atomic load after the first call.
    #[inline]
    pub(crate) fn detected() -> Isa {
        static ISA: OnceLock<Isa> = OnceLock::new();
        *ISA.get_or_init(|| {
            // The addon refuses to load when ALLCORES_SIMD is unusable.
            allcores_cpu::level().ok().and_then(Isa::of).unwrap_or(Isa(Level::Scalar))
        })
    }

    /// `level`, unless this machine lacks it.
    pub(crate) fn of(level: Level) -> Option<Isa> {
        level.is_available().then_some(Isa(level))
    }

    pub(crate) fn level(self) -> Level {
        self.0
    }

    /// Every level of this machine, lowest first.
    #[cfg(test)]
    pub(crate) fn all() -> impl Iterator<Item = Isa> {
        Level::ALL.into_iter().filter_map(Isa::of)
    }

    /// Runs `body` as compiled for this level.
    #[inline]
    pub(crate) fn run<B: Body>(self, body: B) -> B::Output {
        match self.0 {
            // SAFETY: an `Isa` exists only for a level whose features were detected, and those
            // of the entry are among them.
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => unsafe { avx512::run(body) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => unsafe { avx2::run(body) },
            _ => run_baseline(body),
        }
    }
}

// A function of its own, so that the baseline copy is not spread over the callers.
#[inline(never)]
fn run_baseline<B: Body>(body: B) -> B::Output {
    body.run(Portable)
}
