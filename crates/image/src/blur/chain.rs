use super::pass::{Group, Pass, STEPS};
use super::radius::Box;

/// Three box blurs of one line, each fed by the one before as soon as it has results, so
/// that everything between reading and writing stays in the nearest cache.
pub(super) struct Chain<const K: usize> {
    passes: [Pass<K>; 3],
}

impl<const K: usize> Chain<K> {
    /// A chain for lines of `len` steps.
    pub(super) fn new(filter: Box, len: usize) -> Self {
        Chain { passes: std::array::from_fn(|_| Pass::new(filter, len)) }
    }

    /// How many steps of the line were handed out.
    pub(super) fn given(&self) -> usize {
        self.passes[2].given()
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
        let [first, second, third] = &mut self.passes;
        loop {
            // The last pass first: a pass is fed only after it was drained.
            match (first.ready(), second.ready(), third.ready()) {
                (0, 0, 0) => return 0,
                (count, 0, 0) => first.give(second.room(count)),
                (_, count, 0) => second.give(third.room(count)),
                (_, _, count) => {
                    third.give(&mut results[..count]);
                    return count;
                }
            }
        }
    }
}
