use super::weights::{Number, Rounded, Weights};
use crate::View;
use crate::border::Border;
use crate::lines::{Margins, Ring, Worked};
use crate::simd::Kernel;

/// Some rows from `top` on, with `S` x `S` weights, summed as Pillow does.
pub(super) struct Rows<'a, T, A, const S: usize> {
    pub(super) src: View<'a, T>,
    pub(super) weights: &'a Weights<A>,
    pub(super) border: Border,
    pub(super) top: usize,
    pub(super) band: &'a mut [T],
}

impl<T: Rounded<A>, A: Number + Worked<T>, const S: usize> Kernel for Rows<'_, T, A, S> {
    #[inline(always)]
    fn run(self) {
        let Rows { src, weights, border, top, band } = self;
        let channels = src.channels();
        let margins = Margins::around(S / 2, border, A::default());
        let mut ring = Ring::new(S, margins.len(src));
        let first = top as isize - (S / 2) as isize;
        for number in 0..S - 1 {
            margins.read(src, first + number as isize, ring.line_mut(number));
        }
        let start = T::start(weights.offset);
        for (y, out) in band.chunks_exact_mut(src.width() * channels).enumerate() {
            let number = y + S - 1;
            margins.read(src, first + number as isize, ring.line_mut(number));
            if S == 3 {
                let lines = [0, 1, 2].map(|i| ring.line(y + i));
                row3(lines, &weights.all, start, channels, out);
            } else {
                let lines = [0, 1, 2, 3, 4].map(|i| ring.line(y + i));
                row5(lines, &weights.all, start, channels, out);
            }
        }
    }
}

/// One loop over a row, with a name for each line and weight, because the compiler does not see through arrays of
/// slices.
macro_rules! row {
    ($name:ident, $size:literal, $([$($line:ident $weight:ident $j:literal $i:literal),*])*) => {
        #[inline(always)]
        fn $name<T: Rounded<A>, A: Number>(
            lines: [&[A]; $size],
            weights: &[A],
            start: A,
            channels: usize,
            out: &mut [T],
        ) {
            let n = out.len();
            $($(
                let $line = &lines[$j][$i * channels..][..n];
                let $weight = weights[$j * $size + $i];
            )*)*
            for x in 0..n {
                let mut sum = start;
                $(sum = sum + row!(@ x $($line $weight)*);)*
                out[x] = T::rounded(sum);
            }
        }
    };
    (@ $x:ident $line:ident $weight:ident $($lines:ident $weights:ident)*) => {
        $line[$x] * $weight $(+ $lines[$x] * $weights)*
    };
}

row!(row3, 3,
    [c0 wc0 2 0, c1 wc1 2 1, c2 wc2 2 2]
    [b0 wb0 1 0, b1 wb1 1 1, b2 wb2 1 2]
    [a0 wa0 0 0, a1 wa1 0 1, a2 wa2 0 2]);

row!(row5, 5,
    [e0 we0 4 0, e1 we1 4 1, e2 we2 4 2, e3 we3 4 3, e4 we4 4 4]
    [d0 wd0 3 0, d1 wd1 3 1, d2 wd2 3 2, d3 wd3 3 3, d4 wd4 3 4]
    [c0 wc0 2 0, c1 wc1 2 1, c2 wc2 2 2, c3 wc3 2 3, c4 wc4 2 4]
    [b0 wb0 1 0, b1 wb1 1 1, b2 wb2 1 2, b3 wb3 1 3, b4 wb4 1 4]
    [a0 wa0 0 0, a1 wa1 0 1, a2 wa2 0 2, a3 wa3 0 3, a4 wa4 0 4]);
