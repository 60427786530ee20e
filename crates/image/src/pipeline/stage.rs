//! Which consecutive steps run together.

use allcores_parallel::Token;

use crate::{Depth, Error, Pixels, PixelsMut, Shape, Step};

/// What is done in one go, from one buffer to the other: one step, or several point filters as one pass.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stage {
    steps: Vec<Step>,
    /// Of what it makes.
    pub(super) shape: Shape,
}

impl Stage {
    /// Bytes that it takes beside what it reads and what it makes.
    pub(super) fn scratch(&self, src: Shape, depth: Depth) -> u64 {
        self.steps.iter().map(|step| step.scratch(src, depth)).max().unwrap_or(0)
    }

    pub(super) fn run(
        &self,
        token: &Token,
        src: Pixels<'_>,
        out: PixelsMut<'_>,
    ) -> Result<(), Error> {
        match &self.steps[..] {
            [step] => step.run(token, src, out),
            steps => Step::run_points(token, &steps.iter().collect::<Vec<_>>(), src, out),
        }
    }
}

/// Cuts a list of steps into stages, for an image of this shape and type. Point filters that follow each other
/// make one: they are bound by memory, not by arithmetic.
pub(super) fn stages(
    steps: Vec<Step>,
    mut shape: Shape,
    depth: Depth,
) -> Result<Vec<Stage>, Error> {
    let mut stages: Vec<Stage> = Vec::new();
    for step in steps {
        shape = step.shape(shape, depth)?;
        match stages.last_mut() {
            Some(last) if step.is_point() && last.steps.iter().all(Step::is_point) => {
                last.steps.push(step);
            }
            _ => stages.push(Stage { steps: vec![step], shape }),
        }
    }
    Ok(stages)
}

#[cfg(test)]
mod tests {
    use super::stages;
    use crate::{Depth, Shape, Step};

    #[test]
    fn neighbouring_point_filters_are_one_stage_and_everything_else_is_one_each() {
        let names = ["flip", "invert", "sepia", "flop", "invert", "grayscale", "invert"];
        let step = |name| match name {
            "sepia" => Step::parse(r#"{"sepia":{"factor":1}}"#).unwrap(),
            name => Step::parse(&format!(r#"{{"{name}":{{}}}}"#)).unwrap(),
        };
        let shape = Shape { width: 2, height: 2, channels: 3 };
        let stages = stages(names.map(step).to_vec(), shape, Depth::U8).unwrap();
        let lengths: Vec<_> = stages.iter().map(|stage| stage.steps.len()).collect();
        assert_eq!(lengths, [1, 2, 1, 1, 1, 1]);
        assert_eq!(stages.last().unwrap().shape.channels, 1);
    }
}
