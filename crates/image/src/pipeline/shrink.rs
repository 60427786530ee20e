//! Decoding at a fraction of the size.
//!
//! A JPEG of which a small picture is made need not be decoded whole: its blocks of 8 x 8 pixels can be
//! transformed into 4 x 4, 2 x 2 or 1 pixel directly, for a fraction of the time and the memory. The rule: the
//! first step that is no turn, mirror or grayscale is a resize that shrinks, not to the nearest pixel; then the
//! largest of the factors 2, 4 and 8 is taken that leaves the resize at least [`MARGIN`] times the pixels that
//! it is to make, across and down. The resize then goes on to the size that it would have made of the whole.

use crate::resize::Layout;
use crate::{Area, AutoOrient, Depth, Error, Filter, Resize, Scale, Shape, Step};

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
                let (scale, layout) = scale_of(resize, shape, depth)?;
                if scale != Scale::Full {
                    resize.layout = Some(scaled(layout, scale, shown(header, scale, turns)));
                }
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

/// The scale to decode an image of this shape at before this resize, and what the resize means for the whole.
fn scale_of(resize: &Resize, shape: Shape, depth: Depth) -> Result<(Scale, Layout), Error> {
    Step::Resize(resize.clone()).shape(shape, depth)?;
    let layout = resize.layout(shape)?;
    let Area { left, top, right, bottom } = layout.area;
    let (width, height) = layout.picture;
    let factor = ((right - left) / width as f64).min((bottom - top) / height as f64);
    let scale = Scale::ALL
        .into_iter()
        .rev()
        .find(|scale| factor >= scale.denominator() as f64 * MARGIN)
        .filter(|_| resize.filter != Filter::Nearest)
        .unwrap_or(Scale::Full);
    Ok((scale, layout))
}

/// The same of an image that was decoded at a scale and shows the whole picture in a part.
fn scaled(layout: Layout, scale: Scale, shown: Area) -> Layout {
    let by = scale.denominator() as f64;
    let area = Area {
        left: shown.left + layout.area.left / by,
        top: shown.top + layout.area.top / by,
        right: shown.left + layout.area.right / by,
        bottom: shown.top + layout.area.bottom / by,
    };
    Layout { area, ..layout }
}

#[cfg(test)]
mod tests {
    use super::{scale_of, scaled, turned};
    use crate::{Area, Depth, Pixels, PixelsMut, Scale, Shape, Step, View};
    use allcores_parallel::Token;

    /// The scale. What is made of an image of that scale is checked.
    fn of(json: &str, width: usize, height: usize) -> Scale {
        let Step::Resize(mut resize) = Step::parse(json).unwrap() else { panic!("no resize") };
        let shape = Shape { width, height, channels: 3 };
        let (scale, layout) = scale_of(&resize, shape, Depth::U8).unwrap();
        let by = scale.denominator();
        let (right, bottom) = ((width as f64) / by as f64, (height as f64) / by as f64);
        let small = Shape { width: width.div_ceil(by), height: height.div_ceil(by), channels: 3 };
        let shown = Area { left: 0.0, top: 0.0, right, bottom };
        let after = scaled(layout, scale, shown);
        assert_eq!((after.picture, after.canvas), (layout.picture, layout.canvas), "{json}");
        assert!(after.area.right <= small.width as f64 && after.area.bottom <= small.height as f64);
        let ratio = |area: Area| (area.right - area.left) / (area.bottom - area.top);
        assert!((ratio(after.area) / ratio(layout.area) - 1.0).abs() < 1e-12, "{json}");
        let expected = Step::parse(json).unwrap().shape(shape, Depth::U8).unwrap();
        resize.layout = Some(after);
        assert_eq!(Step::Resize(resize).shape(small, Depth::U8).unwrap(), expected, "{json}");
        scale
    }

    fn resize(width: &str, height: &str, fit: &str, filter: &str) -> String {
        format!(
            r#"{{"resize":{{"width":{width},"height":{height},"fit":"{fit}","filter":"{filter}",
            "withoutEnlargement":false,"position":[0.5,0.0],"background":[0],"mode":"pillow"}}}}"#
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
            assert_eq!(of(&json, 4000, 3000), scale, "{width}");
        }
        // Across it could be an eighth; down there would be too little.
        assert_eq!(of(&resize("100", "1000", "fill", "box"), 4000, 3000), Scale::Half);
        assert_eq!(of(&resize("100", "null", "cover", "nearest"), 4000, 3000), Scale::Full);
        // The picture of 134 x 100 counts, not its background.
        assert_eq!(of(&resize("4000", "100", "contain", "box"), 4000, 3000), Scale::Eighth);
    }

    #[test]
    fn the_size_is_that_of_the_whole_image_resized_whatever_the_scale_was_rounded_to() {
        for (width, height) in [(4001, 3001), (4007, 2999), (3333, 4999), (17, 4000)] {
            for fit in ["fill", "cover", "contain", "inside", "outside"] {
                of(&resize("311", "107", fit, "lanczos3"), width, height);
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
