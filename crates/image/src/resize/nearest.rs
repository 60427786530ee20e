use allcores_parallel::{Blocks, Cancelled, Token, for_each_band};

use super::{Area, Extent};
use crate::{Sample, View};

/// Samples of a band: some 100 µs of work.
const BAND: usize = 1 << 16;

/// Copies, for every target pixel, the source pixel under its middle.
pub(super) fn resize<T: Sample>(
    token: &Token,
    src: View<'_, T>,
    area: Area,
    (width, height): (usize, usize),
    out: &mut [T],
) -> Result<(), Cancelled> {
    let channels = src.channels();
    let columns = positions(src.width(), area.across(), width);
    let lines = positions(src.height(), area.down(), height);
    let row = width * channels;
    let blocks = Blocks { size: row * (BAND / row).max(1), inline_up_to: BAND };
    for_each_band(token, out, blocks, |offset, band| {
        let top = offset / row;
        for (y, band) in band.chunks_exact_mut(row).enumerate() {
            let source = lines[top + y].map(|y| src.row(y));
            for (out, x) in band.chunks_exact_mut(channels).zip(&columns) {
                match (source, x) {
                    (Some(source), Some(x)) => {
                        out.copy_from_slice(&source[x * channels..][..channels]);
                    }
                    _ => out.fill(T::default()),
                }
            }
        }
    })
}

/// The source position of each target position. The position is moved on by adding the
/// scale, as Pillow does, so its error grows; one that it carries outside is `None`, which
/// becomes 0.
fn positions(from: usize, extent: Extent, to: usize) -> Vec<Option<usize>> {
    let scale = extent.scale(to);
    let mut position = extent.start + scale * 0.5;
    (0..to)
        .map(|_| {
            let whole = position as usize;
            position += scale;
            (whole < from).then_some(whole)
        })
        .collect()
}
