//! Code that is compiled once for each instruction set. All unsafe code of the crate is here.
//!
//! The bodies are safe loops, marked `#[inline(always)]`, which the compiler vectorises: inlined
//! into a function that enables AVX2 or AVX-512 they become code for that set, inlined into none
//! they are the baseline.

pub(crate) mod isa;
pub(crate) mod montgomery;
pub(crate) mod stirling;
