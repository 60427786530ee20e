//! Sums of bytes times weights of 24 bits, exact, four products at a time.
//!
//! Instruction sets multiply short numbers only. So each weight is cut into parts, each of which has sums of its own
//! that are put together at the end; integers lose nothing by it.

#![expect(
    clippy::needless_range_loop,
    reason = "a lane has one number in every array; iterators over several arrays hide it"
)]

/// Fraction bits of a weight.
pub(crate) const FRACTION_BITS: u32 = 22;

/// What a sum of weighted samples begins with: a half.
const HALF: i32 = 1 << (FRACTION_BITS - 1);

/// For each of 16 sums four bytes.
pub(crate) type Quads = [u8; 64];

/// Four weights in the parts that [`Dot::parts`] makes of them.
pub(crate) type Parts = [i32; 4];

/// 16 sums.
pub(crate) trait Dot: Copy {
    /// Whether there are registers for the sums of several channels.
    const WIDE: bool;

    /// Cuts up four weights, each from -2^23 + 2^16 to 2^23 - 2^16.
    fn parts(weights: [i32; 4]) -> Parts;

    /// Sums of nothing.
    fn zero() -> Self;

    /// Adds four products to each sum.
    fn add(&mut self, quads: &Quads, parts: &Parts);

    /// Adds to four times 16 sums the products of four rows with a weight each.
    fn add_rows(sums: &mut [Self; 4], rows: [&Quads; 4], parts: &Parts);

    /// The sums as samples: rounded, and clamped to 0..=255.
    fn samples(self) -> [u8; 16];

    /// The same of sums that [`Dot::add_rows`] made.
    fn row(sums: [Self; 4]) -> Quads;

    /// Takes 16 bytes of 16 rows. What `order` puts into bytes `4 n` to `4 n + 3` of a row becomes the four bytes
    /// for the row's sum in number `n` of the result. An order has the places of bytes, below 16, or 0x80 for 0.
    fn turn(rows: [&[u8; 16]; 16], order: &[u8; 16]) -> [Quads; 4];
}

/// A piece of work to be compiled for each instruction set with its sums. As for [`super::Kernel`], everything in
/// its loops must be `#[inline(always)]`.
pub(crate) trait DotKernel {
    type Output;
    fn run<D: Dot>(self) -> Self::Output;
}

/// A sum as a sample.
#[inline(always)]
fn sample(sum: i32) -> u8 {
    (sum.wrapping_add(HALF) >> FRACTION_BITS).clamp(0, 255) as u8
}

/// Sums as they are, for which the compiler finds the instructions.
#[derive(Clone, Copy)]
pub(crate) struct Plain([i32; 16]);

impl Dot for Plain {
    const WIDE: bool = false;

    fn parts(weights: [i32; 4]) -> Parts {
        weights
    }

    #[inline(always)]
    fn zero() -> Self {
        Plain([0; 16])
    }

    #[inline(always)]
    fn add(&mut self, quads: &Quads, parts: &Parts) {
        let quads = quads.as_chunks::<4>().0;
        for i in 0..16 {
            for k in 0..4 {
                self.0[i] = self.0[i].wrapping_add(i32::from(quads[i][k]).wrapping_mul(parts[k]));
            }
        }
    }

    #[inline(always)]
    fn add_rows(sums: &mut [Self; 4], rows: [&Quads; 4], parts: &Parts) {
        for (row, &part) in rows.iter().zip(parts) {
            for (sums, row) in sums.iter_mut().zip(row.as_chunks::<16>().0) {
                for i in 0..16 {
                    sums.0[i] = sums.0[i].wrapping_add(i32::from(row[i]).wrapping_mul(part));
                }
            }
        }
    }

    #[inline(always)]
    fn samples(self) -> [u8; 16] {
        let mut samples = [0; 16];
        for i in 0..16 {
            samples[i] = sample(self.0[i]);
        }
        samples
    }

    #[inline(always)]
    fn row(sums: [Self; 4]) -> Quads {
        let mut row = [0; 64];
        for (row, sums) in row.as_chunks_mut::<16>().0.iter_mut().zip(sums) {
            *row = sums.samples();
        }
        row
    }

    #[inline(always)]
    fn turn(rows: [&[u8; 16]; 16], order: &[u8; 16]) -> [Quads; 4] {
        let mut turned = [[0; 64]; 4];
        for (i, row) in rows.into_iter().enumerate() {
            for (to, &from) in order.iter().enumerate() {
                turned[to / 4][i * 4 + to % 4] = if from < 16 { row[usize::from(from)] } else { 0 };
            }
        }
        turned
    }
}

