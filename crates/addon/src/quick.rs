//! A short way into the plain reductions, for arrays so small that the call is most of the time.
//!
//! What napi-rs generates for a function with arguments takes some 60 ns before and after it (it
//! keeps account of borrowed values), as long as the sum of a thousand doubles. These functions
//! are made by hand: one argument, no options. What they do not know they leave to the long way,
//! which also has the words for what is wrong with it.

use std::ffi::c_void;
use std::ptr;

use allcores_numeric::{Filter, Precision};
use napi::bindgen_prelude::{FromNapiValue, ToNapiValue};
use napi::{Env, Error, Result, Status, sys};
use napi_derive::napi;

use crate::buffer::Numbers;
use crate::call::run;
use crate::numeric::{IntoOutcome, each_type, is_wide};
use crate::outcome::{Finished, Outcome};

/// A reduction that is called without options.
#[derive(Clone, Copy)]
enum Kernel {
    Sum,
    Mean,
    Variance,
    Min,
    Max,
    SumOfSquares,
}

/// In the order of their numbers.
static KERNELS: [Kernel; 6] =
    [Kernel::Sum, Kernel::Mean, Kernel::Variance, Kernel::Min, Kernel::Max, Kernel::SumOfSquares];

/// The function of a kernel, made anew for each environment.
pub struct Quick(&'static Kernel);

/// Gives a function that runs a reduction without options: 0 is the sum, 1 the mean, 2 the
/// variance, 3 the least, 4 the greatest element, 5 the sum of the squares. It gives undefined for
/// everything but a typed array that has elements.
#[napi(catch_unwind, ts_return_type = "(x: unknown) => Outcome | undefined")]
pub fn quick(kernel: u32) -> Result<Quick> {
    let kernel = KERNELS.get(kernel as usize);
    kernel
        .map(Quick)
        .ok_or_else(|| Error::new(Status::InvalidArg, "Expected a kernel from 0 to 5".to_owned()))
}

impl ToNapiValue for Quick {
    unsafe fn to_napi_value(env: sys::napi_env, quick: Self) -> Result<sys::napi_value> {
        let mut function = ptr::null_mut();
        let Quick(kernel) = quick;
        // SAFETY: `env` is live, as this function's caller promises; a function may have no name;
        // its data lives for ever; the out-parameter is valid.
        let status = unsafe {
            sys::napi_create_function(
                env,
                ptr::null(),
                0,
                Some(reduce),
                ptr::from_ref(kernel).cast_mut().cast(),
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
    let Some((x, kernel)) = arguments(env, info) else { return ptr::null_mut() };
    match run(Env::from_raw(env), |token| reduction(token, x, kernel)) {
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

/// The argument and the function's kernel; `None` leaves the call to the long way. An array that was
/// transferred away is empty too.
fn arguments(env: sys::napi_env, info: sys::napi_callback_info) -> Option<(Numbers, Kernel)> {
    let (mut value, mut count) = (ptr::null_mut(), 1);
    let mut data: *mut c_void = ptr::null_mut();
    // SAFETY: Node called with this environment and info; there is room for one value, and a
    // missing one becomes `undefined`; the receiver is not wanted.
    let status = unsafe {
        sys::napi_get_cb_info(env, info, &mut count, &mut value, ptr::null_mut(), &mut data)
    };
    if status != sys::Status::napi_ok {
        return None;
    }
    // SAFETY: the environment and the value are live during the call.
    let x = unsafe { Numbers::from_napi_value(env, value) }.ok()?;
    if each_type!(x, values => values.is_empty()) {
        return None;
    }
    // SAFETY: the function was made with a pointer into `KERNELS`, which lives for ever.
    let kernel = unsafe { data.cast::<Kernel>().as_ref() }?;
    Some((x, *kernel))
}

fn reduction(token: &allcores_parallel::Token, x: Numbers, kernel: Kernel) -> Finished {
    use allcores_numeric as numeric;
    let wide = is_wide(&x);
    let precision = Precision::Pairwise;
    each_type!(x, values => Ok(match kernel {
        Kernel::Sum => numeric::sum(token, &values, Filter::ALL, precision)?.into_outcome(wide),
        Kernel::Mean => Outcome::Number(numeric::mean(token, &values, Filter::ALL)?),
        Kernel::Variance => Outcome::Number(numeric::variance(token, &values, Filter::ALL, 0)?),
        Kernel::Min => numeric::min(token, &values, Filter::ALL)?.into_outcome(false),
        Kernel::Max => numeric::max(token, &values, Filter::ALL)?.into_outcome(false),
        Kernel::SumOfSquares => {
            numeric::sum_of_squares(token, &values, Filter::ALL, precision)?.into_outcome(wide)
        }
    }))
}
