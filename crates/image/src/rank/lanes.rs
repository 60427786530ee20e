//! The operations of a plan on vectors.

use super::plan::{Keep, Op, Run};

/// Exchanges each lane of two vectors so that the smaller is in the first.
#[inline(always)]
pub(super) fn exchange<K: Ord + Copy, const L: usize>(low: &mut [K; L], high: &mut [K; L]) {
    for (low, high) in low.iter_mut().zip(high) {
        (*low, *high) = ((*low).min(*high), (*low).max(*high));
    }
}

#[inline(always)]
fn smaller<K: Ord + Copy, const L: usize>(a: &[K; L], b: &[K; L]) -> [K; L] {
    std::array::from_fn(|i| a[i].min(b[i]))
}

#[inline(always)]
fn larger<K: Ord + Copy, const L: usize>(a: &[K; L], b: &[K; L]) -> [K; L] {
    std::array::from_fn(|i| a[i].max(b[i]))
}

/// Sorts 2, 4 or 8 vectors in each lane by the exchanges of an odd-even merge sort.
#[inline(always)]
pub(super) fn sort<K: Ord + Copy, const L: usize>(v: &mut [[K; L]]) {
    match v {
        [a, b] => exchange(a, b),
        [a, b, c, d] => sort4(a, b, c, d),
        [a, b, c, d, e, f, g, h] => {
            sort4(a, b, c, d);
            sort4(e, f, g, h);
            merge_sorted8(a, b, c, d, e, f, g, h);
        }
        _ => {}
    }
}

macro_rules! network {
    ($(#[$doc:meta])* $name:ident($($slot:ident),*): $(($low:ident, $high:ident))*) => {
        $(#[$doc])*
        #[inline(always)]
        #[expect(clippy::too_many_arguments, reason = "as references of their own the vectors are known not to overlap")]
        fn $name<K: Ord + Copy, const L: usize>($($slot: &mut [K; L]),*) {
            for i in 0..L {
                $(let mut $slot = ($slot[i], &mut $slot[i]);)*
                $(($low.0, $high.0) = ($low.0.min($high.0), $low.0.max($high.0));)*
                $(*$slot.1 = $slot.0;)*
            }
        }
    };
}

network! {
    sort4(a, b, c, d): (a, b) (c, d) (a, c) (b, d) (b, c)
}
network! {
    /// Of two sorted halves.
    merge_sorted8(a, b, c, d, e, f, g, h):
    (a, e) (c, g) (c, e) (b, f) (d, h) (d, f) (b, c) (d, e) (f, g)
}
network! {
    clean4(a, b, c, d): (a, c) (b, d) (a, b) (c, d)
}
network! {
    clean8(a, b, c, d, e, f, g, h):
    (a, e) (b, f) (c, g) (d, h) (a, c) (b, d) (e, g) (f, h) (a, b) (c, d) (e, f) (g, h)
}

/// Runs an operation that neither reads the image nor writes a result.
#[inline(always)]
pub(super) fn run<K: Ord + Copy, const L: usize>(op: Op, slots: &mut [[K; L]]) {
    match op {
        Op::Join { a, b, to, distance, keep } => join(slots, a, b, (to, distance), keep),
        Op::Halve { at, distance, count, keep } => {
            let (low, high) = slots[at as usize..].split_at_mut(distance as usize);
            for (low, high) in low.iter_mut().zip(high).take(count as usize) {
                match keep {
                    Keep::Both => exchange(low, high),
                    Keep::Low => *low = smaller(low, high),
                    Keep::High => *high = larger(low, high),
                }
            }
        }
        Op::Clean { at, part, ways, blocks } => {
            let (part, block) = (part as usize, (part * ways) as usize);
            let list = &mut slots[at as usize..][..blocks as usize * block];
            for block in list.chunks_exact_mut(block) {
                clean(block, part, ways);
            }
        }
        Op::Read { .. } | Op::Write { .. } => {}
    }
}

#[inline(always)]
fn clean<K: Ord + Copy, const L: usize>(block: &mut [[K; L]], part: usize, ways: u32) {
    let (low, high) = block.split_at_mut(block.len() / 2);
    if ways == 2 {
        for (low, high) in low.iter_mut().zip(high) {
            exchange(low, high);
        }
        return;
    }
    let ((a, b), (c, d)) = (low.split_at_mut(low.len() / 2), high.split_at_mut(high.len() / 2));
    if ways == 4 {
        for (((a, b), c), d) in a.iter_mut().zip(b).zip(c).zip(d) {
            clean4(a, b, c, d);
        }
        return;
    }
    let ((a, b), (c, d)) = (
        (a.split_at_mut(part), b.split_at_mut(part)),
        (c.split_at_mut(part), d.split_at_mut(part)),
    );
    let first = a.0.iter_mut().zip(a.1).zip(b.0).zip(b.1);
    let second = c.0.iter_mut().zip(c.1).zip(d.0).zip(d.1);
    for ((((a, b), c), d), (((e, f), g), h)) in first.zip(second) {
        clean8(a, b, c, d, e, f, g, h);
    }
}

/// The first stage of a merge, out of place: what is exchanged is `a` backwards, then `b`.
#[inline(always)]
fn join<K: Ord + Copy, const L: usize>(
    slots: &mut [[K; L]],
    a: Run,
    b: Run,
    (to, distance): (u32, u32),
    keep: Keep,
) {
    let place = |i: u32| (if i < a.len { a.at + a.len - 1 - i } else { b.at + i - a.len }) as usize;
    let pairs = a.len + b.len - distance;
    let (low, high) = (to as usize, (to + distance) as usize);
    for i in 0..pairs {
        let (first, second) = (slots[place(i)], slots[place(i + distance)]);
        if keep != Keep::High {
            slots[low + i as usize] = smaller(&first, &second);
        }
        if keep != Keep::Low {
            slots[high + i as usize] = larger(&first, &second);
        }
    }
    if keep != Keep::High {
        for i in pairs..distance {
            slots[low + i as usize] = slots[place(i)];
        }
    }
}
