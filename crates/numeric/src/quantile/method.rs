//! Where a quantile lies in the sorted elements: numpy's thirteen methods, in numpy's
//! arithmetic.

/// How a quantile is read off the sorted elements. The names are numpy's; 1 to 9 are those of
/// Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50
/// (1996), doi:10.1080/00031305.1996.10473566.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// 1: an element, without interpolation.
    InvertedCdf,
    /// 2: an element, or the middle between two where the distribution jumps.
    AveragedInvertedCdf,
    /// 3: the closest element, ties to the even rank.
    ClosestObservation,
    /// 4: linear between the steps of the distribution.
    InterpolatedInvertedCdf,
    /// 5: linear between the middles of the steps.
    Hazen,
    /// 6: positions `q * (n + 1)`.
    Weibull,
    /// 7, the default: positions from the least to the greatest element.
    Linear,
    /// 8: about unbiased for the median whatever the distribution.
    MedianUnbiased,
    /// 9: about unbiased for a normal distribution.
    NormalUnbiased,
    /// The element below the position of `Linear`.
    Lower,
    /// The element above the position of `Linear`.
    Higher,
    /// The middle of the elements beside the position of `Linear`.
    Midpoint,
    /// The element nearest to the position of `Linear`, ties to the even rank.
    Nearest,
}

/// The elements that a quantile is made of, by their ranks in the sorted elements.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Place {
    At(usize),
    Between {
        previous: usize,
        next: usize,
        /// How far from `previous` to `next`; outside 0..1 only where the two are the same.
        weight: f64,
    },
}

impl Place {
    pub(crate) fn ranks(self) -> [usize; 2] {
        match self {
            Place::At(rank) => [rank; 2],
            Place::Between { previous, next, .. } => [previous, next],
        }
    }
}

impl Method {
    /// All methods in numpy's order.
    pub const ALL: [(&'static str, Method); 13] = [
        ("inverted_cdf", Method::InvertedCdf),
        ("averaged_inverted_cdf", Method::AveragedInvertedCdf),
        ("closest_observation", Method::ClosestObservation),
        ("interpolated_inverted_cdf", Method::InterpolatedInvertedCdf),
        ("hazen", Method::Hazen),
        ("weibull", Method::Weibull),
        ("linear", Method::Linear),
        ("median_unbiased", Method::MedianUnbiased),
        ("normal_unbiased", Method::NormalUnbiased),
        ("lower", Method::Lower),
        ("higher", Method::Higher),
        ("midpoint", Method::Midpoint),
        ("nearest", Method::Nearest),
    ];

    /// The method that numpy calls `name`.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Method> {
        Method::ALL.into_iter().find(|&(known, _)| known == name).map(|(_, method)| method)
    }

    /// Where the quantile `q`, 0 to 1, of `count` elements lies. `count` is at least 1.
    pub(crate) fn place(self, count: usize, q: f64) -> Place {
        let n = count as f64;
        let last = n - 1.0;
        // The expressions are numpy's, so that the last bits are.
        let fitted = |alpha: f64, beta: f64| n * q + (alpha + q * (1.0 - alpha - beta)) - 1.0;
        let at = |position: f64| Place::At((position.max(0.0) as usize).min(count - 1));
        match self {
            Method::Lower => at((last * q).floor()),
            Method::Higher => at((last * q).ceil()),
            Method::Nearest => at((last * q).round_ties_even()),
            Method::InvertedCdf => {
                let position = n * q - 1.0;
                let floor = position.floor();
                at(if position == floor { floor } else { floor + 1.0 })
            }
            Method::ClosestObservation => {
                let position = n * q - 1.0 - 0.5;
                let floor = position.floor();
                let is_tie = position == floor && floor.rem_euclid(2.0) == 1.0;
                at(if is_tie { floor } else { floor + 1.0 })
            }
            Method::AveragedInvertedCdf => {
                between(count, n * q - 1.0, |weight| if weight == 0.0 { 0.5 } else { 1.0 })
            }
            Method::Midpoint => {
                let position = 0.5 * ((last * q).floor() + (last * q).ceil());
                let weight = if position % 1.0 == 0.0 { 0.0 } else { 0.5 };
                between(count, position, |_| weight)
            }
            Method::Linear => between(count, last * q, |weight| weight),
            Method::InterpolatedInvertedCdf => between(count, fitted(0.0, 1.0), |weight| weight),
            Method::Hazen => between(count, fitted(0.5, 0.5), |weight| weight),
            Method::Weibull => between(count, fitted(0.0, 0.0), |weight| weight),
            Method::MedianUnbiased => between(count, fitted(1.0 / 3.0, 1.0 / 3.0), |weight| weight),
            Method::NormalUnbiased => between(count, fitted(3.0 / 8.0, 3.0 / 8.0), |weight| weight),
        }
    }
}

fn between(count: usize, position: f64, weight: impl Fn(f64) -> f64) -> Place {
    if position >= count as f64 - 1.0 {
        // numpy calls the last element −1 here, and the weight is the distance from there.
        let last = count - 1;
        return Place::Between { previous: last, next: last, weight: weight(position + 1.0) };
    }
    if position < 0.0 {
        return Place::Between { previous: 0, next: 0, weight: weight(position) };
    }
    let floor = position.floor();
    let previous = (floor as usize).min(count - 2);
    Place::Between { previous, next: previous + 1, weight: weight(position - floor) }
}
