//! Rows of eight sort keys: 64-bit signed integers whose order is the order of the elements
//! that they stand for.
//!
//! | element | key |
//! |---|---|
//! | `i64`, `i32`, `u32` | its value |
//! | `u64` | its value less 2^63 |
//! | `f64` | its bits; for a negative number all but the sign inverted: −0 is one below +0 |
//! | `f32` | the key of the `f64` of the same value |
//!
//! A set of lanes is a byte with a bit for each lane, the first lane lowest.

use super::portable::Portable;

/// What selection needs of an instruction set.
pub(crate) trait KeyLanes: Copy {
    type Keys: Copy;

    fn load_keys(self, row: &[i64; 8]) -> Self::Keys;
    fn keys_of_i32(self, row: &[i32; 8]) -> Self::Keys;
    fn keys_of_u32(self, row: &[u32; 8]) -> Self::Keys;
    fn keys_of_u64(self, row: &[u64; 8]) -> Self::Keys;
    /// With the lanes that are no NaN; the key of a NaN means nothing.
    fn keys_of_f64(self, row: &[f64; 8]) -> (Self::Keys, u8);
    /// With the lanes that are no NaN; the key of a NaN means nothing.
    fn keys_of_f32(self, row: &[f32; 8]) -> (Self::Keys, u8);
    fn splat_key(self, key: i64) -> Self::Keys;
    fn store_keys(self, keys: Self::Keys, row: &mut [i64; 8]);
    /// The lanes in which `left` is less.
    fn less(self, left: Self::Keys, right: Self::Keys) -> u8;
    /// Adds 1 to the lanes of `counts` in which `left` is less.
    fn count_less(self, counts: Self::Keys, left: Self::Keys, right: Self::Keys) -> Self::Keys;
    /// Writes the keys of `lanes` to the front of `row`, in order, and anything behind them.
    fn pack(self, keys: Self::Keys, lanes: u8, row: &mut [i64; 8]);
    /// The lanes whose byte is not 0.
    fn lanes_of(self, mask: &[u8; 8]) -> u8;
}

