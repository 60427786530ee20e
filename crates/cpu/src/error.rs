use std::fmt;

/// An environment variable asks for something that this machine cannot give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The variable, for example `ALLCORES_SIMD`.
    pub variable: &'static str,
    /// Its value, lossily decoded.
    pub value: String,
    /// What would have been accepted.
    pub expected: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expected `{}` to be {}, got \"{}\"", self.variable, self.expected, self.value)
    }
}

impl std::error::Error for Error {}
