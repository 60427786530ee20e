use serde::Deserialize;

/// What lies outside of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Border {
    /// The pixel at the edge, again and again: `aaa|abc|ccc`.
    Replicate,
    /// The mirror image without the edge itself: `dcb|abcd|cba`.
    Reflect101,
    /// The mirror image with the edge: `cba|abc|cba`.
    Reflect,
    /// The image again: `abc|abc|abc`.
    Wrap,
    /// Zeros in all channels.
    Constant,
}

impl Border {
    /// Which of `len` samples stands at position `at`; `None` for a zero.
    #[inline]
    pub(super) fn source(self, at: i64, len: usize) -> Option<usize> {
        let n = len as i64;
        if (0..n).contains(&at) {
            return Some(at as usize);
        }
        let inside = match self {
            Border::Replicate => at.clamp(0, n - 1),
            Border::Reflect101 if n == 1 => 0,
            Border::Reflect101 => {
                let at = at.rem_euclid(2 * n - 2);
                at.min(2 * n - 2 - at)
            }
            Border::Reflect => {
                let at = at.rem_euclid(2 * n);
                at.min(2 * n - 1 - at)
            }
            Border::Wrap => at.rem_euclid(n),
            Border::Constant => return None,
        };
        Some(inside as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::Border;

    #[test]
    fn positions_outside_are_taken_from_inside_at_any_distance() {
        let line = |border: Border, len| -> String {
            let letter = |i| border.source(i, len).map_or('-', |i| char::from(b'a' + i as u8));
            (-7..10).map(letter).collect()
        };
        assert_eq!(line(Border::Replicate, 3), "aaaaaaaabcccccccc");
        assert_eq!(line(Border::Reflect101, 3), "bcbabcbabcbabcbab");
        assert_eq!(line(Border::Reflect, 3), "aabccbaabccbaabcc");
        assert_eq!(line(Border::Wrap, 3), "cabcabcabcabcabca");
        assert_eq!(line(Border::Constant, 3), "-------abc-------");
        for border in [Border::Replicate, Border::Reflect101, Border::Reflect, Border::Wrap] {
            assert_eq!(line(border, 1), "a".repeat(17));
        }
    }
}
