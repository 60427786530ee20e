//! A short way into the plain reductions, for arrays so small that the call is most of the time.
//!
//! What napi-rs generates for a function with arguments takes some 60 ns before and after it (it
//! keeps account of borrowed values), as long as the sum of a thousand doubles. This function is
//! made by hand: two arguments, no options.

use std::ptr;

use allcores_numeric::{Filter, Precision};
use napi::bindgen_prelude::{FromNapiValue, ToNapiValue};
use napi::{Env, Error, Result, Status, sys};
use napi_derive::napi;

use crate::buffer::Numbers;
use crate::call::run;
use crate::failure::{Failure, JsError};
use crate::numeric::{IntoOutcome, each_type, is_wide};
use crate::outcome::{Finished, Outcome};

/// The function itself, made anew for each environment.
pub struct Quick;

/// Gives the function `(x, kernel)`, which runs a reduction without options: 0 is the sum, 1 the
/// mean, 2 the variance, 3 the least, 4 the greatest element, 5 the sum of the squares.
#[napi(catch_unwind, ts_return_type = "(x: Numbers, kernel: number) => Outcome")]
pub fn quick() -> Quick {
    Quick
}

impl ToNapiValue for Quick {
    unsafe fn to_napi_value(env: sys::napi_env, _: Self) -> Result<sys::napi_value> {
        let mut function = ptr::null_mut();
        // SAFETY: `env` is live, as this function's caller promises; a function may have no name
        // and no data; the out-parameter is valid.
        let status = unsafe {
            sys::napi_create_function(
                env,
                ptr::null(),
                0,
                Some(reduce),
                ptr::null_mut(),
                &mut function,
            )
        };
        if status == sys::Status::napi_ok {
            return Ok(function);
        }
        Err(Error::new(Status::from(status), "The function could not be made".to_owned()))
    }
}

extern "C" fn reduce(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let outcome = arguments(env, info)
        .map_err(|error| JsError::from(Failure::wrong_type(error.reason.clone())))
        .and_then(|(x, kernel)| run(Env::from_raw(env), |token| reduction(token, x, kernel)));
    match outcome {
        Ok(outcome) => {
            // SAFETY: Node called this function with a live environment.
            let value = unsafe { Outcome::to_napi_value(env, outcome) };
            value.unwrap_or(ptr::null_mut())
        }
        Err(error) => {
            // SAFETY: as above.
            unsafe { napi::JsError::from(error).throw_into(env) };
            ptr::null_mut()
        }
    }
}

fn arguments(env: sys::napi_env, info: sys::napi_callback_info) -> Result<(Numbers, u32)> {
    let mut values = [ptr::null_mut(); 2];
    let mut count = values.len();
    // SAFETY: Node called with this environment and info; the array has room for `count` values,
    // and missing ones become `undefined`; the last two parameters may be null.
    let status = unsafe {
        sys::napi_get_cb_info(
            env,
            info,
            &mut count,
            values.as_mut_ptr(),
            ptr::null_mut(),
            ptr::null_mut(),
        )
    };
    if status != sys::Status::napi_ok {
        return Err(Error::new(Status::from(status), "The arguments could not be read".to_owned()));
    }
    // SAFETY: the environment and the value are live during the call.
    let x = unsafe { Numbers::from_napi_value(env, values[0]) }?;
    // SAFETY: as above.
    let kernel = unsafe { u32::from_napi_value(env, values[1]) }?;
    Ok((x, kernel))
}

fn reduction(token: &allcores_parallel::Token, x: Numbers, kernel: u32) -> Finished {
    use allcores_numeric as numeric;
    let wide = is_wide(&x);
    let precision = Precision::Pairwise;
    each_type!(x, values => Ok(match kernel {
        0 => numeric::sum(token, &values, Filter::ALL, precision)?.into_outcome(wide),
        1 => Outcome::Number(numeric::mean(token, &values, Filter::ALL)?),
        2 => Outcome::Number(numeric::variance(token, &values, Filter::ALL, 0)?),
        3 => numeric::min(token, &values, Filter::ALL)?.into_outcome(false),
        4 => numeric::max(token, &values, Filter::ALL)?.into_outcome(false),
        5 => numeric::sum_of_squares(token, &values, Filter::ALL, precision)?.into_outcome(wide),
        _ => return Err(Failure::out_of_range("Expected a kernel from 0 to 5")),
    }))
}
