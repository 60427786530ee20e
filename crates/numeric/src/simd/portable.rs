//! The baseline: plain arrays, which the compiler vectorises as far as the target allows.

use half::f16;

use super::{Body, Simd, run_baseline};
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
    type Mask = [bool; 8];

    const SIDE_BY_SIDE: usize = 1;

    #[inline(always)]
    fn call<B: Body>(self, body: B) -> B::Output {
        run_baseline(body)
    }

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
    fn load_f16(self, row: &[f16; 8]) -> [f64; 8] {
        let mut wide = [0.0; 8];
        for lane in 0..8 {
            wide[lane] = row[lane].to_f64_const();
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
    fn abs(self, row: [f64; 8]) -> [f64; 8] {
        let mut absolute = row;
        for value in &mut absolute {
            *value = value.abs();
        }
        absolute
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

    #[inline(always)]
    fn numbers(self, row: [f64; 8]) -> [bool; 8] {
        let mut mask = [false; 8];
        for lane in 0..8 {
            mask[lane] = !row[lane].is_nan();
        }
        mask
    }

    #[inline(always)]
    fn not_zero(self, bytes: &[u8; 8]) -> [bool; 8] {
        let mut mask = [false; 8];
        for lane in 0..8 {
            mask[lane] = bytes[lane] != 0;
        }
        mask
    }

    #[inline(always)]
    fn both(self, left: [bool; 8], right: [bool; 8]) -> [bool; 8] {
        each_lane!(left & right)
    }

    #[inline(always)]
    fn either(self, left: [bool; 8], right: [bool; 8]) -> [bool; 8] {
        each_lane!(left | right)
    }

    #[inline(always)]
    fn all_or_none(self, all: bool) -> [bool; 8] {
        [all; 8]
    }

    #[inline(always)]
    fn choose(self, mask: [bool; 8], row: [f64; 8], other: [f64; 8]) -> [f64; 8] {
        let mut chosen = other;
        for lane in 0..8 {
            chosen[lane] = if mask[lane] { row[lane] } else { other[lane] };
        }
        chosen
    }

    #[inline(always)]
    fn count(self, mask: [bool; 8]) -> usize {
        let mut count = 0;
        for lane in mask {
            count += usize::from(lane);
        }
        count
    }
}
