//! Files that Pillow and libwebp have made or read: scripts/golden/image_codec.py.

mod codec_files;

use allcores_image::{
    DEFAULT_PIXEL_LIMIT, Depth, Embedded, Encoding, Format, JpegSettings, Pixels, PixelsMut, Scale,
    Shape, Subsampling, View, WebpSettings, decode_into, encode, exif_data, icc_profile, probe,
    to_srgb,
};
use allcores_parallel::Token;
use codec_files::{base64, golden, number, samples, sha256, text};

fn decode(file: &[u8], scale: Scale) -> (Shape, Vec<u8>) {
    let shape = probe(file).unwrap().scaled(scale);
    let mut out = vec![0; shape.samples().unwrap()];
    decode_into(&Token::new(), file, DEFAULT_PIXEL_LIMIT, scale, PixelsMut::U8(&mut out)).unwrap();
    (shape, out)
}

fn decode_16(file: &[u8]) -> Vec<u16> {
    let mut out = vec![0; probe(file).unwrap().shape().samples().unwrap()];
    let target = PixelsMut::U16(&mut out);
    decode_into(&Token::new(), file, DEFAULT_PIXEL_LIMIT, Scale::Full, target).unwrap();
    out
}

#[test]
fn every_kind_of_webp_decodes_to_the_pixels_of_libwebp() {
    let cases = golden("decodeWebp");
    assert!(cases.len() >= 20);
    for case in cases {
        let (name, file) = (text(&case[0]), base64(&case[1]));
        let info = probe(&file).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(info.format, Format::Webp);
        assert_eq!(info.animated, name.starts_with("animated"), "{name}");
        assert_eq!(info.has_icc, name.contains("profile"), "{name}");
        let (shape, pixels) = decode(&file, Scale::Eighth); // JPEG alone has other sizes
        assert_eq!(shape, info.shape(), "{name}");
        let size = [shape.width, shape.height, shape.channels];
        assert_eq!(size, [2, 3, 4].map(|i| number(&case[i])), "{name}");
        assert_eq!(sha256(&pixels), text(&case[5]), "{name}");
    }
}

#[test]
fn a_png_of_any_depth_keeps_every_bit() {
    for case in golden("decodePng") {
        let (name, file, bits) = (text(&case[0]), base64(&case[1]), number(&case[5]));
        let info = probe(&file).unwrap_or_else(|e| panic!("{name}: {e}"));
        let size = [info.width, info.height, info.channels];
        assert_eq!(size, [2, 3, 4].map(|i| number(&case[i])), "{name}");
        assert_eq!(usize::from(info.bits), bits, "{name}");
        assert_eq!(info.depth == Depth::U16, bits == 16, "{name}");
        let wide = decode_16(&file);
        let (_, narrow) = decode(&file, Scale::Full);
        if bits == 16 {
            let bytes: Vec<u8> = wide.iter().flat_map(|sample| sample.to_le_bytes()).collect();
            assert_eq!(sha256(&bytes), text(&case[6]), "{name}");
            assert!(wide.iter().zip(&narrow).all(|(&w, &n)| (w >> 8) as u8 == n), "{name}");
        } else {
            assert_eq!(sha256(&narrow), text(&case[6]), "{name}");
            assert!(wide.iter().zip(&narrow).all(|(&w, &n)| w == u16::from(n) * 257), "{name}");
        }
    }
}

#[test]
fn a_jpeg_decodes_at_every_scale_to_the_pixels_of_draft_mode() {
    let mut scaled = 0;
    for case in golden("decodeScaled") {
        let (name, file, denominator) = (text(&case[0]), base64(&case[1]), number(&case[2]));
        let scale = Scale::ALL.into_iter().find(|s| s.denominator() == denominator).unwrap();
        let (shape, pixels) = decode(&file, scale);
        let size = [shape.width, shape.height, shape.channels];
        assert_eq!(size, [3, 4, 5].map(|i| number(&case[i])), "{name} 1/{denominator}");
        assert_eq!(sha256(&pixels), text(&case[6]), "{name} 1/{denominator}");
        scaled += usize::from(denominator > 1);
    }
    assert!(scaled >= 20, "{scaled}");
}

