use allcores_parallel::Token;

use super::image::bytes_of;
use crate::{Depth, Embedded, Encoding, Error, Pixels, Shape, View, WebpSettings, encode};

/// Pixels of a block of narrowing: some 100 µs of work.
const BLOCK: usize = 1 << 18;

/// Refuses settings that are out of range.
pub(super) fn check(encoding: &Encoding) -> Result<(), Error> {
    let (name, value, range) = match encoding {
        Encoding::Jpeg(settings) => ("quality", settings.quality, 1..=100),
        Encoding::Webp(WebpSettings::Lossy { quality }) => ("quality", *quality, 1..=100),
        Encoding::Webp(WebpSettings::Lossless {}) => return Ok(()),
        Encoding::Png(settings) => ("level", settings.level, 0..=9),
    };
    if range.contains(&value) {
        return Ok(());
    }
    let (least, most) = (range.start(), range.end());
    Err(Error::InvalidArgument(format!(
        "Expected `{name}` to be an integer from {least} to {most}, got {value}"
    )))
}

/// Bytes that encoding takes beside the pixels, its file among them.
pub(super) fn bytes_needed(encoding: &Encoding, shape: Shape, depth: Depth) -> Result<u64, Error> {
    let pixels = bytes_of(shape, Depth::U8)?;
    // Copies that are made for formats without 16 bits, or without alpha.
    let narrowed = if depth == Depth::U16 { pixels } else { 0 };
    let flat = if shape.has_alpha() { pixels } else { 0 };
    Ok(match encoding {
        // Measured: the coefficients must all be there before the first scan, or before the tables.
        Encoding::Jpeg(settings) if settings.progressive => narrowed + flat + 5 * pixels,
        Encoding::Jpeg(settings) if settings.optimize => narrowed + flat + 3 * pixels,
        Encoding::Jpeg(_) => narrowed + flat + pixels / 2,
        // The library keeps the picture in a form of its own.
        Encoding::Webp(WebpSettings::Lossless {}) => narrowed + 8 * pixels,
        Encoding::Webp(_) => narrowed + 2 * pixels,
        Encoding::Png(_) => bytes_of(shape, depth)?,
    })
}

/// The file of these pixels. Formats of 8 bits get the nearest 8 bits of 16.
pub(super) fn write(
    token: &Token,
    pixels: Pixels<'_>,
    encoding: &Encoding,
    embedded: Embedded<'_>,
) -> Result<Vec<u8>, Error> {
    match (encoding, pixels) {
        (Encoding::Jpeg(_) | Encoding::Webp(_), Pixels::U16(view)) => {
            let narrow = narrowed(token, view)?;
            let Shape { width, height, channels } = view.shape();
            let pixels = Pixels::U8(View::new(&narrow, width, height, channels)?);
            encode(token, pixels, encoding, embedded)
        }
        _ => encode(token, pixels, encoding, embedded),
    }
}

fn narrowed(token: &Token, view: View<'_, u16>) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(view.shape().samples()?);
    let rows = (BLOCK / view.row(0).len()).max(1);
    for y in 0..view.height() {
        if y % rows == 0 {
            token.begin_block()?;
        }
        // A white of 65,535 is 257 times one of 255.
        out.extend(view.row(y).iter().map(|&sample| ((u32::from(sample) + 128) / 257) as u8));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::narrowed;
    use crate::View;
    use allcores_parallel::Token;

    #[test]
    fn sixteen_bits_become_the_nearest_eight() {
        let samples: Vec<u16> = (0..=u16::MAX).collect();
        let view = View::new(&samples, 256, 256, 1).unwrap();
        for (wide, narrow) in samples.iter().zip(narrowed(&Token::new(), view).unwrap()) {
            assert_eq!(f64::from(narrow), (f64::from(*wide) / 257.0).round(), "{wide}");
        }
    }
}
