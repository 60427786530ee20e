//! Blurs.
//!
//! | part | idea |
//! |---|---|
//! | `gaussian` | the step, and what each mode takes |
//! | `box_blur` | the step, and box blurs of 16 bits and floats |
//! | `pillow` | box blurs of 8 bits with Pillow's bits; three make its Gaussian |
//! | `opencv` | a Gaussian in OpenCV's fixed point |
//! | `exact` | a true Gaussian in floats |
//! | `line`, `sample` | samples as floats in lanes |

mod box_blur;
mod exact;
mod gaussian;
mod line;
mod opencv;
mod pillow;
mod sample;

pub use box_blur::BoxBlur;
pub use gaussian::{GaussianBlur, Mode, gaussian_blur};
pub use pillow::MAX_RADIUS;

pub(crate) use exact::MAX_RADIUS as MAX_EXACT_RADIUS;
pub(crate) use gaussian::exact_floats;
pub(crate) use line::zeros;
