use std::ops::{Deref, DerefMut};

use super::{LANES, Row};

/// Rows in memory that the system gives zeroed, page by page as threads first touch it. Filling it
/// with zeros would do that on one thread, before the work.
#[derive(Debug)]
pub(crate) struct Rows {
    /// One row more than `len`, because its start may lie within a cache line.
    memory: Vec<f64>,
    len: usize,
}

impl Rows {
    pub(crate) fn zeros(len: usize) -> Self {
        Rows { memory: vec![0.0; (len + 1) * LANES], len }
    }
}

impl Deref for Rows {
    type Target = [Row];

    fn deref(&self) -> &[Row] {
        // SAFETY: a row is eight doubles and nothing else, and any bits are a double.
        let (_, rows, _) = unsafe { self.memory.align_to::<Row>() };
        &rows[..self.len]
    }
}

impl DerefMut for Rows {
    fn deref_mut(&mut self) -> &mut [Row] {
        // SAFETY: as above.
        let (_, rows, _) = unsafe { self.memory.align_to_mut::<Row>() };
        &mut rows[..self.len]
    }
}