#[test]
fn orientation_profile_and_exif_data_are_found_in_every_format() {
    for case in golden("metadata") {
        let (name, file) = (text(&case[0]), base64(&case[1]));
        let info = probe(&file).unwrap();
        assert_eq!((info.width, info.height), (number(&case[2]), number(&case[3])), "{name}");
        assert_eq!(info.orientation.map(u64::from), case[4].as_u64(), "{name}");
        let expected = |value: &serde_json::Value| (!value.is_null()).then(|| base64(value));
        assert_eq!(icc_profile(&file), expected(&case[5]), "{name}");
        assert_eq!(info.has_icc, !case[5].is_null(), "{name}");
        assert_eq!(exif_data(&file).map(<[u8]>::to_vec), expected(&case[6]), "{name}");
        assert_eq!(info.has_exif, !case[6].is_null(), "{name}");
    }
}

#[test]
fn a_jpeg_has_the_pixels_and_the_size_of_pillows_file() {
    for case in golden("encodeJpeg") {
        let [width, height, channels] = [2, 3, 4].map(|i| number(&case[i]));
        let data = samples(&text(&case[0]), number(&case[1]) as u32, width, height, channels);
        let view = View::new(&data, width, height, channels).unwrap();
        let subsampling = match case[6].as_str().unwrap() {
            "4:2:0" => Subsampling::S420,
            "4:2:2" => Subsampling::S422,
            _ => Subsampling::S444,
        };
        let quality = number(&case[5]) as u8;
        for (progressive, optimize, size) in
            [(false, false, &case[8]), (false, true, &case[9]), (true, false, &case[10])]
        {
            let settings = JpegSettings { quality, subsampling, progressive, optimize };
            let encoding = Encoding::Jpeg(settings);
            let file =
                encode(&Token::new(), Pixels::U8(view), &encoding, Embedded::default()).unwrap();
            let (_, pixels) = decode(&file, Scale::Full);
            assert_eq!(sha256(&pixels), text(&case[7]), "{case} {encoding:?}");
            let (size, found) = (number(size) as f64, file.len() as f64);
            assert!((found - size).abs() <= size * 0.01 + 40.0, "{case} {encoding:?} {found}");
        }
    }
}

#[test]
fn a_lossy_webp_is_as_close_and_as_small_as_pillows_file() {
    for case in golden("encodeWebp") {
        let [width, height, channels] = [2, 3, 4].map(|i| number(&case[i]));
        let data = samples(&text(&case[0]), number(&case[1]) as u32, width, height, channels);
        let view = View::new(&data, width, height, channels).unwrap();
        let encoding = Encoding::Webp(WebpSettings::Lossy { quality: number(&case[5]) as u8 });
        let file = encode(&Token::new(), Pixels::U8(view), &encoding, Embedded::default()).unwrap();
        let (shape, pixels) = decode(&file, Scale::Full);
        assert_eq!(shape, view.shape());
        let colors = |(i, _): &(usize, (&u8, &u8))| channels == 3 || i % 4 < 3;
        let differences: Vec<f64> = (data.iter().zip(&pixels).enumerate())
            .filter(colors)
            .map(|(_, (a, b))| f64::from(a.abs_diff(*b)))
            .collect();
        let mean = differences.iter().sum::<f64>() / differences.len() as f64;
        let (expected, size) = (case[6].as_f64().unwrap(), number(&case[7]) as f64);
        assert!((mean - expected).abs() <= 0.02, "{case}: {mean}");
        assert!((file.len() as f64 - size).abs() <= size * 0.02, "{case}: {}", file.len());
        if channels == 4 {
            let alpha = |data: &[u8]| data.iter().skip(3).step_by(4).copied().collect::<Vec<_>>();
            assert_eq!(alpha(&data), alpha(&pixels), "{case}");
        }
    }
}

