//! The public functions against naive products and another library.

mod cancel;
mod factorial;
mod family;
mod multiply;
mod oracle;
