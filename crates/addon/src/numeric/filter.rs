//! `where` and `nanPolicy`, as every reduction takes them.

use allcores_numeric::{Filter, NanPolicy};

use crate::buffer::{Bytes, Held, Unread};
use crate::failure::{Failure, JsError};
use crate::settle::Reference;

/// Set in `nan` when there is a mask.
const HAS_MASK: u32 = 4;

/// A filter that owns its handle on the mask, so that a job can take it along.
pub(crate) struct OwnFilter {
    mask: Option<Bytes>,
    nan: NanPolicy,
}

/// The policies in the order propagate, omit, raise.
pub(super) fn nan_policy(code: u32) -> Result<NanPolicy, Failure> {
    match code {
        0 => Ok(NanPolicy::Propagate),
        1 => Ok(NanPolicy::Omit),
        2 => Ok(NanPolicy::Raise),
        _ => Err(Failure::out_of_range("Expected a NaN policy from 0 to 2")),
    }
}

impl OwnFilter {
    /// [`OwnFilter::new`] for a mask that is only there when `nan` says so.
    pub(crate) fn unread(mask: &Unread, nan: u32) -> Result<Self, JsError> {
        let mask = if nan & HAS_MASK == 0 { None } else { Some(mask.read().map_err(refused)?) };
        Ok(OwnFilter::new(mask, nan)?)
    }

    /// `nan` is that of [`nan_policy`].
    pub(crate) fn new(mask: Option<Bytes>, nan: u32) -> Result<Self, Failure> {
        Ok(OwnFilter { mask, nan: nan_policy(nan & !HAS_MASK)? })
    }

    /// The same for a job; the reference to a mask joins the others.
    pub(crate) fn held(
        mask: Option<Held<Bytes>>,
        nan: u32,
        references: &mut Vec<Reference>,
    ) -> Result<Self, Failure> {
        let mask = mask.map(|mask| {
            let (bytes, reference) = mask.split();
            references.push(reference);
            bytes
        });
        OwnFilter::new(mask, nan)
    }

    pub(crate) fn get(&self) -> Filter<'_> {
        Filter { mask: self.mask.as_deref(), nan: self.nan }
    }
}

fn refused(error: napi::Error) -> JsError {
    Failure::wrong_type(error.reason.clone()).into()
}
