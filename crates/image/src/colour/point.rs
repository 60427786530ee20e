use allcores_parallel::{Blocks, Token, for_each_band};

use super::curve::Curve;
use super::mix::{self, Mix};
use super::statistics::{Needs, Statistics, measure};
use super::tone::Tone;
use crate::pixels::each_depth;
use crate::simd::{Isa, Kernel};
use crate::step::Operation;
use crate::{Depth, Error, Pixels, PixelsMut, Shape, View};

/// Samples of a band: some 100 µs of work.
const BAND: usize = 1 << 17;
/// Samples that go through all stages before the next are read: they stay in the nearest cache. Whole pixels of
/// 1, 2, 3 or 4 channels.
pub(super) const CHUNK: usize = 12 * 256;
/// From this many samples for each entry on, filling a table costs less than it saves.
const WORTH_A_TABLE: usize = 4;

/// A filter whose result at a pixel depends on that pixel, once something about the whole image is known.
pub(crate) trait PointOperation: Send + Sync {
    /// Refuses options that are wrong, alone or for such an image.
    fn check(&self, src: Shape, depth: Depth) -> Result<(), Error>;

    /// What must be known about the image first.
    fn needs(&self) -> Needs {
        Needs::Nothing
    }

    /// What is to be done to each pixel.
    fn stage(&self, depth: Depth, statistics: &Statistics) -> Stage;
}

/// What is to be done to each pixel.
pub(crate) enum Stage {
    /// Nothing.
    Keep,
    /// One curve for every colour.
    Curve(Curve),
    /// A curve for each colour.
    Curves(Vec<Curve>),
    /// The colours together. Images without three colours are left as they are.
    Mix(Mix),
}

impl<P: PointOperation> Operation for P {
    fn shape(&self, src: Shape, depth: Depth) -> Result<Shape, Error> {
        self.check(src, depth)?;
        Ok(src)
    }

    fn run(&self, token: &Token, src: Pixels<'_>, out: PixelsMut<'_>) -> Result<(), Error> {
        run_points(token, &[self], src, out)
    }

    fn point(&self) -> Option<&dyn PointOperation> {
        Some(self)
    }
}

/// Runs several point filters one after the other, in one pass over the image and one more for each that has to
/// measure it. The result has the bits of separate calls.
pub(crate) fn run_points(
    token: &Token,
    operations: &[&dyn PointOperation],
    src: Pixels<'_>,
    out: PixelsMut<'_>,
) -> Result<(), Error> {
    each_depth!(src, out, |src, out| run(Isa::current(), token, operations, src, out))
}

fn run<T: Tone>(
    isa: Isa,
    token: &Token,
    operations: &[&dyn PointOperation],
    src: View<'_, T>,
    out: &mut [T],
) -> Result<(), Error> {
    let mut passes = Passes::new(src.shape());
    for operation in operations {
        operation.check(src.shape(), T::DEPTH)?;
        let statistics = match operation.needs() {
            Needs::Nothing => Statistics::default(),
            needs => measure(token, needs, src, &passes.compile())?,
        };
        passes.add(operation.stage(T::DEPTH, &statistics));
    }
    let compiled = passes.compile();
    let row = src.width() * src.channels();
    let blocks = Blocks { size: row * (BAND / row).max(1), inline_up_to: BAND };
    for_each_band(token, out, blocks, |offset, band| {
        let top = offset / row;
        for (y, out) in band.chunks_exact_mut(row).enumerate() {
            // A row that is longer than a band asks by itself.
            if row > BAND && token.begin_block().is_err() {
                return;
            }
            isa.run(Row {
                compiled: &compiled,
                channels: src.channels(),
                from: src.row(top + y),
                to: out,
            });
        }
    })?;
    Ok(())
}

/// Stages in the order in which they were given; neighbouring curves are joined.
pub(super) struct Passes {
    colours: usize,
    samples: usize,
    stages: Vec<Joined>,
}

enum Joined {
    /// For each colour the curves that follow each other; grey has the first only.
    Curves([Vec<Curve>; 3]),
    Mix(Mix),
}

impl Passes {
    pub(super) fn new(src: Shape) -> Self {
        let colours = if src.channels > 2 { 3 } else { 1 };
        Passes { colours, samples: src.width * src.height, stages: Vec::new() }
    }

    fn add(&mut self, stage: Stage) {
        let curves = match stage {
            Stage::Keep => return,
            Stage::Mix(mix) => {
                if self.colours == 3 {
                    self.stages.push(Joined::Mix(mix));
                }
                return;
            }
            Stage::Curve(curve) => vec![curve; self.colours],
            Stage::Curves(curves) => curves,
        };
        if !matches!(self.stages.last(), Some(Joined::Curves(_))) {
            self.stages.push(Joined::Curves(Default::default()));
        }
        if let Some(Joined::Curves(chains)) = self.stages.last_mut() {
            for (chain, curve) in chains.iter_mut().zip(curves) {
                chain.push(curve);
            }
        }
    }

