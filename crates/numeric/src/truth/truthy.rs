//! Elements as true or false, and how a page of them is counted.

use half::f16;

/// An element type whose values are true or false.
pub trait Truthy: Copy + Send + Sync {
    /// How many of `values` take part and are true (with `ZERO`: are false). An empty `mask` lets
    /// every element take part; with `OMIT` a NaN takes no part. At most [`PAGE`] bytes.
    fn count<const ZERO: bool, const OMIT: bool>(values: &[Self], mask: &[u8]) -> usize;
}

/// Bytes that are counted at once: so few that counters as wide as the elements do not
/// overflow.
pub(super) const PAGE: usize = 1024;

#[inline(always)]
fn counts<const ZERO: bool, const OMIT: bool>(zero: bool, nan: bool) -> bool {
    // A NaN is no zero.
    if ZERO { zero } else { !zero & !(OMIT & nan) }
}

/// Counters as wide as the elements, which the compiler keeps in step with them.
macro_rules! truthy {
    ($T:ty, $Counter:ty, zero |$z:ident| $zero:expr, nan |$n:ident| $nan:expr) => {
        impl Truthy for $T {
            #[inline(always)]
            fn count<const ZERO: bool, const OMIT: bool>(values: &[Self], mask: &[u8]) -> usize {
                let counts = |value: $T| {
                    let ($z, $n) = (value, value);
                    counts::<ZERO, OMIT>($zero, $nan)
                };
                let mut total: $Counter = 0;
                if mask.is_empty() {
                    for &value in values {
                        total += <$Counter>::from(counts(value));
                    }
                } else {
                    for (&value, &keep) in values.iter().zip(mask) {
                        total += <$Counter>::from(counts(value) & (keep != 0));
                    }
                }
                total as usize
            }
        }
    };
}

/// As many counters of eight bits as a register of AVX-512 has.
const LANES: usize = 64;

macro_rules! truthy_byte {
    ($($T:ident)+) => {$(
        impl Truthy for $T {
            #[inline(always)]
            fn count<const ZERO: bool, const OMIT: bool>(values: &[Self], mask: &[u8]) -> usize {
                let mut lanes = [0_u8; LANES];
                let (rows, tail) = values.as_chunks::<LANES>();
                let (mask_rows, mask_tail) = mask.as_chunks::<LANES>();
                if mask.is_empty() {
                    for row in rows {
                        for lane in 0..LANES {
                            lanes[lane] += u8::from(counts::<ZERO, OMIT>(row[lane] == 0, false));
                        }
                    }
                } else {
                    for (row, keep) in rows.iter().zip(mask_rows) {
                        for lane in 0..LANES {
                            let counted = counts::<ZERO, OMIT>(row[lane] == 0, false);
                            lanes[lane] += u8::from(counted & (keep[lane] != 0));
                        }
                    }
                }
                let mut total = 0_u16;
                for count in lanes {
                    total += u16::from(count);
                }
                for (index, &value) in tail.iter().enumerate() {
                    let kept = mask_tail.get(index).is_none_or(|&keep| keep != 0);
                    total += u16::from(counts::<ZERO, OMIT>(value == 0, false) & kept);
                }
                usize::from(total)
            }
        }
    )+};
}

truthy_byte!(u8 i8);

macro_rules! truthy_integer {
    ($($T:ident $Counter:ident)+) => {$(
        truthy!($T, $Counter, zero |z| z == 0, nan |_n| false);
    )+};
}

truthy_integer!(u16 u16 i16 u16 u32 u32 i32 u32 u64 u64 i64 u64);
truthy!(f16, u16, zero | z | z.to_bits() << 1 == 0, nan | n | n.to_bits() & 0x7fff > 0x7c00);
truthy!(f32, u32, zero | z | z == 0.0, nan | n | n.is_nan());
truthy!(f64, u64, zero | z | z == 0.0, nan | n | n.is_nan());
