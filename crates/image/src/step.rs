//! What can be done to one image: a filter with its options, as data.
//!
//! A step is written in JSON, `{"gaussianBlur":{"x":2,"y":2,"mode":"pillow"}}`, so that it can cross
//! threads, processes and the border to JavaScript, and a list of them is a pipeline. Each struct of the table
//! below is defined beside its kernel.

use allcores_parallel::Token;
use serde::Deserialize;

use crate::colour::{PointOperation, run_points};
use crate::pixels::other_depth;
use crate::{Depth, Error, Pixels, PixelsMut, Shape};

/// A filter with its options.
pub(crate) trait Operation: Send + Sync {
    /// The shape of the result for an image of this shape and type. Everything that can be wrong with the
    /// options, alone or for this image, is refused here.
    fn shape(&self, src: Shape, depth: Depth) -> Result<Shape, Error>;

    /// Writes the result. `out` has been found to have the type of `src` and the length that
    /// [`Operation::shape`] says. After an error it is partly written.
    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error>;

    /// About how many bytes the work takes beside the image and its result, when they grow with the image. By this
    /// a pipeline keeps its promise about memory.
    fn scratch(&self, _: Shape, _: Depth) -> u64 {
        0
    }

    /// The same as a point filter, if it is one: neighbours of a pipeline then run as one pass
    /// ([`crate::colour::run_points`]).
    fn point(&self) -> Option<&dyn PointOperation> {
        None
    }
}

macro_rules! steps {
    ($($Name:ident: $Struct:ty,)*) => {
        /// A filter with its options, ready to run.
        #[derive(Clone, Debug, PartialEq, Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub enum Step {
            $(
                #[doc = concat!("`", stringify!($Name), "`")]
                $Name($Struct),
            )*
        }

        impl Step {
            fn operation(&self) -> &dyn Operation {
                match self {
                    $(Step::$Name(operation) => operation,)*
                }
            }
        }
    };
}

steps! {
    // blur, sharpen
    GaussianBlur: crate::blur::GaussianBlur,
    BoxBlur: crate::blur::BoxBlur,
    UnsharpMask: crate::sharpen::UnsharpMask,
    Sharpen: crate::sharpen::Sharpen,
    // rank, morphology, convolve
    Median: crate::rank::Median,
    RankFilter: crate::rank::RankFilter,
    Erode: crate::morphology::Erode,
    Dilate: crate::morphology::Dilate,
    Convolve: crate::convolve::Convolve,
    Sobel: crate::convolve::Sobel,
    // colour
    Grayscale: crate::colour::Grayscale,
    Invert: crate::colour::Invert,
    Threshold: crate::colour::Threshold,
    Gamma: crate::colour::Gamma,
    Lut: crate::colour::Lut,
    Brightness: crate::colour::Brightness,
    Contrast: crate::colour::Contrast,
    Saturation: crate::colour::Saturation,
    Hue: crate::colour::Hue,
    Sepia: crate::colour::Sepia,
    ColorMatrix: crate::colour::ColorMatrix,
    Autocontrast: crate::colour::Autocontrast,
    Normalize: crate::colour::Normalize,
    Equalize: crate::colour::Equalize,
    // geometry, alpha
    Flip: crate::geometry::Flip,
    Flop: crate::geometry::Flop,
    Rotate90: crate::geometry::Rotate90,
    Rotate180: crate::geometry::Rotate180,
    Rotate270: crate::geometry::Rotate270,
    Transpose: crate::geometry::Transpose,
    AutoOrient: crate::geometry::AutoOrient,
    Crop: crate::geometry::Crop,
    Pad: crate::geometry::Pad,
    Reduce: crate::geometry::Reduce,
    Premultiply: crate::alpha::Premultiply,
    Unpremultiply: crate::alpha::Unpremultiply,
    Flatten: crate::alpha::Flatten,
    Channel: crate::alpha::Channel,
    // resize
    Resize: crate::resize::Resize,
}

impl Step {
    /// Reads a step from its JSON.
    ///
    /// ```
    /// use allcores_image::{Depth, Shape, Step};
    /// let step = Step::parse(r#"{"grayscale":{}}"#).unwrap();
    /// let shape = Shape { width: 4, height: 3, channels: 3 };
    /// assert_eq!(step.shape(shape, Depth::U8).unwrap(), Shape { channels: 1, ..shape });
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when the text is no JSON, names no filter, lacks an option or has one too
    /// many.
    pub fn parse(json: &str) -> Result<Self, Error> {
        serde_json::from_str(json)
            .map_err(|error| Error::InvalidArgument(format!("Expected a filter in JSON: {error}")))
    }

    /// The shape of the result for an image of this shape and type.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when an option is out of range, alone or for this image,
    /// [`Error::WrongType`] when the filter has no meaning for samples of this type.
    pub fn shape(&self, src: Shape, depth: Depth) -> Result<Shape, Error> {
        src.samples()?;
        let shape = self.operation().shape(src, depth)?;
        shape.samples()?;
        Ok(shape)
    }

    /// About how many bytes [`Step::run`] takes beside the image and its result.
    pub(crate) fn scratch(&self, src: Shape, depth: Depth) -> u64 {
        self.operation().scratch(src, depth)
    }

    /// Runs the filter. `out` gets an image of [`Step::shape`] of the type of `src`; the same bits on any number
    /// of threads.
    ///
    /// # Errors
    /// Those of [`Step::shape`], [`Error::InvalidArgument`] when `out` has another length,
    /// [`Error::WrongType`] when it has another type, [`Error::TooLarge`] when memory for the work is missing,
    /// [`Error::Cancelled`] (`out` is then partly written).
    pub fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        let shape = self.shape(src.shape(), src.depth())?;
        if src.depth() != out.depth() {
            return Err(other_depth(src.depth(), out.depth()));
        }
        out.check(shape)?;
        self.operation().run(token, src, out)?;
        // A block that met a cancelled token has stopped early.
        if token.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }

    /// Whether the result at a pixel depends on that pixel only, and on what was measured over the whole image.
    #[must_use]
    pub fn is_point(&self) -> bool {
        self.operation().point().is_some()
    }

    /// Runs point filters ([`Step::is_point`]) one after the other in one pass over the image, and one more for
    /// each that has to measure it. `out` gets the bits of separate calls.
    ///
    /// # Errors
    /// Those of [`Step::run`]; [`Error::InvalidArgument`] when one of them is no point filter.
    pub fn run_points(
        token: &Token,
        steps: &[&Step],
        src: Pixels<'_>,
        out: PixelsMut<'_>,
    ) -> Result<(), Error> {
        let points: Option<Vec<_>> = steps.iter().map(|step| step.operation().point()).collect();
        let points = points
            .ok_or_else(|| Error::InvalidArgument("Expected point filters only".to_owned()))?;
        if src.depth() != out.depth() {
            return Err(other_depth(src.depth(), out.depth()));
        }
        out.check(src.shape())?;
        run_points(token, &points, src, out)?;
        if token.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }
}
