use allcores_parallel::Token;
use serde::Deserialize;

use super::{Blend, Composite};
use crate::pixels::other_depth;
use crate::{Error, Pixels, PixelsMut};

/// What can be done to two images, as data; the result has the shape of the first.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Pair {
    /// `composite`
    Composite(Composite),
    /// `blend`
    Blend(Blend),
}

impl Pair {
    /// Reads it from its JSON, for example `{"blend":{"alpha":0.5}}`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when the text is no JSON, names neither, lacks an option or has one too many.
    pub fn parse(json: &str) -> Result<Self, Error> {
        serde_json::from_str(json)
            .map_err(|error| Error::InvalidArgument(format!("Expected a filter in JSON: {error}")))
    }

    /// Runs it. `out` gets an image of the shape of `base`; the same bits on any number of threads.
    ///
    /// # Errors
    /// [`Error::WrongType`] when the three do not have the same type, [`Error::InvalidArgument`] when the images do not
    /// fit each other or `out` has another length, [`Error::Cancelled`] (`out` is then partly written).
    pub fn run(
        &self,
        token: &Token,
        base: Pixels<'_>,
        other: Pixels<'_>,
        out: PixelsMut<'_>,
    ) -> Result<(), Error> {
        if base.depth() != other.depth() {
            return Err(Error::WrongType(format!(
                "Expected both images to have samples of one type, got {:?} and {:?}",
                base.depth(),
                other.depth()
            )));
        }
        out.check(base.shape())?;
        match (base, other, out) {
            (Pixels::U8(base), Pixels::U8(other), PixelsMut::U8(out)) => match self {
                Pair::Composite(composite) => composite.run(token, base, other, out),
                Pair::Blend(blend) => blend.run(token, base, other, out),
            },
            (Pixels::U16(base), Pixels::U16(other), PixelsMut::U16(out)) => match self {
                Pair::Composite(composite) => composite.run(token, base, other, out),
                Pair::Blend(blend) => blend.run(token, base, other, out),
            },
            (Pixels::F32(base), Pixels::F32(other), PixelsMut::F32(out)) => match self {
                Pair::Composite(composite) => composite.run(token, base, other, out),
                Pair::Blend(blend) => blend.run(token, base, other, out),
            },
            (base, _, out) => Err(other_depth(base.depth(), out.depth())),
        }
    }
}
