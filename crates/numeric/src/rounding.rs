//! Exact values that are larger than any float, and their one rounding.

use half::f16;

/// A number of any size: `top · 2^exponent`, and less than one unit of `top` more when
/// `more` says so. The highest bit of `top` is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Magnitude {
    pub(crate) top: u128,
    pub(crate) exponent: i64,
    pub(crate) more: bool,
}

impl Magnitude {
    /// `size · 2^exponent`; `None` for zero.
    pub(crate) fn new(size: u128, exponent: i64) -> Option<Magnitude> {
        let room = size.checked_ilog2().map(|highest| 127 - highest)?;
        Some(Magnitude { top: size << room, exponent: exponent - i64::from(room), more: false })
    }

    /// The square root, with all the bits that a rounding needs.
    pub(crate) fn square_root(self) -> Magnitude {
        let odd = self.exponent & 1;
        let square = self.top >> odd;
        let root = square.isqrt();
        let dropped = odd == 1 && self.top & 1 == 1;
        Magnitude {
            top: root << 64,
            exponent: (self.exponent + odd) / 2 - 64,
            more: self.more || dropped || root * root != square,
        }
    }
}

/// A binary floating-point format, as far as rounding to it goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    /// Bits of a normal number's significand.
    precision: i64,
    /// The smallest number is 2 to the power of this.
    lowest: i64,
    /// All finite numbers are below 2 to the power of this.
    limit: i64,
}

/// A float type, as a format to round to.
pub(crate) trait Formatted {
    const FORMAT: Format;
}

impl Formatted for f64 {
    const FORMAT: Format = Format { precision: 53, lowest: -1074, limit: 1024 };
}

impl Formatted for f32 {
    const FORMAT: Format = Format { precision: 24, lowest: -149, limit: 128 };
}

impl Formatted for f16 {
    const FORMAT: Format = Format { precision: 11, lowest: -24, limit: 16 };
}

impl Format {
    /// The nearest number of the format, as a double; of two equally near ones the one with an
    /// even last bit. Infinity from half a unit above the largest number.
    pub(crate) fn round(self, value: Magnitude) -> f64 {
        let Magnitude { top, exponent, more } = value;
        // What the last bit of the result is worth, and how many bits lie below it: at least 75.
        let unit = (exponent + 128 - self.precision).max(self.lowest);
        let dropped = unit - exponent;
        if dropped > 128 {
            return 0.0; // less than half of the smallest number
        }
        let (kept, rest) =
            if dropped == 128 { (0, top) } else { (top >> dropped, top << (128 - dropped)) };
        let half = 1 << 127;
        let up = rest > half || rest == half && (more || kept & 1 == 1);
        let significand = kept + u128::from(up);
        // At most one bit more than the precision, when all bits were set.
        let bits = i64::from(significand.checked_ilog2().map_or(0, |highest| highest + 1));
        if bits + unit > self.limit {
            return f64::INFINITY;
        }
        significand as f64 * two_to(unit)
    }
}

/// 2 to the power of `exponent`, from −1074 to 1023.
fn two_to(exponent: i64) -> f64 {
    f64::from_bits(if exponent < -1022 {
        1 << (exponent + 1074)
    } else {
        ((exponent + 1023) as u64) << 52
    })
}

#[cfg(test)]
mod tests {
    use super::{Format, Formatted, Magnitude};
    use half::f16;

    fn round(format: Format, size: u128, exponent: i64) -> f64 {
        Magnitude::new(size, exponent).map_or(0.0, |value| format.round(value))
    }

    #[test]
    fn rounding_agrees_with_the_conversions_of_the_language() {
        let mut state = 1_u64;
        for _ in 0..200_000 {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            let size = u128::from(state >> (state % 60)) << (state % 53);
            assert_eq!(round(f64::FORMAT, size, 0), size as f64, "{size}");
            assert_eq!(round(f32::FORMAT, size, 0), f64::from(size as f32), "{size}");
            // A double of any exponent to the narrower formats.
            let double = f64::from_bits(state & !(3 << 62) | (state & 1) << 62);
            let (m, e) = (double.to_bits() & ((1 << 52) - 1) | 1 << 52, double.to_bits() >> 52);
            if e > 0 && e < 2047 {
                let exponent = i64::try_from(e).unwrap() - 1075;
                assert_eq!(round(f64::FORMAT, m.into(), exponent), double);
                let narrow = f64::from(double as f32);
                assert_eq!(round(f32::FORMAT, m.into(), exponent), narrow);
                // `f16::from_f64` looks at the upper half of the bits only.
                let unit = 2_f64.powi((double.abs().log2().floor() as i32 - 10).max(-24));
                let half = (double / unit).round_ties_even() * unit;
                let half = if half.abs() < 65_536.0 { half } else { f64::INFINITY };
                assert_eq!(round(f16::FORMAT, m.into(), exponent), half);
            }
        }
    }

    #[test]
    fn ties_limits_and_the_smallest_numbers_are_rounded_to_even() {
        let f64s = f64::FORMAT;
        assert_eq!(round(f64s, 1, -1075), 0.0);
        assert_eq!(round(f64s, 3, -1075).to_bits(), 2);
        assert_eq!(round(f64s, 5, -1076).to_bits(), 1);
        assert_eq!(round(f64s, 1, -5000), 0.0);
        let tiny = Magnitude { more: true, ..Magnitude::new(1, -1075).unwrap() };
        assert_eq!(f64s.round(tiny).to_bits(), 1);
        // Half a unit above the largest double, and just below that.
        let half_above = (1 << 54) - 1;
        assert_eq!(round(f64s, half_above, 970), f64::INFINITY);
        assert_eq!(round(f64s, half_above * 4 - 1, 968), f64::MAX);
        assert_eq!(round(f64s, 1, 1024), f64::INFINITY);
        assert_eq!(round(f64s, 1, 1023), 2_f64.powi(1023));
        assert_eq!(round(f16::FORMAT, 65_519, 0), 65_504.0);
        assert_eq!(round(f16::FORMAT, 65_520, 0), f64::INFINITY);
    }

    #[test]
    fn a_square_root_knows_whether_it_is_exact() {
        for (size, exponent, root) in [(9, 0, 3.0), (18, -1, 3.0), (1, -2148, 5e-324), (1, 2, 2.0)]
        {
            let value = Magnitude::new(size, exponent).unwrap().square_root();
            assert!(!value.more);
            assert_eq!(f64::FORMAT.round(value), root);
        }
        for size in 2..2000_u128 {
            let value = Magnitude::new(size, 0).unwrap().square_root();
            assert_eq!(value.more, size.isqrt().pow(2) != size);
            assert_eq!(f64::FORMAT.round(value), (size as f64).sqrt());
            // The square root of a double is rounded correctly by the processor.
            let value = Magnitude::new(size, 77).unwrap().square_root();
            assert_eq!(f64::FORMAT.round(value), (size as f64 * 2_f64.powi(77)).sqrt());
        }
        // Slightly more than a square is no square.
        let more = Magnitude { more: true, ..Magnitude::new(4, 0).unwrap() };
        assert!(more.square_root().more);
    }
}
