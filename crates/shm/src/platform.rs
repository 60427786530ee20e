//! What the system offers: one file for each, with the same names.

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "system calls")]
mod linux;
#[cfg(target_os = "linux")]
pub(crate) use linux::*;

#[cfg(not(target_os = "linux"))]
mod unsupported;
#[cfg(not(target_os = "linux"))]
pub(crate) use unsupported::*;
