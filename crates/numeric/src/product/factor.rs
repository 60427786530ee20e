//! Elements as factors of an exact product.

use half::f16;

use crate::filter::Filter;
use crate::rounding::{Format, Formatted};
use crate::terms::{Float, Widen};

/// The magnitude of a finite number that is not zero: `significand · 2^exponent`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Factor {
    pub(crate) significand: u64,
    pub(crate) exponent: i64,
}

/// What a product must know of its element type.
pub(crate) trait Multiply: Widen {
    const IS_INTEGER: bool;
    /// Whether a double holds every element.
    const FITS_DOUBLE: bool;
    /// What the exact product is rounded to.
    const RESULT: Format;

    /// `None` for zero, infinity and NaN.
    fn factor(self) -> Option<Factor>;
    /// The nearest value of the type, for floats; there is one NaN only.
    fn rounded(value: f64) -> f64;
}

macro_rules! float {
    ($($T:ident)+) => {$(
        impl Multiply for $T {
            const IS_INTEGER: bool = false;
            const FITS_DOUBLE: bool = true;
            const RESULT: Format = <$T as Formatted>::FORMAT;

            #[inline(always)]
            fn factor(self) -> Option<Factor> {
                factor(self.widen())
            }

            fn rounded(value: f64) -> f64 {
                if value.is_nan() { f64::NAN } else { <$T>::narrow(value).widen() }
            }
        }
    )+};
}

float!(f16 f32 f64);

macro_rules! integer {
    ($($T:ident)+) => {$(
        impl Multiply for $T {
            const IS_INTEGER: bool = true;
            const FITS_DOUBLE: bool = size_of::<$T>() < 8;
            const RESULT: Format = f64::FORMAT;

            #[inline(always)]
            fn factor(self) -> Option<Factor> {
                let significand = i128::from(self).unsigned_abs() as u64;
                (self != 0).then_some(Factor { significand, exponent: 0 })
            }

            fn rounded(value: f64) -> f64 {
                value
            }
        }
    )+};
}

integer!(i8 u8 i16 u16 i32 u32 i64 u64);

#[inline(always)]
fn factor(value: f64) -> Option<Factor> {
    let bits = value.to_bits();
    let field = bits >> 52 & 0x7ff;
    let fraction = bits & ((1 << 52) - 1);
    let is_normal = u64::from(field != 0);
    let significand = fraction | is_normal << 52;
    let exponent = field.cast_signed() - is_normal.cast_signed() - 1074;
    (field != 0x7ff && significand != 0).then_some(Factor { significand, exponent })
}

/// Elements and the filter that goes with them, as a part that can be cut.
#[derive(Clone, Copy)]
pub(crate) struct Input<'a, T> {
    pub(crate) values: &'a [T],
    pub(crate) filter: Filter<'a>,
}

impl<'a, T: Multiply> Input<'a, T> {
    /// The factors that take part. Zeros, infinities and NaN are passed over: they decide a
    /// product before it comes to this.
    #[inline(always)]
    pub(crate) fn factors(self) -> impl Iterator<Item = Factor> + 'a {
        let mask = self.filter.mask;
        let kept = move |index: usize| mask.is_none_or(|mask| mask[index] != 0);
        let elements = self.values.iter().enumerate();
        elements.filter(move |&(index, _)| kept(index)).filter_map(|(_, value)| value.factor())
    }

    pub(crate) fn halves(self) -> (Self, Self) {
        let middle = self.values.len() / 2;
        let (left, right) = self.values.split_at(middle);
        let masks = self.filter.mask.map(|mask| mask.split_at(middle));
        let part = |values, mask| Input { values, filter: Filter { mask, ..self.filter } };
        (part(left, masks.map(|masks| masks.0)), part(right, masks.map(|masks| masks.1)))
    }
}
