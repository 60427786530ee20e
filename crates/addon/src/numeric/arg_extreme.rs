//! Where the least and the greatest element are.

use allcores_parallel::Token;
use napi::Env;
use napi_derive::napi;

use super::each_type;
use super::filter::OwnFilter;
use super::reductions::reduction;
use crate::buffer::{Bytes, Held, Numbers};
use crate::call::{run, start};
use crate::failure::JsError;
use crate::outcome::{Finished, Outcome};
use crate::settle::Pending;

reduction!(
    /// The index of the least element.
    argmin, start_argmin (),
    |x, filter, token| each_type!(x, values => {
        Ok(Outcome::Number(allcores_numeric::argmin(token, &values, filter)? as f64))
    })
);

reduction!(
    /// The index of the greatest element.
    argmax, start_argmax (),
    |x, filter, token| each_type!(x, values => {
        Ok(Outcome::Number(allcores_numeric::argmax(token, &values, filter)? as f64))
    })
);
