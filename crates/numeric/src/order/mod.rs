//! Kernels that order: sort, argsort, unique, searchsorted.

pub(crate) mod cells;
mod count;
pub(crate) mod distribute;
pub(crate) mod element;
pub(crate) mod key;
pub(crate) mod network;
pub(crate) mod quicksort;
mod sort;

pub(crate) use element::Ordered;
pub use sort::sort;

#[cfg(test)]
mod tests;
