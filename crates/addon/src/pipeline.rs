//! Image pipelines: from a file, bytes or pixels to bytes, pixels or a file.

use std::path::{Path, PathBuf};

use allcores_image::pipeline::{
    FileError, Header, Image, Input, Made, Pipeline, Samples, check_free, read_head, read_whole,
    write_whole,
};
use allcores_image::{Error, Shape};
use allcores_parallel::Token;
use napi::Env;
use napi_derive::napi;

use crate::buffer::{Bytes, Held, Numbers};
use crate::call::{run, start};
use crate::failure::{Failure, JsError};
use crate::image::{self, pixels};
use crate::memory::advise;
use crate::outcome::{Elements, Finished, Outcome};
use crate::settle::Pending;

/// So much of a file is read to find out what it will take: more than thumbnails and profiles before the
/// header that counts.
const HEAD: usize = 1 << 20;

/// Where a pipeline's file goes.
#[napi(object)]
pub struct PipelineTarget {
    /// Its path.
    pub path: String,
    /// Whether a file that is there is replaced.
    pub overwrite: bool,
    /// Part of the temporary name.
    pub tag: String,
}

/// What a pipeline works on: one of a path, pixels, or the bytes of a file.
enum Source {
    Path(PathBuf),
    Raster(Numbers, image::Shape),
    Bytes(Numbers),
}

impl Source {
    fn of(
        path: Option<String>,
        data: Option<Numbers>,
        shape: Option<image::Shape>,
    ) -> Result<Self, Failure> {
        match (path, data, shape) {
            (Some(path), None, None) => Ok(Source::Path(path.into())),
            (None, Some(data), Some(shape)) => Ok(Source::Raster(data, shape)),
            (None, Some(data @ Numbers::U8(_)), None) => Ok(Source::Bytes(data)),
            _ => Err(Failure::wrong_type("Expected a path, bytes, or pixels with their shape")),
        }
    }
}

/// A failure of the file system is a result here, because it has more to say than a code and a text: which of
/// the two files, the system's code, its call, its text.
enum Trouble {
    File { input: bool, error: FileError },
    Other(Failure),
}

impl Trouble {
    fn reading(error: FileError) -> Self {
        Trouble::File { input: true, error }
    }

    fn writing(error: FileError) -> Self {
        Trouble::File { input: false, error }
    }

    fn finish(self) -> Finished {
        match self {
            Trouble::Other(failure) => Err(failure),
            Trouble::File { error: FileError::Cancelled, .. } => {
                Err(allcores_parallel::Cancelled.into())
            }
            Trouble::File { input, error } => {
                let FileError::System { call, .. } = &error else { return Ok(Outcome::Nothing) };
                let text = |text: &str| Some(Outcome::Text(text.as_bytes().to_vec()));
                let side = if input { "input" } else { "output" };
                let message = error.to_string();
                Ok(Outcome::List(vec![text(side), text(error.code()), text(call), text(&message)]))
            }
        }
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Trouble::Other(error.into())
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Trouble::Other(failure)
    }
}

fn job_of(
    pipeline: String,
    source: Result<Source, Failure>,
    target: Option<PipelineTarget>,
) -> impl FnOnce(&Token) -> Finished {
    move |token| {
        let done = || -> Result<Outcome, Trouble> {
            let pipeline = Pipeline::parse(&pipeline)?;
            if let Some(PipelineTarget { path, overwrite: false, .. }) = &target {
                check_free(Path::new(path)).map_err(Trouble::writing)?;
            }
            let made = match source? {
                Source::Path(path) => {
                    // What is no image is refused before all of it is read.
                    let (head, size) = read_head(token, &path, HEAD).map_err(Trouble::reading)?;
                    let bytes = if head.len() as u64 >= size {
                        head
                    } else {
                        pipeline.check_head(&head)?;
                        read_whole(token, &path).map_err(Trouble::reading)?
                    };
                    pipeline.run(token, Input::File(&bytes), advise)?
                }
                Source::Raster(data, shape) => {
                    pipeline.run(token, Input::Raster(pixels(&data, &shape)?), advise)?
                }
                Source::Bytes(Numbers::U8(bytes)) => {
                    pipeline.run(token, Input::File(&bytes), advise)?
                }
                Source::Bytes(_) => return Err(image::no_samples().into()),
            };
            match (made, target) {
                (Made::File { bytes, shape }, Some(target)) => {
                    let PipelineTarget { path, overwrite, tag } = target;
                    write_whole(token, &PathBuf::from(path), &bytes, overwrite, &tag)
                        .map_err(Trouble::writing)?;
                    Ok(result(None, shape, bytes.len()))
                }
                (Made::File { bytes, shape }, None) => {
                    let size = bytes.len();
                    Ok(result(Some(Outcome::Bytes(bytes)), shape, size))
                }
                (Made::Image(image), _) => Ok(raster(image)),
            }
        };
        done().or_else(Trouble::finish)
    }
}

