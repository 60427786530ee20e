//! Damaged files of each format: an error or a picture, never a panic, a hang or more memory
//! than the header's limit.

mod codec_files;

use std::time::{Duration, Instant};

use allcores_image::{
    Error, PixelsMut, Scale, decode_into, exif_data, icc_profile, probe, to_srgb,
};
use allcores_parallel::Token;
use codec_files::{base64, cases, golden, text};

/// A damaged header may promise a larger picture than the file had; this many pixels are
/// enough for every file here.
const LIMIT: u64 = 1 << 16;

/// Name and bytes of small files of every format and kind.
fn files() -> Vec<(String, Vec<u8>)> {
    let old = cases().into_iter().map(|case| (case.name, case.file));
    let new =
        ["decodeWebp", "decodePng", "decodeScaled", "metadata"].into_iter().flat_map(|name| {
            let mut cases = golden(name);
            cases.dedup_by_key(|case| case[1].clone());
            cases
                .into_iter()
                .map(move |case| (format!("{name} {}", text(&case[0])), base64(&case[1])))
        });
    old.chain(new).collect()
}

/// Everything that is done with a file.
fn open(file: &[u8], scale: Scale) -> Result<(), Error> {
    let _ = exif_data(file);
    let icc = icc_profile(file);
    let info = probe(file)?;
    let shape = info.scaled(scale);
    if (info.width * info.height) as u64 > LIMIT {
        let mut none = [];
        let target = PixelsMut::U8(&mut none);
        return decode_into(&Token::new(), file, LIMIT, scale, target);
    }
    let mut out = vec![0; shape.samples()?];
    decode_into(&Token::new(), file, LIMIT, scale, PixelsMut::U8(&mut out))?;
    if let Some(icc) = icc {
        to_srgb(&Token::new(), PixelsMut::U8(&mut out), shape, &icc)?;
    }
    Ok(())
}

#[test]
fn a_file_that_ends_early_is_an_error_wherever_it_is_cut() {
    for (name, file) in files() {
        for len in 0..file.len() {
            // The padding after the last chunk of a WebP may be missing.
            if name.to_ascii_uppercase().contains("WEBP") && len + 1 == file.len() {
                continue;
            }
            let error = open(&file[..len], Scale::Full).expect_err(&name);
            let early = matches!(error, Error::UnknownFormat) && len < 12;
            assert!(early || matches!(error, Error::Corrupt { .. }), "{name} {len}: {error}");
        }
    }
}

#[test]
fn no_damage_to_a_file_makes_a_decoder_panic_or_hang() {
    let mut state = 7_u64;
    let mut below = |limit: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit
    };
    let mut refused = 0;
    for (name, whole) in files() {
        for round in 0..150 {
            let mut file = whole.clone();
            for _ in 0..=below(4) {
                let at = below(if round % 2 == 0 { file.len() } else { file.len().min(60) });
                match below(5) {
                    0 => file[at] ^= 1 << below(8),
                    1 => file[at] = below(256) as u8,
                    2 => file[at] = 0xFF,
                    3 => drop(file.splice(at..at, [0, 0xFF])),
                    _ => drop(file.drain(at..(at + below(9)).min(file.len()))),
                }
                if file.is_empty() {
                    break;
                }
            }
            let begun = Instant::now();
            refused += usize::from(open(&file, Scale::ALL[round % 4]).is_err());
            assert!(begun.elapsed() < Duration::from_secs(20), "{name} took too long");
        }
    }
    assert!(refused > 5000, "{refused}");
}
