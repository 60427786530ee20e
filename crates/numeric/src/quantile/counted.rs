//! Order statistics of 8- and 16-bit elements: every value is counted, in one pass.

use allcores_parallel::{Blocks, Cancelled, map};
use half::f16;

use crate::histogram::Tables;
use crate::quantile::chunk::Elements;
use crate::quantile::select::{INLINE, Ranks, Statistics, select};
use crate::split::Job;

/// An element type of few values.
pub(crate) trait Coded: Copy + Send + Sync {
    /// How many codes there are, a power of two.
    const CODES: usize;
    /// Counts for each code, so that equal neighbours do not wait for each other.
    const LANES: usize;

    /// Below `CODES`, in the order of the elements; a NaN is outside of `NUMBERS`.
    fn code(self) -> u16;
    fn of_code(code: u16) -> Self;
    /// The least and the greatest code that is no NaN's.
    fn numbers() -> (u16, u16);
}

/// Up to so many elements are copied and selected from: cheaper than a table of all codes.
const SMALL: usize = 1 << 13;
/// About 0.1 ms of work.
const BLOCK: usize = 1 << 18;

/// As `select::statistics`.
pub(crate) fn statistics<T: Coded>(
    job: Job<'_>,
    elements: Elements<'_, T>,
    ranks: Ranks<'_>,
    stop_at_nan: bool,
) -> Result<Statistics<u16>, Cancelled> {
    let (least, greatest) = T::numbers();
    let len = elements.values.len();
    if len <= SMALL {
        job.token.begin_block()?;
        let mut codes: Vec<u16> = match elements.mask {
            None => elements.values.iter().map(|value| value.code()).collect(),
            Some(mask) => {
                let taken = elements.values.iter().zip(mask).filter(|&(_, &byte)| byte != 0);
                taken.map(|(value, _)| value.code()).collect()
            }
        };
        let all = codes.len();
        codes.retain(|&code| code >= least && code <= greatest);
        let count = codes.len();
        let mut statistics = Statistics { count, nans: all - count, found: Vec::new() };
        if !statistics.is_settled(stop_at_nan) {
            statistics.found = select(codes, &ranks(count));
        }
        return Ok(statistics);
    }
    let tables = Tables::new(T::CODES * T::LANES);
    let blocks = Blocks { size: BLOCK, inline_up_to: INLINE };
    map(job.token, len, blocks, |range| {
        let values = &elements.values[range.clone()];
        let mask = elements.mask.map(|mask| &mask[range.clone()]);
        tables.count(range.len(), |counts| count(Elements { values, mask }, counts));
    })?;
    let totals = tables.totals();
    let totals: Vec<u64> = totals.chunks(T::LANES).map(|lanes| lanes.iter().sum()).collect();
    let all: u64 = totals.iter().sum();
    let numbers = &totals[usize::from(least)..=usize::from(greatest)];
    let valid: u64 = numbers.iter().sum();
    let mut statistics =
        Statistics { count: valid as usize, nans: (all - valid) as usize, found: Vec::new() };
    if !statistics.is_settled(stop_at_nan) {
        let (mut code, mut end) = (least, numbers[0]);
        for rank in ranks(statistics.count) {
            while rank as u64 >= end && code < greatest {
                code += 1;
                end += totals[usize::from(code)];
            }
            statistics.found.push((rank, code));
        }
    }
    Ok(statistics)
}

/// Counts the codes of one block.
fn count<T: Coded>(elements: Elements<'_, T>, counts: &mut [u32]) {
    let Some(mask) = elements.mask else {
        let (rows, tail) = elements.values.as_chunks::<8>();
        for row in rows {
            let first = row[0].code();
            if T::LANES == 1 && row.iter().all(|value| value.code() == first) {
                counts[usize::from(first)] += 8;
                continue;
            }
            for lane in 0..8 {
                counts[usize::from(row[lane].code()) * T::LANES + lane % T::LANES] += 1;
            }
        }
        for value in tail {
            counts[usize::from(value.code()) * T::LANES] += 1;
        }
        return;
    };
    for (index, (value, &byte)) in elements.values.iter().zip(mask).enumerate() {
        counts[usize::from(value.code()) * T::LANES + index % T::LANES] += u32::from(byte != 0);
    }
}

macro_rules! coded {
    ($($T:ident as $U:ident, $lanes:literal, $flip:literal)+) => {$(
        impl Coded for $T {
            const CODES: usize = 1 << $U::BITS;
            const LANES: usize = $lanes;

            #[inline(always)]
            fn code(self) -> u16 {
                u16::from(self as $U ^ $flip)
            }

            fn of_code(code: u16) -> Self {
                (code as $U ^ $flip) as $T
            }

            fn numbers() -> (u16, u16) {
                (0, u16::from($U::MAX))
            }
        }
    )+};
}

coded! {
    u8 as u8, 8, 0
    i8 as u8, 8, 0x80
    u16 as u16, 1, 0
    i16 as u16, 1, 0x8000
}

impl Coded for f16 {
    const CODES: usize = 1 << 16;
    const LANES: usize = 1;

    #[inline(always)]
    fn code(self) -> u16 {
        let bits = self.to_bits();
        // A negative number inverted, a positive one above all of them: −0 is one below +0.
        if bits >> 15 == 1 { !bits } else { bits | 0x8000 }
    }

    fn of_code(code: u16) -> Self {
        f16::from_bits(if code >> 15 == 1 { code & 0x7fff } else { !code })
    }

    fn numbers() -> (u16, u16) {
        (f16::NEG_INFINITY.code(), f16::INFINITY.code())
    }
}
