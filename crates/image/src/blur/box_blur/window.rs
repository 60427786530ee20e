use crate::blur::line::Line;

/// A window of `2 * radius + 1` samples that weigh `inner` and one more on each side that weighs `outer`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    radius: usize,
    inner: f64,
    outer: f64,
}

impl Extent {
    /// The window that reaches `extent` samples to each side.
    pub(super) fn new(extent: f64) -> Self {
        let radius = extent as usize;
        let inner = 1.0 / (2.0 * extent + 1.0);
        Extent { radius, inner, outer: (extent - radius as f64) * inner }
    }
}

/// The weighted mean around each line of `lines`.
///
/// The lines are cut into blocks as long as the window. Every window is then the end of one block and the
/// beginning of the next (M. van Herk, 1992): two sums that grow one line at a time, with nothing to take
/// away. So an infinity does no harm beyond its window, and a large sample takes no bits from small ones.
#[inline(always)]
pub(super) fn means<const N: usize>(lines: &[Line<N>], extent: Extent, means: &mut [Line<N>]) {
    let Extent { radius, inner, outer } = extent;
    let len = lines.len();
    let size = 2 * radius + 1;
    // The sums from a line of the block before to that block's end, and those of this block.
    let mut ends = vec![[0.0f64; N]; size.min(len)];
    let mut ends_before = ends.clone();
    let mut next = 0;
    let mut begin = 0;
    while begin < len {
        let end = len.min(begin + size);
        let mut sum = [0.0; N];
        for i in (begin..end).rev() {
            add(&mut sum, &lines[i]);
            ends[i - begin] = sum;
        }
        let mut sum = [0.0; N];
        for i in begin..end {
            add(&mut sum, &lines[i]);
            // The windows that end at line `i`, or beyond the last line.
            while next < len && (next + radius == i || i + 1 == len) {
                let from = next.saturating_sub(radius);
                let mut total = if from == begin {
                    sum
                } else if from > begin {
                    ends[from - begin]
                } else {
                    let mut total = ends_before[from + size - begin];
                    for k in 0..N {
                        total[k] += sum[k];
                    }
                    total
                };
                // Lines outside repeat those at the ends.
                let missing =
                    [radius.saturating_sub(next), (next + radius + 1).saturating_sub(len)];
                for (line, times) in [&lines[0], &lines[len - 1]].into_iter().zip(missing) {
                    if times > 0 {
                        for k in 0..N {
                            total[k] += f64::from(line[k]) * times as f64;
                        }
                    }
                }
                let left = &lines[next.saturating_sub(radius + 1)];
                let right = &lines[(next + radius + 1).min(len - 1)];
                let mean = &mut means[next];
                for k in 0..N {
                    let far = f64::from(left[k]) + f64::from(right[k]);
                    // Without a fraction, what is far must not count: not even an infinity.
                    let far = if outer > 0.0 { far * outer } else { 0.0 };
                    mean[k] = (total[k] * inner + far) as f32;
                }
                next += 1;
            }
        }
        std::mem::swap(&mut ends, &mut ends_before);
        begin = end;
    }
}

#[inline(always)]
fn add<const N: usize>(sum: &mut [f64; N], line: &Line<N>) {
    for i in 0..N {
        sum[i] += f64::from(line[i]);
    }
}
