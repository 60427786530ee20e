//! Another big-integer library as the oracle, and numbers to feed to both.

use dashu_int::UBig;

/// Little-endian 64-bit words of an oracle's number, without leading zero words.
pub(crate) fn words(x: &UBig) -> Vec<u64> {
    let bytes = x.to_le_bytes();
    let word = |chunk: &[u8]| chunk.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
    bytes.chunks(8).map(word).collect()
}

/// The oracle's number of these words.
pub(crate) fn number(words: &[u64]) -> UBig {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    UBig::from_le_bytes(&bytes)
}

/// The product of `from..=to`, as a balanced tree.
pub(crate) fn range_product(from: u64, to: u64) -> UBig {
    if to < from || to - from < 8 {
        return (from..=to).fold(UBig::ONE, |product, factor| product * factor);
    }
    let middle = from + (to - from) / 2;
    range_product(from, middle) * range_product(middle + 1, to)
}

/// An endless reproducible sequence (xorshift).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn next_word(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Words with runs of zeros and ones among them; the top word is not zero.
    pub(crate) fn words(&mut self, len: usize) -> Vec<u64> {
        let mut words: Vec<u64> = (0..len)
            .map(|_| match self.next_word() % 8 {
                0 => 0,
                1 => u64::MAX,
                _ => self.next_word(),
            })
            .collect();
        if let Some(top) = words.last_mut() {
            *top = (*top).max(1);
        }
        words
    }
}
