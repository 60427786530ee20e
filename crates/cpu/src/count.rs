use std::num::NonZero;
use std::sync::OnceLock;
use std::{env, thread};

use crate::Error;

/// More threads than this are a slip of the keyboard, not a machine.
const MAX_COUNT: usize = 4096;

/// Cores this process may use: `ALLCORES_WORKERS` when set, else the least of the
/// affinity mask and the cgroup quota (v1 and v2). At least 1.
///
/// Read anew at each call, because JavaScript may change its environment.
///
/// ```
/// assert!(allcores_cpu::cores().unwrap() >= 1);
/// ```
pub fn cores() -> Result<usize, Error> {
    Ok(from_environment("ALLCORES_WORKERS")?.unwrap_or_else(available))
}

/// Native threads of this process: `ALLCORES_THREADS` when set, else [`cores`].
///
/// ```
/// assert!(allcores_cpu::threads().unwrap() >= 1);
/// ```
pub fn threads() -> Result<usize, Error> {
    match from_environment("ALLCORES_THREADS")? {
        Some(count) => Ok(count),
        None => cores(),
    }
}

fn available() -> usize {
    // Reading the quota opens files under /sys: once is enough.
    static AVAILABLE: OnceLock<usize> = OnceLock::new();
    *AVAILABLE.get_or_init(|| thread::available_parallelism().map_or(1, NonZero::get))
}

fn from_environment(variable: &'static str) -> Result<Option<usize>, Error> {
    match env::var_os(variable) {
        None => Ok(None),
        Some(value) => parse(variable, &value.to_string_lossy()),
    }
}

fn parse(variable: &'static str, value: &str) -> Result<Option<usize>, Error> {
    if value.is_empty() {
        return Ok(None);
    }
    match value.parse() {
        Ok(count @ 1..=MAX_COUNT) => Ok(Some(count)),
        _ => Err(Error {
            variable,
            value: value.to_owned(),
            expected: format!("an integer from 1 to {MAX_COUNT}"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_COUNT, parse};

    #[test]
    fn a_count_is_an_integer_from_one_and_an_empty_variable_is_unset() {
        assert_eq!(parse("X", "1").unwrap(), Some(1));
        assert_eq!(parse("X", &MAX_COUNT.to_string()).unwrap(), Some(MAX_COUNT));
        assert_eq!(parse("X", "").unwrap(), None);
        for bad in ["0", "-1", "1.5", "two", " 2", "4097", "99999999999999999999"] {
            let error = parse("ALLCORES_WORKERS", bad).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!(
                    "Expected `ALLCORES_WORKERS` to be an integer from 1 to 4096, got \"{bad}\""
                )
            );
        }
    }
}
