//! What the machine offers: how many cores this process may use, how many native
//! threads it shall start, and which instruction set the kernels run on.
//!
//! Three environment variables overrule what is detected: `ALLCORES_WORKERS`,
//! `ALLCORES_THREADS` and `ALLCORES_SIMD`. A value that cannot be honoured is an
//! [`Error`], never a silent fallback.

#![forbid(unsafe_code)]

mod count;
mod error;
mod level;

pub use count::{cores, threads};
pub use error::Error;
pub use level::{Level, level};
