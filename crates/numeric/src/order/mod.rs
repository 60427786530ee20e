//! Kernels that order: sort, argsort, unique, searchsorted.

pub(crate) mod key;
pub(crate) mod network;
pub(crate) mod quicksort;

#[cfg(test)]
mod tests;
