//! Equality with Pillow: every case of the golden files that `scripts/golden/image.py` writes.

use std::path::Path;

use allcores_image::{Area, Filter, View, gaussian_blur, grayscale, resize};
use allcores_parallel::Token;
use serde_json::Value;
use sha2::{Digest, Sha256};

fn cases(name: &str) -> Vec<Vec<Value>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../__test__/golden/image")
        .join(format!("{name}.json"));
    let text = std::fs::read_to_string(path).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let cases: Vec<Vec<Value>> = serde_json::from_value(file["cases"].clone()).unwrap();
    assert!(!cases.is_empty());
    cases
}

fn size(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

/// The input that the first five columns of a case describe; the script defines the kinds.
fn generate(case: &[Value]) -> (Vec<u8>, usize, usize, usize) {
    let seed = size(&case[1]);
    let (width, height, channels) = (size(&case[2]), size(&case[3]), size(&case[4]));
    let mut state = seed as u32;
    let mut data = Vec::new();
    for y in 0..height {
        for x in 0..width {
            for c in 0..channels {
                data.push(match case[0].as_str().unwrap() {
                    "noise" => {
                        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                        (state >> 24) as u8
                    }
                    "ramp" => ((x * 7 + y * 3 + c * 50 + seed) % 256) as u8,
                    "edges" => 255 * ((x / 5 + y / 3 + c + seed) % 2) as u8,
                    kind => panic!("{kind}"),
                });
            }
        }
    }
    (data, width, height, channels)
}

fn filter(value: &Value) -> Filter {
    match value.as_str().unwrap() {
        "nearest" => Filter::Nearest,
        "box" => Filter::Box,
        "bilinear" => Filter::Bilinear,
        "hamming" => Filter::Hamming,
        "bicubic" => Filter::Bicubic,
        "lanczos3" => Filter::Lanczos3,
        name => panic!("{name}"),
    }
}

fn check(case: &[Value], out: &[u8]) {
    let hash: String = Sha256::digest(out).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(case.last().unwrap(), &Value::String(hash), "{case:?}");
}

#[test]
fn grayscale_equals_pillow_in_every_case() {
    for case in cases("grayscale") {
        let (data, width, height, channels) = generate(&case);
        let mut out = vec![0; width * height];
        let view = View::new(&data, width, height, channels).unwrap();
        grayscale(&Token::new(), view, &mut out).unwrap();
        check(&case, &out);
    }
}

#[test]
fn resize_equals_pillow_in_every_case() {
    for case in cases("resize") {
        let (data, width, height, channels) = generate(&case);
        let (to_width, to_height) = (size(&case[5]), size(&case[6]));
        let filter = filter(&case[7]);
        let mut out = vec![0; to_width * to_height * channels];
        let view = View::new(&data, width, height, channels).unwrap();
        let (area, size) = (Area::whole(view), (to_width, to_height));
        resize(&Token::new(), view, area, size, filter, &mut out).unwrap();
        check(&case, &out);
    }
}

#[test]
fn resize_of_an_area_equals_pillows_resize_with_a_box_in_every_case() {
    for case in cases("resizeArea") {
        let (data, width, height, channels) = generate(&case);
        let to = (size(&case[5]), size(&case[6]));
        let [left, top, right, bottom] = [8, 9, 10, 11].map(|i| case[i].as_f64().unwrap());
        let area = Area { left, top, right, bottom };
        let mut out = vec![0; to.0 * to.1 * channels];
        let view = View::new(&data, width, height, channels).unwrap();
        resize(&Token::new(), view, area, to, filter(&case[7]), &mut out).unwrap();
        check(&case, &out);
    }
}

#[test]
fn gaussian_blur_equals_pillow_in_every_case() {
    for case in cases("gaussianBlur") {
        let (data, width, height, channels) = generate(&case);
        let radius = |i: usize| case[i].as_f64().unwrap() as f32;
        let mut out = vec![0; data.len()];
        let view = View::new(&data, width, height, channels).unwrap();
        gaussian_blur(&Token::new(), view, radius(5), radius(6), &mut out).unwrap();
        check(&case, &out);
    }
}
