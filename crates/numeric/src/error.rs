use std::fmt;

use allcores_parallel::Cancelled;

use crate::axis::Lines;

/// Why a kernel gave no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The call's token was cancelled before the last block began.
    Cancelled,
    /// An empty array has no minimum and no maximum.
    Empty,
    /// A NaN among the elements that take part, under [`NanPolicy::Raise`](crate::NanPolicy).
    Nan {
        /// Where the first one is.
        index: usize,
    },
    /// The mask of a [`Filter`](crate::Filter) has another length than the array.
    MaskLength {
        /// Elements in the array.
        values: usize,
        /// Bytes in the mask.
        mask: usize,
    },
    /// The lines of an axis do not make up the array.
    Shape {
        /// The lines that were asked for.
        lines: Lines,
        /// Elements in the array.
        values: usize,
    },
    /// The output has not one element for each line of the axis.
    OutLength {
        /// Lines.
        expected: usize,
        /// Elements in the output.
        got: usize,
    },
    /// An index along the axis does not fit into 32 bits.
    LongLine {
        /// Elements of a line.
        length: usize,
    },
    /// The two arrays of a pairwise kernel differ in length.
    Lengths {
        /// Elements in the first array.
        left: usize,
        /// Elements in the second array.
        right: usize,
    },
    /// There are more elements than an index of 32 bits can tell apart.
    TooLong {
        /// How many there are.
        length: usize,
    },
    /// 64-bit integers cannot be compared with other numbers.
    Mixed,
}

impl From<Cancelled> for Error {
    fn from(_: Cancelled) -> Self {
        Error::Cancelled
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Cancelled => Cancelled.fmt(f),
            Error::Empty => {
                f.write_str("Expected an array of at least one element, got an empty one")
            }
            Error::Nan { index } => {
                write!(f, "Expected an array without NaN, got one at index {index}")
            }
            Error::MaskLength { values, mask } => {
                write!(f, "Expected a mask of {values} bytes, one for each element, got {mask}")
            }
            Error::Shape { lines: Lines { outer, length, inner }, values } => {
                write!(
                    f,
                    "Expected an array of {outer} x {length} x {inner} elements, got {values}"
                )
            }
            Error::OutLength { expected, got } => {
                write!(f, "Expected an output of {expected} elements, one for each line, got {got}")
            }
            Error::LongLine { length } => {
                write!(f, "Expected an axis of at most 4294967295 elements, got {length}")
            }
            Error::Lengths { left, right } => {
                write!(f, "Expected two arrays of the same length, got {left} and {right} elements")
            }
            Error::Mixed => f.write_str(
                "Expected two arrays of 64-bit integers or two of other numbers, got one of each",
            ),
            Error::TooLong { length } => {
                write!(f, "Expected at most 2^32 elements, got {length}")
            }
        }
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::Error;

    #[test]
    fn a_message_says_what_was_expected_and_what_came() {
        assert_eq!(
            Error::Lengths { left: 3, right: 4 }.to_string(),
            "Expected two arrays of the same length, got 3 and 4 elements"
        );
        assert_eq!(
            Error::Nan { index: 7 }.to_string(),
            "Expected an array without NaN, got one at index 7"
        );
        assert_eq!(
            Error::MaskLength { values: 3, mask: 2 }.to_string(),
            "Expected a mask of 3 bytes, one for each element, got 2"
        );
        assert!(Error::Empty.to_string().contains("at least one element"));
        assert_eq!(Error::Cancelled.to_string(), "The call was cancelled");
    }
}