#[cfg(target_arch = "x86_64")]
pub(crate) use x86::{Avx2, Vnni};

#[cfg(target_arch = "x86_64")]
#[expect(
    clippy::multiple_unsafe_ops_per_block,
    reason = "the functions are made of instructions that are safe wherever the type exists"
)]
mod x86 {
    use std::arch::x86_64::*;

    use super::{Dot, FRACTION_BITS, HALF, Parts, Quads};

    const SHIFT: u32 = FRACTION_BITS;

    /// With AVX-512 and VNNI: weights in three signed bytes, each with sums of its own. Values exist only inside of
    /// a kernel that was entered for this instruction set.
    #[derive(Clone, Copy)]
    pub(crate) struct Vnni([__m512i; 3]);

    impl Vnni {
        /// The sums, shifted to the value of a sample.
        #[inline(always)]
        fn shifted(self) -> __m512i {
            let Vnni([low, middle, high]) = self;
            // SAFETY: a value of this type exists only where AVX-512F is enabled.
            unsafe {
                let middle = _mm512_slli_epi32::<8>(middle);
                let high = _mm512_slli_epi32::<16>(high);
                let sum = _mm512_add_epi32(_mm512_add_epi32(low, middle), high);
                _mm512_srai_epi32::<SHIFT>(_mm512_add_epi32(sum, _mm512_set1_epi32(HALF)))
            }
        }
    }

    #[inline(always)]
    fn read512(bytes: &[u8; 64]) -> __m512i {
        // SAFETY: the reference is to 64 readable bytes; the load asks for no alignment; called by `Vnni` only.
        unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
    }

    #[inline(always)]
    fn write512(vector: __m512i) -> [u8; 64] {
        let mut bytes = [0; 64];
        // SAFETY: the reference is to 64 writable bytes; the store asks for no alignment; called by `Vnni` only.
        unsafe { _mm512_storeu_si512(bytes.as_mut_ptr().cast(), vector) };
        bytes
    }

    impl Dot for Vnni {
        const WIDE: bool = true;

        fn parts(weights: [i32; 4]) -> Parts {
            let mut parts = [[0; 4]; 4];
            for (k, &weight) in weights.iter().enumerate() {
                let low = weight as i8;
                let rest = (weight - i32::from(low)) >> 8;
                let middle = rest as i8;
                let high = (rest - i32::from(middle)) >> 8;
                for (part, value) in parts.iter_mut().zip([low, middle, high as i8]) {
                    part[k] = value as u8;
                }
            }
            parts.map(i32::from_le_bytes)
        }

        #[inline(always)]
        fn zero() -> Self {
            // SAFETY: called only inside of a kernel that was entered for this instruction set.
            Vnni(unsafe { [_mm512_setzero_si512(); 3] })
        }

        #[inline(always)]
        fn add(&mut self, quads: &Quads, parts: &Parts) {
            let quads = read512(quads);
            for i in 0..3 {
                // SAFETY: a value of this type exists only where AVX-512F and VNNI are enabled.
                self.0[i] =
                    unsafe { _mm512_dpbusd_epi32(self.0[i], quads, _mm512_set1_epi32(parts[i])) };
            }
        }

        #[inline(always)]
        fn add_rows(sums: &mut [Self; 4], rows: [&Quads; 4], parts: &Parts) {
            let [a, b, c, d] =
                [read512(rows[0]), read512(rows[1]), read512(rows[2]), read512(rows[3])];
            // SAFETY: values of this type exist only where AVX-512BW is enabled.
            let quads = unsafe {
                let [ab, cd] = [_mm512_unpacklo_epi8(a, b), _mm512_unpacklo_epi8(c, d)];
                let [ef, gh] = [_mm512_unpackhi_epi8(a, b), _mm512_unpackhi_epi8(c, d)];
                [
                    _mm512_unpacklo_epi16(ab, cd),
                    _mm512_unpackhi_epi16(ab, cd),
                    _mm512_unpacklo_epi16(ef, gh),
                    _mm512_unpackhi_epi16(ef, gh),
                ]
            };
            for i in 0..3 {
                for n in 0..4 {
                    // SAFETY: values of this type exist only where AVX-512F and VNNI are enabled.
                    sums[n].0[i] = unsafe {
                        _mm512_dpbusd_epi32(sums[n].0[i], quads[n], _mm512_set1_epi32(parts[i]))
                    };
                }
            }
        }

