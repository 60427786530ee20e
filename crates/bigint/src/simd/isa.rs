use std::sync::OnceLock;

use allcores_cpu::Level;

/// A level that this machine can run. Invariant: `Level::is_available` was true.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Isa(Level);

impl Isa {
    /// The level of this process; one atomic load after the first call.
    pub(crate) fn detected() -> Isa {
        static ISA: OnceLock<Isa> = OnceLock::new();
        *ISA.get_or_init(|| {
            // The addon refuses to load when ALLCORES_SIMD is unusable.
            let level = allcores_cpu::level().ok().filter(|level| level.is_available());
            Isa(level.unwrap_or(Level::Scalar))
        })
    }

    /// Every level of this machine.
    #[cfg(test)]
    pub(crate) fn all() -> impl Iterator<Item = Isa> {
        Level::ALL.into_iter().filter(|level| level.is_available()).map(Isa)
    }

    pub(crate) fn level(self) -> Level {
        self.0
    }
}
