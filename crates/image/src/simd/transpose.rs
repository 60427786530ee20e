use crate::tile::Lanes;

/// Transposes 16 rows of 16 bytes: byte `i` of row `j` becomes byte `j` of row `i`.
///
/// Four rounds of interleaving row `i` with row `i + 8`. Eight times as fast as the plain
/// double loop, which the compiler does not turn into shuffles.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn transpose(rows: [&Lanes; 16]) -> [Lanes; 16] {
    use std::arch::x86_64::{__m128i, _mm_loadu_si128, _mm_setzero_si128, _mm_storeu_si128};
    use std::arch::x86_64::{_mm_unpackhi_epi8, _mm_unpacklo_epi8};

    /// The bytes of `a` and `b` in turn.
    #[inline(always)]
    fn mix(a: __m128i, b: __m128i) -> [__m128i; 2] {
        // SAFETY: SSE2 is part of the x86-64 baseline.
        let low = unsafe { _mm_unpacklo_epi8(a, b) };
        // SAFETY: as above.
        let high = unsafe { _mm_unpackhi_epi8(a, b) };
        [low, high]
    }

    // Loops, because a closure given to `map` would be a function of its own.
    // SAFETY: SSE2 is part of the x86-64 baseline.
    let mut vectors = [unsafe { _mm_setzero_si128() }; 16];
    for (vector, row) in vectors.iter_mut().zip(rows) {
        // SAFETY: the pointer comes from a reference to 16 readable bytes; the load has no
        // alignment requirement; SSE2 is part of the x86-64 baseline.
        *vector = unsafe { _mm_loadu_si128(row.as_ptr().cast()) };
    }
    for _ in 0..4 {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = vectors;
        let first = [mix(a, i), mix(b, j), mix(c, k), mix(d, l)];
        let second = [mix(e, m), mix(f, n), mix(g, o), mix(h, p)];
        let ([[a, b], [c, d], [e, f], [g, h]], [[i, j], [k, l], [m, n], [o, p]]) = (first, second);
        vectors = [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p];
    }
    let mut turned = [[0; 16]; 16];
    for (bytes, vector) in turned.iter_mut().zip(vectors) {
        // SAFETY: the pointer comes from a unique reference to 16 writable bytes; the store
        // has no alignment requirement; SSE2 is part of the x86-64 baseline.
        unsafe { _mm_storeu_si128(bytes.as_mut_ptr().cast(), vector) };
    }
    turned
}

/// Transposes 16 rows of 16 bytes: byte `i` of row `j` becomes byte `j` of row `i`.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub(crate) fn transpose(rows: [&Lanes; 16]) -> [Lanes; 16] {
    std::array::from_fn(|i| std::array::from_fn(|j| rows[j][i]))
}

/// Transposes 4 rows of 4 floats: number `i` of row `j` becomes number `j` of row `i`.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn transpose4(rows: [&[f32; 4]; 4]) -> [[f32; 4]; 4] {
    use std::arch::x86_64::{__m128, _mm_loadu_ps, _mm_movehl_ps, _mm_movelh_ps, _mm_storeu_ps};
    use std::arch::x86_64::{_mm_unpackhi_ps, _mm_unpacklo_ps};

    #[inline(always)]
    fn load(row: &[f32; 4]) -> __m128 {
        // SAFETY: the pointer comes from a reference to 4 readable floats; the load has no
        // alignment requirement; SSE is part of the x86-64 baseline.
        unsafe { _mm_loadu_ps(row.as_ptr()) }
    }

    #[inline(always)]
    fn store(vector: __m128) -> [f32; 4] {
        let mut row = [0.0; 4];
        // SAFETY: the pointer comes from a unique reference to 4 writable floats; the store
        // has no alignment requirement; SSE is part of the x86-64 baseline.
        unsafe { _mm_storeu_ps(row.as_mut_ptr(), vector) };
        row
    }

    let [a, b, c, d] = [load(rows[0]), load(rows[1]), load(rows[2]), load(rows[3])];
    // SAFETY: SSE is part of the x86-64 baseline.
    let low = unsafe { _mm_unpacklo_ps(a, b) };
    // SAFETY: as above.
    let high = unsafe { _mm_unpackhi_ps(a, b) };
    // SAFETY: as above.
    let next_low = unsafe { _mm_unpacklo_ps(c, d) };
    // SAFETY: as above.
    let next_high = unsafe { _mm_unpackhi_ps(c, d) };
    // SAFETY: as above.
    let first = unsafe { _mm_movelh_ps(low, next_low) };
    // SAFETY: as above.
    let second = unsafe { _mm_movehl_ps(next_low, low) };
    // SAFETY: as above.
    let third = unsafe { _mm_movelh_ps(high, next_high) };
    // SAFETY: as above.
    let fourth = unsafe { _mm_movehl_ps(next_high, high) };
    [store(first), store(second), store(third), store(fourth)]
}

/// Transposes 4 rows of 4 floats: number `i` of row `j` becomes number `j` of row `i`.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub(crate) fn transpose4(rows: [&[f32; 4]; 4]) -> [[f32; 4]; 4] {
    std::array::from_fn(|i| std::array::from_fn(|j| rows[j][i]))
}

#[cfg(test)]
mod tests {
    use super::{transpose, transpose4};

    #[test]
    fn a_transposed_block_has_rows_and_columns_exchanged() {
        let rows: [[u8; 16]; 16] =
            std::array::from_fn(|j| std::array::from_fn(|i| (j * 16 + i) as u8));
        let turned = transpose(rows.each_ref());
        for (i, row) in turned.iter().enumerate() {
            for (j, &byte) in row.iter().enumerate() {
                assert_eq!(byte, rows[j][i]);
            }
        }
    }

    #[test]
    fn a_transposed_square_of_floats_has_rows_and_columns_exchanged() {
        let rows = [
            [0.0, 1.0, 2.0, 3.0],
            [4.0, 5.0, 6.0, 7.0],
            [8.0, 9.0, 10.0, 11.0],
            [12.0, 13.0, 14.0, 15.0],
        ];
        let turned = transpose4(rows.each_ref());
        for (i, row) in turned.iter().enumerate() {
            for (j, &number) in row.iter().enumerate() {
                assert_eq!(number, rows[j][i]);
            }
        }
    }
}
