use crate::{Sample, View};

/// Copies the pixels of `src` that are less than `x` columns or `y` rows away from an edge.
pub(super) fn copy<T: Sample>(src: View<'_, T>, x: usize, y: usize, out: &mut [T]) {
    let (width, height) = (src.width() * src.channels(), src.height());
    let side = (x * src.channels()).min(width);
    for (at, out) in out.chunks_exact_mut(width).enumerate() {
        let row = src.row(at);
        if at < y || at + y >= height || 2 * side >= width {
            out.copy_from_slice(row);
        } else {
            out[..side].copy_from_slice(&row[..side]);
            out[width - side..].copy_from_slice(&row[width - side..]);
        }
    }
}
