//! The operations of a plan on vectors.

use super::plan::{Keep, Op, Run};
use crate::simd::Vector;

/// Sorts 1, 2, 4 or 8 vectors in each lane by the exchanges of an odd-even merge sort.
#[inline(always)]
pub(super) fn sort<K, V: Vector<K>>(v: &mut [V]) {
    match v {
        [a, b] => sort2(a, b),
        [a, b, c, d] => sort4(a, b, c, d),
        [a, b, c, d, e, f, g, h] => sort8(a, b, c, d, e, f, g, h),
        _ => {}
    }
}

macro_rules! network {
    ($(#[$attribute:meta])* $name:ident($($slot:ident),*): $(($low:ident, $high:ident))*) => {
        $(#[$attribute])*
        #[inline(always)]
        fn $name<K, V: Vector<K>>($($slot: &mut V),*) {
            ($(*$slot,)*) = {
                let ($(mut $slot,)*) = ($(*$slot,)*);
                $(($low, $high) = ($low.min($high), $low.max($high));)*
                ($($slot,)*)
            };
        }
    };
}

network! { sort2(a, b): (a, b) }
network! { sort4(a, b, c, d): (a, b) (c, d) (a, c) (b, d) (b, c) }
network! {
    #[expect(clippy::too_many_arguments, reason = "as variables of their own the vectors stay in registers")]
    sort8(a, b, c, d, e, f, g, h):
    (a, b) (c, d) (a, c) (b, d) (b, c) (e, f) (g, h) (e, g) (f, h) (f, g)
    (a, e) (c, g) (c, e) (b, f) (d, h) (d, f) (b, c) (d, e) (f, g)
}
network! { clean4(a, b, c, d): (a, c) (b, d) (a, b) (c, d) }
network! {
    #[expect(clippy::too_many_arguments, reason = "as variables of their own the vectors stay in registers")]
    clean8(a, b, c, d, e, f, g, h):
    (a, e) (b, f) (c, g) (d, h) (a, c) (b, d) (e, g) (f, h) (a, b) (c, d) (e, f) (g, h)
}

/// Runs an operation that neither reads the image nor writes a result.
#[inline(always)]
pub(super) fn run<K, V: Vector<K>>(op: Op, slots: &mut [V]) {
    match op {
        Op::Join { a, b, to, distance, keep } => {
            join(slots, a, b, (to as usize, distance as usize), keep);
        }
        Op::Halve { at, distance, count, keep } => {
            let (low, high) = slots[at as usize..].split_at_mut(distance as usize);
            let pairs = low.iter_mut().zip(&mut high[..count as usize]);
            match keep {
                Keep::Both => {
                    for (low, high) in pairs {
                        sort2(low, high);
                    }
                }
                Keep::Low => {
                    for (low, high) in pairs {
                        *low = low.min(*high);
                    }
                }
                Keep::High => {
                    for (low, high) in pairs {
                        *high = low.max(*high);
                    }
                }
            }
        }
        Op::Clean { at, part, ways, blocks } => {
            let list = &mut slots[at as usize..][..(blocks * part * ways) as usize];
            match (ways, part as usize) {
                (2, part) => {
                    for block in list.chunks_exact_mut(2 * part) {
                        let (a, b) = block.split_at_mut(part);
                        for (a, b) in a.iter_mut().zip(b) {
                            sort2(a, b);
                        }
                    }
                }
                (4, part) => {
                    for block in list.chunks_exact_mut(4 * part) {
                        let (low, high) = block.split_at_mut(2 * part);
                        let ((a, b), (c, d)) = (low.split_at_mut(part), high.split_at_mut(part));
                        for (((a, b), c), d) in a.iter_mut().zip(b).zip(c).zip(d) {
                            clean4(a, b, c, d);
                        }
                    }
                }
                (_, 1) => {
                    for [a, b, c, d, e, f, g, h] in list.as_chunks_mut().0 {
                        clean8(a, b, c, d, e, f, g, h);
                    }
                }
                (_, part) => {
                    for block in list.chunks_exact_mut(8 * part) {
                        clean8_wide(block, part);
                    }
                }
            }
        }
        Op::Read { .. } | Op::Write { .. } => {}
    }
}

#[inline(always)]
fn clean8_wide<K, V: Vector<K>>(block: &mut [V], part: usize) {
    let (low, high) = block.split_at_mut(4 * part);
    let ((ab, cd), (ef, gh)) = (low.split_at_mut(2 * part), high.split_at_mut(2 * part));
    let ((a, b), (c, d)) = (ab.split_at_mut(part), cd.split_at_mut(part));
    let ((e, f), (g, h)) = (ef.split_at_mut(part), gh.split_at_mut(part));
    let first = a.iter_mut().zip(b).zip(c).zip(d);
    let second = e.iter_mut().zip(f).zip(g).zip(h);
    for ((((a, b), c), d), (((e, f), g), h)) in first.zip(second) {
        clean8(a, b, c, d, e, f, g, h);
    }
}

/// The first stage of a merge, out of place: what is exchanged is `a` backwards, then `b`, which is not shorter.
/// Where both samples of an exchange come from `b`, they are in order already.
#[inline(always)]
fn join<K, V: Vector<K>>(
    slots: &mut [V],
    a: Run,
    b: Run,
    (to, distance): (usize, usize),
    keep: Keep,
) {
    let (a, a_len) = (a.at as usize, a.len as usize);
    let (b, b_len) = (b.at as usize, b.len as usize);
    let pairs = a_len + b_len - distance;
    let exchanges = pairs.min(a_len);
    let beside = b + distance - a_len;
    match keep {
        Keep::Both => {
            for i in 0..exchanges {
                let (first, second) = (slots[a + a_len - 1 - i], slots[beside + i]);
                slots[to + i] = first.min(second);
                slots[to + distance + i] = first.max(second);
            }
        }
        Keep::Low => {
            for i in 0..exchanges {
                slots[to + i] = slots[a + a_len - 1 - i].min(slots[beside + i]);
            }
        }
        Keep::High => {
            for i in 0..exchanges {
                slots[to + distance + i] = slots[a + a_len - 1 - i].max(slots[beside + i]);
            }
        }
    }
    if keep != Keep::High {
        for i in exchanges..a_len {
            slots[to + i] = slots[a + a_len - 1 - i];
        }
        for i in a_len..distance {
            slots[to + i] = slots[b + i - a_len];
        }
    }
    if keep != Keep::Low {
        for i in exchanges..pairs {
            slots[to + distance + i] = slots[beside + i];
        }
    }
}
