//! From the wanted size to what is taken, what becomes of it, and where that is put.

use serde::Deserialize;

use super::Area;
use crate::{Error, Shape};

/// What happens when the wanted size has another aspect ratio than the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// Stretch.
    Fill,
    /// Cut the longer sides off.
    Cover,
    /// Put the whole image on a background.
    Contain,
    /// Become smaller than asked in one direction.
    Inside,
    /// Become larger than asked in one direction.
    Outside,
}

/// What a wanted size means for one image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Layout {
    /// The part of the image that is taken.
    pub(crate) area: Area,
    /// The size that it is brought to.
    pub(crate) picture: (usize, usize),
    /// The size of the result; larger only with [`Fit::Contain`].
    pub(crate) canvas: (usize, usize),
    /// Pixels left of and above the picture on the canvas.
    pub(crate) place: (usize, usize),
}

impl Layout {
    /// Without a background.
    fn plain(area: Area, picture: (usize, usize)) -> Self {
        Layout { area, picture, canvas: picture, place: (0, 0) }
    }
}

/// What is asked for.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) width: Option<usize>,
    pub(super) height: Option<usize>,
    pub(super) fit: Fit,
    pub(super) position: (f64, f64),
    pub(super) without_enlargement: bool,
}

impl Wanted {
    pub(super) fn layout(&self, src: Shape) -> Result<Layout, Error> {
        self.check()?;
        let (across, down) = (src.width as f64, src.height as f64);
        let whole = Area { left: 0.0, top: 0.0, right: across, bottom: down };
        let as_it_is = (src.width, src.height);
        let grows = |(width, height)| width > src.width || height > src.height;
        let layout = match (self.width, self.height) {
            (None, None) => {
                return Err(Error::InvalidArgument(
                    "Expected `width` or `height` of resize to be given".to_owned(),
                ));
            }
            (Some(width), None) => {
                Layout::plain(whole, (width, scaled(down, width as f64 / across)))
            }
            (None, Some(height)) => {
                Layout::plain(whole, (scaled(across, height as f64 / down), height))
            }
            (Some(width), Some(height)) => {
                let size = (width, height);
                let scales = (width as f64 / across, height as f64 / down);
                let by = |scale| (scaled(across, scale), scaled(down, scale));
                match self.fit {
                    Fit::Fill => Layout::plain(whole, size),
                    Fit::Cover => Layout::plain(cut(whole, size, self.position), size),
                    Fit::Inside => Layout::plain(whole, by(scales.0.min(scales.1))),
                    Fit::Outside => Layout::plain(whole, by(scales.0.max(scales.1))),
                    Fit::Contain => {
                        let picture = within((across, down), size);
                        let kept = self.without_enlargement && grows(picture);
                        let picture = if kept { as_it_is } else { picture };
                        return Ok(placed(whole, picture, size, self.position));
                    }
                }
            }
        };
        if self.without_enlargement && grows(layout.picture) {
            return Ok(Layout::plain(whole, as_it_is));
        }
        Ok(layout)
    }

    fn check(&self) -> Result<(), Error> {
        for size in [self.width, self.height].into_iter().flatten() {
            if !(1..=0x7fff_ffff).contains(&size) {
                return Err(Error::InvalidArgument(format!(
                    "Expected `width` and `height` to be integers from 1 to 2147483647, got {size}"
                )));
            }
        }
        let (x, y) = self.position;
        if !(0.0..=1.0).contains(&x) || !(0.0..=1.0).contains(&y) {
            return Err(Error::InvalidArgument(format!(
                "Expected `position` to be two numbers from 0 to 1, got {x} and {y}"
            )));
        }
        Ok(())
    }
}

fn scaled(length: f64, scale: f64) -> usize {
    ((length * scale).round() as usize).max(1)
}

