//! A fixed-point number so wide that every sum of doubles and of products of two doubles is
//! exact in it. (After Neal's "small superaccumulator", arXiv 1505.05571, with room for the
//! products.)

use crate::rounding::Magnitude;

/// The lowest bit stands for the square of the smallest double.
const LOWEST: i64 = -2148;

/// 2^2048 is above every product, and 60 bits more are above every sum of them.
const CHUNKS: usize = ((2048 - LOWEST as i32 + 60) as usize).div_ceil(32);

/// A chunk takes that many terms of at most 2^52 before it must pass on its carry.
const TERMS_PER_CARRY: usize = 1 << 10;

/// A sum without any rounding. Chunk `i` counts units of `2^(32 i + LOWEST)`; its upper half
/// is the carry that it has not passed on yet.
#[derive(Clone, Debug)]
pub(crate) struct Accumulator {
    chunks: [i64; CHUNKS],
    /// Terms that may still be added before the carries must be passed on.
    room: usize,
    nan: bool,
    infinite: [bool; 2],
}

/// A finite or infinite result, or NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Total {
    Zero,
    Finite {
        negative: bool,
        size: Magnitude,
    },
    /// An infinity or NaN.
    Special(f64),
}

impl Accumulator {
    pub(crate) const fn new() -> Self {
        Accumulator { chunks: [0; CHUNKS], room: TERMS_PER_CARRY, nan: false, infinite: [false; 2] }
    }

    /// Adds a double.
    #[inline]
    pub(crate) fn add(&mut self, value: f64) {
        let Some(parts) = Parts::of(value) else { return self.add_special(value) };
        self.make_room();
        let place = parts.place + 1074;
        let (chunk, shift) = (place >> 5, place & 31);
        let low = (parts.significand << shift) & 0xffff_ffff;
        let high = parts.significand >> (32 - shift);
        let mask = parts.sign_mask();
        // The two chunks as a slice, so that the bounds are checked once.
        let [first, second, ..] = &mut self.chunks[chunk..] else { return };
        *first += (low.cast_signed() ^ mask) - mask;
        *second += (high.cast_signed() ^ mask) - mask;
    }

    /// Adds the product of two doubles, without rounding it.
    #[inline]
    pub(crate) fn add_product(&mut self, left: f64, right: f64) {
        let (Some(a), Some(b)) = (Parts::of(left), Parts::of(right)) else {
            return self.add_special(left * right);
        };
        self.make_room();
        let place = a.place + b.place;
        let (chunk, shift) = (place >> 5, place & 31);
        let product = u128::from(a.significand) * u128::from(b.significand);
        let high = product >> (32 - shift);
        let pieces = [
            (product << shift) as u64 & 0xffff_ffff,
            high as u64 & 0xffff_ffff,
            (high >> 32) as u64 & 0xffff_ffff,
            (high >> 64) as u64,
        ];
        let mask = a.sign_mask() ^ b.sign_mask();
        for (chunk, piece) in self.chunks[chunk..].iter_mut().zip(pieces) {
            *chunk += (piece.cast_signed() ^ mask) - mask;
        }
    }

    /// The sum of both.
    pub(crate) fn merge(mut self, other: &Accumulator) -> Accumulator {
        self.pass_carries();
        // What is left in a chunk of the other one is below 2^63; half of that is not reached.
        for (chunk, other) in self.chunks.iter_mut().zip(&other.chunks) {
            *chunk += other;
        }
        self.pass_carries();
        self.nan |= other.nan;
        self.infinite[0] |= other.infinite[0];
        self.infinite[1] |= other.infinite[1];
        self
    }

    pub(crate) fn total(mut self) -> Total {
        match (self.nan, self.infinite) {
            (true, _) | (false, [true, true]) => return Total::Special(f64::NAN),
            (false, [true, false]) => return Total::Special(f64::INFINITY),
            (false, [false, true]) => return Total::Special(f64::NEG_INFINITY),
            (false, [false, false]) => {}
        }
        self.pass_carries();
        let negative = self.chunks[CHUNKS - 1] < 0;
        if negative {
            for chunk in &mut self.chunks {
                *chunk = -*chunk;
            }
            self.pass_carries();
        }
        let Some(highest) = self.chunks.iter().rposition(|&chunk| chunk != 0) else {
            return Total::Zero;
        };
        let chunk = |below: usize| {
            let chunk = highest.checked_sub(below).map_or(0, |index| self.chunks[index]);
            u128::from(chunk.cast_unsigned())
        };
        // The highest chunk has between 1 and 32 bits; four more fill what it leaves.
        let upper = chunk(0) << 96 | chunk(1) << 64 | chunk(2) << 32 | chunk(3);
        let room = upper.leading_zeros();
        let top = upper << room | chunk(4) << room >> 32;
        let below = chunk(4) << room & 0xffff_ffff != 0;
        let rest = &self.chunks[..highest.saturating_sub(4)];
        let lowest_place = 32 * (highest as i64 - 3) - i64::from(room);
        let size = Magnitude {
            top,
            exponent: lowest_place + LOWEST,
            more: below || rest.iter().any(|&chunk| chunk != 0),
        };
        Total::Finite { negative, size }
    }

    #[inline]
    fn make_room(&mut self) {
        if self.room == 0 {
            self.pass_carries();
        }
        self.room -= 1;
    }

    /// Leaves less than 2^32 in every chunk; the last one has the sign.
    fn pass_carries(&mut self) {
        let mut carry = 0;
        let (last, chunks) = self.chunks.split_last_mut().unwrap_or((&mut carry, &mut []));
        let mut carry = 0;
        for chunk in chunks {
            let sum = *chunk + carry;
            *chunk = sum & 0xffff_ffff;
            carry = sum >> 32;
        }
        *last += carry;
        self.room = TERMS_PER_CARRY;
    }

