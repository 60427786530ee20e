//! What can go wrong, made into a JavaScript error with a stable code.

use std::any::Any;

use allcores_parallel::{Cancelled, Closed};

/// A failed call. The code is all that TypeScript looks at to choose the class.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Failure { code, message: message.into() }
    }

    pub(crate) fn wrong_type(message: impl Into<String>) -> Self {
        Failure::new("ERR_INVALID_ARG_TYPE", message)
    }

    pub(crate) fn out_of_range(message: impl Into<String>) -> Self {
        Failure::new("ERR_OUT_OF_RANGE", message)
    }

    pub(crate) fn panicked(payload: &(dyn Any + Send)) -> Self {
        let message = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a panic without a message".to_owned());
        Failure::new("ALLCORES_ERR_PANIC", format!("A native kernel panicked: {message}"))
    }
}

impl From<Cancelled> for Failure {
    fn from(cancelled: Cancelled) -> Self {
        Failure::new("ALLCORES_ERR_CANCELLED", cancelled.to_string())
    }
}

impl From<Closed> for Failure {
    fn from(closed: Closed) -> Self {
        Failure::new("ALLCORES_ERR_CANCELLED", closed.to_string())
    }
}

impl From<allcores_cpu::Error> for Failure {
    fn from(error: allcores_cpu::Error) -> Self {
        Failure::new("ERR_INVALID_ARG_VALUE", error.to_string())
    }
}

/// The error type of every export: its status becomes the JavaScript error's `code`.
pub(crate) type JsError = napi::Error<String>;

impl From<Failure> for JsError {
    fn from(failure: Failure) -> Self {
        napi::Error::new(failure.code.to_owned(), failure.message)
    }
}
