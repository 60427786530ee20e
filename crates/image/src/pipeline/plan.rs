use super::document::Item;
use super::image::bytes_of;
use super::shrink::shrink;
use super::stage::{Stage, stages};
use super::{Header, Pipeline, sink};
use crate::{AutoOrient, Depth, Error, Scale, Shape, Step};

/// What will be done with one file.
pub(super) struct Plan {
    /// The size at which it is decoded.
    pub(super) scale: Scale,
    pub(super) stages: Vec<Stage>,
}

impl Pipeline {
    /// What will be done with a file. Refuses what its steps cannot do with such an image.
    pub(super) fn plan(&self, header: &Header) -> Result<Plan, Error> {
        let Shape { width, height, .. } = header.shape();
        if (width as u64).saturating_mul(height as u64) > self.max_pixels {
            return Err(Error::TooLarge { width, height, limit: self.max_pixels });
        }
        let steps = self.steps(header.orientation());
        let (scale, steps) =
            if self.shrink_on_load { shrink(header, steps)? } else { (Scale::Full, steps) };
        Ok(Plan { scale, stages: stages(steps, header.scaled(scale), header.depth())? })
    }

    /// What will be done with pixels of this shape and type, which are upright.
    pub(super) fn plan_raster(&self, shape: Shape, depth: Depth) -> Result<Vec<Stage>, Error> {
        stages(self.steps(1), shape, depth)
    }

    fn steps(&self, orientation: u8) -> Vec<Step> {
        let step = |item: &Item| match item {
            Item::Step(step) => Some(step.clone()),
            Item::AutoOrient if orientation == 1 => None,
            Item::AutoOrient => Some(Step::AutoOrient(AutoOrient { orientation })),
        };
        self.items.iter().filter_map(step).collect()
    }

    /// Refuses a file by its first bytes, of which more follow, when it is none that will be decoded.
    ///
    /// # Errors
    /// As a run, but not for a header that is cut off.
    pub fn check_head(&self, head: &[u8]) -> Result<(), Error> {
        match Header::read(head) {
            Ok(header) => self.plan(&header).map(|_| ()),
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
        let plan = self.plan(header)?;
        let walk = self.walk_bytes(header.scaled(plan.scale), header.depth(), &plan.stages)?;
        Ok(walk.max(header.bytes_needed(plan.scale)?))
    }

    /// The same for pixels that are in memory already: theirs count too.
    ///
    /// # Errors
    /// Everything that the run would refuse.
    pub fn bytes_needed_for(&self, shape: Shape, depth: Depth) -> Result<u64, Error> {
        self.walk_bytes(shape, depth, &self.plan_raster(shape, depth)?)
    }

    fn walk_bytes(&self, shape: Shape, depth: Depth, stages: &[Stage]) -> Result<u64, Error> {
        let mut before = shape;
        let mut most = bytes_of(shape, depth)?;
        for stage in stages {
            let both = bytes_of(before, depth)? + bytes_of(stage.shape, depth)?;
            most = most.max(both + stage.scratch(before, depth));
            before = stage.shape;
        }
        let beside = match &self.output {
            Some(output) => sink::bytes_needed(output, before, depth)?,
            // Who asked for pixels gets a copy.
            None => bytes_of(before, depth)?,
        };
        Ok(most.max(bytes_of(before, depth)? + beside))
    }
}
