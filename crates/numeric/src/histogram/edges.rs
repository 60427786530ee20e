//! The edges of bins, in numpy's arithmetic.

use crate::error::Error;
use crate::histogram::element::Binned;

/// The most bins of equal width. More would not be told apart by 32-bit counts.
pub(crate) const MOST_BINS: usize = 1 << 24;

/// Edges of equal distance and what they were calculated from.
#[derive(Clone, Debug)]
pub(crate) struct UniformEdges {
    pub(crate) edges: Vec<f64>,
    pub(crate) start: f64,
    pub(crate) step: f64,
}

/// Edges of `bins` bins of equal width from `low` to `high`, as `np.histogram` makes them.
/// `is_given`: the range is the caller's, whose doubles numpy calculates in; the least and the
/// greatest element are of the array's type.
pub(crate) fn uniform<T: Binned>(
    low: f64,
    high: f64,
    bins: usize,
    is_given: bool,
) -> Result<UniformEdges, Error> {
    if !(low <= high && (high - low).is_finite()) {
        return Err(Error::Range);
    }
    if !(1..=MOST_BINS).contains(&bins) {
        return Err(Error::Bins { got: bins });
    }
    let round = |value| if is_given { value } else { T::rounded(value) };
    let (low, high) = if low == high { (round(low - 0.5), round(high + 0.5)) } else { (low, high) };
    let distance = round(high - low);
    let step = round(distance / bins as f64);
    let edge = |index: usize| {
        if index == bins {
            return T::rounded(high);
        }
        let index = round(index as f64);
        let offset = if step == 0.0 {
            // A range of subnormal width.
            round(round(index / bins as f64) * distance)
        } else {
            round(index * step)
        };
        T::rounded(round(offset + low))
    };
    let edges: Vec<f64> = (0..=bins).map(edge).collect();
    if edges.windows(2).all(|pair| pair[0] < pair[1]) {
        Ok(UniformEdges { edges, start: low, step })
    } else {
        Err(Error::NarrowRange { bins })
    }
}

/// Checks edges that the caller gives: at least two, none below the one before it, no NaN.
pub(crate) fn given(edges: &[f64]) -> Result<Vec<f64>, Error> {
    if edges.len() < 2 {
        return Err(Error::FewEdges { got: edges.len() });
    }
    let falls = |pair: &[f64]| !matches!(pair, [left, right] if left <= right);
    match edges.windows(2).position(falls) {
        Some(index) => Err(Error::Edges { index: index + 1 }),
        None => Ok(edges.to_vec()),
    }
}