fn raster(image: Image) -> Outcome {
    let shape = image.shape();
    let (elements, size) = match image.into_samples() {
        Samples::U8(data) => {
            let size = data.len();
            (Elements::U8(data), size)
        }
        Samples::U16(data) => {
            let size = 2 * data.len();
            (Elements::U16(data), size)
        }
        Samples::F32(data) => {
            let size = 4 * data.len();
            (Elements::F32(data), size)
        }
    };
    result(Some(Outcome::Array(elements)), shape, size)
}

/// The data (none when it was written to a file), width, height, channels, and the size in bytes.
fn result(data: Option<Outcome>, shape: Shape, size: usize) -> Outcome {
    let number = |value: usize| Some(Outcome::Number(value as f64));
    let Shape { width, height, channels } = shape;
    Outcome::List(vec![data, number(width), number(height), number(channels), number(size)])
}

/// Refuses what is wrong with a pipeline whatever the image.
#[napi(catch_unwind)]
pub fn check_pipeline(pipeline: String) -> Result<(), JsError> {
    Pipeline::parse(&pipeline).map_err(Failure::from)?;
    Ok(())
}

/// The bytes that a run on a file's bytes will take beside them.
#[napi(catch_unwind)]
pub fn pipeline_memory(pipeline: String, bytes: Bytes) -> Result<f64, JsError> {
    let needed = Pipeline::parse(&pipeline)
        .and_then(|pipeline| pipeline.bytes_needed(&Header::read(&bytes)?))
        .map_err(Failure::from)?;
    Ok(needed as f64)
}

/// The bytes that a run on pixels will take beside them.
#[napi(catch_unwind)]
pub fn pipeline_raster_memory(
    pipeline: String,
    data: Numbers,
    shape: image::Shape,
) -> Result<f64, JsError> {
    let pixels = pixels(&data, &shape)?;
    let needed = Pipeline::parse(&pipeline)
        .and_then(|pipeline| pipeline.bytes_needed_for(pixels.shape(), pixels.depth()))
        .map_err(Failure::from)?;
    Ok(needed as f64)
}

/// The bytes that a run on a file will take, itself among them. `kept` is a file that must not be there.
#[napi(catch_unwind)]
pub fn start_pipeline_memory(
    env: Env,
    id: u32,
    pipeline: String,
    path: String,
    kept: Option<String>,
) -> Result<Pending, JsError> {
    start(env, id, Vec::new(), move |token| {
        let done = || -> Result<Outcome, Trouble> {
            if let Some(kept) = kept {
                check_free(Path::new(&kept)).map_err(Trouble::writing)?;
            }
            let pipeline = Pipeline::parse(&pipeline)?;
            let path = PathBuf::from(path);
            let (head, size) = read_head(token, &path, HEAD).map_err(Trouble::reading)?;
            let header = match Header::read(&head) {
                Err(Error::Corrupt { .. }) if (head.len() as u64) < size => {
                    let bytes = read_whole(token, &path).map_err(Trouble::reading)?;
                    Header::read(&bytes)?
                }
                read => read?,
            };
            let needed = pipeline.bytes_needed(&header)? + size;
            Ok(Outcome::List(vec![Some(Outcome::Number(needed as f64))]))
        };
        done().or_else(Trouble::finish)
    })
}

/// Runs a pipeline. Gives the list of `result`, or the four texts of a failure of the file system.
#[napi(catch_unwind)]
pub fn run_pipeline(
    env: Env,
    pipeline: String,
    path: Option<String>,
    data: Option<Numbers>,
    shape: Option<image::Shape>,
    target: Option<PipelineTarget>,
) -> Result<Outcome, JsError> {
    run(env, job_of(pipeline, Source::of(path, data, shape), target))
}

/// [`run_pipeline`] as a job.
#[napi(catch_unwind)]
pub fn start_pipeline(
    env: Env,
    id: u32,
    pipeline: String,
    path: Option<String>,
    data: Option<Held<Numbers>>,
    shape: Option<image::Shape>,
    target: Option<PipelineTarget>,
) -> Result<Pending, JsError> {
    let (data, hold) = data.map(Held::split).unzip();
    let source = Source::of(path, data, shape);
    start(env, id, hold.into_iter().collect(), job_of(pipeline, source, target))
}
