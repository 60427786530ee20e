/// The right half of a Gaussian, middle first, in fractions of `bits` bits; the whole adds up to 1.
///
/// The kernel has `round(2 * reach * sigma + 1)` samples, one more when that is even. What rounding a weight
/// takes away is given to the next one toward the middle, and the middle one gets the rest.
pub(super) fn fixed(sigma: f64, reach: f64, bits: u32) -> Vec<u32> {
    if sigma == 0.0 {
        return vec![1 << bits];
    }
    let size = ((2.0 * reach * sigma + 1.0).round_ties_even() as usize) | 1;
    let half = size / 2;
    // Distances are doubled, and the sums run from the edge inward: OpenCV's last bits.
    let scale = -0.125 / (sigma * sigma);
    let values = |i: usize| ((4 * i * i) as f64 * scale).exp();
    let sum = (1..=half).rev().map(values).fold(0.0, |sum, value| sum + value) * 2.0 + 1.0;
    let factor = 1.0 / sum;
    let one = f64::from(1u32 << bits);
    let mut weights = vec![0; half + 1];
    let (mut error, mut used) = (0.0, 0);
    for i in (1..=half).rev() {
        let exact = values(i) * factor * one + error;
        let rounded = exact.round_ties_even();
        error = exact - rounded;
        weights[i] = rounded as u32;
        used += 2 * weights[i];
    }
    weights[0] = (1 << bits) - used;
    weights
}

#[cfg(test)]
mod tests {
    use super::fixed;

    #[test]
    fn weights_are_those_of_opencv_and_add_up_to_one() {
        assert_eq!(fixed(1.0, 3.0, 8), [102, 62, 14, 1]);
        assert_eq!(fixed(0.0, 3.0, 8), [256]);
        for step in 1..=2000 {
            for (reach, bits) in [(3.0, 8), (4.0, 16)] {
                let weights = fixed(f64::from(step) * 0.5, reach, bits);
                let sum: u32 = weights[0] + 2 * weights[1..].iter().sum::<u32>();
                assert_eq!(sum, 1 << bits);
            }
        }
    }
}
