use serde::Deserialize;
use serde_json::Value;

use super::{Pipeline, Step, sink};
use crate::{DEFAULT_PIXEL_LIMIT, Encoding, Error};

/// A step of a pipeline.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    /// The same for every image.
    Step(Step),
    /// Turn the image as its file's EXIF orientation says.
    AutoOrient,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Document {
    steps: Vec<Value>,
    #[serde(default)]
    output: Option<Encoding>,
    #[serde(default)]
    keep_profile: bool,
    #[serde(default)]
    keep_exif: bool,
    #[serde(default = "yes")]
    shrink_on_load: bool,
    #[serde(default = "default_limit")]
    max_pixels: u64,
}

fn yes() -> bool {
    true
}

fn default_limit() -> u64 {
    DEFAULT_PIXEL_LIMIT
}

pub(super) fn parse(json: &str) -> Result<Pipeline, Error> {
    let document: Document = serde_json::from_str(json)
        .map_err(|error| Error::InvalidArgument(format!("Expected a pipeline in JSON: {error}")))?;
    let items = document
        .steps
        .into_iter()
        .enumerate()
        .map(|(index, value)| item(value).map_err(|error| at(index, &error)))
        .collect::<Result<_, _>>()?;
    if let Some(output) = &document.output {
        sink::check(output)?;
    }
    Ok(Pipeline {
        items,
        output: document.output,
        keep_profile: document.keep_profile,
        keep_exif: document.keep_exif,
        shrink_on_load: document.shrink_on_load,
        max_pixels: document.max_pixels,
    })
}

fn item(value: Value) -> Result<Item, serde_json::Error> {
    let is_auto = |value: &Value| {
        value.as_object().is_some_and(|object| {
            object.len() == 1
                && object.get("autoOrient").and_then(Value::as_object).is_some_and(|o| o.is_empty())
        })
    };
    if is_auto(&value) {
        return Ok(Item::AutoOrient);
    }
    serde_json::from_value(value).map(Item::Step)
}

fn at(index: usize, error: &serde_json::Error) -> Error {
    Error::InvalidArgument(format!("Expected step {index} of the pipeline to be a filter: {error}"))
}
