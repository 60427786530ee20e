//! One kernel body, compiled once for each instruction set.
//!
//! The bodies are safe code, marked `#[inline(always)]`. Inlined into a function that enables
//! AVX2 or AVX-512 they become code for that set; inlined into none they are the scalar
//! baseline and the oracle of the others. Integer loops are vectorised by the compiler. Sums
//! of doubles must keep their order, which the compiler does not vectorise well, so they are
//! written over the [`Simd`] row of eight doubles. A row behaves alike at every level, so all
//! levels give the same bits.

mod bins;
mod error_free;
mod keys;
#[cfg(target_arch = "x86_64")]
mod keys_x86;
pub(crate) mod lanes;
#[cfg(target_arch = "x86_64")]
mod lanes_avx2;
#[cfg(target_arch = "x86_64")]
mod lanes_avx512;
mod portable;
mod prefix;
pub(crate) mod scratch;
#[cfg(target_arch = "x86_64")]
mod x86;

use std::sync::OnceLock;

use allcores_cpu::Level;
use half::f16;

pub(crate) use bins::{BinLanes, Rounding, Uniform};
pub(crate) use error_free::{ErrorFree, product_error};
pub(crate) use keys::{KeyLanes, f64_of_key, key_of_f64, key_of_u64};
use portable::Portable;
pub(crate) use prefix::Prefix;

/// A piece of work for one thread. `run` must be `#[inline(always)]`, and so must be what it
/// calls in its loops; otherwise that part stays baseline code.
pub(crate) trait Body {
    type Output;

    fn run<S: Simd>(self, simd: S) -> Self::Output;
}

/// Rows of eight doubles. A value of the type is the proof that its instructions may be used.
pub(crate) trait Simd:
    Copy
    + lanes::Sorts
    + KeyLanes
    + BinLanes
    + ErrorFree<<Self as Simd>::Row>
    + Prefix<<Self as Simd>::Row>
{
    type Row: Copy;
    /// A yes or no for each lane of a row.
    type Mask: Copy;

    /// Runs a body as a function of its own. For bodies that are much work and have more than one
    /// caller; the others are inlined.
    fn call<B: Body>(self, body: B) -> B::Output;

    /// How many sums a tree adds up side by side: as many as hide the latency of an addition and
    /// leave registers for the rows.
    const SIDE_BY_SIDE: usize;

    /// Asks for the cache line at `address`, which need not be valid.
    fn prefetch(self, address: *const u8);
    fn splat(self, value: f64) -> Self::Row;
    fn load(self, row: &[f64; 8]) -> Self::Row;
    /// Widens, which is exact.
    fn load_f32(self, row: &[f32; 8]) -> Self::Row;
    /// Widens, which is exact.
    fn load_f16(self, row: &[f16; 8]) -> Self::Row;
    fn add(self, left: Self::Row, right: Self::Row) -> Self::Row;
    fn sub(self, left: Self::Row, right: Self::Row) -> Self::Row;
    fn mul(self, left: Self::Row, right: Self::Row) -> Self::Row;
    fn negate(self, row: Self::Row) -> Self::Row;
    fn abs(self, row: Self::Row) -> Self::Row;
    /// `crate::extreme::lesser` in each lane.
    fn lesser(self, left: Self::Row, right: Self::Row) -> Self::Row;
    fn to_array(self, row: Self::Row) -> [f64; 8];

    /// The lanes that are no NaN.
    fn numbers(self, row: Self::Row) -> Self::Mask;
    /// The lanes whose byte is not 0.
    fn not_zero(self, bytes: &[u8; 8]) -> Self::Mask;
    fn both(self, left: Self::Mask, right: Self::Mask) -> Self::Mask;
    fn either(self, left: Self::Mask, right: Self::Mask) -> Self::Mask;
    fn all_or_none(self, all: bool) -> Self::Mask;
    /// `row` in the lanes of the mask, `other` in the rest.
    fn choose(self, mask: Self::Mask, row: Self::Row, other: Self::Row) -> Self::Row;
    /// How many lanes the mask has.
    fn count(self, mask: Self::Mask) -> usize;
}

/// A level that this machine can run. Invariant: `Level::is_available` was true.
#[derive(Clone, Copy, Debug)]
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

    /// Runs `body` as compiled for this level.
    #[inline]
    pub(crate) fn run<B: Body>(self, body: B) -> B::Output {
        match self.0 {
            // SAFETY: an `Isa` exists only for a level whose features were detected.
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => unsafe { x86::run_avx512(body) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => unsafe { x86::run_avx2(body) },
            _ => run_baseline(body),
        }
    }
}

// A function of its own, so that the baseline copy is not spread over the callers.
#[inline(never)]
fn run_baseline<B: Body>(body: B) -> B::Output {
    body.run(Portable)
}
