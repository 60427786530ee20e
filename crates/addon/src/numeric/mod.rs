//! Two entries for each numeric kernel: one that blocks and one that starts a job. A file for
//! each family of kernels.

mod arg_extreme;
mod axis;
mod covariance;
mod filter;
mod histogram;
mod order;
mod product;
mod quantile;
mod reductions;
mod scan;
mod truth;

use allcores_numeric::{Error, Exact};

use crate::buffer::Numbers;
use crate::failure::Failure;
use crate::outcome::Outcome;

/// Runs one generic kernel on whichever element type the array has.
macro_rules! each_type {
    ($numbers:expr, $values:ident => $body:expr) => {
        $crate::numeric::each_type_of!(Numbers, $numbers, $values => $body)
    };
}

/// The same for [`Numbers`] or [`NumbersMut`](crate::buffer::NumbersMut).
macro_rules! each_type_of {
    ($Numbers:ident, $numbers:expr, $values:ident => $body:expr) => {
        match $numbers {
            $Numbers::I8($values) => $body,
            $Numbers::U8($values) => $body,
            $Numbers::I16($values) => $body,
            $Numbers::U16($values) => $body,
            $Numbers::I32($values) => $body,
            $Numbers::U32($values) => $body,
            $Numbers::F16($values) => $body,
            $Numbers::F32($values) => $body,
            $Numbers::F64($values) => $body,
            $Numbers::I64($values) => $body,
            $Numbers::U64($values) => $body,
        }
    };
}

/// Runs one generic kernel on two arrays of one element type.
macro_rules! each_pair {
    ($left:expr, $right:expr, ($a:ident, $b:ident) => $body:expr) => {
        $crate::numeric::each_pair!(
            $left, $right, ($a, $b) => $body, I8 U8 I16 U16 I32 U32 F16 F32 F64 I64 U64
        )
    };
    ($left:expr, $right:expr, ($a:ident, $b:ident) => $body:expr, $($variant:ident)*) => {
        match ($left, $right) {
            $((Numbers::$variant($a), Numbers::$variant($b)) => $body,)*
            _ => Err(Failure::wrong_type("Expected two typed arrays of the same type")),
        }
    };
}

pub(crate) use {each_pair, each_type, each_type_of};

/// A result of a kernel as JavaScript sees it.
pub(crate) trait IntoOutcome {
    /// `wide`: the input's elements are bigints, or the caller asked for one.
    fn into_outcome(self, wide: bool) -> Outcome;
}

impl IntoOutcome for f64 {
    fn into_outcome(self, _: bool) -> Outcome {
        Outcome::Number(self)
    }
}

impl IntoOutcome for Exact {
    fn into_outcome(self, wide: bool) -> Outcome {
        if wide {
            let words = self.words().to_vec();
            Outcome::BigInt { negative: self.is_negative(), words }
        } else {
            Outcome::Number(self.to_f64())
        }
    }
}

impl IntoOutcome for i64 {
    fn into_outcome(self, _: bool) -> Outcome {
        Outcome::BigInt { negative: self < 0, words: vec![self.unsigned_abs()] }
    }
}

impl IntoOutcome for u64 {
    fn into_outcome(self, _: bool) -> Outcome {
        Outcome::BigInt { negative: false, words: vec![self] }
    }
}

macro_rules! is_a_number {
    ($($type:ty),*) => {$(
        impl IntoOutcome for $type {
            fn into_outcome(self, _: bool) -> Outcome {
                Outcome::Number(self.into())
            }
        }
    )*};
}

is_a_number!(i8, u8, i16, u16, i32, u32, half::f16, f32);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Cancelled => allcores_parallel::Cancelled.into(),
            other => Failure::out_of_range(other.to_string()),
        }
    }
}

/// Whether the elements are bigints.
pub(crate) fn is_wide(numbers: &Numbers) -> bool {
    matches!(numbers, Numbers::I64(_) | Numbers::U64(_))
}
