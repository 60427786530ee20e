//! Raster views, filters, resize and codecs.
//!
//! A raster is row-major and interleaved, has 1 to 4 channels (grey, grey and alpha, RGB,
//! RGBA) and straight alpha. Kernels read a [`View`] and write a slice that the caller has
//! allocated; the slice has no row padding. Every kernel takes a
//! [`Token`](allcores_parallel::Token) and asks it before each block of work.
//!
//! | function | result |
//! |---|---|
//! | [`grayscale`] | Pillow's `convert("L")` |
//! | [`resize`] | Pillow's `resize`, six filters |
//! | [`gaussian_blur`] | Pillow's `GaussianBlur` |
//! | [`Step`] | any filter with its options, as data |
//! | [`probe`], [`decode_into`] | JPEG and PNG files to pixels |
//! | [`encode_jpeg`], [`encode_png`] | pixels to files |
//!
//! Pixels are the same bytes on any number of threads and on every instruction set.

#![deny(unsafe_code)]

mod blur;
mod border;
mod codec;
mod colour;
mod error;
mod geometry;
mod pixels;
mod resize;
mod sharpen;
#[cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "entering code compiled for a found instruction set")
)]
mod simd;
mod step;
mod tile;
mod view;

pub use blur::{BoxBlur, GaussianBlur, MAX_RADIUS, Mode, gaussian_blur};
pub use border::Border;
pub use codec::{
    DEFAULT_PIXEL_LIMIT, Format, Info, Subsampling, decode_into, encode_jpeg, encode_png, probe,
};
pub use colour::{
    Autocontrast, Brightness, ColorMatrix, Contrast, Equalize, Gamma, Grayscale, Hue, Invert, Lut,
    Normalize, Saturation, Sepia, Threshold, grayscale, histogram,
};
pub use error::Error;
pub use geometry::{
    AutoOrient, Crop, Flip, Flop, Pad, Reduce, Rotate90, Rotate180, Rotate270, Transpose,
};
pub use pixels::{Depth, Pixels, PixelsMut, Sample};
pub use resize::{Area, Filter, Fit, Resize, resize};
pub use sharpen::{Sharpen, UnsharpMask};
pub use step::Step;
pub use view::{Region, Shape, View};
