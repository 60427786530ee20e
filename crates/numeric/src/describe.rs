use allcores_parallel::Token;

use crate::description::Description;
use crate::element::Element;
use crate::error::Error;
use crate::filter::Filter;
use crate::first_nan::raise;
use crate::split::Job;

/// Count, extremes, mean, variance, standard deviation and sum of those `values` that `filter`
/// leaves, in one pass over memory. Each number has the bits of the kernel of its name.
///
/// The same bits on any number of threads and on every instruction set. Up to 1 MiB it runs
/// on the calling thread alone.
///
/// ```
/// use allcores_numeric::{Filter, describe};
/// use allcores_parallel::Token;
/// let all = describe(&Token::new(), &[1.0, 2.0, 3.0, 4.0], Filter::ALL, 0).unwrap();
/// assert_eq!((all.count, all.extremes, all.mean), (4, Some((1.0, 4.0)), 2.5));
/// assert_eq!((all.variance, all.sum), (1.25, 10.0));
/// ```
///
/// # Errors
/// [`Error::MaskLength`]; [`Error::Nan`] under [`NanPolicy::Raise`](crate::NanPolicy);
/// [`Error::Cancelled`] when the token was cancelled before the last block began.
pub fn describe<T: Element>(
    token: &Token,
    values: &[T],
    filter: Filter<'_>,
    ddof: usize,
) -> Result<Description<T>, Error> {
    filter.check(values.len())?;
    let job = Job::new(token);
    let description = T::describe(job, values, filter, ddof)?;
    raise(job, values, filter, description.nan_count > 0)?;
    Ok(description)
}

#[cfg(test)]
mod tests {
    use allcores_parallel::Token;

    use crate::filter::{Filter, NanPolicy};

    #[test]
    fn nans_are_counted_where_the_mask_leaves_them_also_when_they_take_no_part() {
        let mut values: Vec<f64> = (0..10_000).map(f64::from).collect();
        for index in [3, 4096, 9999] {
            values[index] = f64::NAN;
        }
        let mut mask = vec![1; values.len()];
        mask[3] = 0;
        let counts = |mask, nan| {
            let filter = Filter { mask, nan };
            let all = crate::describe(&Token::new(), &values, filter, 0).unwrap();
            (all.count, all.nan_count)
        };
        assert_eq!(counts(None, NanPolicy::Propagate), (10_000, 3));
        assert_eq!(counts(None, NanPolicy::Omit), (9997, 3));
        assert_eq!(counts(Some(&mask), NanPolicy::Propagate), (9999, 2));
        assert_eq!(counts(Some(&mask), NanPolicy::Omit), (9997, 2));
    }
}
