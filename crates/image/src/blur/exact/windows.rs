use crate::border::Border;

/// Standard deviations that a kernel reaches to each side: 2e-9 of a Gaussian lie beyond.
const REACH: f64 = 6.0;

/// How each sample of a result is made from neighbouring samples of a line.
pub(super) struct Windows {
    windows: Vec<Window>,
    weights: Vec<f32>,
}

#[derive(Clone, Copy)]
struct Window {
    /// The first sample that weighs.
    from: usize,
    /// Where its weights begin, and how many there are.
    at: usize,
    len: usize,
}

impl Windows {
    /// How many samples the result has.
    pub(super) fn len(&self) -> usize {
        self.windows.len()
    }

    /// The first sample of window `i`, and the weights of that one and those that follow.
    #[inline(always)]
    pub(super) fn get(&self, i: usize) -> (usize, &[f32]) {
        let Window { from, at, len } = self.windows[i];
        (from, &self.weights[at..at + len])
    }

    /// The samples from the first to the last that windows `from..to` need.
    pub(super) fn needs(&self, from: usize, to: usize) -> std::ops::Range<usize> {
        let windows = self.windows[from..to].iter().filter(|window| window.len > 0);
        let start = windows.clone().map(|window| window.from).min().unwrap_or(0);
        start..windows.map(|window| window.from + window.len).max().unwrap_or(start)
    }

    /// A Gaussian of standard deviation `sigma` around each of `positions` in a line of `len` samples. Where
    /// it reaches outside, the weight goes to the sample that the border repeats there.
    pub(super) fn gaussian(
        sigma: f64,
        positions: impl Iterator<Item = i64>,
        len: usize,
        border: Border,
    ) -> Self {
        let reach = (REACH * sigma).ceil() as i64;
        let kernel = kernel(sigma, (-reach..=reach).map(|x| x as f64));
        let mut weights: Vec<f32> = kernel.iter().map(|&weight| weight as f32).collect();
        let windows = positions.map(|position| {
            let from = position - reach;
            if from >= 0 && position + reach < len as i64 {
                return Window { from: from as usize, at: 0, len: kernel.len() };
            }
            let mut folded = vec![0.0; len];
            let (mut first, mut last) = (len, 0);
            for (at, &weight) in (from..).zip(&kernel) {
                if let Some(source) = border.position(at as isize, len) {
                    folded[source] += weight;
                    first = first.min(source);
                    last = last.max(source + 1);
                }
            }
            let folded = folded.get(first..last).unwrap_or(&[]);
            let at = weights.len();
            weights.extend(folded.iter().map(|&weight| weight as f32));
            Window { from: first.min(last), at, len: folded.len() }
        });
        let windows = windows.collect();
        Windows { windows, weights }
    }

    /// A Gaussian of standard deviation `sigma` around each of `len` positions, over samples that are `step`
    /// apart: sample 0 stands at position `origin * step`.
    pub(super) fn between(sigma: f64, step: usize, origin: i64, len: usize) -> Self {
        let reach = REACH * sigma;
        let mut weights = Vec::new();
        let phases: Vec<(i64, usize, usize)> = (0..step.min(len))
            .map(|phase| {
                let (phase, step) = (phase as f64, step as f64);
                let first = ((phase - reach) / step).ceil() as i64;
                let last = ((phase + reach) / step).floor() as i64;
                let at = weights.len();
                let distances = (first..=last).map(|i| phase - i as f64 * step);
                weights.extend(kernel(sigma, distances).iter().map(|&weight| weight as f32));
                (first, at, weights.len() - at)
            })
            .collect();
        let windows = (0..len).map(|x| {
            let (first, at, len) = phases[x % step];
            Window { from: ((x / step) as i64 + first - origin) as usize, at, len }
        });
        Windows { windows: windows.collect(), weights }
    }

    /// The number before the first sample that [`Windows::between`] needs for position 0, in steps.
    pub(super) fn origin(sigma: f64, step: usize) -> i64 {
        (-REACH * sigma / step as f64).ceil() as i64
    }

    /// One more than the last that it needs for positions up to `len`.
    pub(super) fn end(sigma: f64, step: usize, len: usize) -> i64 {
        (((len - 1) as f64 + REACH * sigma) / step as f64).floor() as i64 + 1
    }
}

/// The weights at these distances from the middle; together 1.
fn kernel(sigma: f64, distances: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut weights: Vec<f64> = distances.map(|x| (-0.5 * (x / sigma).powi(2)).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= sum);
    weights
}

/// A Gaussian blur of a line: through a coarser line when the kernel is wide.
///
/// A Gaussian of variance `s²` is one of `s²/2` after another. Between the two, only every `step`-th sample
/// is kept: with a step of at most `s/2` that changes each weight of the whole kernel by a factor of less
/// than 1 ± 6e-9 (the first alias of `exp(-x²/s²)`, sampled at that step, by Poisson's formula). So the work
/// of a sample does not grow with the radius.
pub(super) struct Plan {
    /// From the line to the coarser one, or to the result; `None` when nothing is to be done.
    pub(super) down: Option<Windows>,
    /// From the coarser line to the result.
    pub(super) up: Option<Windows>,
    /// How many samples there are between the two.
    pub(super) middle: usize,
}

impl Plan {
    /// The plan for lines of `len` samples.
    pub(super) fn new(sigma: f64, len: usize, border: Border) -> Self {
        if sigma == 0.0 {
            return Plan { down: None, up: None, middle: len };
        }
        let step = (sigma / 2.0) as usize;
        if step < 2 {
            let down = Windows::gaussian(sigma, 0..len as i64, len, border);
            return Plan { down: Some(down), up: None, middle: len };
        }
        let half = sigma / std::f64::consts::SQRT_2;
        let (origin, end) = (Windows::origin(half, step), Windows::end(half, step, len));
        let positions = (origin..end).map(|i| i * step as i64);
        let down = Windows::gaussian(half, positions, len, border);
        let middle = down.len();
        Plan { down: Some(down), up: Some(Windows::between(half, step, origin, len)), middle }
    }
}
