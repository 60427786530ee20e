//! Products of which an estimate could not say how to round them.
//!
//! A number on which the rounding turns, or that is a float itself, has few bits: the odd
//! parts of its factors fit into a word together. Any other product differs from all those
//! numbers, and with enough bits that can be seen.

use crate::product::factor::{Input, Multiply};
use crate::rounding::{Format, Magnitude};
use crate::simd::{Body, Simd};
use crate::split::Reduction;

/// The product of the factors' odd parts, and what they were divided by, as an exponent. `None`
/// when the odd parts are too large together.
#[derive(Clone, Copy)]
pub(crate) struct OddPart<'a, T>(pub(crate) Input<'a, T>);

impl<T: Multiply> Body for OddPart<'_, T> {
    type Output = Option<(u64, i64)>;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> Option<(u64, i64)> {
        let mut product = (1_u64, 0_i64);
        for factor in self.0.factors() {
            let zeros = factor.significand.trailing_zeros();
            product.0 = product.0.checked_mul(factor.significand >> zeros)?;
            product.1 += factor.exponent + i64::from(zeros);
        }
        Some(product)
    }
}

impl<T: Multiply> Reduction for OddPart<'_, T> {
    fn bytes(self) -> usize {
        size_of_val(self.0.values)
    }

    fn cut(self) -> (Self, Self) {
        let (left, right) = self.0.halves();
        (OddPart(left), OddPart(right))
    }

    fn merge(left: Self::Output, right: Self::Output) -> Self::Output {
        let ((left, low), (right, high)) = (left?, right?);
        Some((left.checked_mul(right)?, low + high))
    }
}

/// The product of all factors, cut off after `count` words.
#[derive(Clone, Copy)]
pub(crate) struct Truncated<'a, T> {
    pub(crate) input: Input<'a, T>,
    pub(crate) count: usize,
}

/// `words · 2^exponent`, the lowest word first, or up to `steps` times 8 units of the last word
/// more. The highest bit of the words is set.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    words: Vec<u64>,
    exponent: i64,
    steps: u64,
}

impl<T: Multiply> Body for Truncated<'_, T> {
    type Output = Words;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> Words {
        let mut product = Words::one(self.count);
        for factor in self.input.factors() {
            product.times(factor.significand, factor.exponent);
        }
        product
    }
}

impl<T: Multiply> Reduction for Truncated<'_, T> {
    fn bytes(self) -> usize {
        // The work, rather: a piece must not take long.
        size_of_val(self.input.values).saturating_mul(self.count)
    }

    fn cut(self) -> (Self, Self) {
        let (left, right) = self.input.halves();
        (Truncated { input: left, ..self }, Truncated { input: right, ..self })
    }

    fn merge(left: Words, right: Words) -> Words {
        left.merge(&right)
    }
}

impl Words {
    fn one(count: usize) -> Words {
        let mut words = vec![0; count];
        words[count - 1] = 1 << 63;
        Words { words, exponent: 1 - 64 * count as i64, steps: 0 }
    }

    /// Multiplies by `significand · 2^exponent` and cuts off the lowest word. That, and the bit
    /// that is shifted in as zero, cost less than two units, and less than four after the
    /// factors that follow.
    fn times(&mut self, significand: u64, exponent: i64) {
        let room = significand.leading_zeros();
        let factor = u128::from(significand << room);
        let mut carry = 0;
        let mut below = 0;
        for index in 0..self.words.len() {
            let product = u128::from(self.words[index]) * factor + carry;
            carry = product >> 64;
            if index == 0 {
                below = product as u64;
            } else {
                self.words[index - 1] = product as u64;
            }
        }
        if let Some(highest) = self.words.last_mut() {
            *highest = carry as u64;
        }
        self.exponent += 64 + exponent - i64::from(room);
        self.normalise(below);
        self.steps += 1;
    }

    /// Shifts the highest bit to its place; `below` is the word that was cut off.
    fn normalise(&mut self, below: u64) {
        let last = self.words.len() - 1;
        if self.words[last] >> 63 == 0 {
            let mut incoming = below >> 63;
            for word in &mut self.words {
                let outgoing = *word >> 63;
                *word = *word << 1 | incoming;
                incoming = outgoing;
            }
            self.exponent -= 1;
        }
    }

    fn merge(self, other: &Words) -> Words {
        let count = self.words.len();
        let mut product = vec![0_u64; 2 * count];
        for (i, &left) in self.words.iter().enumerate() {
            let mut carry = 0;
            for (j, &right) in other.words.iter().enumerate() {
                let sum = u128::from(left) * u128::from(right) + u128::from(product[i + j]) + carry;
                product[i + j] = sum as u64;
                carry = sum >> 64;
            }
            product[i + count] = carry as u64;
        }
        let mut merged = Words {
            words: product[count..].to_vec(),
            exponent: self.exponent + other.exponent + 64 * count as i64,
            steps: self.steps + other.steps + 1,
        };
        merged.normalise(product[count - 1]);
        merged
    }

    /// The rounded magnitude, when both ends of what it may be are rounded alike.
    pub(crate) fn round(&self, format: Format) -> Option<f64> {
        let least = format.round(magnitude(&self.words, self.exponent));
        let mut upper = self.words.clone();
        let mut carry = u128::from(self.steps) * 8;
        for word in &mut upper {
            let sum = u128::from(*word) + carry;
            *word = sum as u64;
            carry = sum >> 64;
        }
        let greatest = if carry == 0 {
            format.round(magnitude(&upper, self.exponent))
        } else {
            // Just above the power of two that all bits together stand before.
            let exponent = self.exponent + 64 * upper.len() as i64 - 127;
            format.round(Magnitude { top: 1 << 127, exponent, more: true })
        };
        (least == greatest).then_some(least)
    }
}

fn magnitude(words: &[u64], exponent: i64) -> Magnitude {
    let (rest, top) = words.split_at(words.len() - 2);
    Magnitude {
        top: u128::from(top[1]) << 64 | u128::from(top[0]),
        exponent: exponent + 64 * rest.len() as i64,
        more: rest.iter().any(|&word| word != 0),
    }
}
