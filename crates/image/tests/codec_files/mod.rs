//! The files of the golden cases, which scripts/golden/image.py and image_codec.py write.

#![allow(dead_code, reason = "each file of tests is a program of its own and uses a part of this")]

use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// A file of decode.json: its name, its bytes, what its header promises, its hash.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) file: Vec<u8>,
    pub(crate) size: (usize, usize, usize),
    pub(crate) hash: String,
}

/// The rows of a golden file.
pub(crate) fn golden(name: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../__test__/golden/image");
    let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    file["cases"].as_array().unwrap().clone()
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

pub(crate) fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

/// The cases of decode.json.
pub(crate) fn cases() -> Vec<Case> {
    let cases = golden("decode").into_iter().map(|case| Case {
        name: text(&case[0]),
        file: (0..text(&case[1]).len())
            .step_by(2)
            .map(|i| u8::from_str_radix(&text(&case[1])[i..i + 2], 16).unwrap())
            .collect(),
        size: (number(&case[2]), number(&case[3]), number(&case[4])),
        hash: text(&case[5]),
    });
    cases.collect()
}

/// What base64 stands for.
pub(crate) fn base64(value: &Value) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => u32::from(byte - b'A'),
        b'a'..=b'z' => u32::from(byte - b'a') + 26,
        b'0'..=b'9' => u32::from(byte - b'0') + 52,
        b'+' => 62,
        b'/' => 63,
        _ => 0,
    };
    let text = text(value);
    let padding = text.bytes().filter(|&byte| byte == b'=').count();
    let mut out = Vec::new();
    for group in text.as_bytes().chunks(4) {
        let bits = group.iter().fold(0, |bits, &byte| bits << 6 | digit(byte));
        out.extend(&bits.to_be_bytes()[1..]);
    }
    out.truncate(out.len() - padding);
    out
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The samples of a generated input.
pub(crate) fn samples(
    kind: &str,
    seed: u32,
    width: usize,
    height: usize,
    channels: usize,
) -> Vec<u8> {
    let mut state = seed;
    (0..width * height * channels)
        .map(|i| {
            let (c, x, y) = (i % channels, i / channels % width, i / channels / width);
            match kind {
                "noise" => {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (state >> 24) as u8
                }
                "ramp" => (x * 7 + y * 3 + c * 50 + seed as usize) as u8,
                _ => 255 * ((x / 5 + y / 3 + c + seed as usize) & 1) as u8,
            }
        })
        .collect()
}
