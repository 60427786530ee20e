//! A list of steps from an input to an output, as data.
//!
//! | file | idea |
//! |---|---|
//! | `document` | a pipeline's JSON |
//! | `source` | what the header of an input says; the only file here that decodes |
//! | `sink` | the encoder at the end, with its options; the only file here that encodes |
//! | `shrink` | decoding at a fraction of the size |
//! | `plan` | what will be done with one image: the scale of decoding, every shape, the memory |
//! | `stage` | consecutive steps that run together |
//! | `image` | pixels that a pipeline owns |
//! | `run` | decode, the stages between two buffers that alternate, encode |
//! | `whole_file` | reading a file, and writing one that is there whole or not at all |

mod document;
mod image;
mod plan;
mod run;
mod shrink;
mod sink;
mod source;
mod stage;
mod whole_file;

use crate::{Encoding, Error, Step};
use document::Item;
pub use image::{Advice, Image, Samples};
pub use run::{Input, Made};
pub use source::Header;
pub use whole_file::{FileError, check_free, read_head, read_whole, write_whole};

/// A chain of steps that runs from an input to an output without leaving native code.
///
/// ```
/// use allcores_image::pipeline::{Input, Made, Pipeline};
/// use allcores_image::{Pixels, View};
/// let pipeline = Pipeline::parse(r#"{ "steps": [{ "flop": {} }, { "grayscale": {} }] }"#).unwrap();
/// let row = View::new(&[255, 0, 0, 9, 9, 9], 2, 1, 3).unwrap();
/// let token = allcores_parallel::Token::new();
/// let made = pipeline.run(&token, Input::Raster(Pixels::U8(row)), |_| {}).unwrap();
/// let Made::Image(image) = made else { panic!("no encoder ends this pipeline") };
/// assert_eq!(image.shape().width, 2);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline {
    items: Vec<Item>,
    output: Option<Encoding>,
    /// Whether pixels stay in the colour space of the input's profile.
    keep_profile: bool,
    /// Whether the EXIF data of the input goes into the output.
    keep_exif: bool,
    /// Whether a file may be decoded at a fraction of its size when it is to be shrunk anyway.
    shrink_on_load: bool,
    /// The most pixels that are decoded.
    max_pixels: u64,
}

impl Pipeline {
    /// Reads a pipeline from its JSON: `steps`, a list of [`Step`]s in the order in which they run, among
    /// which `{"autoOrient":{}}` turns the image as its file says; `output`, an [`Encoding`] (none gives
    /// pixels); `keepProfile`, `keepExif` (both false when left out), `shrinkOnLoad` (true), and `maxPixels`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for everything that is wrong whatever the image.
    pub fn parse(json: &str) -> Result<Self, Error> {
        document::parse(json)
    }
}
