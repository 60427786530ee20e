//! Which elements of a slice of integers take part: all of them, or those of a mask.

/// Which elements of a slice take part. Indices count from the start of that slice.
pub(crate) trait Select: Copy + Send + Sync {
    /// Memory that is read for one element, beside the element.
    const BYTES: usize;
    /// Whether elements can be left out.
    const SOME: bool = Self::BYTES > 0;

    /// The selection for the elements from `start` to `end`.
    fn slice(self, start: usize, end: usize) -> Self;

    /// A byte for each of the first `len` elements, 0 for those that are left out; nothing when
    /// all take part. (A slice of that length: with a check of each index no loop is vectorised.)
    fn bytes(&self, len: usize) -> &[u8];

    /// How many of the `len` elements take part.
    fn count(self, len: usize) -> usize;
}

/// All elements.
#[derive(Clone, Copy)]
pub(crate) struct All;

impl Select for All {
    const BYTES: usize = 0;

    #[inline(always)]
    fn slice(self, _: usize, _: usize) -> Self {
        All
    }

    #[inline(always)]
    fn bytes(&self, _: usize) -> &[u8] {
        &[]
    }

    #[inline(always)]
    fn count(self, len: usize) -> usize {
        len
    }
}

/// The elements whose byte is not 0.
#[derive(Clone, Copy)]
pub(crate) struct Mask<'m>(pub(crate) &'m [u8]);

impl Select for Mask<'_> {
    const BYTES: usize = 1;

    #[inline(always)]
    fn slice(self, start: usize, end: usize) -> Self {
        Mask(&self.0[start..end])
    }

    #[inline(always)]
    fn bytes(&self, len: usize) -> &[u8] {
        &self.0[..len]
    }

    #[inline(always)]
    fn count(self, _: usize) -> usize {
        let mut count = 0;
        // Lanes of 8 bits hold the counts of 255 rows.
        for block in self.0.chunks(255 * 64) {
            let (rows, tail) = block.as_chunks::<64>();
            let mut lanes = [0_u8; 64];
            for row in rows {
                for lane in 0..64 {
                    lanes[lane] += u8::from(row[lane] != 0);
                }
            }
            for lane in lanes {
                count += usize::from(lane);
            }
            for &byte in tail {
                count += usize::from(byte != 0);
            }
        }
        count
    }
}

/// Runs `$body` with `$select` standing for the mask, or for all elements when there is none.
macro_rules! selected {
    ($mask:expr, $select:ident => $body:expr) => {
        match $mask {
            None => {
                let $select = $crate::select::All;
                $body
            }
            Some(mask) => {
                let $select = $crate::select::Mask(mask);
                $body
            }
        }
    };
}

pub(crate) use selected;
