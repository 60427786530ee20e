//! The reductions of one array, and dot.

use allcores_numeric::{Order, Precision};
use allcores_parallel::Token;
use napi::Env;
use napi_derive::napi;

use super::filter::OwnFilter;
use super::{IntoOutcome, each_pair, each_type, is_wide};
use crate::buffer::{Bytes, Held, Numbers};
use crate::call::{run, start};
use crate::failure::{Failure, JsError};
use crate::outcome::{Finished, Outcome};
use crate::settle::Pending;

/// Both entries of a kernel of one array: `$body` calls the crate.
macro_rules! reduction {
    (
        $(#[$doc:meta])*
        $name:ident, $start:ident ($($option:ident: $Option:ident),*),
        |$x:ident, $filter:ident, $token:ident| $body:expr
    ) => {
        $(#[$doc])*
        #[napi(catch_unwind)]
        pub fn $name(
            env: Env,
            x: Numbers,
            mask: $crate::buffer::Unread,
            nan: u32,
            $($option: $Option,)*
        ) -> Result<Outcome, JsError> {
            let filter = OwnFilter::unread(&mask, nan)?;
            run(env, |$token: &Token| -> Finished {
                let ($x, $filter) = (x, filter.get());
                $body
            })
        }

        /// The same as a job.
        #[napi(catch_unwind)]
        pub fn $start(
            env: Env,
            id: u32,
            x: Held<Numbers>,
            mask: Option<Held<Bytes>>,
            nan: u32,
            $($option: $Option,)*
        ) -> Result<Pending, JsError> {
            let (x, hold) = x.split();
            let mut references = vec![hold];
            let filter = OwnFilter::held(mask, nan, &mut references)?;
            start(env, id, references, move |$token: &Token| -> Finished {
                let ($x, $filter) = (x, filter.get());
                $body
            })
        }
    };
}

pub(super) use reduction;

/// The precisions in the order pairwise, exact, fast.
pub(super) fn precision(code: u32) -> Result<Precision, Failure> {
    match code {
        0 => Ok(Precision::Pairwise),
        1 => Ok(Precision::Exact),
        2 => Ok(Precision::Fast),
        _ => Err(Failure::out_of_range("Expected a precision from 0 to 2")),
    }
}

reduction!(
    /// The sum; a bigint for 64-bit integers or when `bigint` asks for one.
    sum, start_sum (how: u32, bigint: bool),
    |x, filter, token| {
        let (wide, precision) = (bigint || is_wide(&x), precision(how)?);
        each_type!(x, values => {
            Ok(allcores_numeric::sum(token, &values, filter, precision)?.into_outcome(wide))
        })
    }
);

reduction!(
    /// The arithmetic mean.
    mean, start_mean (),
    |x, filter, token| each_type!(x, values => {
        Ok(Outcome::Number(allcores_numeric::mean(token, &values, filter)?))
    })
);

reduction!(
    /// The variance with divisor n - ddof, or its root.
    variance, start_variance (ddof: u32, root: bool),
    |x, filter, token| each_type!(x, values => {
        let kernel = if root { allcores_numeric::std } else { allcores_numeric::variance };
        Ok(Outcome::Number(kernel(token, &values, filter, ddof as usize)?))
    })
);

reduction!(
    /// The least element.
    min, start_min (),
    |x, filter, token| each_type!(x, values => {
        Ok(allcores_numeric::min(token, &values, filter)?.into_outcome(false))
    })
);

reduction!(
    /// The greatest element.
    max, start_max (),
    |x, filter, token| each_type!(x, values => {
        Ok(allcores_numeric::max(token, &values, filter)?.into_outcome(false))
    })
);

reduction!(
    /// The least and the greatest element.
    min_max, start_min_max (),
    |x, filter, token| each_type!(x, values => {
        let (least, greatest) = allcores_numeric::min_max(token, &values, filter)?;
        let both = [least.into_outcome(false), greatest.into_outcome(false)];
        Ok(Outcome::List(both.map(Some).into()))
    })
);

reduction!(
    /// The greatest element less the least.
    ptp, start_ptp (),
    |x, filter, token| {
        let wide = is_wide(&x);
        each_type!(x, values => {
            Ok(allcores_numeric::range(token, &values, filter)?.into_outcome(wide))
        })
    }
);

reduction!(
    /// The sum of the squares.
    sum_of_squares, start_sum_of_squares (how: u32, bigint: bool),
    |x, filter, token| {
        let (wide, precision) = (bigint || is_wide(&x), precision(how)?);
        each_type!(x, values => {
            let sum = allcores_numeric::sum_of_squares(token, &values, filter, precision)?;
            Ok(sum.into_outcome(wide))
        })
    }
);

reduction!(
    /// A norm: `order` is 1, 2, or 0 for infinity.
    norm, start_norm (how: u32, order: u32),
    |x, filter, token| {
        let precision = precision(how)?;
        let order = match order {
            0 => Order::Infinity,
            1 => Order::One,
            2 => Order::Two,
            _ => return Err(Failure::out_of_range("Expected an order from 0 to 2")),
        };
        each_type!(x, values => {
            Ok(Outcome::Number(allcores_numeric::norm(token, &values, filter, order, precision)?))
        })
    }
);

reduction!(
    /// Count, number of NaNs, least, greatest, mean, variance, standard deviation and sum.
    describe, start_describe (ddof: u32),
    |x, filter, token| {
        let wide = is_wide(&x);
        each_type!(x, values => {
            let all = allcores_numeric::describe(token, &values, filter, ddof as usize)?;
            let (least, greatest) = match all.extremes {
                Some((least, greatest)) => (least.into_outcome(false), greatest.into_outcome(false)),
                None => (Outcome::Number(f64::NAN), Outcome::Number(f64::NAN)),
            };
            let numbers = [
                Outcome::Number(all.count as f64),
                Outcome::Number(all.nan_count as f64),
                least,
                greatest,
                Outcome::Number(all.mean),
                Outcome::Number(all.variance),
                Outcome::Number(all.std),
                all.sum.into_outcome(wide),
            ];
            Ok(Outcome::List(numbers.map(Some).into()))
        })
    }
);

fn dot_of(
    token: &Token,
    (a, b): (Numbers, Numbers),
    filter: &OwnFilter,
    how: u32,
    bigint: bool,
) -> Finished {
    let (wide, precision) = (bigint || is_wide(&a), precision(how)?);
    each_pair!(a, b, (left, right) => {
        let sum = allcores_numeric::dot(token, &left, &right, filter.get(), precision)?;
        Ok(sum.into_outcome(wide))
    })
}

/// The sum of the products of two arrays of one type and length.
#[napi(catch_unwind)]
pub fn dot(
    env: Env,
    a: Numbers,
    b: Numbers,
    mask: Option<Bytes>,
    nan: u32,
    how: u32,
    bigint: bool,
) -> Result<Outcome, JsError> {
    let filter = OwnFilter::new(mask, nan)?;
    run(env, |token| dot_of(token, (a, b), &filter, how, bigint))
}

/// [`dot`] as a job.
#[napi(catch_unwind)]
pub fn start_dot(
    env: Env,
    id: u32,
    a: Held<Numbers>,
    b: Held<Numbers>,
    mask: Option<Held<Bytes>>,
    nan: u32,
    how: u32,
    bigint: bool,
) -> Result<Pending, JsError> {
    let ((a, hold_a), (b, hold_b)) = (a.split(), b.split());
    let mut references = vec![hold_a, hold_b];
    let filter = OwnFilter::held(mask, nan, &mut references)?;
    start(env, id, references, move |token| dot_of(token, (a, b), &filter, how, bigint))
}

fn weighted_mean_of(token: &Token, x: Numbers, weights: Numbers, filter: &OwnFilter) -> Finished {
    let Numbers::F64(weights) = weights else {
        return Err(Failure::wrong_type("Expected the weights to be a Float64Array"));
    };
    each_type!(x, values => {
        let mean = allcores_numeric::weighted_mean(token, &values, &weights, filter.get())?;
        Ok(Outcome::Number(mean))
    })
}

/// The mean in which each element has a weight, a double.
#[napi(catch_unwind)]
pub fn weighted_mean(
    env: Env,
    x: Numbers,
    weights: Numbers,
    mask: Option<Bytes>,
    nan: u32,
) -> Result<Outcome, JsError> {
    let filter = OwnFilter::new(mask, nan)?;
    run(env, |token| weighted_mean_of(token, x, weights, &filter))
}

/// [`weighted_mean`] as a job.
#[napi(catch_unwind)]
pub fn start_weighted_mean(
    env: Env,
    id: u32,
    x: Held<Numbers>,
    weights: Held<Numbers>,
    mask: Option<Held<Bytes>>,
    nan: u32,
) -> Result<Pending, JsError> {
    let ((x, hold), (weights, hold_weights)) = (x.split(), weights.split());
    let mut references = vec![hold, hold_weights];
    let filter = OwnFilter::held(mask, nan, &mut references)?;
    start(env, id, references, move |token| weighted_mean_of(token, x, weights, &filter))
}
