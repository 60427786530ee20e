//! The WebP encoder: libwebp, and the only calls of the crate into C.
//!
//! # The contract
//! libwebp keeps its own memory in a `WebPPicture`, which belongs to one call of [`encode`]
//! and one thread. It reads the pixels only while they are imported, and calls back only
//! inside `WebPEncode`, on the same thread. It checks neither pointers nor lengths, so
//! everything that it is told about them is computed from the slice that it gets.

use std::borrow::Cow;
use std::ffi::{c_int, c_void};
use std::ptr::from_mut;
use std::slice;

use allcores_parallel::Token;
use libwebp_sys as webp;

use super::webp_chunks::embed;
use super::{Embedded, WebpSettings, check_range};
use crate::{Error, View};

/// Pixels across or down that the format holds.
const MAX_SIDE: usize = 16_383;

/// Samples between two questions to the token.
const SAMPLES_PER_BLOCK: usize = 1 << 19;

pub(super) fn encode(
    token: &Token,
    view: View<'_>,
    settings: &WebpSettings,
    embedded: Embedded<'_>,
) -> Result<Vec<u8>, Error> {
    if let WebpSettings::Lossy { quality } = *settings {
        check_range("quality", quality, 1, 100)?;
    }
    let (width, height) = (view.width(), view.height());
    if width.max(height) > MAX_SIDE {
        return Err(Error::TooLarge { width, height, limit: (MAX_SIDE * MAX_SIDE) as u64 });
    }
    token.begin_block()?;
    let pixels = colors(token, view)?;
    let channels = if view.channels().is_multiple_of(2) { 4 } else { 3 };
    let file = compress(token, &pixels, (width, height, channels), &config(settings)?)?;
    token.begin_block()?;
    embed(file, embedded.icc, embedded.exif)
}

/// The pixels as RGB or RGBA without padding.
fn colors<'a>(token: &Token, view: View<'a>) -> Result<Cow<'a, [u8]>, Error> {
    if let (3 | 4, Some(pixels)) = (view.channels(), view.contiguous()) {
        return Ok(Cow::Borrowed(pixels));
    }
    let (width, height) = (view.width(), view.height());
    let mut out = Vec::new();
    out.try_reserve_exact(width * height * (view.channels() + 2).min(4))
        .map_err(|_| Error::TooLarge { width, height, limit: isize::MAX as u64 })?;
    let rows = (SAMPLES_PER_BLOCK / (width * view.channels())).max(1);
    for y in 0..height {
        if y % rows == 0 {
            token.begin_block()?;
        }
        let row = view.row(y);
        match view.channels() {
            1 => out.extend(row.iter().flat_map(|&grey| [grey; 3])),
            2 => out.extend(
                row.as_chunks().0.iter().flat_map(|&[grey, alpha]| [grey, grey, grey, alpha]),
            ),
            _ => out.extend_from_slice(row),
        }
    }
    Ok(Cow::Owned(out))
}

fn config(settings: &WebpSettings) -> Result<webp::WebPConfig, Error> {
    let refused = || Error::Unsupported { what: "This version of libwebp".to_owned() };
    let mut config = webp::WebPConfig::new().map_err(|()| refused())?;
    match *settings {
        WebpSettings::Lossy { quality } => config.quality = f32::from(quality),
        WebpSettings::Lossless {} => {
            config.lossless = 1;
            config.exact = 1;
        }
    }
    Ok(config)
}

/// What libwebp's calls back work on.
struct State<'a> {
    token: &'a Token,
    file: Vec<u8>,
}

/// A picture that frees what libwebp keeps for it.
struct Picture(webp::WebPPicture);

impl Drop for Picture {
    fn drop(&mut self) {
        // SAFETY: the picture was initialised by `WebPPicture::new`, and only libwebp has
        // changed its pointers since.
        unsafe { webp::WebPPictureFree(&mut self.0) }
    }
}

fn compress(
    token: &Token,
    pixels: &[u8],
    (width, height, channels): (usize, usize, usize),
    config: &webp::WebPConfig,
) -> Result<Vec<u8>, Error> {
    assert_eq!(pixels.len(), width * height * channels, "checked with the view");
    let too_large = || Error::TooLarge { width, height, limit: isize::MAX as u64 };
    let raw = webp::WebPPicture::new().map_err(|()| too_large())?;
    let mut state = State { token, file: Vec::new() };
    let mut picture = Picture(raw);
    picture.0.use_argb = config.lossless;
    // Both sides are below 2^14 and there are at most 4 channels.
    (picture.0.width, picture.0.height) = (width as c_int, height as c_int);
    let stride = (width * channels) as c_int;
    let import =
        if channels == 4 { webp::WebPPictureImportRGBA } else { webp::WebPPictureImportRGB };
    // SAFETY: the picture is initialised and has its size; `pixels` holds `height` rows of
    // `stride` bytes (asserted above), which are only read, and only now.
    if unsafe { import(&mut picture.0, pixels.as_ptr(), stride) } == 0 {
        return Err(too_large());
    }
    let pointer = from_mut(&mut state).cast::<c_void>();
    (picture.0.custom_ptr, picture.0.user_data) = (pointer, pointer);
    picture.0.writer = Some(write);
    picture.0.progress_hook = Some(progress);
    // SAFETY: the configuration and the picture are initialised; the calls back get the
    // state through the pointers set above, and it outlives the call.
    let done = unsafe { webp::WebPEncode(config, &mut picture.0) };
    match picture.0.error_code {
        _ if done != 0 => Ok(state.file),
        webp::WebPEncodingError::VP8_ENC_ERROR_USER_ABORT => Err(Error::Cancelled),
        webp::WebPEncodingError::VP8_ENC_ERROR_OUT_OF_MEMORY
        | webp::WebPEncodingError::VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY
        | webp::WebPEncodingError::VP8_ENC_ERROR_BAD_WRITE => Err(too_large()),
        code => Err(Error::InvalidArgument(format!("The image cannot be a WebP: {code:?}"))),
    }
}

/// Takes a piece of the file. 0 ends the encoding.
unsafe extern "C" fn write(
    data: *const u8,
    length: usize,
    picture: *const webp::WebPPicture,
) -> c_int {
    // SAFETY: libwebp passes the picture that it was called with.
    let state = unsafe { (*picture).custom_ptr }.cast::<State<'_>>();
    // SAFETY: `compress` has stored a pointer to its state, which lives during the call and
    // is used by nobody else meanwhile.
    let state = unsafe { &mut *state };
    if length == 0 {
        return 1;
    }
    // SAFETY: libwebp passes the start of `length` bytes that it has written.
    let piece = unsafe { slice::from_raw_parts(data, length) };
    if state.file.try_reserve(length).is_err() {
        return 0;
    }
    state.file.extend_from_slice(piece);
    1
}

/// Asked between groups of rows. 0 ends the encoding.
unsafe extern "C" fn progress(_percent: c_int, picture: *const webp::WebPPicture) -> c_int {
    // SAFETY: as in `write`.
    let state = unsafe { (*picture).user_data }.cast::<State<'_>>();
    // SAFETY: as in `write`.
    let state = unsafe { &*state };
    c_int::from(state.token.begin_block().is_ok())
}
