//! Factorials and products of big integers, on all cores.
//!
//! | function | for |
//! |---|---|
//! | [`factorial()`] | n! in 64-bit words |
//! | [`factorial_string`] | n! as decimal text, without a conversion between radices |
//! | [`multiply`] | the product of any two numbers |
//! | [`to_decimal`], [`from_decimal`] | any number as decimal text, and back |
//! | [`product_of_factors`] | the product of many small ones |
//! | [`factorial_all`] | the factorials of many numbers, with shared work |
//! | [`double_factorial`], [`falling_factorial`], [`rising_factorial`] | products of some of the integers |
//! | [`binomial`], [`multinomial`], [`primorial`] | by the exponents of their primes |
//! | [`memory()`], [`text_memory`] | how much memory a call will take |
//! | [`factorial_bits`], [`falling_bits`], [`multinomial_bits`] | how large a result will be |
//! | [`factorial_mod`] | n! modulo m, without n! |
//! | [`log_factorial`], [`log_factorials`] | ln n! as a double |
//! | [`digit_count`], [`trailing_zeros`] | what n! looks like, without n! |
//!
//! A number is a slice of 64-bit words, least significant word first. Results are exact,
//! so they are the same on any number of threads and on every instruction set. Each
//! function runs on its caller's thread while the work is too small to share, and on the
//! native pool above that; it asks its token before each block of well under a
//! millisecond.
//!
//! Inside, from the bottom up: a `radix` says what a limb is (2^64 or 10^18); `linear`,
//! `schoolbook`, `karatsuba` and `ntt` multiply in either radix, and `product` is the only door to
//! them; `convert` changes the radix; `sieve`, `product_tree` and `swing` build factorials on them.
//! `simd` holds the instructions of each machine.

#![deny(unsafe_code)] // allowed in `simd` only

mod conversion;
mod convert;
mod decimal_text;
mod digit_count;
mod double_factorial;
mod factorial;
mod factorial_all;
mod factors;
mod falling_factorial;
mod fixed;
mod karatsuba;
mod limits;
mod linear;
mod log_factorial;
mod memory;
mod modular;
mod multinomial;
mod ntt;
mod powers;
mod primorial;
mod product;
mod product_tree;
mod radix;
mod schoolbook;
mod sieve;
#[expect(unsafe_code, reason = "instructions of the machine")]
mod simd;
mod size;
mod swing;
mod trailing_zeros;
mod work;

pub use conversion::{from_decimal, to_decimal};
pub use decimal_text::factorial_string;
pub use digit_count::{MAX_DIGIT_COUNT, digit_count};
pub use double_factorial::double_factorial;
pub use factorial::factorial;
pub use factorial_all::{Known, factorial_all};
pub use factors::product_of_factors;
pub use falling_factorial::{falling_factorial, rising_factorial};
pub use limits::{MAX_BIGINT, MAX_BITS, MAX_DOUBLE, MAX_PRIMORIAL, MAX_STRING};
pub use log_factorial::{LogError, log_factorial, log_factorials};
pub use memory::{memory, text_memory};
pub use modular::{factorial_mod, factorial_mod_memory};
pub use multinomial::{binomial, multinomial};
pub use primorial::primorial;
pub use product::multiply;
pub use size::{factorial_bits, falling_bits, multinomial_bits};
pub use trailing_zeros::trailing_zeros;
