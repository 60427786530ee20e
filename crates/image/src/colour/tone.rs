use super::curve::Curve;
use crate::Sample;

/// The arithmetic of a sample type.
pub(crate) trait Tone: Sample {
    /// One result for each value that a sample can have, or what stands for it.
    type Table: Send + Sync;

    /// How many values a sample can have; 0 when too many to count.
    const LEVELS: usize;

    /// The number of this value, below [`Tone::LEVELS`].
    fn level(self) -> usize;

    /// The results of a chain of curves.
    fn table(curves: &[Curve]) -> Self::Table;

    /// One of them.
    fn look(table: &Self::Table, sample: Self) -> Self;

    /// The luma of ITU-R BT.601 with weights of 16 bits.
    fn luma(red: Self, green: Self, blue: Self) -> Self;

    /// `from + factor * (to - from)`, clamped for integers.
    fn blend(from: Self, to: Self, factor: f64) -> Self;
}

impl Tone for u8 {
    type Table = [u8; 256];
    const LEVELS: usize = 256;

    #[inline(always)]
    fn level(self) -> usize {
        usize::from(self)
    }

    fn table(curves: &[Curve]) -> Self::Table {
        std::array::from_fn(|level| curves.iter().fold(level as u8, |value, curve| curve.at(value)))
    }

    #[inline(always)]
    fn look(table: &Self::Table, sample: u8) -> u8 {
        table[usize::from(sample)]
    }

    #[inline(always)]
    fn luma(red: u8, green: u8, blue: u8) -> u8 {
        let (red, green, blue) = (u32::from(red), u32::from(green), u32::from(blue));
        ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16) as u8
    }

    // Pillow's `blend`: single precision, and truncation.
    #[inline(always)]
    fn blend(from: u8, to: u8, factor: f64) -> u8 {
        let (from, to) = (f32::from(from), f32::from(to));
        (from + factor as f32 * (to - from)) as u8
    }
}

impl Tone for u16 {
    type Table = Box<[u16]>;
    const LEVELS: usize = 1 << 16;

    #[inline(always)]
    fn level(self) -> usize {
        usize::from(self)
    }

    fn table(curves: &[Curve]) -> Self::Table {
        (0..=u16::MAX)
            .map(|level| curves.iter().fold(level, |value, curve| curve.at(value)))
            .collect()
    }

    #[inline(always)]
    fn look(table: &Self::Table, sample: u16) -> u16 {
        table[usize::from(sample)]
    }

    #[inline(always)]
    fn luma(red: u16, green: u16, blue: u16) -> u16 {
        let (red, green, blue) = (u64::from(red), u64::from(green), u64::from(blue));
        ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16) as u16
    }

    #[inline(always)]
    fn blend(from: u16, to: u16, factor: f64) -> u16 {
        let (from, to) = (f64::from(from), f64::from(to));
        Self::from_f64(from + factor * (to - from))
    }
}

impl Tone for f32 {
    type Table = Box<[Curve]>;
    const LEVELS: usize = 0;

    #[inline(always)]
    fn level(self) -> usize {
        0
    }

    fn table(curves: &[Curve]) -> Self::Table {
        curves.into()
    }

    #[inline(always)]
    fn look(table: &Self::Table, sample: f32) -> f32 {
        table.iter().fold(sample, |value, curve| curve.at(value))
    }

    #[inline(always)]
    fn luma(red: f32, green: f32, blue: f32) -> f32 {
        const UNIT: f32 = 1.0 / 65_536.0;
        red * (19_595.0 * UNIT) + green * (38_470.0 * UNIT) + blue * (7_471.0 * UNIT)
    }

    #[inline(always)]
    fn blend(from: f32, to: f32, factor: f64) -> f32 {
        (f64::from(from) + factor * (f64::from(to) - f64::from(from))) as f32
    }
}
