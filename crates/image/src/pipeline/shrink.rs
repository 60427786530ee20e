//! Decoding at a fraction of the size.
//!
//! A JPEG of which a small picture is made need not be decoded whole: its blocks of 8 x 8 pixels can be
//! transformed into 4 x 4, 2 x 2 or 1 pixel directly, for a fraction of the time and the memory. The rule: the
//! first step that is no turn, mirror or grayscale is a resize that shrinks, not to the nearest pixel; then the
//! largest of the factors 2, 4 and 8 is taken that leaves the resize at least [`MARGIN`] times the pixels that
//! it is to make, across and down. The resize then goes on to the size that it would have made of the whole.

use crate::{Area, AutoOrient, Depth, Error, Filter, Fit, Resize, Scale, Shape, Step};

use super::Header;

/// What is left for the resize to shrink by. At less the coarse filter of the decoder shows.
const MARGIN: f64 = 1.25;

/// The scale to decode a file at for these steps, and the steps that are then to be done.
pub(super) fn shrink(header: &Header, mut steps: Vec<Step>) -> Result<(Scale, Vec<Step>), Error> {
    if !header.has_scales() {
        return Ok((Scale::Full, steps));
    }
    let (mut shape, depth) = (header.shape(), header.depth());
    for index in 0..steps.len() {
        let (turns, rest) = steps.split_at_mut(index);
        match &mut rest[0] {
            Step::Resize(resize) => {
                let (scale, mut scaled) = scaled(resize, shape, depth)?;
                if scale != Scale::Full {
                    scaled.shown = Some(shown(header, scale, turns));
                }
                *resize = scaled;
                return Ok((scale, steps));
            }
            step @ (Step::Flip(_)
            | Step::Flop(_)
            | Step::Rotate90(_)
            | Step::Rotate180(_)
            | Step::Rotate270(_)
            | Step::Transpose(_)
            | Step::AutoOrient(_)
            | Step::Grayscale(_)) => shape = step.shape(shape, depth)?,
            _ => break,
        }
    }
    Ok((Scale::Full, steps))
}

/// Where the picture lies in the image that is decoded at a scale and then turned: its last column and row may
/// be there only in part.
fn shown(header: &Header, scale: Scale, turns: &[Step]) -> Area {
    let (full, scaled) = (header.shape(), header.scaled(scale));
    let side = |side: usize| side as f64 / scale.denominator() as f64;
    let area = Area { left: 0.0, top: 0.0, right: side(full.width), bottom: side(full.height) };
    let size = (scaled.width as f64, scaled.height as f64);
    turns.iter().fold((area, size), |(area, size), step| turned(area, size, step)).0
}

/// The area and the size of the image after a turn.
fn turned(area: Area, (width, height): (f64, f64), step: &Step) -> (Area, (f64, f64)) {
    let Area { left, top, right, bottom } = area;
    let flop = |area: Area, width: f64| Area {
        left: width - area.right,
        right: width - area.left,
        ..area
    };
    let flip = |area: Area, height: f64| Area {
        top: height - area.bottom,
        bottom: height - area.top,
        ..area
    };
    let across = Area { left: top, top: left, right: bottom, bottom: right };
    let (same, exchanged) = ((width, height), (height, width));
    match step {
        Step::Flop(_) | Step::AutoOrient(AutoOrient { orientation: 2 }) => {
            (flop(area, width), same)
        }
        Step::Rotate180(_) | Step::AutoOrient(AutoOrient { orientation: 3 }) => {
            (flip(flop(area, width), height), same)
        }
        Step::Flip(_) | Step::AutoOrient(AutoOrient { orientation: 4 }) => {
            (flip(area, height), same)
        }
        Step::Transpose(_) | Step::AutoOrient(AutoOrient { orientation: 5 }) => (across, exchanged),
        // The width of the turned image is the height of this one.
        Step::Rotate90(_) | Step::AutoOrient(AutoOrient { orientation: 6 }) => {
            (flop(across, height), exchanged)
        }
        Step::AutoOrient(AutoOrient { orientation: 7 }) => {
            (flip(flop(across, height), width), exchanged)
        }
        Step::Rotate270(_) | Step::AutoOrient(AutoOrient { orientation: 8 }) => {
            (flip(across, width), exchanged)
        }
        _ => (area, same),
    }
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
    use super::{scaled, turned};
    use crate::{Area, Depth, Fit, Pixels, PixelsMut, Scale, Shape, Step, View};
    use allcores_parallel::Token;

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

    #[test]
    fn an_area_is_turned_as_the_pixels_are() {
        // A picture of 3 x 2 whose area, from (0, 0) to (2, 1), holds ones.
        let pixels = [1, 1, 0, 0, 0, 0];
        let area = Area { left: 0.0, top: 0.0, right: 2.0, bottom: 1.0 };
        let names =
            ["flip", "flop", "rotate90", "rotate180", "rotate270", "transpose", "grayscale"];
        let steps = names.map(|name| format!(r#"{{"{name}":{{}}}}"#));
        let orients = (1..=8).map(|i| format!(r#"{{"autoOrient":{{"orientation":{i}}}}}"#));
        for json in steps.into_iter().chain(orients) {
            let step = Step::parse(&json).unwrap();
            let src = Pixels::U8(View::new(&pixels, 3, 2, 1).unwrap());
            let shape = step.shape(src.shape(), Depth::U8).unwrap();
            let mut out = [0; 6];
            step.run(&Token::new(), src, PixelsMut::U8(&mut out)).unwrap();
            let (area, size) = turned(area, (3.0, 2.0), &step);
            assert_eq!(size, (shape.width as f64, shape.height as f64), "{json}");
            for (index, &pixel) in out.iter().enumerate() {
                let (x, y) = ((index % shape.width) as f64, (index / shape.width) as f64);
                let inside =
                    (area.left..area.right).contains(&x) && (area.top..area.bottom).contains(&y);
                assert_eq!(inside, pixel == 1, "{json} {x} {y}");
            }
        }
    }
}
