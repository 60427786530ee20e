//! n! modulo m, without n!.
//!
//! From the bottom up: `montgomery` is the arithmetic modulo an odd number; `primality` and
//! `factorize` take the modulus apart; `range_product` multiplies the numbers of a range one by
//! one; `convolution` and `shift` move the values of a polynomial to other points, on which
//! `square_root` builds the product of the first n numbers in about sqrt(n) steps; `units` chooses
//! between the two, and `factorial_mod` puts the parts together.

mod convolution;
mod euclid;
mod factorial_mod;
mod factorize;
mod montgomery;
mod primality;
mod range_product;
mod shift;
mod square_root;
mod units;

pub use factorial_mod::factorial_mod;
pub(crate) use factorize::factorize;
pub(crate) use montgomery::Modulus;
pub use units::factorial_mod_memory;
