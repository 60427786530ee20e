use std::fmt;

use crate::error::Error;

/// Which elements of an array take part in a reduction.
///
/// Nothing is copied or moved for it: the kernels look at the mask, and at the elements, as
/// they go.
///
/// ```
/// use allcores_numeric::{Filter, NanPolicy, Precision, sum};
/// use allcores_parallel::Token;
/// let values = [1.0, f64::NAN, 4.0, 8.0];
/// let filter = Filter { mask: Some(&[1, 1, 0, 1]), nan: NanPolicy::Omit };
/// assert_eq!(sum(&Token::new(), &values, filter, Precision::Pairwise), Ok(9.0));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// One byte for each element, and an element whose byte is 0 is left out. `None` leaves
    /// out nothing.
    pub mask: Option<&'a [u8]>,
    /// What a NaN does, among the elements that the mask leaves.
    pub nan: NanPolicy,
}

/// What a NaN does to a reduction. It makes no difference for integers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NanPolicy {
    /// The result is NaN.
    #[default]
    Propagate,
    /// It is left out.
    Omit,
    /// The reduction fails with [`Error::Nan`].
    Raise,
}

impl Filter<'_> {
    /// Every element takes part, and a NaN makes the result NaN.
    pub const ALL: Filter<'static> = Filter { mask: None, nan: NanPolicy::Propagate };

    /// Refuses a mask that has another length than the array.
    pub(crate) fn check(self, len: usize) -> Result<(), Error> {
        match self.mask {
            Some(mask) if mask.len() != len => {
                Err(Error::MaskLength { values: len, mask: mask.len() })
            }
            _ => Ok(()),
        }
    }

    /// Whether every element takes part.
    #[inline]
    pub(crate) fn is_all(self) -> bool {
        self.mask.is_none() && !self.omits_nan()
    }

    /// When nothing of `len` elements took part: whether there were elements, all of them NaN.
    pub(crate) fn left_out_nans(self, len: usize) -> bool {
        let any = self.mask.map_or(len > 0, |mask| mask.iter().any(|&byte| byte != 0));
        self.omits_nan() && any
    }

    pub(crate) fn omits_nan(self) -> bool {
        self.nan == NanPolicy::Omit
    }
}

impl fmt::Display for NanPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NanPolicy::Propagate => "propagate",
            NanPolicy::Omit => "omit",
            NanPolicy::Raise => "raise",
        })
    }
}
