/// How a sum of floats is added up. Sums of integers are always exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// By numpy's pairwise tree: the error grows with the logarithm of the length.
    #[default]
    Pairwise,
    /// Exactly, and rounded once.
    Exact,
    /// In 64 lanes over blocks of 4,096 terms, which is faster for data in a cache.
    Fast,
}
