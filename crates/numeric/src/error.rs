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
    /// A running sum or product of 64-bit integers is no `i64`.
    Overflow {
        /// The first one that is not.
        index: usize,
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
    /// A quantile is not between 0 and 1.
    Fraction {
        /// Which one.
        index: usize,
    },
    /// The range of a histogram is not finite, not ascending, or too wide for a double.
    Range,
    /// Bins that are not 1 to 2^24 in number.
    Bins {
        /// How many were asked for.
        got: usize,
    },
    /// The range of a histogram has not as many different edges.
    NarrowRange {
        /// How many bins were asked for.
        bins: usize,
    },
    /// Fewer than two edges make no bin.
    FewEdges {
        /// How many came.
        got: usize,
    },
    /// An edge is NaN or below the one before it.
    Edges {
        /// Which one.
        index: usize,
    },
    /// Floats where only integers can be counted.
    Floats,
    /// A negative integer cannot be counted by its value.
    Negative {
        /// The least element.
        least: i64,
    },
    /// The counts of all integers up to the greatest would not fit into one array.
    TooManyCounts {
        /// How many counts that were.
        length: u64,
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
            Error::Overflow { index } => {
                write!(
                    f,
                    "Expected running values from -2^63 to 2^63 - 1, got another one at index {index}"
                )
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
            Error::Fraction { index } => {
                write!(f, "Expected quantiles from 0 to 1, got another one at index {index}")
            }
            Error::Range => f.write_str(
                "Expected a range from a finite number to one that is not less, got another one",
            ),
            Error::Bins { got } => write!(f, "Expected 1 to 16777216 bins, got {got}"),
            Error::NarrowRange { bins } => {
                write!(f, "Expected a range with room for {bins} bins, got a narrower one")
            }
            Error::FewEdges { got } => write!(f, "Expected at least two edges, got {got}"),
            Error::Edges { index } => {
                write!(f, "Expected edges in ascending order, got a lower one at index {index}")
            }
            Error::Floats => f.write_str("Expected an array of integers, got one of floats"),
            Error::Negative { least } => write!(f, "Expected integers from 0, got {least}"),
            Error::TooManyCounts { length } => {
                write!(f, "Expected integers whose counts fit into an array, got {length} counts")
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
        assert_eq!(
            Error::Fraction { index: 1 }.to_string(),
            "Expected quantiles from 0 to 1, got another one at index 1"
        );
        assert_eq!(
            Error::NarrowRange { bins: 9 }.to_string(),
            "Expected a range with room for 9 bins, got a narrower one"
        );
        assert_eq!(
            Error::Edges { index: 4 }.to_string(),
            "Expected edges in ascending order, got a lower one at index 4"
        );
        assert_eq!(
            Error::Overflow { index: 2 }.to_string(),
            "Expected running values from -2^63 to 2^63 - 1, got another one at index 2"
        );
        assert_eq!(Error::Negative { least: -7 }.to_string(), "Expected integers from 0, got -7");
        assert!(Error::Empty.to_string().contains("at least one element"));
        assert_eq!(Error::Cancelled.to_string(), "The call was cancelled");
    }
}