        #[inline(always)]
        fn samples(self) -> [u8; 16] {
            let shifted = self.shifted();
            let mut samples = [0; 16];
            // SAFETY: a value of this type exists only where AVX-512F is enabled; the reference is to 16 writable
            // bytes, and the store asks for no alignment.
            unsafe {
                let clamped =
                    _mm512_cvtusepi32_epi8(_mm512_max_epi32(shifted, _mm512_setzero_si512()));
                _mm_storeu_si128(samples.as_mut_ptr().cast(), clamped);
            }
            samples
        }

        #[inline(always)]
        fn row(sums: [Self; 4]) -> Quads {
            let [a, b, c, d] =
                [sums[0].shifted(), sums[1].shifted(), sums[2].shifted(), sums[3].shifted()];
            // What `add_rows` took apart within 16 bytes these put together within 16 bytes.
            // SAFETY: values of this type exist only where AVX-512BW is enabled.
            write512(unsafe {
                _mm512_packus_epi16(_mm512_packs_epi32(a, b), _mm512_packs_epi32(c, d))
            })
        }

        #[inline(always)]
        fn turn(rows: [&[u8; 16]; 16], order: &[u8; 16]) -> [Quads; 4] {
            // SAFETY: called only inside of a kernel that was entered for this instruction set.
            let order = unsafe { _mm512_broadcast_i32x4(read128(order)) };
            // Rows i, i + 4, i + 8 and i + 12 in one vector.
            // SAFETY: as above.
            let mut four = [unsafe { _mm512_setzero_si512() }; 4];
            for (i, four) in four.iter_mut().enumerate() {
                // SAFETY: as above.
                *four = unsafe {
                    let vector = _mm512_castsi128_si512(read128(rows[i]));
                    let vector = _mm512_inserti32x4::<1>(vector, read128(rows[i + 4]));
                    let vector = _mm512_inserti32x4::<2>(vector, read128(rows[i + 8]));
                    let vector = _mm512_inserti32x4::<3>(vector, read128(rows[i + 12]));
                    _mm512_shuffle_epi8(vector, order)
                };
            }
            let [a, b, c, d] = four;
            // SAFETY: as above.
            let turned = unsafe {
                let [ab, cd] = [_mm512_unpacklo_epi32(a, b), _mm512_unpacklo_epi32(c, d)];
                let [ef, gh] = [_mm512_unpackhi_epi32(a, b), _mm512_unpackhi_epi32(c, d)];
                [
                    _mm512_unpacklo_epi64(ab, cd),
                    _mm512_unpackhi_epi64(ab, cd),
                    _mm512_unpacklo_epi64(ef, gh),
                    _mm512_unpackhi_epi64(ef, gh),
                ]
            };
            [write512(turned[0]), write512(turned[1]), write512(turned[2]), write512(turned[3])]
        }
    }

    /// With AVX2: weights in an unsigned byte and a signed word, each with sums of its own; and two sums for each,
    /// of two products. Values exist only inside of a kernel that was entered for this instruction set.
    #[derive(Clone, Copy)]
    pub(crate) struct Avx2 {
        low: [__m256i; 4],
        high: [__m256i; 4],
    }

    #[inline(always)]
    fn read128(bytes: &[u8; 16]) -> __m128i {
        // SAFETY: the reference is to 16 readable bytes; the load asks for no alignment; SSE2 is part of the x86-64
        // baseline.
        unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
    }

    #[inline(always)]
    fn part128(bytes: &Quads, index: usize) -> __m128i {
        read128(&bytes.as_chunks::<16>().0[index])
    }

    /// 16 bytes in another order; inside of a kernel that was entered for `Avx2` only.
    #[inline(always)]
    fn ordered(bytes: &[u8; 16], order: __m128i) -> __m128i {
        // SAFETY: AVX2, and with it SSSE3, is enabled where this is called.
        unsafe { _mm_shuffle_epi8(read128(bytes), order) }
    }

    impl Avx2 {
        /// Adds four products to each of four sums.
        #[inline(always)]
        fn add_four(&mut self, n: usize, quads: __m128i, parts: &Parts) {
            let both = |low: i32, high: i32| i64::from(low as u32) | (i64::from(high) << 32);
            let (low, high) = (both(parts[0], parts[1]), both(parts[2], parts[3]));
            // SAFETY: a value of this type exists only where AVX2 is enabled.
            unsafe {
                let words = _mm256_cvtepu8_epi16(quads);
                let low = _mm256_madd_epi16(words, _mm256_set1_epi64x(low));
                let high = _mm256_madd_epi16(words, _mm256_set1_epi64x(high));
                self.low[n] = _mm256_add_epi32(self.low[n], low);
                self.high[n] = _mm256_add_epi32(self.high[n], high);
            }
        }
    }

