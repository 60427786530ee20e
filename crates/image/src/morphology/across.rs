//! Windows along a row.

/// The smaller, or the larger when `MAX`.
#[inline(always)]
pub(super) fn better<K: Ord + Copy, const MAX: bool>(a: K, b: K) -> K {
    if MAX { a.max(b) } else { a.min(b) }
}

/// Writes the best of each `window` pixels that follow one another in the line. `line` and `other` have
/// `(window - 1) * channels` samples more than `out`; both are overwritten.
///
/// Windows of 4 times the length come from four windows, so the work grows with the logarithm of the window only: by
/// three instructions for a vector whenever it is 4 times as long.
#[inline(always)]
pub(super) fn slide<'a, K: Ord + Copy, const MAX: bool>(
    mut line: &'a mut [K],
    mut other: &'a mut [K],
    out: &mut [K],
    window: usize,
    channels: usize,
) {
    let mut have = 1;
    while have * 4 <= window {
        let step = have * channels;
        let count = line.len() - 3 * step;
        combine4::<K, MAX>(line, &mut other[..count], step, 3 * step);
        (line, other) = (other, line);
        line = &mut line[..count];
        have *= 4;
    }
    // The rest is covered by windows of the length that there is, the last of which ends with the window.
    let (step, last) = (have * channels, (window - have) * channels);
    match last.div_ceil(step) {
        0 => out.copy_from_slice(&line[..out.len()]),
        1 => combine2::<K, MAX>(line, out, last),
        2 => combine3::<K, MAX>(line, out, step, last),
        _ => combine4::<K, MAX>(line, out, step, last),
    }
}

#[inline(always)]
fn combine2<K: Ord + Copy, const MAX: bool>(line: &[K], out: &mut [K], last: usize) {
    let (a, b) = (&line[..out.len()], &line[last..][..out.len()]);
    for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
        *out = better::<K, MAX>(a, b);
    }
}

#[inline(always)]
fn combine3<K: Ord + Copy, const MAX: bool>(line: &[K], out: &mut [K], step: usize, last: usize) {
    let n = out.len();
    let (a, b, c) = (&line[..n], &line[step..][..n], &line[last..][..n]);
    for (((out, &a), &b), &c) in out.iter_mut().zip(a).zip(b).zip(c) {
        *out = better::<K, MAX>(better::<K, MAX>(a, b), c);
    }
}

#[inline(always)]
fn combine4<K: Ord + Copy, const MAX: bool>(line: &[K], out: &mut [K], step: usize, last: usize) {
    let n = out.len();
    let (a, b) = (&line[..n], &line[step..][..n]);
    let (c, d) = (&line[2 * step..][..n], &line[last..][..n]);
    for ((((out, &a), &b), &c), &d) in out.iter_mut().zip(a).zip(b).zip(c).zip(d) {
        *out = better::<K, MAX>(better::<K, MAX>(a, b), better::<K, MAX>(c, d));
    }
}
