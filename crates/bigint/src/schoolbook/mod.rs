//! Products of short numbers, limb by limb: in `rows` where a limb is a machine word, in
//! `columns` where the reduction of a product costs more than the product.

pub(crate) mod columns;
pub(crate) mod rows;