    impl Dot for Avx2 {
        const WIDE: bool = false;

        fn parts(weights: [i32; 4]) -> Parts {
            let pair = |a: i32, b: i32| (a & 0xffff) | (b << 16);
            let [low, high] =
                [weights.map(|weight| weight & 0xff), weights.map(|weight| weight >> 8)];
            [
                pair(low[0], low[1]),
                pair(low[2], low[3]),
                pair(high[0], high[1]),
                pair(high[2], high[3]),
            ]
        }

        #[inline(always)]
        fn zero() -> Self {
            // SAFETY: called only inside of a kernel that was entered for this instruction set.
            let zero = unsafe { [_mm256_setzero_si256(); 4] };
            Avx2 { low: zero, high: zero }
        }

        #[inline(always)]
        fn add(&mut self, quads: &Quads, parts: &Parts) {
            for n in 0..4 {
                self.add_four(n, part128(quads, n), parts);
            }
        }

        #[inline(always)]
        fn add_rows(sums: &mut [Self; 4], rows: [&Quads; 4], parts: &Parts) {
            for i in 0..4 {
                let [a, b] = [part128(rows[0], i), part128(rows[1], i)];
                let [c, d] = [part128(rows[2], i), part128(rows[3], i)];
                // SAFETY: SSE2 is part of the x86-64 baseline.
                let quads = unsafe {
                    let [ab, cd] = [_mm_unpacklo_epi8(a, b), _mm_unpacklo_epi8(c, d)];
                    let [ef, gh] = [_mm_unpackhi_epi8(a, b), _mm_unpackhi_epi8(c, d)];
                    [
                        _mm_unpacklo_epi16(ab, cd),
                        _mm_unpackhi_epi16(ab, cd),
                        _mm_unpacklo_epi16(ef, gh),
                        _mm_unpackhi_epi16(ef, gh),
                    ]
                };
                for n in 0..4 {
                    sums[i].add_four(n, quads[n], parts);
                }
            }
        }

        #[inline(always)]
        fn samples(self) -> [u8; 16] {
            let Avx2 { low, high } = self;
            let mut samples = [0; 16];
            // SAFETY: a value of this type exists only where AVX2 is enabled; the reference is to 16 writable bytes,
            // and the store asks for no alignment.
            unsafe {
                let mut sums = low;
                for n in 0..4 {
                    sums[n] = _mm256_add_epi32(low[n], _mm256_slli_epi32::<8>(high[n]));
                }
                // Both sums of each: 0 1 4 5 | 2 3 6 7, and 8 more.
                let half = _mm256_set1_epi32(HALF);
                let first = _mm256_add_epi32(_mm256_hadd_epi32(sums[0], sums[1]), half);
                let second = _mm256_add_epi32(_mm256_hadd_epi32(sums[2], sums[3]), half);
                let first = _mm256_srai_epi32::<{ SHIFT as i32 }>(first);
                let second = _mm256_srai_epi32::<{ SHIFT as i32 }>(second);
                // 0 1 4 5 8 9 c d | 2 3 6 7 a b e f
                let words = _mm256_packs_epi32(first, second);
                let bytes = _mm256_packus_epi16(words, words);
                let even = _mm256_castsi256_si128(bytes);
                let odd = _mm256_extracti128_si256::<1>(bytes);
                _mm_storeu_si128(samples.as_mut_ptr().cast(), _mm_unpacklo_epi16(even, odd));
            }
            samples
        }

        #[inline(always)]
        fn row(sums: [Self; 4]) -> Quads {
            let mut row = [0; 64];
            for (row, sums) in row.as_chunks_mut::<16>().0.iter_mut().zip(sums) {
                *row = sums.samples();
            }
            row
        }

