//! The public functions against naive products and another library.

mod cancel;
mod decimal;
mod factorial;
mod family;
mod multiply;
mod oracle;
