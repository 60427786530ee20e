//! Filters whose result at a pixel depends on that pixel, and at most on something that was measured over the
//! whole image before.
//!
//! | file | idea |
//! |---|---|
//! | `point` | what such a filter is, and how several run as one pass |
//! | `tone` | the arithmetic of the three sample types |
//! | `curve` | one sample to one sample |
//! | `mix` | the three colours of a pixel together |
//! | `statistics` | histograms and means, also of an image on its way through a chain |
//! | `levels`, `enhance`, `matrix`, `stretch` | the filters by name |
//! | `grayscale` | to one channel |
//!
//! Alpha, the last of 2 or 4 channels, is left as it is.

mod curve;
mod enhance;
mod grayscale;
mod levels;
mod matrix;
mod mix;
mod point;
mod statistics;
mod stretch;
mod tone;

pub use enhance::{Brightness, Contrast, Saturation};
pub use grayscale::{Grayscale, grayscale};
pub use levels::{Gamma, Invert, Lut, Threshold};
pub use matrix::{ColorMatrix, Hue, Sepia};
pub(crate) use point::{PointOperation, run_points};
pub use statistics::histogram;
pub use stretch::{Autocontrast, Equalize, Normalize};
pub(crate) use tone::Tone;
