//! What lies beyond the edges of an image.

use serde::Deserialize;

/// How an image goes on beyond its edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Border {
    /// The pixel at the edge again and again: `aaa|abcd|ddd`.
    Replicate,
    /// A mirror through the middle of the pixel at the edge: `dcb|abcd|cba`.
    Reflect101,
    /// A mirror at the edge itself: `cba|abcd|dcb`.
    Reflect,
    /// Samples of 0: `000|abcd|000`.
    Constant,
    /// The image from its other end: `bcd|abcd|abc`.
    Wrap,
}

impl Border {
    /// Every border.
    #[cfg(test)]
    pub(crate) const ALL: [Border; 5] =
        [Border::Replicate, Border::Reflect101, Border::Reflect, Border::Constant, Border::Wrap];

    /// The position inside `0..len` that stands for `i`, at any distance; `None` for a sample of 0.
    #[inline]
    pub(crate) fn position(self, i: i64, len: usize) -> Option<usize> {
        let n = len as i64;
        if (0..n).contains(&i) {
            return Some(i as usize);
        }
        let inside = match self {
            Border::Replicate => i.clamp(0, n - 1),
            Border::Wrap => i.rem_euclid(n),
            Border::Reflect => {
                let at = i.rem_euclid(2 * n);
                at.min(2 * n - 1 - at)
            }
            Border::Reflect101 if n == 1 => 0,
            Border::Reflect101 => {
                let at = i.rem_euclid(2 * n - 2);
                at.min(2 * n - 2 - at)
            }
            Border::Constant => return None,
        };
        Some(inside as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::Border;

    #[test]
    fn each_border_continues_a_line_as_its_picture_shows() {
        let line = |border: Border, from: i64, to: i64| -> String {
            let letter = |at: Option<usize>| at.map_or('0', |at| char::from(b"abcd"[at]));
            (from..to).map(|i| letter(border.position(i, 4))).collect()
        };
        assert_eq!(line(Border::Replicate, -3, 7), "aaaabcdddd");
        assert_eq!(line(Border::Reflect101, -8, 12), "cbabcdcbabcdcbabcdcb");
        assert_eq!(line(Border::Reflect, -9, 9), "aabcddcbaabcddcbaa");
        assert_eq!(line(Border::Constant, -3, 7), "000abcd000");
        assert_eq!(line(Border::Wrap, -9, 9), "dabcdabcdabcdabcda");
    }

    #[test]
    fn a_line_of_one_sample_goes_on_with_it() {
        for border in Border::ALL {
            let expected = if border == Border::Constant { None } else { Some(0) };
            assert_eq!(border.position(-5, 1), expected);
            assert_eq!(border.position(9, 1), expected);
        }
    }
}
