use crate::Error;

/// A file format that can be read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// JPEG (JFIF, Exif).
    Jpeg,
    /// PNG.
    Png,
    /// WebP, lossy or lossless.
    Webp,
}

/// What PNG files begin with.
pub(super) const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

impl Format {
    /// The name in lower case, as file names end.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Format::Jpeg => "jpeg",
            Format::Png => "png",
            Format::Webp => "webp",
        }
    }

    /// The format by the first bytes of a file.
    pub(super) fn of(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.starts_with(&[0xFF, 0xD8]) {
            return Ok(Format::Jpeg);
        }
        if bytes.starts_with(PNG_SIGNATURE) {
            return Ok(Format::Png);
        }
        if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            return Ok(Format::Webp);
        }
        match refused(bytes) {
            Some(name) => Err(Error::Unsupported { what: name.to_owned() }),
            None => Err(Error::UnknownFormat),
        }
    }
}

/// The name of a format that is known but not read.
fn refused(bytes: &[u8]) -> Option<&'static str> {
    let begins = |magic: &[u8]| bytes.starts_with(magic);
    if begins(b"GIF87a") || begins(b"GIF89a") {
        return Some("GIF");
    }
    if begins(b"II*\0") || begins(b"MM\0*") || begins(b"II+\0") || begins(b"MM\0+") {
        return Some("TIFF");
    }
    if begins(b"BM") {
        return Some("BMP");
    }
    if begins(b"\0\0\0\x0CjP  ") || begins(&[0xFF, 0x4F, 0xFF, 0x51]) {
        return Some("JPEG 2000");
    }
    if begins(b"8BPS") {
        return Some("PSD");
    }
    if begins(b"\0\0\x01\0") {
        return Some("ICO");
    }
    if begins(b"<svg") {
        return Some("SVG");
    }
    if begins(&[0xFF, 0x0A]) || begins(b"\0\0\0\x0CJXL ") {
        return Some("JPEG XL");
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return match bytes.get(8..12)? {
            b"avif" | b"avis" => Some("AVIF"),
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => {
                Some("HEIC")
            }
            _ => None,
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::Format;
    use crate::Error;

    #[test]
    fn known_formats_are_refused_by_name_and_other_bytes_are_unknown() {
        for (bytes, name) in [
            (&b"GIF89a.."[..], "GIF"),
            (b"II*\0....", "TIFF"),
            (b"MM\0*....", "TIFF"),
            (b"BM......", "BMP"),
            (b"\xFF\x0A......", "JPEG XL"),
            (b"\0\0\0\x0CJXL ....", "JPEG XL"),
            (b"\0\0\0\x0CjP  ....", "JPEG 2000"),
            (b"\xFF\x4F\xFF\x51....", "JPEG 2000"),
            (b"8BPS....", "PSD"),
            (b"\0\0\x01\0....", "ICO"),
            (b"<svg xmlns=", "SVG"),
            (b"\0\0\0\x1cftypavif", "AVIF"),
            (b"\0\0\0\x1cftypheic", "HEIC"),
        ] {
            assert_eq!(Format::of(bytes), Err(Error::Unsupported { what: name.to_owned() }));
        }
        for bytes in [&b""[..], b"\xFF", b"hello", b"\x89PNG", b"RIFF....WAVE", b"....ftypisom"] {
            assert_eq!(Format::of(bytes), Err(Error::UnknownFormat));
        }
    }
}
