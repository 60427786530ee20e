//! What a scan of 64-bit integers does with one number after the other.

/// An operation modulo 2^64.
pub(crate) trait Operation: Copy + Send + Sync {
    const NEUTRAL: i64;

    fn put(left: i64, right: i64) -> i64;
}

#[derive(Clone, Copy)]
pub(crate) struct Addition;

impl Operation for Addition {
    const NEUTRAL: i64 = 0;

    #[inline(always)]
    fn put(left: i64, right: i64) -> i64 {
        left.wrapping_add(right)
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Multiplication;

impl Operation for Multiplication {
    const NEUTRAL: i64 = 1;

    #[inline(always)]
    fn put(left: i64, right: i64) -> i64 {
        left.wrapping_mul(right)
    }
}
