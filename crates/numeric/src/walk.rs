//! A binary tree over `0..units`, from left to right, without recursion (a recursive function
//! could not be inlined into the copies for the instruction sets).

use crate::simd::Simd;

/// Deep enough for any array: each level halves the units.
const DEPTH: usize = 64;

/// What is done at the nodes. A trait and not two closures, because a closure cannot be marked
/// `#[inline(always)]`.
pub(crate) trait Walk {
    type Value: Copy;

    /// Fills unused memory; never part of the result.
    const FILLER: Self::Value;

    /// Takes the next `units` units of the input and gives their value, or takes nothing and
    /// gives `None` to have the node cut. `last` is true for the nodes at the right edge. Must
    /// give a value for one unit.
    fn visit<S: Simd>(&mut self, simd: S, units: usize, last: bool) -> Option<Self::Value>;

    fn merge(left: Self::Value, right: Self::Value) -> Self::Value;
}

/// Visits the tree in which a node of `k` units has children of `k / 2` and `k - k / 2`.
#[inline(always)]
pub(crate) fn walk<S: Simd, W: Walk>(simd: S, units: usize, nodes: &mut W) -> W::Value {
    // The common small call ends here, before the stacks are laid out.
    if let Some(value) = nodes.visit(simd, units, true) {
        return value;
    }
    // Nodes still to be visited, the next one on top, each with the number of nodes that are
    // complete once it has its value.
    let mut open = [(0_usize, 0_usize); DEPTH];
    let mut values = [W::FILLER; DEPTH];
    open[0] = (units - units / 2, 1);
    open[1] = (units / 2, 0);
    let mut open_count = 2;
    let mut value_count = 0;
    while open_count > 0 {
        open_count -= 1;
        let (units, completes) = open[open_count];
        let Some(mut value) = nodes.visit(simd, units, open_count == 0) else {
            open[open_count] = (units - units / 2, completes + 1);
            open[open_count + 1] = (units / 2, 0);
            open_count += 2;
            continue;
        };
        for _ in 0..completes {
            value_count -= 1;
            value = W::merge(values[value_count], value);
        }
        values[value_count] = value;
        value_count += 1;
    }
    values[0]
}

#[cfg(test)]
mod tests {
    use super::{Walk, walk};
    use crate::simd::{Body, Isa, Simd};

    /// Gives the range of units that a node covers, from leaves of up to `leaf` units.
    struct Ranges {
        units: usize,
        leaf: usize,
        next: usize,
    }

    impl Walk for Ranges {
        /// Start, end, and the shape: the largest leaf on the left edge.
        type Value = (usize, usize, usize);

        const FILLER: Self::Value = (usize::MAX, usize::MAX, 0);

        fn visit<S: Simd>(&mut self, _: S, units: usize, last: bool) -> Option<Self::Value> {
            assert_eq!(last, self.next + units == self.units);
            (units <= self.leaf).then(|| {
                self.next += units;
                (self.next - units, self.next, units)
            })
        }

        fn merge(left: Self::Value, right: Self::Value) -> Self::Value {
            assert_eq!(left.1, right.0, "neighbours are merged");
            let (left_units, right_units) = (left.1 - left.0, right.1 - right.0);
            assert!(right_units - left_units <= 1, "the larger half is on the right");
            (left.0, right.1, left.2)
        }
    }

    struct Over(Ranges);

    impl Body for Over {
        type Output = (usize, usize, usize);

        fn run<S: Simd>(self, simd: S) -> Self::Output {
            walk(simd, self.0.units, &mut { self.0 })
        }
    }

    #[test]
    fn every_unit_is_visited_once_in_order_and_only_the_right_edge_is_last() {
        for leaf in 1..4 {
            for units in 1..300 {
                let (start, end, _) = Isa::detected().run(Over(Ranges { units, leaf, next: 0 }));
                assert_eq!((start, end), (0, units));
            }
        }
    }
}
