//! Few distinct values: a hash table of what a block holds.

use crate::order::element::Ordered;
use crate::simd::{Body, Simd};

/// More distinct values than this are sorted instead: the table must stay in the cache.
pub(crate) const MOST: usize = 4096;
/// Twice as many slots as entries at the most, so that searches end soon.
const SLOT_BITS: u32 = 13;
const EMPTY: u16 = u16::MAX;

/// A distinct value.
#[derive(Clone, Copy)]
pub(crate) struct Entry<T> {
    /// The key of the value, zeros and NaNs merged.
    pub(crate) key: i64,
    /// The value as it stands at its first place.
    pub(crate) value: T,
    /// The index of that place.
    pub(crate) first: usize,
    pub(crate) count: usize,
}

/// Distinct values in the order of their first places.
pub(crate) struct Table<T> {
    slots: Vec<u16>,
    pub(crate) entries: Vec<Entry<T>>,
}

impl<T: Ordered> Table<T> {
    pub(crate) fn new() -> Self {
        Table { slots: vec![EMPTY; 1 << SLOT_BITS], entries: Vec::new() }
    }

    /// A table of entries that all have keys of their own.
    pub(crate) fn of(entries: Vec<Entry<T>>) -> Self {
        let mut table = Table::new();
        for (number, entry) in entries.iter().enumerate() {
            let mut slot = slot_of(entry.key);
            while table.slots[slot] != EMPTY {
                slot = after(slot);
            }
            table.slots[slot] = number as u16;
        }
        table.entries = entries;
        table
    }

    /// The number of the entry with this key, or the slot where it belongs.
    #[inline(always)]
    pub(crate) fn find(&self, key: i64) -> Result<usize, usize> {
        let mut slot = slot_of(key);
        loop {
            match self.slots[slot] {
                EMPTY => return Err(slot),
                number if self.entries[number as usize].key == key => return Ok(number as usize),
                _ => slot = after(slot),
            }
        }
    }

    /// Counts an entry in; false when it is one too many.
    #[inline(always)]
    pub(crate) fn add(&mut self, entry: Entry<T>) -> bool {
        match self.find(entry.key) {
            Ok(number) => self.entries[number].count += entry.count,
            Err(_) if self.entries.len() == MOST => return false,
            Err(slot) => {
                self.slots[slot] = self.entries.len() as u16;
                self.entries.push(entry);
            }
        }
        true
    }
}

#[inline(always)]
fn slot_of(key: i64) -> usize {
    // The high bits of a product with an odd constant depend on all bits of the key.
    (key.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SLOT_BITS)) as usize
}

#[inline(always)]
fn after(slot: usize) -> usize {
    (slot + 1) & ((1 << SLOT_BITS) - 1)
}

/// The table of one block, unless it holds too many values.
pub(crate) struct Distinct<'a, T> {
    pub(crate) values: &'a [T],
    /// The index of the first of them.
    pub(crate) start: usize,
}

impl<T: Ordered> Body for Distinct<'_, T> {
    type Output = Option<Table<T>>;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> Option<Table<T>> {
        let mut table = Table::new();
        for (index, &value) in self.values.iter().enumerate() {
            let key = value.search_key();
            if !table.add(Entry { key, value, first: self.start + index, count: 1 }) {
                return None;
            }
        }
        Some(table)
    }
}

/// Writes for each value the number of its entry.
pub(crate) struct Numbers<'a, 'o, T> {
    pub(crate) table: &'a Table<T>,
    pub(crate) values: &'a [T],
    pub(crate) out: &'o mut [u32],
}

impl<T: Ordered> Body for Numbers<'_, '_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        for (out, &value) in self.out.iter_mut().zip(self.values) {
            // Every value has an entry, unless somebody wrote to the array meanwhile.
            *out = self.table.find(value.search_key()).unwrap_or(0) as u32;
        }
    }
}
