//! Pixels moved to other places, or put together.
//!
//! | file | idea |
//! |---|---|
//! | `mirror` | upside down, left to right, or as it is |
//! | `turn` | by quarters, and by a camera's orientation |
//! | `frame` | less or more around |
//! | `reduce` | one pixel for each square |

mod frame;
mod mirror;
mod reduce;
mod turn;

pub use frame::{Crop, Pad};
pub use mirror::{Flip, Flop};
pub(crate) use mirror::{each_row, each_row_of};
pub use reduce::Reduce;
pub use turn::{AutoOrient, Rotate90, Rotate180, Rotate270, Transpose};
