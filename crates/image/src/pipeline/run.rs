use allcores_parallel::Token;

use super::document::Item;
use super::image::{Advice, Image};
use super::stage::Stage;
use super::{Header, Pipeline, sink, source};
use crate::{Embedded, Error, Pixels, Shape, exif_data, icc_profile, set_upright};

/// What a pipeline works on.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// The bytes of a file.
    File(&'a [u8]),
    /// Pixels.
    Raster(Pixels<'a>),
}

/// What a pipeline gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Made {
    /// Pixels, when no encoder ends it.
    Image(Image),
    /// A file.
    File {
        /// The whole file.
        bytes: Vec<u8>,
        /// Of the pixels in it.
        shape: Shape,
    },
}

/// What goes from the input's file to the output's beside the pixels.
#[derive(Default)]
struct Kept {
    icc: Option<Vec<u8>>,
    exif: Option<Vec<u8>>,
}

impl Pipeline {
    /// Runs the pipeline on one image. The same bytes on any number of threads; the token is asked as the steps
    /// ask it. `advice` hears of large new memory; it may do nothing.
    ///
    /// # Errors
    /// Those of the decoder, of each step for the image that reaches it, and of the encoder;
    /// [`Error::TooLarge`] when a file has more pixels than the pipeline takes; [`Error::Cancelled`].
    pub fn run(&self, token: &Token, input: Input<'_>, advice: Advice) -> Result<Made, Error> {
        match input {
            Input::File(bytes) => {
                let header = Header::read(bytes)?;
                let plan = self.plan(&header)?;
                let keep = self.keep_profile;
                let image = source::decode(token, bytes, &header, plan.scale, keep, advice)?;
                self.finish(token, walk(token, &plan.stages, image, advice)?, &self.kept(bytes))
            }
            Input::Raster(pixels) => {
                let stages = self.plan_raster(pixels.shape(), pixels.depth())?;
                match (stages.split_first(), &self.output) {
                    (Some((first, rest)), _) => {
                        let mut image = Image::new(first.shape, pixels.depth(), None, advice)?;
                        first.run(token, pixels, image.pixels_mut())?;
                        self.finish(token, walk(token, rest, image, advice)?, &Kept::default())
                    }
                    (None, Some(_)) => self.encode(token, pixels, &Kept::default()),
                    (None, None) => Ok(Made::Image(Image::copy(pixels))),
                }
            }
        }
    }

    fn kept(&self, bytes: &[u8]) -> Kept {
        if self.output.is_none() {
            return Kept::default();
        }
        let icc = if self.keep_profile { icc_profile(bytes) } else { None };
        let exif = if self.keep_exif { exif_data(bytes) } else { None };
        let is_tiff = |exif: &&[u8]| exif.starts_with(b"II*\0") || exif.starts_with(b"MM\0*");
        let mut exif = exif.filter(is_tiff).map(<[u8]>::to_vec);
        if let Some(exif) = &mut exif
            && self.items.contains(&Item::AutoOrient)
        {
            set_upright(exif);
        }
        Kept { icc, exif }
    }

    fn finish(&self, token: &Token, image: Image, kept: &Kept) -> Result<Made, Error> {
        if self.output.is_none() {
            return Ok(Made::Image(image));
        }
        self.encode(token, image.pixels()?, kept)
    }

    fn encode(&self, token: &Token, pixels: Pixels<'_>, kept: &Kept) -> Result<Made, Error> {
        let Some(encoding) = &self.output else { unreachable!("called when there is an encoder") };
        let shape = pixels.shape();
        // A profile of colours says nothing about the grey that a step has made of them.
        let space: &[u8] = if shape.channels < 3 { b"GRAY" } else { b"RGB " };
        let fits = |icc: &&[u8]| icc.get(16..20) == Some(space) && icc.get(36..40) == Some(b"acsp");
        let icc = kept.icc.as_deref().filter(fits);
        let embedded = Embedded { icc, exif: kept.exif.as_deref() };
        let bytes = sink::write(token, pixels, encoding, embedded)?;
        Ok(Made::File { bytes, shape })
    }
}

/// Runs the stages; what one has read is where the next one writes.
fn walk(token: &Token, stages: &[Stage], mut image: Image, advice: Advice) -> Result<Image, Error> {
    let mut spare = None;
    for stage in stages {
        let pixels = image.pixels()?;
        let mut next = Image::new(stage.shape, pixels.depth(), spare.take(), advice)?;
        stage.run(token, pixels, next.pixels_mut())?;
        spare = Some(std::mem::replace(&mut image, next));
    }
    Ok(image)
}
