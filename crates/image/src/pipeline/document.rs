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

#[cfg(test)]
mod tests {
    use super::{Item, parse};
    use crate::pipeline::Input;
    use crate::{Error, Pixels, View};
    use allcores_parallel::Token;

    const WHOLE: &str = r#"{"steps":[{"autoOrient":{}},{"resize":{"width":3,"height":null,"fit":"cover",
        "filter":"box","withoutEnlargement":false,"position":[0,1],"background":[0],"mode":"fast"}},{"invert":{}},{"sepia":{"factor":0.5}}],
        "output":{"jpeg":{"quality":80,"subsampling":"4:2:0","progressive":false,"optimize":false}},
        "keepProfile":true,"keepExif":true,"shrinkOnLoad":false,"maxPixels":1000}"#;

    #[test]
    fn a_whole_document_is_read_and_what_is_left_out_has_a_default() {
        let pipeline = parse(WHOLE).unwrap();
        assert_eq!(pipeline.items.len(), 4);
        assert_eq!(pipeline.items[0], Item::AutoOrient);
        assert!(pipeline.output.is_some() && pipeline.keep_profile && pipeline.keep_exif);
        assert!(!pipeline.shrink_on_load);
        assert_eq!(pipeline.max_pixels, 1000);
        let empty = parse(r#"{"steps":[]}"#).unwrap();
        assert!(empty.items.is_empty() && empty.output.is_none() && empty.shrink_on_load);
        assert_eq!(empty.max_pixels, crate::DEFAULT_PIXEL_LIMIT);
        let given = parse(r#"{"steps":[{"autoOrient":{"orientation":6}}]}"#).unwrap();
        assert!(matches!(given.items[..], [Item::Step(_)]));
    }

    #[test]
    fn what_is_wrong_whatever_the_image_is_refused_with_its_place() {
        for (json, text) in [
            ("", "Expected a pipeline in JSON"),
            ("{}", "missing field `steps`"),
            (r#"{"steps":[{"flip":{}},{"flop":{"x":1}}]}"#, "Expected step 1 of the pipeline"),
            (r#"{"steps":[{"sharpest":{}}]}"#, "unknown variant `sharpest`"),
            (r#"{"steps":[{"autoOrient":{},"flip":{}}]}"#, "Expected step 0"),
            (r#"{"steps":[],"more":1}"#, "unknown field `more`"),
            (r#"{"steps":[],"maxPixels":-1}"#, "invalid value"),
            (r#"{"steps":[],"output":{"gif":{}}}"#, "unknown variant `gif`"),
            (r#"{"steps":[],"output":{"png":{"level":10}}}"#, "Expected `level`"),
            (r#"{"steps":[],"output":{"webp":{"lossy":{"quality":0}}}}"#, "Expected `quality`"),
        ] {
            let Err(Error::InvalidArgument(message)) = parse(json) else {
                panic!("{json} was read")
            };
            assert!(message.contains(text), "{json}: {message}");
        }
    }

    #[test]
    fn a_damaged_document_is_refused_or_runs_and_never_panics() {
        let row = View::new(&[9, 200, 31, 7, 255, 0], 2, 1, 3).unwrap();
        let mut state = 7_u32;
        let mut random = |below: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as usize % below
        };
        let (mut read, mut run) = (0, 0);
        let (values, digits) = (b"0123456789-.eE{}[],:\"nulltrue", b"0123456789-.,");
        for _ in 0..20_000 {
            let mut text = WHOLE.as_bytes().to_vec();
            for _ in 0..=random(3) {
                if text.is_empty() {
                    break;
                }
                let at = random(text.len());
                match random(4) {
                    0 => drop(text.remove(at)),
                    1 => text[at] = values[random(values.len())],
                    2 => text.truncate(at + 1),
                    _ => text.insert(at, digits[random(digits.len())]),
                }
            }
            let Ok(pipeline) = parse(&String::from_utf8_lossy(&text)) else { continue };
            read += 1;
            let pixels = Pixels::U8(row);
            if pipeline
                .bytes_needed_for(pixels.shape(), pixels.depth())
                .is_ok_and(|needed| needed < 100_000)
            {
                run +=
                    usize::from(pipeline.run(&Token::new(), Input::Raster(pixels), |_| {}).is_ok());
            }
        }
        assert!(read > 100 && run > 100, "{read} {run}");
    }
}
