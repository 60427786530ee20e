//! Running sums and products in doubles.
//!
//! The order depends on the length only. A block of 65,536 numbers starts from nothing and goes
//! on row by row: the eight running results of a row are made in three steps (each lane takes
//! the end of the half, quarter or eighth before it), and the end of all rows before is put on
//! top of them. What the blocks before gave together comes last. Every step puts something on
//! top of results that already run on, so sums of numbers that are not negative never fall.

use std::marker::PhantomData;

use allcores_parallel::Relay;

use crate::scan::operation::Operation;
use crate::scan::place::Place;
use crate::simd::{Body, Isa, Simd};

/// Numbers of a block: 512 KiB of doubles, which fit into a core's L2 cache.
pub(crate) const BLOCK: usize = 1 << 16;

/// The blocks of one scan.
pub(crate) struct Doubles<O, P> {
    isa: Isa,
    omit: bool,
    kinds: PhantomData<fn(O, P)>,
}

impl<O: Operation, P: Place> Doubles<O, P> {
    pub(crate) fn new(isa: Isa, omit: bool) -> Self {
        Doubles { isa, omit, kinds: PhantomData }
    }
}

impl<O: Operation, P: Place> Relay for Doubles<O, P> {
    type Block = P;
    type Part = f64;
    type Carry = f64;

    fn look(&self, place: &P) -> f64 {
        self.isa.run(End::<O, P> { place, omit: self.omit, operation: PhantomData })
    }

    fn finish(&self, place: P, carry: f64) -> f64 {
        self.isa.run(Running::<O, P> { place, carry, omit: self.omit, operation: PhantomData })
    }

    fn pass(&self, carry: f64, part: f64) -> f64 {
        O::one(carry, part)
    }
}

/// The running result at the end of a block that starts from nothing.
struct End<'p, O, P> {
    place: &'p P,
    omit: bool,
    operation: PhantomData<O>,
}

impl<O: Operation, P: Place> Body for End<'_, O, P> {
    type Output = f64;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> f64 {
        let mut end = simd.splat(O::NEUTRAL);
        for index in 0..self.place.rows() {
            let row = running::<S, O>(simd, self.place.row(simd, index), self.omit);
            end = O::rows(simd, end, simd.last(row));
        }
        let tail = simd.load(&self.place.tail(O::NEUTRAL));
        let row = running::<S, O>(simd, tail, self.omit);
        simd.to_array(O::rows(simd, end, row))[7]
    }
}

/// Writes the running results of a block on top of `carry`, and gives what [`End`] gives.
struct Running<O, P> {
    place: P,
    carry: f64,
    omit: bool,
    operation: PhantomData<O>,
}

impl<O: Operation, P: Place> Body for Running<O, P> {
    type Output = f64;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> f64 {
        let Running { mut place, carry, omit, .. } = self;
        let carry = simd.splat(carry);
        let mut end = simd.splat(O::NEUTRAL);
        for index in 0..place.rows() {
            let row = running::<S, O>(simd, place.row(simd, index), omit);
            place.put(simd, index, O::rows(simd, carry, O::rows(simd, end, row)));
            end = O::rows(simd, end, simd.last(row));
        }
        let tail = simd.load(&place.tail(O::NEUTRAL));
        let row = O::rows(simd, end, running::<S, O>(simd, tail, omit));
        place.put_tail(simd.to_array(O::rows(simd, carry, row)));
        simd.to_array(row)[7]
    }
}

/// The running results of a row by itself.
#[inline(always)]
fn running<S: Simd, O: Operation>(simd: S, row: S::Row, omit: bool) -> S::Row {
    let neutral = simd.splat(O::NEUTRAL);
    // The same for every row: a type for each policy would gain nothing, memory is the limit.
    let numbers = simd.either(simd.numbers(row), simd.all_or_none(!omit));
    let kept = simd.choose(numbers, row, simd.splat(O::OMITTED));
    let pairs = O::rows(simd, simd.onto_next(kept, neutral), kept);
    let fours = O::rows(simd, simd.onto_pairs(pairs, neutral), pairs);
    O::rows(simd, simd.onto_half(fours, neutral), fours)
}
