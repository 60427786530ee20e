//! Kernels that order: sort, argsort, unique, searchsorted.

mod argsort;
pub(crate) mod cells;
mod count;
pub(crate) mod distribute;
pub(crate) mod element;
pub(crate) mod key;
pub(crate) mod network;
pub(crate) mod quicksort;
mod searchsorted;
mod sort;
mod table;
mod unique;

pub use argsort::argsort;
pub(crate) use element::Ordered;
pub use searchsorted::{Side, searchsorted};
pub use sort::{sort, sort_in_place};
pub use unique::{Unique, Wanted, unique};

#[cfg(test)]
mod tests;
