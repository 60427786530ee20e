use super::radius::Box;
use crate::tile::Lanes;

/// Steps that a pass takes at once. Its running sums stay in registers for so long.
pub(super) const STEPS: usize = 16;

/// `K` groups of lanes that are blurred side by side, one step of a line.
pub(super) type Group<const K: usize> = [Lanes; K];

/// One box blur along a line of `len` steps that arrive in blocks.
///
/// The window keeps the steps that later results still need, oldest first; `first` is the
/// number of the step at its beginning. It has room for twice that, so that moving the
/// rest to the front costs one copy a step at most.
pub(super) struct Pass<const K: usize> {
    filter: Box,
    len: usize,
    window: Vec<Group<K>>,
    first: usize,
    taken: usize,
    given: usize,
    sums: [[u32; 16]; K],
}

impl<const K: usize> Pass<K> {
    /// A pass over a line of `len` steps, at least 1.
    pub(super) fn new(filter: Box, len: usize) -> Self {
        let needed = len.min(2 * filter.radius + 3);
        Pass {
            filter,
            len,
            window: vec![[[0; 16]; K]; 2 * (needed + STEPS)],
            first: 0,
            taken: 0,
            given: 0,
            sums: [[0; 16]; K],
        }
    }

    /// How many results were given.
    pub(super) fn given(&self) -> usize {
        self.given
    }

    /// Room for the next `count` steps, at most [`STEPS`], which the caller fills.
    #[inline(always)]
    pub(super) fn room(&mut self, count: usize) -> &mut [Group<K>] {
        if self.taken - self.first + count > self.window.len() {
            let keep = self.given.saturating_sub(self.filter.radius + 1);
            self.window.copy_within(keep - self.first..self.taken - self.first, 0);
            self.first = keep;
        }
        let at = self.taken - self.first;
        self.taken += count;
        &mut self.window[at..at + count]
    }

    /// How many results [`Pass::give`] can give now, at most [`STEPS`].
    #[inline(always)]
    pub(super) fn ready(&self) -> usize {
        let last = if self.taken == self.len {
            self.len
        } else {
            self.taken.saturating_sub(self.filter.radius + 1)
        };
        STEPS.min(last - self.given)
    }

    /// Writes the next `out.len()` results, at most [`Pass::ready`].
    #[inline(always)]
    pub(super) fn give(&mut self, out: &mut [Group<K>]) {
        let reach = self.filter.radius + 1;
        if self.given == 0 {
            self.start();
        }
        let (from, to) = (self.given, self.given + out.len());
        if from >= reach && to + reach <= self.len {
            let at = from - reach - self.first;
            let end = at + out.len();
            let (far, near) = (&self.window[at..end], &self.window[at + 1..end + 1]);
            let right = &self.window[at + 2 * reach..end + 2 * reach];
            // Group by group, so that the running sums of one stay in a register.
            for (k, total) in self.sums.iter_mut().enumerate() {
                let mut sums = *total;
                for (((out, far), near), right) in out.iter_mut().zip(far).zip(near).zip(right) {
                    out[k] = step(self.filter, &mut sums, &far[k], &near[k], &right[k]);
                }
                *total = sums;
            }
        } else {
            for (x, out) in (from..to).zip(out) {
                // Steps beyond an end of the line repeat the one at the end.
                let far = &self.window[x.saturating_sub(reach) - self.first];
                let near = &self.window[(x + 1).saturating_sub(reach) - self.first];
                let right = &self.window[(x + reach).min(self.len - 1) - self.first];
                for (k, sums) in self.sums.iter_mut().enumerate() {
                    out[k] = step(self.filter, sums, &far[k], &near[k], &right[k]);
                }
            }
        }
        self.given = to;
    }

    /// The sum around step 0, whose left half repeats step 0.
    fn start(&mut self) {
        let radius = self.filter.radius;
        let inside = radius.min(self.len - 1);
        self.sums = [[0; 16]; K];
        let mut add = |step: &Group<K>, times: u32| {
            for (sum, &sample) in self.sums.as_flattened_mut().iter_mut().zip(step.as_flattened()) {
                *sum = sum.wrapping_add(u32::from(sample).wrapping_mul(times));
            }
        };
        add(&self.window[0], radius as u32 + 1);
        self.window[1..=inside].iter().for_each(|step| add(step, 1));
        add(&self.window[inside], (radius - inside) as u32);
    }
}

/// One result of a group, and its running sums moved on by one step.
///
/// The sums wrap on purpose: with Pillow's weights they cannot exceed 32 bits, except for
/// radii above 8 million, where Pillow wraps too.
#[inline(always)]
fn step(filter: Box, sums: &mut [u32; 16], far: &Lanes, near: &Lanes, right: &Lanes) -> Lanes {
    let mut out = [0; 16];
    for i in 0..16 {
        let (far, near, right) = (u32::from(far[i]), u32::from(near[i]), u32::from(right[i]));
        let weighted = sums[i]
            .wrapping_mul(filter.inner)
            .wrapping_add((far + right).wrapping_mul(filter.outer))
            .wrapping_add(1 << 23);
        out[i] = (weighted >> 24) as u8;
        sums[i] = sums[i].wrapping_add(right.wrapping_sub(near));
    }
    out
}
