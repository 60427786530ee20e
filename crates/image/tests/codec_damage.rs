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

#[test]
fn a_webp_whose_parts_differ_in_size_is_refused_before_memory_is_taken() {
    for name in ["lossy, alpha", "lossless, alpha", "animated, lossy", "animated, lossless"] {
        let cases = golden("decodeWebp");
        let mut file = base64(&cases.iter().find(|case| text(&case[0]) == name).unwrap()[1]);
        let at = |file: &[u8], kind: &[u8]| file.windows(4).position(|four| four == kind);
        // Sides are stored less one: the canvas behind 4 bytes of flags, a frame's behind its place.
        let canvas = at(&file, b"VP8X").map(|at| at + 12);
        let frame = at(&file, b"ANMF").map(|at| at + 14);
        let Some(side) = frame.or(canvas) else {
            // A lossless picture needs no header chunk: the size in it is all there is.
            assert_eq!(name, "lossless, alpha");
            continue;
        };
        assert_eq!(probe(&file).map(|info| info.width), Ok(27), "{name}");
        file[side] -= 1;
        assert!(matches!(probe(&file), Err(Error::Corrupt { .. })), "{name}");
        file[side] += 2;
        assert!(matches!(probe(&file), Err(Error::Corrupt { .. })), "{name}");
    }
}

#[test]
fn a_profile_that_inflates_to_more_than_any_profile_is_none() {
    let with_profile = |length: usize| {
        let mut file = Vec::new();
        let mut info = png::Info::with_size(1, 1);
        info.icc_profile = Some(vec![0; length].into());
        let mut writer = png::Encoder::with_info(&mut file, info).unwrap().write_header().unwrap();
        writer.write_image_data(&[7]).unwrap();
        writer.finish().unwrap();
        assert!(probe(&file).unwrap().has_icc);
        (file.len(), icc_profile(&file).map(|icc| icc.len()))
    };
    assert_eq!(with_profile(1 << 20).1, Some(1 << 20));
    let (length, found) = with_profile((16 << 20) + 1);
    assert!(length < 1 << 20, "a small file");
    assert_eq!(found, None);
}
