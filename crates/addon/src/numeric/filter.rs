//! `where` and `nanPolicy`, as every reduction takes them.

use allcores_numeric::{Filter, NanPolicy};

use crate::buffer::{Bytes, Held};
use crate::failure::Failure;
use crate::settle::Reference;

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
    /// `nan` is that of [`nan_policy`].
    pub(crate) fn new(mask: Option<Bytes>, nan: u32) -> Result<Self, Failure> {
        Ok(OwnFilter { mask, nan: nan_policy(nan)? })
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
