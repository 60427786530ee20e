//! The codecs: Pillow's pixels, round trips, damaged files, limits.

mod codec_files;

use allcores_image::{
    DEFAULT_PIXEL_LIMIT, Embedded, Encoding, Error, Format, Info, JpegSettings, Pixels, PixelsMut,
    PngSettings, Region, Scale, Subsampling, View, decode_into, encode, probe,
};
use allcores_parallel::Token;
use codec_files::{cases, sha256};

fn decode(file: &[u8]) -> Result<(Info, Vec<u8>), Error> {
    let info = probe(file)?;
    let mut out = vec![0; info.width * info.height * info.channels];
    bytes_into(&Token::new(), file, DEFAULT_PIXEL_LIMIT, &mut out)?;
    Ok((info, out))
}

fn bytes_into(token: &Token, file: &[u8], limit: u64, out: &mut [u8]) -> Result<(), Error> {
    decode_into(token, file, limit, Scale::Full, PixelsMut::U8(out))
}

fn encode_png(token: &Token, view: View<'_>, level: u8) -> Result<Vec<u8>, Error> {
    let settings = Encoding::Png(PngSettings { level });
    encode(token, Pixels::U8(view), &settings, Embedded::default())
}

fn encode_jpeg(
    token: &Token,
    view: View<'_>,
    quality: u8,
    subsampling: Subsampling,
) -> Result<Vec<u8>, Error> {
    let settings = JpegSettings { quality, subsampling, progressive: false, optimize: false };
    encode(token, Pixels::U8(view), &Encoding::Jpeg(settings), Embedded::default())
}

/// Format, width, height and channels.
fn kind(info: Info) -> (Format, usize, usize, usize) {
    (info.format, info.width, info.height, info.channels)
}

fn noise(len: usize, seed: u32) -> impl Iterator<Item = u32> {
    (0..len).scan(seed, |state, _| {
        *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some(*state >> 8)
    })
}

#[test]
fn every_kind_of_file_decodes_to_the_pixels_of_pillow() {
    for case in cases() {
        let (info, pixels) = decode(&case.file).unwrap_or_else(|e| panic!("{}: {e}", case.name));
        assert_eq!((info.width, info.height, info.channels), case.size, "{}", case.name);
        let format = if case.name.starts_with("jpeg") { Format::Jpeg } else { Format::Png };
        assert_eq!(info.format, format);
        assert_eq!(sha256(&pixels), case.hash, "{}", case.name);
    }
}

#[test]
fn a_png_gives_back_its_pixels_at_every_level_and_channel_count() {
    for channels in 1..=4 {
        let (width, height) = (61, 47);
        let data: Vec<u8> =
            noise(width * height * channels, 5).map(|v| (v >> 3 & 0x7F) as u8).collect();
        let view = View::new(&data, width, height, channels).unwrap();
        for level in 0..=9 {
            let file = encode_png(&Token::new(), view, level).unwrap();
            let (info, pixels) = decode(&file).unwrap();
            assert_eq!(kind(info), (Format::Png, width, height, channels));
            assert!(pixels == data, "{channels} {level}");
        }
        let crop = view.crop(Region { left: 2, top: 3, width: 5, height: 7 }).unwrap();
        let (_, pixels) = decode(&encode_png(&Token::new(), crop, 6).unwrap()).unwrap();
        assert!(pixels.chunks(5 * channels).zip(0..).all(|(row, y)| row == crop.row(y)));
    }
}

#[test]
fn a_jpeg_whose_samplings_do_not_divide_each_other_is_refused_by_name() {
    for name in ["jpeg CMYK", "jpeg 4:2:0"] {
        let mut file = cases().into_iter().find(|case| case.name == name).unwrap().file;
        let frame = file.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
        for (sampling, corrupt) in [(0x31, false), (0x13, false), (0x01, true), (0x15, true)] {
            file[frame + 11] = 0x22;
            file[frame + 14] = sampling;
            match decode(&file) {
                Err(Error::Unsupported { what }) if !corrupt => assert!(what.contains("sampling")),
                Err(Error::Corrupt { .. }) if corrupt => {}
                other => panic!("{name} {sampling:x}: {other:?}"),
            }
        }
    }
}

/// The mean square error between two rasters.
fn error(a: &[u8], b: &[u8]) -> f64 {
    let sum: f64 = a.iter().zip(b).map(|(&a, &b)| f64::from(a.abs_diff(b)).powi(2)).sum();
    sum / a.len() as f64
}