/// The largest box of the aspect ratio of a size inside an area, placed as Pillow's `ImageOps.fit` does.
fn cut(area: Area, size: (usize, usize), (x, y): (f64, f64)) -> Area {
    let (width, height) = (area.right - area.left, area.bottom - area.top);
    let (given, wanted) = (width / height, size.0 as f64 / size.1 as f64);
    if given == wanted {
        // Computed, the box could come out a little larger than the area.
        return area;
    }
    if given > wanted {
        let part = wanted * height;
        let left = area.left + (width - part) * x;
        return Area { left, right: (left + part).min(area.right), ..area };
    }
    let part = width / wanted;
    let top = area.top + (height - part) * y;
    Area { top, bottom: (top + part).min(area.bottom), ..area }
}

/// The largest size of an image inside a size, as Pillow's `ImageOps.contain` computes it.
fn within((across, down): (f64, f64), (width, height): (usize, usize)) -> (usize, usize) {
    let rounded = |side: f64| (side.round_ties_even() as usize).max(1);
    let (given, wanted) = (across / down, width as f64 / height as f64);
    if given > wanted {
        (width, rounded(down / across * width as f64))
    } else if given < wanted {
        (rounded(across / down * height as f64), height)
    } else {
        (width, height)
    }
}

/// A picture on a canvas, where Pillow's `ImageOps.pad` puts it.
fn placed(
    area: Area,
    picture: (usize, usize),
    canvas: (usize, usize),
    (x, y): (f64, f64),
) -> Layout {
    let before =
        |all: usize, part: usize, at: f64| ((all - part) as f64 * at).round_ties_even() as usize;
    let place = (before(canvas.0, picture.0, x), before(canvas.1, picture.1, y));
    Layout { area, picture, canvas, place }
}

#[cfg(test)]
mod tests {
    use super::{Area, Fit, Layout, Wanted};
    use crate::Shape;

    fn layout(image: (usize, usize), size: (usize, usize), fit: Fit, kept: bool) -> Layout {
        let wanted = Wanted {
            width: Some(size.0),
            height: Some(size.1),
            fit,
            position: (0.5, 0.5),
            without_enlargement: kept,
        };
        wanted.layout(Shape { width: image.0, height: image.1, channels: 3 }).unwrap()
    }

    #[test]
    fn a_contained_picture_lies_inside_its_canvas_and_touches_two_sides() {
        for image in [(1, 1), (1, 999), (999, 1), (640, 480), (479, 641), (33, 7)] {
            for size in [(1, 1), (100, 75), (7, 100), (101, 3), (640, 480)] {
                let Layout { picture, canvas, place, area } =
                    layout(image, size, Fit::Contain, false);
                assert_eq!(canvas, size);
                assert_eq!((area.right, area.bottom), (image.0 as f64, image.1 as f64));
                assert!(place.0 + picture.0 <= size.0 && place.1 + picture.1 <= size.1);
                assert!(picture.0 == size.0 || picture.1 == size.1, "{image:?} {size:?}");
            }
        }
    }

    #[test]
    fn nothing_grows_when_enlargement_is_switched_off() {
        let plain = |fit| layout((10, 6), (20, 5), fit, true);
        for fit in [Fit::Fill, Fit::Cover, Fit::Outside] {
            assert_eq!(plain(fit).canvas, (10, 6), "{fit:?}");
        }
        assert_eq!(plain(Fit::Inside).canvas, (8, 5));
        let contained = layout((10, 6), (20, 15), Fit::Contain, true);
        assert_eq!((contained.picture, contained.canvas), ((10, 6), (20, 15)));
        // Half of an odd rest goes to the even number of pixels.
        assert_eq!(contained.place, (5, 4));
    }

    #[test]
    fn an_image_of_the_wanted_aspect_ratio_is_taken_whole() {
        for side in 1..400 {
            let image = (3 * side, 49 * side);
            let area = layout(image, (3, 49), Fit::Cover, false).area;
            let (right, bottom) = (image.0 as f64, image.1 as f64);
            assert_eq!(area, Area { left: 0.0, top: 0.0, right, bottom });
        }
    }
}