    #[cold]
    fn add_special(&mut self, value: f64) {
        if value.is_nan() {
            self.nan = true;
        } else {
            self.infinite[usize::from(value < 0.0)] = true;
        }
    }
}

/// A finite double: `significand · 2^(place − 1074)`, with its sign.
struct Parts {
    significand: u64,
    place: usize,
    bits: u64,
}

impl Parts {
    #[inline(always)]
    fn of(value: f64) -> Option<Parts> {
        let bits = value.to_bits();
        let exponent = (bits >> 52) & 0x7ff;
        let fraction = bits & ((1 << 52) - 1);
        // A subnormal number has the exponent of the smallest normal ones and no hidden bit.
        let is_normal = u64::from(exponent != 0);
        let place = (exponent - is_normal) as usize;
        (exponent != 0x7ff).then_some(Parts {
            significand: fraction | is_normal << 52,
            place,
            bits,
        })
    }

    /// All ones for a negative number: `(x ^ mask) - mask` is `-x` then.
    #[inline(always)]
    fn sign_mask(&self) -> i64 {
        self.bits.cast_signed() >> 63
    }
}

#[cfg(test)]
mod tests {
    use super::{Accumulator, Total};
    use crate::rounding::Formatted;

    fn rounded(accumulator: Accumulator) -> f64 {
        match accumulator.total() {
            Total::Zero => 0.0,
            Total::Special(value) => value,
            Total::Finite { negative, size } => {
                let size = f64::FORMAT.round(size);
                if negative { -size } else { size }
            }
        }
    }

    fn sum(values: &[f64]) -> f64 {
        let mut accumulator = Accumulator::new();
        values.iter().for_each(|&value| accumulator.add(value));
        rounded(accumulator)
    }

    const ENDS: [f64; 9] = [
        5e-324,
        f64::MIN_POSITIVE,
        f64::MIN_POSITIVE - 5e-324,
        1e-300,
        0.1,
        1.0,
        3.0,
        1e300,
        f64::MAX,
    ];

    #[test]
    fn one_double_comes_back_with_its_bits() {
        for power in 0..2046 {
            for fraction in [0, 1, (1 << 52) - 1, 0x5_5555_5555_5555] {
                let value = f64::from_bits(power << 52 | fraction);
                assert_eq!(sum(&[value]), value);
                assert_eq!(sum(&[-value]), -value);
                assert_eq!(sum(&[value, f64::MAX, -f64::MAX]), value);
            }
        }
    }

    #[test]
    fn a_product_is_exact_over_the_whole_range() {
        for a in ENDS {
            for b in ENDS {
                for sign in [1.0, -1.0] {
                    let mut accumulator = Accumulator::new();
                    accumulator.add_product(a * sign, b);
                    assert_eq!(rounded(accumulator.clone()), a * b * sign, "{a} {b}");
                    accumulator.add_product(-a, b * sign);
                    assert_eq!(accumulator.total(), Total::Zero);
                }
            }
        }
        // Far below the smallest double: only what is left over counts.
        let mut accumulator = Accumulator::new();
        accumulator.add_product(1e-200, 1e-200);
        accumulator.add_product(1.0, 1.0);
        accumulator.add_product(1.0, -1.0);
        let Total::Finite { size, .. } = accumulator.total() else { panic!("not zero") };
        assert_eq!(size.exponent + 127, (2.0 * 1e-200_f64.log2()).floor() as i64);
        // Above the largest one.
        let mut accumulator = Accumulator::new();
        accumulator.add_product(1e200, 1e200);
        accumulator.add_product(1e200, -1e200);
        accumulator.add(1.5);
        assert_eq!(rounded(accumulator), 1.5);
    }

    #[test]
    fn many_terms_carry_over_and_cancel_again() {
        for value in ENDS {
            let mut accumulator = Accumulator::new();
            for _ in 0..10_000 {
                accumulator.add(value);
            }
            for _ in 0..9_998 {
                accumulator.add(-value);
            }
            assert_eq!(rounded(accumulator), 2.0 * value);
        }
        for value in [0.75, 1.5, 2_f64.powi(-500), 3.0 * 2_f64.powi(400)] {
            let mut accumulator = Accumulator::new();
            for _ in 0..10_000 {
                accumulator.add_product(value, -value);
            }
            let other = accumulator.clone();
            for _ in 0..10_000 {
                accumulator.add_product(value, value);
            }
            assert_eq!(accumulator.clone().total(), Total::Zero);
            assert_eq!(rounded(accumulator.merge(&other)), -(value * value) * 10_000.0);
        }
    }

    #[test]
    fn infinities_and_nan_decide() {
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        assert_eq!(sum(&[1.0, inf]), inf);
        assert_eq!(sum(&[-inf, f64::MAX]), -inf);
        assert!(sum(&[inf, -inf]).is_nan());
        assert!(sum(&[nan, inf]).is_nan());
        assert_eq!(sum(&[1e308, 1e308, -1e308]), 1e308);
        assert_eq!(sum(&[1e308, 1e308]), inf);
        let mut accumulator = Accumulator::new();
        accumulator.add_product(0.0, inf);
        assert!(rounded(accumulator).is_nan());
        let mut infinite = Accumulator::new();
        infinite.add_product(-2.0, inf);
        assert_eq!(rounded(Accumulator::new().merge(&infinite)), -inf);
    }
}
