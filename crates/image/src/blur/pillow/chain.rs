use super::pass::{Group, Pass, STEPS};
use super::radius::Box;

/// `P` box blurs of one line, each fed by the one before as soon as it has results, so that
/// everything between reading and writing stays in the nearest cache.
pub(super) struct Chain<const K: usize, const P: usize> {
    passes: [Pass<K>; P],
}

impl<const K: usize, const P: usize> Chain<K, P> {
    /// A chain for lines of `len` steps.
    pub(super) fn new(filter: Box, len: usize) -> Self {
        Chain { passes: std::array::from_fn(|_| Pass::new(filter, len)) }
    }

    /// How many steps of the line were handed out.
    pub(super) fn given(&self) -> usize {
        self.passes[P - 1].given()
    }

    /// Room for the next `count` steps of the line, at most [`STEPS`]. Fill it, then call
    /// [`Chain::pull`] until it gives 0.
    #[inline(always)]
    pub(super) fn room(&mut self, count: usize) -> &mut [Group<K>] {
        self.passes[0].room(count)
    }

    /// Writes the next results that are complete to the beginning of `results` and says how
    /// many there are.
    // No closures here: they would keep the baseline's instruction set.
    #[inline(always)]
    pub(super) fn pull(&mut self, results: &mut [Group<K>; STEPS]) -> usize {
        loop {
            // The last pass first: a pass is fed only after it was drained.
            let mut pass = P;
            let count = loop {
                if pass == 0 {
                    return 0;
                }
                pass -= 1;
                let count = self.passes[pass].ready();
                if count > 0 {
                    break count;
                }
            };
            let (before, after) = self.passes.split_at_mut(pass + 1);
            match after.first_mut() {
                Some(next) => before[pass].give(next.room(count)),
                None => {
                    before[pass].give(&mut results[..count]);
                    return count;
                }
            }
        }
    }
}
