//! Running sums in doubles.
//!
//! The order depends on the length only. A block of 65,536 numbers starts from nothing and goes
//! on row by row: the eight running results of a row are made in three steps (each lane takes
//! the end of the half, quarter or eighth before it), and the end of all rows before is put on
//! top of them. What the blocks before gave together comes last. Every step puts something on
//! top of results that already run on, so sums of numbers that are not negative never fall.

use std::marker::PhantomData;

use allcores_parallel::Relay;

use crate::scan::place::Place;
use crate::simd::{Body, Isa, Simd};

/// Numbers of a block: 512 KiB of doubles, which fit into a core's L2 cache.
pub(crate) const BLOCK: usize = 1 << 16;

/// Changes nothing when it is added to, not even the sign of a zero.
pub(crate) const NEUTRAL: f64 = -0.0;

/// The blocks of one scan.
pub(crate) struct Sums<P> {
    isa: Isa,
    omit: bool,
    kinds: PhantomData<fn(P)>,
}

impl<P: Place> Sums<P> {
    pub(crate) fn new(isa: Isa, omit: bool) -> Self {
        Sums { isa, omit, kinds: PhantomData }
    }
}

impl<P: Place> Relay for Sums<P> {
    type Block = P;
    type Part = f64;
    type Carry = f64;

    fn look(&self, place: &P) -> f64 {
        self.isa.run(End::<P> { place, omit: self.omit })
    }

    fn finish(&self, place: P, carry: f64) -> f64 {
        self.isa.run(Running::<P> { place, carry, omit: self.omit })
    }

    fn pass(&self, carry: f64, part: f64) -> f64 {
        carry + part
    }
}

/// The running result at the end of a block that starts from nothing.
struct End<'p, P> {
    place: &'p P,
    omit: bool,
}

impl<P: Place> Body for End<'_, P> {
    type Output = f64;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> f64 {
        let mut end = simd.splat(NEUTRAL);
        for index in 0..self.place.rows() {
            let row = running(simd, self.place.row(simd, index), self.omit);
            end = simd.add(end, simd.last(row));
        }
        let tail = simd.load(&self.place.tail(NEUTRAL));
        let row = running(simd, tail, self.omit);
        simd.to_array(simd.add(end, row))[7]
    }
}

/// Writes the running results of a block on top of `carry`, and gives what [`End`] gives.
struct Running<P> {
    place: P,
    carry: f64,
    omit: bool,
}

impl<P: Place> Body for Running<P> {
    type Output = f64;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> f64 {
        let Running { mut place, carry, omit, .. } = self;
        let carry = simd.splat(carry);
        let mut end = simd.splat(NEUTRAL);
        for index in 0..place.rows() {
            let row = running(simd, place.row(simd, index), omit);
            place.put(simd, index, canonical(simd, simd.add(carry, simd.add(end, row))));
            end = simd.add(end, simd.last(row));
        }
        let tail = simd.load(&place.tail(NEUTRAL));
        let row = simd.add(end, running(simd, tail, omit));
        place.put_tail(simd.to_array(canonical(simd, simd.add(carry, row))));
        simd.to_array(row)[7]
    }
}

/// There is one NaN only.
#[inline(always)]
fn canonical<S: Simd>(simd: S, row: S::Row) -> S::Row {
    simd.choose(simd.numbers(row), row, simd.splat(f64::NAN))
}

/// The running results of a row by itself.
#[inline(always)]
fn running<S: Simd>(simd: S, row: S::Row, omit: bool) -> S::Row {
    let neutral = simd.splat(NEUTRAL);
    // The same for every row: a type for each policy would gain nothing, memory is the limit.
    let numbers = simd.either(simd.numbers(row), simd.all_or_none(!omit));
    let kept = simd.choose(numbers, row, simd.splat(0.0));
    let pairs = simd.add(simd.onto_next(kept, neutral), kept);
    let fours = simd.add(simd.onto_pairs(pairs, neutral), pairs);
    simd.add(simd.onto_half(fours, neutral), fours)
}
