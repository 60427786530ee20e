//! Decoding at a fraction of the size.
//!
//! A JPEG of which a small picture is made need not be decoded whole: its blocks of 8 x 8 pixels can be
//! transformed into 4 x 4, 2 x 2 or 1 pixel directly, for a fraction of the time and the memory. The rule: the
//! first step that is no turn, mirror or grayscale is a resize that shrinks, not to the nearest pixel; then the
//! largest of the factors 2, 4 and 8 is taken that leaves the resize at least [`MARGIN`] times the pixels that
//! it is to make, across and down. The resize then goes on to the size that it would have made of the whole.

use crate::{Depth, Error, Filter, Fit, Resize, Scale, Shape, Step};

use super::Header;

/// What is left for the resize to shrink by. At less the coarse filter of the decoder shows.
const MARGIN: f64 = 1.25;

/// The scale to decode a file at for these steps, and the steps that are then to be done.
pub(super) fn shrink(header: &Header, mut steps: Vec<Step>) -> Result<(Scale, Vec<Step>), Error> {
    if !header.has_scales() {
        return Ok((Scale::Full, steps));
    }
    let (mut shape, depth) = (header.shape(), header.depth());
    for step in &mut steps {
        match step {
            Step::Resize(resize) => {
                let (scale, scaled) = scaled(resize, shape, depth)?;
                *resize = scaled;
                return Ok((scale, steps));
            }
            Step::Flip(_)
            | Step::Flop(_)
            | Step::Rotate90(_)
            | Step::Rotate180(_)
            | Step::Rotate270(_)
            | Step::Transpose(_)
            | Step::AutoOrient(_)
            | Step::Grayscale(_) => shape = step.shape(shape, depth)?,
            _ => break,
        }
    }
    Ok((Scale::Full, steps))
}

/// The scale before this resize of an image of this shape, and the resize of the scaled image.
fn scaled(resize: &Resize, shape: Shape, depth: Depth) -> Result<(Scale, Resize), Error> {
    let target = Step::Resize(resize.clone()).shape(shape, depth)?;
    let factor =
        (shape.width as f64 / target.width as f64).min(shape.height as f64 / target.height as f64);
    let scale = Scale::ALL
        .into_iter()
        .rev()
        .find(|scale| factor >= scale.denominator() as f64 * MARGIN)
        .filter(|_| resize.filter != Filter::Nearest)
        .unwrap_or(Scale::Full);
    if scale == Scale::Full {
        return Ok((scale, resize.clone()));
    }
    // Of a scaled image, whose size was rounded up, a size that follows from the aspect ratio could come out
    // one pixel larger or smaller.
    let follows = resize.width.is_none()
        || resize.height.is_none()
        || matches!(resize.fit, Fit::Inside | Fit::Outside);
    Ok((
        scale,
        Resize {
            width: Some(target.width),
            height: Some(target.height),
            fit: if follows { Fit::Fill } else { resize.fit },
            ..resize.clone()
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::scaled;
    use crate::{Depth, Fit, Scale, Shape, Step};

    /// The scale, and the shape that is made of an image of that scale.
    fn of(json: &str, width: usize, height: usize) -> (Scale, Fit, Shape) {
        let Step::Resize(resize) = Step::parse(json).unwrap() else { panic!("no resize") };
        let shape = Shape { width, height, channels: 3 };
        let (scale, scaled) = scaled(&resize, shape, Depth::U8).unwrap();
        let side = |side: usize| side.div_ceil(scale.denominator());
        let decoded = Shape { width: side(width), height: side(height), channels: 3 };
        let fit = scaled.fit;
        let made = Step::Resize(scaled).shape(decoded, Depth::U8).unwrap();
        let expected = Step::parse(json).unwrap().shape(shape, Depth::U8).unwrap();
        assert_eq!(made, expected, "{json}");
        (scale, fit, made)
    }

    fn resize(width: &str, height: &str, fit: &str, filter: &str) -> String {
        format!(
            r#"{{"resize":{{"width":{width},"height":{height},"fit":"{fit}","filter":"{filter}",
            "withoutEnlargement":false}}}}"#
        )
    }

    #[test]
    fn the_largest_scale_is_taken_that_leaves_the_margin() {
        for (width, scale) in [
            (4000, Scale::Full),
            (1601, Scale::Full),
            (1600, Scale::Half),
            (801, Scale::Half),
            (800, Scale::Quarter),
            (400, Scale::Eighth),
            (10, Scale::Eighth),
            (8000, Scale::Full),
        ] {
            let json = resize(&width.to_string(), "null", "cover", "lanczos3");
            assert_eq!(of(&json, 4000, 3000).0, scale, "{width}");
        }
        // Across it could be an eighth; down there would be too little.
        assert_eq!(of(&resize("100", "1000", "fill", "box"), 4000, 3000).0, Scale::Half);
        assert_eq!(of(&resize("100", "null", "cover", "nearest"), 4000, 3000).0, Scale::Full);
    }

    #[test]
    fn the_size_is_that_of_the_whole_image_resized_whatever_the_scale_was_rounded_to() {
        for (width, height) in [(4001, 3001), (4007, 2999), (3333, 4999), (17, 4000)] {
            for fit in ["fill", "cover", "inside", "outside"] {
                let (_, after, _) = of(&resize("311", "107", fit, "lanczos3"), width, height);
                assert!(fit != "cover" || after == Fit::Cover, "the crop stays one");
            }
            of(&resize("311", "null", "cover", "lanczos3"), width, height);
            of(&resize("null", "107", "cover", "lanczos3"), width, height);
        }
    }
}
