//! Factorials and products of big integers, on all cores.
//!
//! | function | for |
//! |---|---|
//! | [`factorial()`] | n! in 64-bit words |
//! | [`factorial_string`] | n! as decimal text, without a conversion between radices |
//! | [`to_decimal`], [`from_decimal`] | the decimal text of any number, and back |
//! | [`multiply`] | the product of any two numbers |
//! | [`product_of_factors`] | the product of many small ones |
//!
//! A number is a slice of 64-bit words, least significant word first. Results are exact,
//! so they are the same on any number of threads and on every instruction set. Each
//! function runs on its caller's thread while the work is too small to share, and on the
//! native pool above that; it asks its token before each block of well under a
//! millisecond.
//!
//! Inside, from the bottom up: a `radix` says what a limb is (2^64 or 10^18); `linear`,
//! `schoolbook`, `karatsuba` and `product` multiply in either radix; `sieve`,
//! `product_tree` and `swing` build factorials on them. `product` is the only door to
//! multiplication: a faster engine goes in there.

#![deny(unsafe_code)] // allowed in `simd` only

mod convert;
mod decimal_text;
mod factorial;
mod factors;
mod karatsuba;
mod limits;
mod linear;
mod ntt;
mod product;
mod product_tree;
mod radix;
mod radix_text;
mod schoolbook;
mod sieve;
#[expect(unsafe_code, reason = "instructions of the machine")]
mod simd;
mod swing;

pub use decimal_text::factorial_string;
pub use factorial::factorial;
pub use factors::product_of_factors;
pub use limits::{MAX_BIGINT, MAX_BITS, MAX_STRING};
pub use product::multiply;
pub use radix_text::{from_decimal, to_decimal};
