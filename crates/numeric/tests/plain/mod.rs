//! The kernels without filter and options, as most tests call them.

#![allow(dead_code, reason = "each test program uses its own part")]

use allcores_numeric::{Element, Error, Filter, Precision};
use allcores_parallel::Token;

pub(crate) fn sum<T: Element>(token: &Token, values: &[T]) -> Result<T::Sum, Error> {
    allcores_numeric::sum(token, values, Filter::ALL, Precision::Pairwise)
}

pub(crate) fn mean<T: Element>(token: &Token, values: &[T]) -> Result<f64, Error> {
    allcores_numeric::mean(token, values, Filter::ALL)
}

pub(crate) fn variance<T: Element>(token: &Token, values: &[T], ddof: usize) -> Result<f64, Error> {
    allcores_numeric::variance(token, values, Filter::ALL, ddof)
}

pub(crate) fn min<T: Element>(token: &Token, values: &[T]) -> Result<T, Error> {
    allcores_numeric::min(token, values, Filter::ALL)
}

pub(crate) fn max<T: Element>(token: &Token, values: &[T]) -> Result<T, Error> {
    allcores_numeric::max(token, values, Filter::ALL)
}

pub(crate) fn dot<T: Element>(token: &Token, left: &[T], right: &[T]) -> Result<T::Sum, Error> {
    allcores_numeric::dot(token, left, right, Filter::ALL, Precision::Pairwise)
}

pub(crate) fn sum_of_squares<T: Element>(token: &Token, values: &[T]) -> Result<T::Sum, Error> {
    allcores_numeric::sum_of_squares(token, values, Filter::ALL, Precision::Pairwise)
}
