//! The inputs of the golden files, made as `scripts/golden/numeric.py` describes them.

#![allow(dead_code, reason = "each test file uses a part")]

use std::path::Path;

use serde_json::Value;

/// The longest input that a golden file asks for.
pub(crate) const LONGEST: usize = 1_000_000;

pub(crate) struct Draws(u32);

impl Draws {
    pub(crate) fn new(seed: u32) -> Self {
        Draws(seed)
    }

    pub(crate) fn draw(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }

    pub(crate) fn draw_64(&mut self) -> u64 {
        u64::from(self.draw()) << 32 | u64::from(self.draw())
    }
}

pub(crate) fn doubles(seed: u32, count: usize) -> Vec<f64> {
    let mut draws = Draws::new(seed);
    let value = |_| {
        let [a, b, c] = [draws.draw(), draws.draw(), draws.draw()];
        let mantissa = (u64::from(a >> 6) << 27) + u64::from(b >> 5);
        let sign = if b & 1 == 1 { -1.0 } else { 1.0 };
        sign * mantissa as f64 * power_of_two((c % 40).cast_signed() - 72)
    };
    (0..count).map(value).collect()
}

pub(crate) fn near(seed: u32, count: usize) -> Vec<f64> {
    let mut draws = Draws::new(seed);
    let half = f64::from(1_u32 << 31);
    (0..count).map(|_| 100.0 + (f64::from(draws.draw()) - half) / half).collect()
}

pub(crate) fn singles(seed: u32, count: usize) -> Vec<f32> {
    let mut draws = Draws::new(seed);
    let value = |_| {
        let [a, b, c] = [draws.draw(), draws.draw(), draws.draw()];
        let sign = if b & 1 == 1 { -1.0 } else { 1.0 };
        (sign * f64::from(a >> 8) * power_of_two((c % 40).cast_signed() - 44)) as f32
    };
    (0..count).map(value).collect()
}

fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((1023 + exponent) as u64) << 52)
}

/// A golden file of `__test__/golden/numeric/`.
pub(crate) fn golden(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../__test__/golden/numeric");
    let text = std::fs::read_to_string(folder.join(name)).expect("the golden file is there");
    serde_json::from_str(&text).expect("the golden file is JSON")
}

/// The cases of one key; there is at least one.
pub(crate) fn cases<'a>(file: &'a Value, key: &str) -> &'a [Value] {
    let cases = file[key].as_array().expect("the key holds cases");
    assert!(!cases.is_empty());
    cases
}

pub(crate) fn length(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a length")).expect("a length of this machine")
}

/// Compares a result with the hexadecimal digits of a double, or with "nan".
#[track_caller]
pub(crate) fn assert_bits(result: f64, expected: &Value, what: &str) {
    let digits = if result.is_nan() { "nan".into() } else { format!("{:016x}", result.to_bits()) };
    assert_eq!(digits, expected.as_str().expect("digits"), "{what}: {result:e}");
}

pub(crate) fn double(digits: &Value) -> f64 {
    let digits = digits.as_str().expect("digits");
    f64::from_bits(u64::from_str_radix(digits, 16).expect("hexadecimal digits"))
}
