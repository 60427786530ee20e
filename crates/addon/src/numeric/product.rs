//! The product of an array.

use allcores_numeric::{Element, Filter, Precision};
use allcores_parallel::Token;
use napi::Env;
use napi_derive::napi;

use super::each_type;
use super::filter::OwnFilter;
use super::is_wide;
use super::reductions::{precision, reduction};
use crate::buffer::{Bytes, Held, Numbers};
use crate::call::{run, start};
use crate::failure::{Failure, JsError};
use crate::outcome::{Finished, Outcome};
use crate::settle::Pending;

reduction!(
    /// The product; an exact bigint for 64-bit integers or when `bigint` asks for one.
    prod, start_prod (how: u32, bigint: bool),
    |x, filter, token| {
        let precision = precision(how)?;
        if bigint || is_wide(&x) {
            return integer(token, x, filter);
        }
        each_type!(x, values => number(token, &values, filter, precision))
    }
);

fn number<T: Element>(
    token: &Token,
    values: &[T],
    filter: Filter<'_>,
    precision: Precision,
) -> Finished {
    Ok(Outcome::Number(allcores_numeric::product(token, values, filter, precision)?))
}

fn integer(token: &Token, x: Numbers, filter: Filter<'_>) -> Finished {
    match x {
        Numbers::I8(values) => bigint(token, &values, filter),
        Numbers::U8(values) => bigint(token, &values, filter),
        Numbers::I16(values) => bigint(token, &values, filter),
        Numbers::U16(values) => bigint(token, &values, filter),
        Numbers::I32(values) => bigint(token, &values, filter),
        Numbers::U32(values) => bigint(token, &values, filter),
        Numbers::I64(values) => bigint(token, &values, filter),
        Numbers::U64(values) => bigint(token, &values, filter),
        Numbers::F16(_) | Numbers::F32(_) | Numbers::F64(_) => {
            Err(Failure::wrong_type("Expected an array of integers for a bigint"))
        }
    }
}

fn bigint<T: Element + Into<i128>>(token: &Token, values: &[T], filter: Filter<'_>) -> Finished {
    let size = allcores_numeric::product_size(token, values, filter)?;
    // The size may be one bit too large.
    if size.bits > allcores_bigint::MAX_BITS + 1 {
        return Err(too_large(size.bits));
    }
    let mut words = Vec::new();
    if size.bits > 0 {
        let kept = |index: usize| filter.mask.is_none_or(|mask| mask[index] != 0);
        let magnitude = |&value: &T| -> u64 { value.into().unsigned_abs() as u64 };
        let kept = values.iter().enumerate().filter(|&(index, _)| kept(index));
        // A zero can only be one that was written meanwhile.
        let factors = kept.map(|(_, value)| magnitude(value)).filter(|&factor| factor != 0);
        words = allcores_bigint::product_of_factors(token, factors)?;
    }
    let bits = 64 * words.len() as u64 - words.last().map_or(0, |word| word.leading_zeros().into());
    if bits > allcores_bigint::MAX_BITS {
        return Err(too_large(bits));
    }
    Ok(Outcome::BigInt { negative: size.is_negative, words })
}

fn too_large(bits: u64) -> Failure {
    let most = allcores_bigint::MAX_BITS;
    Failure::out_of_range(format!("Expected a product of at most {most} bits, got one of {bits}"))
}
