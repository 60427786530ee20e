//! Which consecutive steps run together.

use crate::{Depth, Error, Shape, Step};

/// What is done in one go, from one buffer to the other.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stage {
    pub(super) step: Step,
    /// What it makes.
    pub(super) shape: Shape,
}

/// Cuts a list of steps into stages, for an image of this shape and type. Today each step is one.
pub(super) fn stages(
    steps: Vec<Step>,
    mut shape: Shape,
    depth: Depth,
) -> Result<Vec<Stage>, Error> {
    steps
        .into_iter()
        .map(|step| {
            shape = step.shape(shape, depth)?;
            Ok(Stage { step, shape })
        })
        .collect()
}
