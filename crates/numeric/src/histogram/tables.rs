//! Tables of counts: one for each thread that is at work, added up at the end. Whole numbers,
//! so it does not matter which block went into which table.

use std::sync::{Mutex, PoisonError};

/// Counts of 32 bits, which are half the memory traffic; emptied before they can overflow.
pub(crate) struct Tables {
    size: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    idle: Vec<Table>,
    /// What full tables held.
    totals: Vec<u64>,
}

struct Table {
    counts: Vec<u32>,
    /// The sum of all counts cannot be more.
    most: usize,
}

impl Tables {
    /// Tables of `size` counts each.
    pub(crate) fn new(size: usize) -> Self {
        Tables { size, state: Mutex::default() }
    }

    /// Has `work` raise counts by at most `most` in all, at most 2^32 - 1.
    pub(crate) fn count<R>(&self, most: usize, work: impl FnOnce(&mut [u32]) -> R) -> R {
        let idle = self.lock(|state| state.idle.pop());
        let mut table = idle.unwrap_or_else(|| Table { counts: vec![0; self.size], most: 0 });
        if table.most + most > u32::MAX as usize {
            self.lock(|state| table.empty_into(&mut state.totals));
        }
        table.most += most;
        let result = work(&mut table.counts);
        self.lock(|state| state.idle.push(table));
        result
    }

    /// The sums of the counts over all tables.
    pub(crate) fn totals(self) -> Vec<u64> {
        let State { idle, mut totals } =
            self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        totals.resize(self.size, 0);
        for mut table in idle {
            table.empty_into(&mut totals);
        }
        totals
    }

    fn lock<R>(&self, work: impl FnOnce(&mut State) -> R) -> R {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Table {
    fn empty_into(&mut self, totals: &mut Vec<u64>) {
        totals.resize(self.counts.len(), 0);
        for (total, count) in totals.iter_mut().zip(&mut self.counts) {
            *total += u64::from(std::mem::take(count));
        }
        self.most = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::Tables;

    #[test]
    fn tables_are_emptied_before_a_count_can_overflow() {
        let tables = Tables::new(2);
        for _ in 0..3 {
            tables.count(u32::MAX as usize, |counts| {
                counts[1] = counts[1].checked_add(u32::MAX).expect("the table was emptied");
            });
        }
        tables.count(5, |counts| {
            counts[0] += 5;
            // A second table, since the first one is in use.
            tables.count(2, |counts| counts[0] += 2);
        });
        assert_eq!(tables.totals(), [7, 3 * u64::from(u32::MAX)]);
    }
}
