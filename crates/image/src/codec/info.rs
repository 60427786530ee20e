use super::Format;
use crate::{Depth, Shape};

/// What the header of an image file promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// The file's format.
    pub format: Format,
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// Channels of the decoded pixels, 1 to 4.
    pub channels: usize,
    /// The type of sample that holds the decoded pixels without loss: [`Depth::U16`] for a
    /// PNG of 16 bits, else [`Depth::U8`].
    pub depth: Depth,
    /// Bits of a sample in the file: 1, 2, 4, 8 or 16; of a palette's index in a PNG with a
    /// palette.
    pub bits: u8,
    /// The EXIF orientation, 1 to 8, when the file has one. Decoding does not apply it.
    pub orientation: Option<u8>,
    /// Whether the file carries a colour profile; it may turn out to be damaged.
    pub has_icc: bool,
    /// Whether the file carries EXIF data.
    pub has_exif: bool,
    /// Whether the file has more than one picture; the first is decoded.
    pub animated: bool,
    /// Whether the picture is a JPEG in scans of rising quality, of which decoding keeps all coefficients.
    pub progressive: bool,
}

impl Info {
    /// The shape of the decoded pixels.
    #[must_use]
    pub fn shape(self) -> Shape {
        Shape { width: self.width, height: self.height, channels: self.channels }
    }

    /// The shape of the pixels decoded at a smaller size. Only JPEG has smaller sizes, of
    /// which a part of a pixel counts as one; other formats are always decoded whole.
    #[must_use]
    pub fn scaled(self, scale: Scale) -> Shape {
        let denominator = match self.format {
            Format::Jpeg => scale.denominator(),
            Format::Png | Format::Webp => 1,
        };
        let side = |side: usize| side.div_ceil(denominator);
        Shape { width: side(self.width), height: side(self.height), channels: self.channels }
    }
}

/// How much smaller a JPEG is decoded. Its blocks of 8 x 8 pixels are then transformed into
/// smaller ones directly, which takes far less time than decoding all and shrinking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Every pixel.
    #[default]
    Full,
    /// One pixel for 2 x 2.
    Half,
    /// One pixel for 4 x 4.
    Quarter,
    /// One pixel for 8 x 8.
    Eighth,
}

impl Scale {
    /// All of them, the largest picture first.
    pub const ALL: [Scale; 4] = [Scale::Full, Scale::Half, Scale::Quarter, Scale::Eighth];

    /// 1, 2, 4 or 8.
    #[must_use]
    pub fn denominator(self) -> usize {
        1 << self as u32
    }
}
