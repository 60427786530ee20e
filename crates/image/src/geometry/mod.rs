//! Pixels moved to other places; none is changed.
//!
//! | file | idea |
//! |---|---|
//! | `mirror` | upside down, or left to right |

mod mirror;

pub use mirror::{Flip, Flop};