#[test]
fn colours_of_other_profiles_become_those_of_littlecms() {
    for case in golden("toSrgb") {
        let (name, icc) = (text(&case[0]), base64(&case[1]));
        let [width, height, channels] = [4, 5, 6].map(|i| number(&case[i]));
        let shape = Shape { width, height, channels };
        let before = samples(&text(&case[2]), number(&case[3]) as u32, width, height, channels);
        let mut after = before.clone();
        let converted = to_srgb(&Token::new(), PixelsMut::U8(&mut after), shape, &icc).unwrap();
        assert_eq!(converted, !case[7].is_null(), "{name}");
        let expected = if converted { base64(&case[7]) } else { before.clone() };
        let most = after.iter().zip(&expected).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        assert!(most <= if name == "table" { 2 } else { 1 }, "{name}: {most}");
        assert_eq!(after != before, converted, "{name}");
        // 16 bits and an alpha beside the colours say the same.
        let wide_shape = Shape { channels: channels + 1, ..shape };
        let mut wide: Vec<u16> = (before.chunks(channels))
            .flat_map(|pixel| pixel.iter().map(|&v| u16::from(v) * 257).chain([12_345]))
            .collect();
        let target = PixelsMut::U16(&mut wide);
        assert_eq!(to_srgb(&Token::new(), target, wide_shape, &icc), Ok(converted), "{name}");
        for (pixel, expected) in wide.chunks(channels + 1).zip(expected.chunks(channels)) {
            assert_eq!(pixel[channels], 12_345);
            for (&found, &expected) in pixel.iter().zip(expected) {
                let distance = (f64::from(found) / 257.0 - f64::from(expected)).abs();
                assert!(distance <= if name == "table" { 2.5 } else { 1.5 }, "{name}: {distance}");
            }
        }
    }
}

#[test]
fn a_profile_that_is_damaged_or_for_other_channels_changes_nothing() {
    let cases = golden("toSrgb");
    let icc = base64(&cases[0][1]);
    let before = samples("noise", 1, 8, 4, 3);
    let convert = |icc: &[u8], channels: usize| {
        let mut after = before.clone();
        let shape = Shape { width: 96 / 4 / channels, height: 4, channels };
        let target = PixelsMut::U8(&mut after);
        let converted = to_srgb(&Token::new(), target, shape, icc).unwrap();
        assert!(converted || after == before);
        converted
    };
    assert!(convert(&icc, 3));
    for channels in [1, 2] {
        assert!(!convert(&icc, channels));
    }
    for len in (0..icc.len()).step_by(29) {
        convert(&icc[..len], 3); // the last tags may be ones that are not needed
    }
    assert!(!convert(&icc[..200], 3));
    for at in (0..icc.len()).step_by(3) {
        let mut wrong = icc.clone();
        wrong[at] = [0, 0x7F, 0xFF][at / 3 % 3];
        convert(&wrong, 3);
    }
    let wrong = to_srgb(
        &Token::new(),
        PixelsMut::U8(&mut [0; 5]),
        Shape { width: 2, height: 1, channels: 3 },
        &icc,
    );
    assert!(wrong.is_err());
    let token = Token::new();
    token.cancel();
    let shape = Shape { width: 1, height: 1, channels: 3 };
    let cancelled = to_srgb(&token, PixelsMut::U8(&mut [0; 3]), shape, &icc);
    assert_eq!(cancelled, Err(allcores_image::Error::Cancelled));
    let floats = to_srgb(&Token::new(), PixelsMut::F32(&mut [0.0; 3]), shape, &icc);
    assert!(matches!(floats, Err(allcores_image::Error::WrongType(_))));
}
