//! Reductions along one axis, written into an output.

use allcores_numeric::{Element, Lines};
use allcores_parallel::Token;
use napi::Env;
use napi_derive::napi;

use super::each_type;
use super::filter::OwnFilter;
use super::reductions::precision;
use crate::buffer::{Bytes, Held, Numbers, NumbersMut};
use crate::call::{run, start};
use crate::failure::{Failure, JsError};
use crate::outcome::{Finished, Outcome};
use crate::settle::Pending;

/// What is made of each line; JavaScript has the same list.
#[derive(Clone, Copy)]
enum Along {
    Sum,
    Prod,
    Mean,
    Variance,
    Std,
    Min,
    Max,
    Ptp,
    Argmin,
    Argmax,
}

const KINDS: [Along; 10] = [
    Along::Sum,
    Along::Prod,
    Along::Mean,
    Along::Variance,
    Along::Std,
    Along::Min,
    Along::Max,
    Along::Ptp,
    Along::Argmin,
    Along::Argmax,
];

/// A call along an axis, but for the arrays.
#[derive(Clone, Copy)]
struct Call {
    along: Along,
    /// `ddof`, or a precision's number.
    option: u32,
    lines: Lines,
}

impl Call {
    /// `lines` are the products of the dimensions before the axis, at it and behind it.
    fn new(along: u32, option: u32, lines: &[f64]) -> Result<Self, Failure> {
        let along = KINDS.get(along as usize).copied();
        match (along, lines) {
            (Some(along), &[outer, length, inner]) => {
                // Lengths of arrays, so they are small integers.
                let lines =
                    Lines { outer: outer as usize, length: length as usize, inner: inner as usize };
                Ok(Call { along, option, lines })
            }
            _ => Err(Failure::out_of_range("Expected a reduction along an axis")),
        }
    }

    fn run(self, x: Numbers, filter: &OwnFilter, out: NumbersMut, token: &Token) -> Finished {
        let Call { along, option, lines } = self;
        let filter = filter.get();
        let ddof = option as usize;
        match out {
            NumbersMut::F64(mut out) if is_double(along) => each_type!(x, values => {
                let out = &mut *out;
                match along {
                    Along::Sum => allcores_numeric::sum_along(
                        token, &values, lines, filter, precision(option)?, out,
                    ),
                    Along::Prod => {
                        let how = precision(option)?;
                        allcores_numeric::prod_along(token, &values, lines, filter, how, out)
                    }
                    Along::Mean => allcores_numeric::mean_along(token, &values, lines, filter, out),
                    Along::Variance => {
                        allcores_numeric::variance_along(token, &values, lines, filter, ddof, out)
                    }
                    _ => allcores_numeric::std_along(token, &values, lines, filter, ddof, out),
                }?;
                Ok(Outcome::Nothing)
            }),
            NumbersMut::U32(mut out) if matches!(along, Along::Argmin | Along::Argmax) => {
                each_type!(x, values => {
                    match along {
                        Along::Argmin => {
                            allcores_numeric::argmin_along(token, &values, lines, filter, &mut out)
                        }
                        _ => allcores_numeric::argmax_along(token, &values, lines, filter, &mut out),
                    }?;
                    Ok(Outcome::Nothing)
                })
            }
            out => self.extreme(x, filter, out, token),
        }
    }

    /// The results have the type of the elements.
    fn extreme(
        self,
        x: Numbers,
        filter: allcores_numeric::Filter<'_>,
        out: NumbersMut,
        token: &Token,
    ) -> Finished {
        fn of<T: Element>(
            call: Call,
            token: &Token,
            values: &[T],
            filter: allcores_numeric::Filter<'_>,
            out: &mut [T],
        ) -> Finished {
            match call.along {
                Along::Min => allcores_numeric::min_along(token, values, call.lines, filter, out),
                Along::Max => allcores_numeric::max_along(token, values, call.lines, filter, out),
                Along::Ptp => allcores_numeric::ptp_along(token, values, call.lines, filter, out),
                _ => return Err(Failure::wrong_type("Expected an output of another type")),
            }?;
            Ok(Outcome::Nothing)
        }
        macro_rules! same_type {
            ($($variant:ident)*) => {
                match (x, out) {
                    $((Numbers::$variant(values), NumbersMut::$variant(mut out)) => {
                        of(self, token, &values, filter, &mut out)
                    })*
                    _ => Err(Failure::wrong_type("Expected an output of the array's type")),
                }
            };
        }
        same_type!(I8 U8 I16 U16 I32 U32 F16 F32 F64 I64 U64)
    }
}

fn is_double(along: Along) -> bool {
    matches!(along, Along::Sum | Along::Prod | Along::Mean | Along::Variance | Along::Std)
}

/// Reduces each line of `x` into one element of `out`.
#[napi(catch_unwind)]
pub fn reduce_along(
    env: Env,
    along: u32,
    x: Numbers,
    mask: Option<Bytes>,
    nan: u32,
    option: u32,
    lines: Vec<f64>,
    out: NumbersMut,
) -> Result<Outcome, JsError> {
    let call = Call::new(along, option, &lines)?;
    let filter = OwnFilter::new(mask, nan)?;
    run(env, |token| call.run(x, &filter, out, token))
}

/// [`reduce_along`] as a job.
#[napi(catch_unwind)]
pub fn start_reduce_along(
    env: Env,
    id: u32,
    along: u32,
    x: Held<Numbers>,
    mask: Option<Held<Bytes>>,
    nan: u32,
    option: u32,
    lines: Vec<f64>,
    out: Held<NumbersMut>,
) -> Result<Pending, JsError> {
    let call = Call::new(along, option, &lines)?;
    let ((x, hold_x), (out, hold_out)) = (x.split(), out.split());
    let mut references = vec![hold_x, hold_out];
    let filter = OwnFilter::held(mask, nan, &mut references)?;
    start(env, id, references, move |token| call.run(x, &filter, out, token))
}
