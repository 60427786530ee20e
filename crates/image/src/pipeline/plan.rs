use super::document::Item;
use super::image::bytes_of;
use super::stage::{Stage, stages};
use super::{Header, Pipeline};
use crate::{Depth, Error, Shape};

/// What will be done with one image.
pub(super) struct Plan {
    pub(super) stages: Vec<Stage>,
}

impl Pipeline {
    /// What will be done with pixels of this shape and type.
    pub(super) fn plan(&self, shape: Shape, depth: Depth) -> Result<Plan, Error> {
        let steps = self.items.iter().filter_map(|item| match item {
            Item::Step(step) => Some(step.clone()),
            Item::AutoOrient => None,
        });
        Ok(Plan { stages: stages(steps.collect(), shape, depth)? })
    }

    /// Refuses a file with more pixels than the pipeline takes.
    pub(super) fn check_size(&self, header: &Header) -> Result<(), Error> {
        let Shape { width, height, .. } = header.shape;
        if (width as u64).saturating_mul(height as u64) > self.max_pixels {
            return Err(Error::TooLarge { width, height, limit: self.max_pixels });
        }
        Ok(())
    }

    /// Refuses a file by its first bytes, of which more follow, when it is none that will be decoded.
    ///
    /// # Errors
    /// As a run, but not for a header that is cut off.
    pub fn check_head(&self, head: &[u8]) -> Result<(), Error> {
        match Header::read(head) {
            Ok(header) => self.check_size(&header),
            Err(Error::Corrupt { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The most memory, in bytes, that a run on a file takes at any moment for pixels, beside the file itself:
    /// what decoding takes, two neighbouring images and what a step needs between them, or the last image
    /// and its file.
    ///
    /// # Errors
    /// Everything that the run would refuse after a look at the header.
    pub fn bytes_needed(&self, header: &Header) -> Result<u64, Error> {
        self.check_size(header)?;
        let walk = self.bytes_needed_for(header.shape, header.depth)?;
        Ok(walk.max(header.bytes_needed()?))
    }

    /// The same for pixels that are in memory already: theirs count too.
    ///
    /// # Errors
    /// Everything that the run would refuse.
    pub fn bytes_needed_for(&self, shape: Shape, depth: Depth) -> Result<u64, Error> {
        let plan = self.plan(shape, depth)?;
        let mut before = shape;
        let mut most = bytes_of(shape, depth)?;
        for stage in &plan.stages {
            let both = bytes_of(before, depth)? + bytes_of(stage.shape, depth)?;
            most = most.max(both + stage.scratch(before, depth));
            before = stage.shape;
        }
        if let Some(output) = &self.output {
            most = most.max(bytes_of(before, depth)? + output.bytes_needed(before, depth)?);
        }
        Ok(most)
    }
}