    pub(super) fn compile<T: Tone>(&self) -> Compiled<T> {
        let tables = self.samples >= T::LEVELS * WORTH_A_TABLE;
        let lookup = |chain: &Vec<Curve>| {
            if tables { Lookup::Table(T::table(chain)) } else { Lookup::Direct(chain.clone()) }
        };
        let stages = self.stages.iter().map(|stage| match stage {
            Joined::Mix(mix) => Pass::Mix(mix.clone()),
            Joined::Curves([red, green, blue])
                if self.colours == 3 && (red != green || green != blue) =>
            {
                Pass::Each([lookup(red), lookup(green), lookup(blue)])
            }
            Joined::Curves([first, ..]) => Pass::Same(lookup(first)),
        });
        Compiled { stages: stages.collect() }
    }
}

/// Stages made ready for one sample type.
pub(super) struct Compiled<T: Tone> {
    stages: Vec<Pass<T>>,
}

enum Pass<T: Tone> {
    Same(Lookup<T>),
    Each([Lookup<T>; 3]),
    Mix(Mix),
}

enum Lookup<T: Tone> {
    Table(T::Table),
    Direct(Vec<Curve>),
}

impl<T: Tone> Lookup<T> {
    #[inline(always)]
    fn at(&self, sample: T) -> T {
        match self {
            Lookup::Table(table) => T::look(table, sample),
            Lookup::Direct(curves) => curves.iter().fold(sample, |value, curve| curve.at(value)),
        }
    }
}

impl<T: Tone> Compiled<T> {
    /// Takes whole pixels of `channels` samples through all stages.
    #[inline(always)]
    pub(super) fn apply(&self, pixels: &mut [T], channels: usize) {
        for stage in &self.stages {
            match (stage, channels) {
                (Pass::Same(lookup), 1 | 3) => {
                    for sample in pixels.iter_mut() {
                        *sample = lookup.at(*sample);
                    }
                }
                (Pass::Same(lookup), 2) => {
                    for [grey, _] in pixels.as_chunks_mut::<2>().0 {
                        *grey = lookup.at(*grey);
                    }
                }
                (Pass::Same(lookup), _) => colours::<T, 4>(pixels, |pixel| {
                    let [red, green, blue] = pixel;
                    [lookup.at(red), lookup.at(green), lookup.at(blue)]
                }),
                (Pass::Each(lookups), 3) => colours::<T, 3>(pixels, |pixel| each(lookups, pixel)),
                (Pass::Each(lookups), _) => colours::<T, 4>(pixels, |pixel| each(lookups, pixel)),
                // What kind of mix it is, is found out once and not for each pixel.
                (Pass::Mix(Mix::Saturation(factor)), 3) => {
                    colours::<T, 3>(pixels, |pixel| mix::saturate(pixel, *factor));
                }
                (Pass::Mix(Mix::Saturation(factor)), _) => {
                    colours::<T, 4>(pixels, |pixel| mix::saturate(pixel, *factor));
                }
                (Pass::Mix(Mix::Matrix(rows)), 3) => {
                    colours::<T, 3>(pixels, |pixel| mix::multiply(pixel, rows));
                }
                (Pass::Mix(Mix::Matrix(rows)), _) => {
                    colours::<T, 4>(pixels, |pixel| mix::multiply(pixel, rows));
                }
            }
        }
    }
}

#[inline(always)]
fn each<T: Tone>(lookups: &[Lookup<T>; 3], [red, green, blue]: [T; 3]) -> [T; 3] {
    [lookups[0].at(red), lookups[1].at(green), lookups[2].at(blue)]
}

/// Changes the first three samples of each pixel of `N`.
#[inline(always)]
fn colours<T: Tone, const N: usize>(pixels: &mut [T], change: impl Fn([T; 3]) -> [T; 3]) {
    for pixel in pixels.as_chunks_mut::<N>().0 {
        [pixel[0], pixel[1], pixel[2]] = change([pixel[0], pixel[1], pixel[2]]);
    }
}

/// One row through all stages.
struct Row<'a, T: Tone> {
    compiled: &'a Compiled<T>,
    channels: usize,
    from: &'a [T],
    to: &'a mut [T],
}

impl<T: Tone> Kernel for Row<'_, T> {
    #[inline(always)]
    fn run(self) {
        for (from, to) in self.from.chunks(CHUNK).zip(self.to.chunks_mut(CHUNK)) {
            to.copy_from_slice(from);
            self.compiled.apply(to, self.channels);
        }
    }
}
