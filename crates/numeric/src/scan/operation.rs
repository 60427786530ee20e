//! What a scan does with one number after the other.

use crate::simd::Simd;

/// An operation with a neutral element that changes nothing, not even a zero's sign.
pub(crate) trait Operation: Copy + Send + Sync {
    const NEUTRAL: f64;
    /// What a NaN counts as when it is left out.
    const OMITTED: f64;

    fn rows<S: Simd>(simd: S, left: S::Row, right: S::Row) -> S::Row;
    fn one(left: f64, right: f64) -> f64;
    /// Modulo 2^64.
    fn wide(left: i64, right: i64) -> i64;
}

#[derive(Clone, Copy)]
pub(crate) struct Addition;

impl Operation for Addition {
    const NEUTRAL: f64 = -0.0;
    const OMITTED: f64 = 0.0;

    #[inline(always)]
    fn rows<S: Simd>(simd: S, left: S::Row, right: S::Row) -> S::Row {
        simd.add(left, right)
    }

    #[inline(always)]
    fn one(left: f64, right: f64) -> f64 {
        left + right
    }

    #[inline(always)]
    fn wide(left: i64, right: i64) -> i64 {
        left.wrapping_add(right)
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Multiplication;

impl Operation for Multiplication {
    const NEUTRAL: f64 = 1.0;
    const OMITTED: f64 = 1.0;

    #[inline(always)]
    fn rows<S: Simd>(simd: S, left: S::Row, right: S::Row) -> S::Row {
        simd.mul(left, right)
    }

    #[inline(always)]
    fn one(left: f64, right: f64) -> f64 {
        left * right
    }

    #[inline(always)]
    fn wide(left: i64, right: i64) -> i64 {
        left.wrapping_mul(right)
    }
}
