//! Whether, and how many, elements are not zero.

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
    /// 1 when any element is not zero, else 0.
    any, start_any (),
    |x, filter, token| each_type!(x, values => {
        Ok(Outcome::Number(u8::from(allcores_numeric::any(token, &values, filter)?).into()))
    })
);

reduction!(
    /// 1 when no element is zero, else 0.
    all, start_all (),
    |x, filter, token| each_type!(x, values => {
        Ok(Outcome::Number(u8::from(allcores_numeric::all(token, &values, filter)?).into()))
    })
);

reduction!(
    /// How many elements are not zero.
    count_nonzero, start_count_nonzero (),
    |x, filter, token| each_type!(x, values => {
        Ok(Outcome::Number(allcores_numeric::count_nonzero(token, &values, filter)? as f64))
    })
);