        #[inline(always)]
        fn turn(rows: [&[u8; 16]; 16], order: &[u8; 16]) -> [Quads; 4] {
            let order = read128(order);
            let mut turned = [[0; 64]; 4];
            for i in 0..4 {
                let [a, b] = [ordered(rows[i * 4], order), ordered(rows[i * 4 + 1], order)];
                let [c, d] = [ordered(rows[i * 4 + 2], order), ordered(rows[i * 4 + 3], order)];
                // SAFETY: SSE2 is part of the x86-64 baseline.
                let quads = unsafe {
                    let [ab, cd] = [_mm_unpacklo_epi32(a, b), _mm_unpacklo_epi32(c, d)];
                    let [ef, gh] = [_mm_unpackhi_epi32(a, b), _mm_unpackhi_epi32(c, d)];
                    [
                        _mm_unpacklo_epi64(ab, cd),
                        _mm_unpackhi_epi64(ab, cd),
                        _mm_unpacklo_epi64(ef, gh),
                        _mm_unpackhi_epi64(ef, gh),
                    ]
                };
                for n in 0..4 {
                    let to = &mut turned[n].as_chunks_mut::<16>().0[i];
                    // SAFETY: the reference is to 16 writable bytes; the store asks for no alignment.
                    unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), quads[n]) };
                }
            }
            turned
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Dot, DotKernel, FRACTION_BITS, Quads};
    use crate::simd::Isa;

    /// Sums by rows and by quads of the same numbers.
    struct Both<'a> {
        rows: &'a [[u8; 64]],
        weights: &'a [i32],
    }

    impl DotKernel for Both<'_> {
        type Output = (Quads, [u8; 16]);

        fn run<D: Dot>(self) -> (Quads, [u8; 16]) {
            let (mut sums, mut first) = ([D::zero(); 4], D::zero());
            let rows = self.rows.as_chunks::<4>().0;
            for (rows, weights) in rows.iter().zip(self.weights.as_chunks::<4>().0) {
                let parts = D::parts(*weights);
                D::add_rows(&mut sums, rows.each_ref(), &parts);
                // The first 16 columns as rows of their own.
                let column =
                    |i: usize| std::array::from_fn(|k| rows.get(k).map_or(0, |row| row[i]));
                let columns: [[u8; 16]; 16] = std::array::from_fn(column);
                let order = std::array::from_fn(|i| if i < 4 { i as u8 } else { 0x80 });
                let turned = D::turn(columns.each_ref(), &order);
                assert_eq!(turned[1..], [[0; 64]; 3]);
                first.add(&turned[0], &parts);
            }
            (D::row(sums), first.samples())
        }
    }

    #[test]
    fn every_instruction_set_gives_the_exact_sum() {
        let mut state = 5u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 8
        };
        for large in [false, true] {
            let rows: Vec<[u8; 64]> = (0..8)
                .map(|_| std::array::from_fn(|_| if large { 255 } else { (next() >> 16) as u8 }))
                .collect();
            for _ in 0..200 {
                // Up to the largest that a weight may be.
                let weights: Vec<i32> = (0..8)
                    .map(|_| {
                        (next() as i32 - (1 << 23))
                            .clamp(-(1 << 23) + (1 << 16), (1 << 23) - (1 << 16))
                    })
                    .map(|weight| if large { weight } else { weight / 4 })
                    .collect();
                let expected: Vec<u8> = (0..64)
                    .map(|i| {
                        let products = rows.iter().zip(&weights);
                        let sum =
                            products.fold(1i32 << (FRACTION_BITS - 1), |sum, (row, weight)| {
                                sum.wrapping_add(i32::from(row[i]).wrapping_mul(*weight))
                            });
                        (sum >> FRACTION_BITS).clamp(0, 255) as u8
                    })
                    .collect();
                for isa in Isa::all() {
                    let (row, first) = isa.run_dot(Both { rows: &rows, weights: &weights });
                    assert_eq!(row[..], expected, "{isa:?}");
                    assert_eq!(first[..], expected[..16], "{isa:?}");
                }
            }
        }
    }

    /// Bytes of 16 rows in another order.
    struct Turn([u8; 16]);

    impl DotKernel for Turn {
        type Output = [Quads; 4];

        fn run<D: Dot>(self) -> [Quads; 4] {
            let rows: [[u8; 16]; 16] =
                std::array::from_fn(|y| std::array::from_fn(|x| (y * 16 + x) as u8));
            D::turn(rows.each_ref(), &self.0)
        }
    }

    #[test]
    fn rows_are_turned_in_the_asked_order() {
        let order = [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11, 0x80, 15, 0x80, 12];
        for isa in Isa::all() {
            let turned = isa.run_dot(Turn(order));
            for (n, quads) in turned.iter().enumerate() {
                for (i, &byte) in quads.iter().enumerate() {
                    let from = order[n * 4 + i % 4];
                    let expected = if from < 16 { (i / 4 * 16) as u8 + from } else { 0 };
                    assert_eq!(byte, expected, "{isa:?} {n} {i}");
                }
            }
        }
    }
}
