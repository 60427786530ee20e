//! Kernels over typed arrays: reductions, ordering, quantiles, histograms and running sums, for
//! the eleven element types of JavaScript's typed arrays.
//!
//! Every function reads its input in place, uses all native threads above some size, and gives
//! the same bits on any number of threads and on every instruction set: the work is cut by
//! its length alone, partial results are combined by a fixed tree or in the order of their
//! blocks, and a multiplication is never fused with an addition (but where the result is exact).
//!
//! | functions | floats | integers |
//! |---|---|---|
//! | [`sum`], [`dot`], [`sum_of_squares`], [`norm`] | numpy's tree, exact, or fast ([`Precision`]) | [`Exact`] |
//! | [`mean`] | the bits of `np.mean` on a flat array of doubles | exact sum, one rounding |
//! | [`variance`], [`std`], [`describe`] | one pass, within 1e-13 of the exact value on well-scaled data | exact, one rounding |
//! | [`min`], [`max`], [`min_max`], [`range`] | a NaN anywhere gives NaN; −0 is below +0 | |
//!
//! The narrower floats are accumulated in `f64` and rounded once to their type; such a result is
//! returned as the `f64` of the same value. A [`Filter`] says which elements take part.
//!
//! How it is built: a kernel is a *reduction* (`split.rs`: a body for one thread, a rule
//! that cuts it in two, a rule that joins two results). Bodies are safe code, compiled once
//! for each instruction set (`simd/`). What the floats' kernels add up or compare is behind
//! one trait (`terms.rs`), so that a mask, a NaN policy or a product is another kind of terms
//! (`kept.rs`) and not another kernel; integers have theirs in `select.rs`. A family of kernels
//! that needs more has a folder of its own.

#![deny(unsafe_code)]

mod any_integer;
mod arg_extreme;
mod axis;
mod covariance;
mod describe;
mod description;
mod dot;
mod element;
mod error;
mod exact;
mod exact_sum;
mod extreme;
mod filter;
mod first_nan;
mod float;
mod floats;
mod histogram;
mod integer;
mod integer_sums;
mod integers;
mod kept;
mod lanes;
mod mean;
mod min_max;
mod moments;
mod norm;
mod order;
mod precision;
mod product;
mod quantile;
mod quotient;
mod read_limit;
mod rounding;
mod scan;
mod select;
#[cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "calls functions that are compiled for one instruction set")
)]
mod simd;
mod split;
mod spread;
mod sum;
mod sum_of_squares;
mod terms;
mod tree;
mod truth;
mod variance;
mod walk;

#[cfg(test)]
mod level_tests;
#[cfg(test)]
mod test_data;

pub use arg_extreme::{argmax, argmin};
pub use axis::{
    Lines, argmax_along, argmin_along, max_along, mean_along, min_along, prod_along, ptp_along,
    std_along, sum_along, variance_along,
};
pub use covariance::{correlation, covariance};
pub use describe::describe;
pub use description::Description;
pub use dot::dot;
pub use element::Element;
pub use error::Error;
pub use exact::Exact;
pub use filter::{Filter, NanPolicy};
pub use histogram::{Bins, Histogram, bincount, bincount_length, histogram};
pub use mean::{mean, weighted_mean};
pub use min_max::{max, min, min_max, range};
pub use norm::{Order, norm};
pub use order::{Side, Unique, Wanted, argsort, searchsorted, sort, sort_in_place, unique};
pub use precision::Precision;
pub use product::{ProductSize, product, product_size};
pub use quantile::{Fractions, Method, median, quantile};
pub use read_limit::read_limit;
pub use scan::{Scan, Wide, scan, scan_in_place, scan_wide, scan_wide_in_place};
pub use sum::sum;
pub use sum_of_squares::sum_of_squares;
pub use truth::{all, any, count_nonzero};
pub use variance::{std, variance};