#[test]
fn a_jpeg_comes_back_close_and_closer_with_quality() {
    let (width, height) = (90, 70);
    for channels in [1, 3] {
        let data: Vec<u8> = (0..width * height * channels)
            .map(|i| {
                let (x, y) = ((i / channels) % width, i / channels / width);
                (100.0 + 60.0 * (x as f64 / 9.0).sin() + 60.0 * (y as f64 / 7.0).cos()) as u8
            })
            .collect();
        let view = View::new(&data, width, height, channels).unwrap();
        for subsampling in [Subsampling::S420, Subsampling::S444] {
            let errors = [20, 75, 95].map(|quality| {
                let file = encode_jpeg(&Token::new(), view, quality, subsampling).unwrap();
                let (info, pixels) = decode(&file).unwrap();
                assert_eq!(kind(info), (Format::Jpeg, width, height, channels));
                error(&data, &pixels)
            });
            // A peak signal to noise ratio of 40 dB is a mean square error of 6.5.
            assert!(
                errors[2] < 6.5 && errors[2] < errors[1] && errors[1] < errors[0],
                "{errors:?}"
            );
        }
    }
}

#[test]
fn a_jpeg_of_pixels_with_alpha_shows_them_on_white() {
    let white = [200, 10, 10, 0].repeat(16 * 16);
    let view = View::new(&white, 16, 16, 4).unwrap();
    let file = encode_jpeg(&Token::new(), view, 90, Subsampling::S444).unwrap();
    let (info, pixels) = decode(&file).unwrap();
    assert_eq!(info.channels, 3);
    assert!(pixels.iter().all(|&sample| sample == 255));
    let view = View::new(&white[..512], 16, 16, 2).unwrap();
    let (info, _) =
        decode(&encode_jpeg(&Token::new(), view, 90, Subsampling::S444).unwrap()).unwrap();
    assert_eq!(info.channels, 1);
}

#[test]
fn too_many_pixels_are_refused_from_the_header_and_a_tiny_file_cannot_promise_many() {
    for case in cases() {
        let pixels = (case.size.0 * case.size.1) as u64;
        let mut out = vec![0; case.size.0 * case.size.1 * case.size.2];
        let error = bytes_into(&Token::new(), &case.file, pixels - 1, &mut out).unwrap_err();
        assert!(matches!(error, Error::TooLarge { .. }), "{}", case.name);
        assert_eq!(bytes_into(&Token::new(), &case.file, pixels, &mut out), Ok(()));
        out.push(0);
        let error = bytes_into(&Token::new(), &case.file, pixels, &mut out).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument(_)));
    }
    let mut png = cases().into_iter().find(|case| case.name == "png RGB").unwrap().file;
    png[16..24].copy_from_slice(&[0, 0, 0x3F, 0xFF, 0, 0, 0x3F, 0xFF]);
    assert!(matches!(probe(&png), Err(Error::Corrupt { .. })));
    let mut jpeg = cases().into_iter().find(|case| case.name == "jpeg grey").unwrap().file;
    let frame = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x3F, 0xFF, 0x3F, 0xFF]);
    assert!(matches!(probe(&jpeg), Err(Error::Corrupt { .. })));
}

#[test]
fn a_cancelled_token_stops_every_codec_and_bad_numbers_are_refused() {
    let token = Token::new();
    token.cancel();
    for case in cases() {
        let mut out = vec![0; case.size.0 * case.size.1 * case.size.2];
        let result = bytes_into(&token, &case.file, DEFAULT_PIXEL_LIMIT, &mut out);
        assert_eq!(result, Err(Error::Cancelled), "{}", case.name);
    }
    let view = View::new(&[1, 2, 3], 1, 1, 3).unwrap();
    assert_eq!(encode_png(&token, view, 6), Err(Error::Cancelled));
    assert_eq!(encode_jpeg(&token, view, 80, Subsampling::S420), Err(Error::Cancelled));
    let live = Token::new();
    assert!(matches!(encode_png(&live, view, 10), Err(Error::InvalidArgument(_))));
    for quality in [0, 101] {
        let result = encode_jpeg(&live, view, quality, Subsampling::S420);
        assert!(matches!(result, Err(Error::InvalidArgument(_))));
    }
}
