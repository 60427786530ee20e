//! Samples in an order that leaves no pair uncompared.

use crate::Sample;
use crate::simd::{Lane, Vector};

/// A sample that has a place in a total order.
///
/// Floats are ordered as by `numpy.sort`: NaN is larger than every number; here -0 is also smaller than 0. They
/// become integers in that order, because minimum and maximum of floats lose NaN.
pub(crate) trait Ordered: Sample {
    /// Integers in the order of the samples.
    type Key: Lane;

    /// Not smaller than any other key.
    const LAST: Self::Key;

    /// Not larger than any other key.
    const FIRST: Self::Key;

    fn key(self) -> Self::Key;

    fn of_key(key: Self::Key) -> Self;

    /// Writes the samples of a vector of keys to the first of a slice.
    fn store<V: Vector<Self::Key>>(keys: V, to: &mut [Self]);
}

impl Ordered for u8 {
    type Key = u8;
    const LAST: u8 = u8::MAX;
    const FIRST: u8 = u8::MIN;

    #[inline(always)]
    fn key(self) -> u8 {
        self
    }

    #[inline(always)]
    fn of_key(key: u8) -> u8 {
        key
    }

    #[inline(always)]
    fn store<V: Vector<u8>>(keys: V, to: &mut [u8]) {
        keys.store(to);
    }
}

impl Ordered for u16 {
    type Key = u16;
    const LAST: u16 = u16::MAX;
    const FIRST: u16 = u16::MIN;

    #[inline(always)]
    fn key(self) -> u16 {
        self
    }

    #[inline(always)]
    fn of_key(key: u16) -> u16 {
        key
    }

    #[inline(always)]
    fn store<V: Vector<u16>>(keys: V, to: &mut [u16]) {
        keys.store(to);
    }
}

impl Ordered for f32 {
    type Key = i32;
    const LAST: i32 = i32::MAX;
    const FIRST: i32 = i32::MIN;

    #[inline(always)]
    fn key(self) -> i32 {
        // A NaN with a sign would otherwise be the smallest of all.
        let bits = if self.is_nan() { f32::NAN.to_bits() } else { self.to_bits() } as i32;
        turned(bits)
    }

    #[inline(always)]
    fn of_key(key: i32) -> f32 {
        f32::from_bits(turned(key) as u32)
    }

    #[inline(always)]
    fn store<V: Vector<i32>>(keys: V, to: &mut [f32]) {
        let mut lanes = [0; i32::COUNT];
        keys.store(&mut lanes);
        for (to, key) in to[..i32::COUNT].iter_mut().zip(lanes) {
            *to = f32::of_key(key);
        }
    }
}

/// The bits below the sign, turned over where it is set: the larger the magnitude of a negative number, the
/// smaller it is. Its own inverse.
#[inline(always)]
fn turned(bits: i32) -> i32 {
    bits ^ (((bits >> 31) as u32) >> 1) as i32
}

#[cfg(test)]
mod tests {
    use super::Ordered;

    #[test]
    fn keys_of_floats_keep_their_order_with_nan_last_and_come_back_as_they_were() {
        let rising = [f32::NEG_INFINITY, -1e9, -1.0, -1e-45, -0.0, 0.0, 1e-45, 1.0, f32::INFINITY];
        let keys = rising.map(f32::key);
        assert!(keys.is_sorted_by(|a, b| a < b));
        assert_eq!(keys.map(|key| f32::of_key(key).to_bits()), rising.map(f32::to_bits));
        for nan in [f32::NAN, -f32::NAN, f32::from_bits(0xFFC0_1234)] {
            assert!(nan.key() > f32::INFINITY.key());
            assert!(f32::of_key(nan.key()).is_nan());
        }
    }
}
