use std::sync::OnceLock;
use std::{env, fmt};

use crate::Error;

/// An instruction set that the kernels are compiled for, in rising order.
///
/// Results never depend on the level; only the time does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Level {
    /// The baseline of the target (SSE2 on x86-64, NEON on arm64).
    Scalar,
    /// AVX2 and FMA, with F16C, BMI1, BMI2 and LZCNT.
    Avx2,
    /// AVX-512 F, BW, CD, DQ and VL, and everything of [`Level::Avx2`].
    Avx512,
}

impl Level {
    /// Every level, lowest first.
    pub const ALL: [Level; 3] = [Level::Scalar, Level::Avx2, Level::Avx512];

    /// The name that `ALLCORES_SIMD` takes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Level::Scalar => "scalar",
            Level::Avx2 => "avx2",
            Level::Avx512 => "avx512",
        }
    }

    /// Whether this machine can run the level.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Level::Scalar => true,
            Level::Avx2 => has_avx2(),
            Level::Avx512 => has_avx512(),
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The level that the kernels of this process run on: `ALLCORES_SIMD` when set, else the
/// best that the machine has. Decided at the first call.
///
/// ```
/// assert!(allcores_cpu::level().unwrap().is_available());
/// ```
///
/// # Errors
/// When `ALLCORES_SIMD` names no level, or one that this machine lacks.
pub fn level() -> Result<Level, Error> {
    static LEVEL: OnceLock<Result<Level, Error>> = OnceLock::new();
    LEVEL
        .get_or_init(|| {
            let wanted = env::var_os("ALLCORES_SIMD");
            choose(wanted.map(|value| value.to_string_lossy().into_owned()).as_deref())
        })
        .clone()
}

fn choose(wanted: Option<&str>) -> Result<Level, Error> {
    let mut available = Level::ALL.into_iter().filter(|level| level.is_available());
    let Some(wanted) = wanted.filter(|value| !value.is_empty()) else {
        return Ok(available.next_back().unwrap_or(Level::Scalar));
    };
    available.find(|level| level.name() == wanted).ok_or_else(|| {
        let names: Vec<_> =
            Level::ALL.into_iter().filter(|l| l.is_available()).map(Level::name).collect();
        Error {
            variable: "ALLCORES_SIMD",
            value: wanted.to_owned(),
            expected: format!("an instruction set of this machine ({})", names.join(", ")),
        }
    })
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    use std::arch::is_x86_feature_detected as has;
    has!("avx2") && has!("fma") && has!("f16c") && has!("bmi1") && has!("bmi2") && has!("lzcnt")
}

#[cfg(target_arch = "x86_64")]
fn has_avx512() -> bool {
    use std::arch::is_x86_feature_detected as has;
    has_avx2()
        && has!("avx512f")
        && has!("avx512bw")
        && has!("avx512cd")
        && has!("avx512dq")
        && has!("avx512vl")
}

#[cfg(not(target_arch = "x86_64"))]
fn has_avx2() -> bool {
    false
}

#[cfg(not(target_arch = "x86_64"))]
fn has_avx512() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::{Level, choose};

    #[test]
    fn unset_or_empty_takes_the_best_level_of_the_machine() {
        let best = Level::ALL.into_iter().rfind(|level| level.is_available()).unwrap();
        assert_eq!(choose(None), Ok(best));
        assert_eq!(choose(Some("")), Ok(best));
    }

    #[test]
    fn every_available_level_can_be_forced_by_its_name() {
        for level in Level::ALL.into_iter().filter(|level| level.is_available()) {
            assert_eq!(choose(Some(level.name())), Ok(level));
        }
    }

    #[test]
    fn an_unknown_level_is_an_error_that_lists_the_machines_levels() {
        let error = choose(Some("mmx")).unwrap_err();
        assert_eq!(error.variable, "ALLCORES_SIMD");
        assert!(error.to_string().contains("(scalar"), "{error}");
    }
}
