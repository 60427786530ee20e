use crate::{Error, View};

/// The part of an image that a resize brings to its new size: pixels from the left and
/// upper edge, fractions allowed. Pillow's `box`.
///
/// Pixels beside the area count where the filter reaches over its edge; for an area that
/// counts as an image of its own, crop the view.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Where it begins across, from 0.
    pub left: f64,
    /// Where it begins down, from 0.
    pub top: f64,
    /// Where it ends across, above `left`, up to the width.
    pub right: f64,
    /// Where it ends down, above `top`, up to the height.
    pub bottom: f64,
}

impl Area {
    /// All of an image.
    #[must_use]
    pub fn whole<T>(view: View<'_, T>) -> Self {
        let (right, bottom) = (view.width() as f64, view.height() as f64);
        Area { left: 0.0, top: 0.0, right, bottom }
    }

    /// Refuses an area that is empty or reaches outside of the image.
    pub(super) fn check<T>(self, view: View<'_, T>) -> Result<(), Error> {
        let inside = |from: f64, to: f64, all: usize| from >= 0.0 && from < to && to <= all as f64;
        if inside(self.left, self.right, view.width())
            && inside(self.top, self.bottom, view.height())
        {
            return Ok(());
        }
        Err(Error::InvalidArgument(format!(
            "Expected an area inside {} x {} pixels, got ({}, {}) to ({}, {})",
            view.width(),
            view.height(),
            self.left,
            self.top,
            self.right,
            self.bottom
        )))
    }

    pub(super) fn across(self) -> Extent {
        Extent { start: self.left, end: self.right }
    }

    pub(super) fn down(self) -> Extent {
        Extent { start: self.top, end: self.bottom }
    }
}

/// One direction of an area.
#[derive(Clone, Copy)]
pub(super) struct Extent {
    pub(super) start: f64,
    pub(super) end: f64,
}

impl Extent {
    /// Source positions for each of `to` target positions.
    pub(super) fn scale(self, to: usize) -> f64 {
        (self.end - self.start) / to as f64
    }

    /// Whether `to` target positions are just the `from` source positions.
    pub(super) fn is_identity(self, from: usize, to: usize) -> bool {
        from == to && self.start == 0.0 && self.end == to as f64
    }
}
