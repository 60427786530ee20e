use allcores_parallel::Token;

use super::image::Image;
use super::stage::Stage;
use super::{Header, Pipeline, source};
use crate::{Error, Pixels, Shape};

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

impl Pipeline {
    /// Runs the pipeline on one image. The same bytes on any number of threads; the token is asked as the steps
    /// ask it.
    ///
    /// # Errors
    /// Those of the decoder, of each step for the image that reaches it, and of the encoder;
    /// [`Error::TooLarge`] when a file has more pixels than the pipeline takes; [`Error::Cancelled`].
    pub fn run(&self, token: &Token, input: Input<'_>) -> Result<Made, Error> {
        match input {
            Input::File(bytes) => {
                let header = Header::read(bytes)?;
                self.check_size(&header)?;
                // Refuses what the steps cannot do with this image before it is decoded.
                let plan = self.plan(header.shape, header.depth)?;
                let image = source::decode(token, bytes, &header, self.max_pixels)?;
                let image = self.walk(token, &plan.stages, image)?;
                self.finish(token, image)
            }
            Input::Raster(pixels) => {
                let plan = self.plan(pixels.shape(), pixels.depth())?;
                match plan.stages.split_first() {
                    Some((first, rest)) => {
                        let mut image = Image::new(first.shape, pixels.depth(), None)?;
                        first.run(token, pixels, image.pixels_mut())?;
                        let image = self.walk(token, rest, image)?;
                        self.finish(token, image)
                    }
                    None => match &self.output {
                        Some(output) => {
                            let bytes = output.encode(token, pixels)?;
                            Ok(Made::File { bytes, shape: pixels.shape() })
                        }
                        None => Ok(Made::Image(Image::copy(pixels))),
                    },
                }
            }
        }
    }

    /// Runs the stages; what one has read is where the next one writes.
    fn walk(&self, token: &Token, stages: &[Stage], mut image: Image) -> Result<Image, Error> {
        let mut spare = None;
        for stage in stages {
            let pixels = image.pixels()?;
            let mut next = Image::new(stage.shape, pixels.depth(), spare.take())?;
            stage.run(token, pixels, next.pixels_mut())?;
            spare = Some(std::mem::replace(&mut image, next));
        }
        Ok(image)
    }

    fn finish(&self, token: &Token, image: Image) -> Result<Made, Error> {
        match &self.output {
            Some(output) => {
                let bytes = output.encode(token, image.pixels()?)?;
                Ok(Made::File { bytes, shape: image.shape() })
            }
            None => Ok(Made::Image(image)),
        }
    }
}
