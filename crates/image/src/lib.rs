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
//! | [`pipeline`] | a chain of steps from file to file |
//! | [`probe`], [`decode_into`] | JPEG, PNG and WebP files to pixels |
//! | [`encode`] | pixels to files |
//! | [`to_srgb`] | pixels of another colour profile to sRGB |
//!
//! Pixels are the same bytes on any number of threads and on every instruction set.

#![deny(unsafe_code)]

mod alpha;
mod blur;
mod border;
mod codec;
mod colour;
mod convolve;
mod error;
mod geometry;
mod lines;
mod morphology;
mod order;
pub mod pipeline;
mod pixels;
mod profile;
mod rank;
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

pub use alpha::{
    Blend, BlendMode, Channel, Composite, Flatten, Pair, Premultiply, Unpremultiply, join_channels,
};
pub use blur::{BoxBlur, GaussianBlur, MAX_RADIUS, Mode, gaussian_blur};
pub use border::Border;
pub use codec::{
    DEFAULT_PIXEL_LIMIT, Embedded, Encoding, Format, Info, JpegSettings, PngSettings, Scale,
    Subsampling, WebpSettings, decode_into, encode, exif_data, exif_orientation, icc_profile,
    probe, set_upright,
};
pub use colour::{
    Autocontrast, Brightness, ColorMatrix, Contrast, Equalize, Gamma, Grayscale, Hue, Invert, Lut,
    Normalize, Saturation, Sepia, Threshold, grayscale, histogram,
};
pub use convolve::{Convolve, ConvolveBorder, MAX_KERNEL, Sobel};
pub use error::Error;
pub use geometry::{
    AutoOrient, Crop, Flip, Flop, Pad, Reduce, Rotate90, Rotate180, Rotate270, Transpose,
};
pub use morphology::{Dilate, Erode, MAX_EXTENT};
pub use pixels::{Depth, Pixels, PixelsMut, Sample};
pub use profile::to_srgb;
pub use rank::{MAX_WINDOW, Median, RankFilter};
pub use resize::{Area, Filter, Fit, Resampling, Resize, resize};
pub use sharpen::{Sharpen, UnsharpMask};
pub use step::Step;
pub use view::{Region, Shape, View};