/// The key of a double that is no NaN.
#[inline(always)]
pub(crate) fn key_of_f64(value: f64) -> i64 {
    let bits = value.to_bits().cast_signed();
    bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

/// The double of a key.
#[inline(always)]
pub(crate) fn f64_of_key(key: i64) -> f64 {
    // The inversion leaves the sign alone and so undoes itself.
    f64::from_bits((key ^ ((key >> 63).cast_unsigned() >> 1).cast_signed()).cast_unsigned())
}

/// The key of an unsigned integer.
#[inline(always)]
pub(crate) fn key_of_u64(value: u64) -> i64 {
    (value ^ 1 << 63).cast_signed()
}

macro_rules! lanes {
    ($row:ident, $lane:ident => $test:expr) => {{
        let mut lanes = 0;
        for $lane in 0..8 {
            lanes |= u8::from($test) << $lane;
        }
        lanes
    }};
}

impl KeyLanes for Portable {
    type Keys = [i64; 8];

    #[inline(always)]
    fn load_keys(self, row: &[i64; 8]) -> [i64; 8] {
        *row
    }

    #[inline(always)]
    fn keys_of_i32(self, row: &[i32; 8]) -> [i64; 8] {
        row.map(i64::from)
    }

    #[inline(always)]
    fn keys_of_u32(self, row: &[u32; 8]) -> [i64; 8] {
        row.map(i64::from)
    }

    #[inline(always)]
    fn keys_of_u64(self, row: &[u64; 8]) -> [i64; 8] {
        row.map(key_of_u64)
    }

    #[inline(always)]
    fn keys_of_f64(self, row: &[f64; 8]) -> ([i64; 8], u8) {
        (row.map(key_of_f64), lanes!(row, lane => !row[lane].is_nan()))
    }

    #[inline(always)]
    fn keys_of_f32(self, row: &[f32; 8]) -> ([i64; 8], u8) {
        self.keys_of_f64(&row.map(f64::from))
    }

    #[inline(always)]
    fn splat_key(self, key: i64) -> [i64; 8] {
        [key; 8]
    }

    #[inline(always)]
    fn store_keys(self, keys: [i64; 8], row: &mut [i64; 8]) {
        *row = keys;
    }

    #[inline(always)]
    fn less(self, left: [i64; 8], right: [i64; 8]) -> u8 {
        lanes!(left, lane => left[lane] < right[lane])
    }

    #[inline(always)]
    fn count_less(self, counts: [i64; 8], left: [i64; 8], right: [i64; 8]) -> [i64; 8] {
        let mut counts = counts;
        for lane in 0..8 {
            counts[lane] += i64::from(left[lane] < right[lane]);
        }
        counts
    }

    #[inline(always)]
    fn pack(self, keys: [i64; 8], lanes: u8, row: &mut [i64; 8]) {
        let mut next = 0;
        for (lane, &key) in keys.iter().enumerate() {
            // Without a branch: what is not wanted is written over.
            row[next & 7] = key;
            next += usize::from(lanes >> lane & 1);
        }
    }

    #[inline(always)]
    fn lanes_of(self, mask: &[u8; 8]) -> u8 {
        lanes!(mask, lane => mask[lane] != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::{f64_of_key, key_of_f64, key_of_u64};
    use crate::simd::{Body, Isa, Simd};
    use allcores_cpu::Level;

    const DOUBLES: [f64; 8] =
        [1.5, -0.0, f64::NAN, 0.0, f64::NEG_INFINITY, -f64::NAN, f64::INFINITY, -1e-310];
    const INTEGERS: [i64; 8] = [i64::MIN, -1, 0, 1, i64::MAX, -5, 7, 1 << 40];

    struct Everything;

    impl Body for Everything {
        type Output = (Vec<[i64; 8]>, Vec<u8>);

        fn run<S: Simd>(self, simd: S) -> Self::Output {
            let singles = DOUBLES.map(|value| value as f32);
            let (doubles, numbers) = simd.keys_of_f64(&DOUBLES);
            let (floats, same_numbers) = simd.keys_of_f32(&singles);
            let integers = simd.load_keys(&INTEGERS);
            let five = simd.splat_key(5);
            let rows = [
                integers,
                doubles,
                floats,
                simd.keys_of_i32(&INTEGERS.map(|value| value as i32)),
                simd.keys_of_u32(&INTEGERS.map(|value| value as u32)),
                simd.keys_of_u64(&INTEGERS.map(i64::cast_unsigned)),
                simd.count_less(five, integers, five),
            ];
            let mut stored = Vec::new();
            for keys in rows {
                let mut row = [0; 8];
                simd.store_keys(keys, &mut row);
                stored.push(row);
            }
            for lane in [2, 5] {
                (stored[1][lane], stored[2][lane]) = (0, 0); // the keys of NaN
            }
            for lanes in 0..=255_u8 {
                let mut row = [0; 8];
                simd.pack(integers, lanes, &mut row);
                for unspecified in &mut row[lanes.count_ones() as usize..] {
                    *unspecified = 0;
                }
                stored.push(row);
            }
            let mask = [0, 1, 255, 0, 128, 0, 0, 2];
            let less = simd.less(integers, five);
            (
                stored,
                vec![numbers, same_numbers, less, simd.lanes_of(&mask), simd.lanes_of(&[0; 8])],
            )
        }
    }

    #[test]
    fn every_level_gives_the_keys_and_lanes_of_the_baseline() {
        let baseline = Isa::of(Level::Scalar).unwrap().run(Everything);
        assert_eq!(baseline.1, [0b1101_1011, 0b1101_1011, 0b0010_1111, 0b1001_0110, 0]);
        assert_eq!(baseline.0[6], [6, 6, 6, 6, 5, 6, 5, 5]);
        assert_eq!(baseline.0[7 + 0b1010_0010], [-1, -5, 1 << 40, 0, 0, 0, 0, 0]);
        for isa in Level::ALL.into_iter().filter_map(Isa::of) {
            assert_eq!(isa.run(Everything), baseline, "{isa:?}");
        }
    }

    #[test]
    fn keys_have_the_order_of_the_elements_and_lead_back_to_them() {
        let rising =
            [f64::NEG_INFINITY, -1e300, -1.0, -5e-324, -0.0, 0.0, 5e-324, 1.0, f64::INFINITY];
        for pair in rising.windows(2) {
            assert!(key_of_f64(pair[0]) < key_of_f64(pair[1]), "{pair:?}");
        }
        for value in rising {
            assert_eq!(f64_of_key(key_of_f64(value)).to_bits(), value.to_bits());
        }
        assert!(key_of_u64(0) < key_of_u64(1 << 63));
        assert!(key_of_u64(1 << 63) < key_of_u64(u64::MAX));
    }
}
