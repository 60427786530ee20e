//! The public functions against naive products and another library.

mod cancel;
mod factorial;
mod multiply;
mod oracle;
