//! Memory that processes share, and a watch over the life of the process at the other end of a pipe.
//!
//! What a system offers lies in `platform`, one file each with the same names; a system without any
//! answers [`io::ErrorKind::Unsupported`], and allcores does without.

#![deny(unsafe_code)]

mod platform;
mod segment;
mod watch;

pub use segment::{Descriptor, Segment};
pub use watch::end_with_peer;
