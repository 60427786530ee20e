use allcores_parallel::Token;

use crate::view::samples;
use crate::{Error, View};

/// Rows between two questions to the token hold about this many samples.
const SAMPLES_PER_BLOCK: usize = 1 << 19;

/// The colours of `view` laid on white by their alpha, without padding; without alpha, a
/// plain copy.
pub(super) fn flatten(token: &Token, view: View<'_>) -> Result<Vec<u8>, Error> {
    let (width, height) = (view.width(), view.height());
    let colors = if view.channels() < 3 { 1 } else { 3 };
    let len = samples(width, height, colors)?;
    let mut out = Vec::new();
    out.try_reserve_exact(len).map_err(|_| Error::TooLarge {
        width,
        height,
        limit: isize::MAX as u64,
    })?;
    let rows = (SAMPLES_PER_BLOCK / (width * view.channels())).max(1);
    for y in 0..height {
        if y % rows == 0 {
            token.begin_block()?;
        }
        let row = view.row(y);
        match view.channels() {
            2 => out.extend(row.as_chunks().0.iter().map(|&[grey, alpha]| on_white(grey, alpha))),
            4 => out.extend(row.as_chunks().0.iter().flat_map(|&[red, green, blue, alpha]| {
                [red, green, blue].map(|color| on_white(color, alpha))
            })),
            _ => out.extend_from_slice(row),
        }
    }
    Ok(out)
}

/// `color * alpha + 255 * (1 - alpha)`, rounded.
fn on_white(color: u8, alpha: u8) -> u8 {
    let (color, alpha) = (u32::from(color), u32::from(alpha));
    ((color * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::{flatten, on_white};
    use crate::View;
    use allcores_parallel::Token;

    #[test]
    fn alpha_lays_colours_on_white_exactly_at_both_ends() {
        for color in 0..=255 {
            assert_eq!(on_white(color, 255), color);
            assert_eq!(on_white(color, 0), 255);
        }
        assert_eq!(on_white(0, 128), 127);
        let view = View::new(&[0, 10, 20, 255, 0, 10, 20, 0], 2, 1, 4).unwrap();
        assert_eq!(flatten(&Token::new(), view).unwrap(), [0, 10, 20, 255, 255, 255]);
    }
}
