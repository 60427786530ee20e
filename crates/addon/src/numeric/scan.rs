//! Running sums and products.

use allcores_numeric::{NanPolicy, Scan};
use allcores_parallel::Token;
use napi::Env;
use napi_derive::napi;

use super::each_type;
use super::filter::nan_policy;
use crate::buffer::{Held, Numbers, NumbersMut};
use crate::call::{run, start};
use crate::failure::{Failure, JsError};
use crate::outcome::{Finished, Outcome};
use crate::settle::Pending;

/// Without `x` the output is its own input.
fn scanned(
    x: Option<Numbers>,
    out: NumbersMut,
    products: bool,
    nan: u32,
) -> impl FnOnce(&Token) -> Finished {
    let scan = if products { Scan::Products } else { Scan::Sums };
    move |token| {
        let nan: NanPolicy = nan_policy(nan)?;
        match (x, out) {
            (None, NumbersMut::F64(mut out)) => {
                allcores_numeric::scan_in_place(token, &mut out, scan, nan)?;
            }
            (None, NumbersMut::I64(mut out)) => {
                allcores_numeric::scan_wide_in_place(token, &mut out, scan)?;
            }
            (Some(Numbers::I64(x)), NumbersMut::I64(mut out)) => {
                allcores_numeric::scan_wide(token, &x, &mut out, scan)?;
            }
            (Some(Numbers::U64(x)), NumbersMut::I64(mut out)) => {
                allcores_numeric::scan_wide(token, &x, &mut out, scan)?;
            }
            (Some(x), NumbersMut::F64(mut out)) => {
                each_type!(x, values => allcores_numeric::scan(token, &values, &mut out, scan, nan))?;
            }
            _ => return Err(Failure::wrong_type("Expected an output of another type")),
        }
        Ok(Outcome::Nothing)
    }
}

/// Writes the running sums, or `products`, of `x` to `out`; those of `out` in place without `x`.
#[napi(catch_unwind)]
pub fn scan(
    env: Env,
    x: Option<Numbers>,
    out: NumbersMut,
    products: bool,
    nan: u32,
) -> Result<Outcome, JsError> {
    run(env, scanned(x, out, products, nan))
}

/// [`scan`] as a job.
#[napi(catch_unwind)]
pub fn start_scan(
    env: Env,
    id: u32,
    x: Option<Held<Numbers>>,
    out: Held<NumbersMut>,
    products: bool,
    nan: u32,
) -> Result<Pending, JsError> {
    let (out, hold_out) = out.split();
    let (x, hold) = x.map(Held::split).unzip();
    let references = [Some(hold_out), hold].into_iter().flatten().collect();
    start(env, id, references, scanned(x, out, products, nan))
}
