use std::fmt;

use allcores_parallel::Cancelled;

/// Why an image function has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The first bytes belong to no image format that this crate knows by name.
    UnknownFormat,
    /// The file breaks its format's rules, or ends too early.
    Corrupt {
        /// The format that the first bytes promised, for example `JPEG`.
        format: &'static str,
        /// What was wrong.
        detail: String,
    },
    /// The image has more pixels than the limit of the call, or needs more memory than
    /// there is.
    TooLarge {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
        /// The most pixels that were allowed.
        limit: u64,
    },
    /// A known format, or a variant of one, that this crate does not read or write.
    Unsupported {
        /// The format or the variant, for example `GIF` or `JPEG with 12 bits a sample`.
        what: String,
    },
    /// An argument lies outside its range. The text names it, says what is accepted, and
    /// what came.
    InvalidArgument(String),
    /// A filter that has no meaning for the type of the samples. The text says which types
    /// it takes.
    WrongType(String),
    /// The call was stopped by its token.
    Cancelled,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::UnknownFormat => f.write_str(
                "Expected the bytes of a JPEG, PNG or WebP file; their beginning is unknown",
            ),
            Error::Corrupt { format, detail } => {
                write!(f, "The {format} file is damaged or incomplete: {detail}")
            }
            Error::TooLarge { width, height, limit } => write!(
                f,
                "The image has {width} x {height} pixels, more than the limit of {limit}, or \
                 more than memory holds"
            ),
            Error::Unsupported { what } => write!(f, "{what} is not supported"),
            Error::InvalidArgument(text) | Error::WrongType(text) => f.write_str(text),
            Error::Cancelled => Cancelled.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<Cancelled> for Error {
    fn from(_: Cancelled) -> Self {
        Error::Cancelled
    }
}
