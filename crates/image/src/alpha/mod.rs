//! Alpha: into the colours and out of them, images on top of each other, channels apart.
//!
//! | file | idea |
//! |---|---|
//! | `premultiply` | colours times alpha, and back |
//! | `flatten` | an image on a plain background |
//! | `composite` | an image on another one, in the modes of W3C's compositing |
//! | `blend` | the mean of two images |
//! | `channels` | one channel alone, and several put together |

mod blend;
mod channels;
mod composite;
mod flatten;
mod pair;
mod premultiply;

pub use blend::Blend;
pub use channels::{Channel, join_channels};
pub use composite::{BlendMode, Composite};
pub use flatten::Flatten;
pub use pair::Pair;
pub(crate) use premultiply::{
    Alpha, premultiply, premultiply_lanes, scaled, unpremultiply, unscaled,
};
pub use premultiply::{Premultiply, Unpremultiply};
