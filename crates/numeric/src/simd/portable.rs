//! The baseline: plain arrays, which the compiler vectorises as far as the target allows.

use super::Simd;
use crate::extreme::lesser;

#[derive(Clone, Copy)]
pub(super) struct Portable;

macro_rules! each_lane {
    ($left:ident $operator:tt $right:ident) => {{
        let mut row = $left;
        for lane in 0..8 {
            row[lane] = $left[lane] $operator $right[lane];
        }
        row
    }};
}

impl Simd for Portable {
    type Row = [f64; 8];

    const MANY_ROWS: bool = false;

    #[inline(always)]
    fn prefetch(self, _: *const u8) {}

    #[inline(always)]
    fn splat(self, value: f64) -> [f64; 8] {
        [value; 8]
    }

    #[inline(always)]
    fn load(self, row: &[f64; 8]) -> [f64; 8] {
        *row
    }

    #[inline(always)]
    fn load_f32(self, row: &[f32; 8]) -> [f64; 8] {
        let mut wide = [0.0; 8];
        for lane in 0..8 {
            wide[lane] = f64::from(row[lane]);
        }
        wide
    }

    #[inline(always)]
    fn add(self, left: [f64; 8], right: [f64; 8]) -> [f64; 8] {
        each_lane!(left + right)
    }

    #[inline(always)]
    fn sub(self, left: [f64; 8], right: [f64; 8]) -> [f64; 8] {
        each_lane!(left - right)
    }

    #[inline(always)]
    fn mul(self, left: [f64; 8], right: [f64; 8]) -> [f64; 8] {
        each_lane!(left * right)
    }

    #[inline(always)]
    fn negate(self, row: [f64; 8]) -> [f64; 8] {
        let mut negated = row;
        for value in &mut negated {
            *value = -*value;
        }
        negated
    }

    #[inline(always)]
    fn lesser(self, left: [f64; 8], right: [f64; 8]) -> [f64; 8] {
        let mut row = left;
        for lane in 0..8 {
            row[lane] = lesser(left[lane], right[lane]);
        }
        row
    }

    #[inline(always)]
    fn to_array(self, row: [f64; 8]) -> [f64; 8] {
        row
    }
}
