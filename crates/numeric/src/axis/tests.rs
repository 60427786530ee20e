//! Columns against the flat kernels on a copy of each line, at every instruction set.

use std::fmt::Debug;

use allcores_cpu::Level;
use allcores_parallel::{Token, enter};
use half::f16;

use super::extreme::{Wanted, flat};
use super::integer_sums::means;
use super::reductions::{AxisKernels, arg_along, extreme_along};
use super::{Lines, Source};
use crate::arg_extreme::arg_extreme;
use crate::element::Element;
use crate::error::Error;
use crate::exact::Exact;
use crate::filter::{Filter, NanPolicy};
use crate::precision::Precision;
use crate::quotient::quotient;
use crate::simd::Isa;
use crate::split::Job;

fn scrambled(i: usize) -> u64 {
    let mut x = (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ x >> 32
}

/// Around the borders of folding, of leaves, of rows of eight and of blocks of columns.
fn shapes() -> Vec<Lines> {
    let mut shapes = Vec::new();
    for inner in [2, 3, 7, 8, 9, 24, 31, 32, 33, 65] {
        for length in [1, 2, 3, 5, 16, 63, 64, 65, 128, 129, 200, 700] {
            shapes.push(Lines { outer: 1 + length % 3, length, inner });
        }
    }
    // Slices: around the chunks in which an extreme is looked for, and too long for one thread.
    for length in [1, 2, 63, 64, 65, 160, 300, 5000] {
        shapes.push(Lines { outer: 5 + length % 3, length, inner: 1 });
    }
    shapes.push(Lines { outer: 2, length: 300_000, inner: 1 });
    shapes.push(Lines { outer: 4000, length: 160, inner: 1 });
    for (outer, length, inner) in [
        (1, 70, 600),
        (2, 65, 4100),
        (1, 3, 9000),
        (1, 5000, 40),
        (1, 40_000, 3),
        (300, 3, 2),
        (1, 1500, 530),
        (3, 1, 5),
    ] {
        shapes.push(Lines { outer, length, inner });
    }
    shapes
}

/// Everything that can be asked of the lines, as text that shows every bit.
fn everything<T>(job: Job<'_>, source: Source<'_, T>) -> Vec<String>
where
    T: Element + Debug + Default,
{
    let count = source.lines.count();
    let mut results = Vec::new();
    let mut doubles = vec![0.5; count];
    let mut show = |result: Result<(), Error>, out: &dyn Fn() -> String| {
        results.push(result.map_or_else(|error| error.to_string(), |()| out()));
    };
    let result = T::sum_along(job, source, Precision::Pairwise, &mut doubles);
    show(result, &|| bits(&doubles));
    let result = T::mean_along(job, source, &mut doubles);
    show(result, &|| bits(&doubles));
    for (ddof, root) in [(0, false), (1, true)] {
        let result = T::variance_along(job, source, ddof, root, &mut doubles);
        show(result, &|| bits(&doubles));
    }
    let mut elements = vec![T::default(); count];
    for wanted in [Wanted::Least, Wanted::Greatest, Wanted::Range] {
        let result = extreme_along(job, source, wanted, &mut elements);
        show(result, &|| format!("{elements:?}"));
    }
    let mut indices = vec![7; count];
    let result = arg_along(job, source, false, &mut indices);
    show(result, &|| format!("{indices:?}"));
    let result = arg_along(job, source, true, &mut indices);
    show(result, &|| format!("{indices:?}"));
    results
}

fn bits(values: &[f64]) -> String {
    values.iter().map(|value| format!("{:x} ", value.to_bits())).collect()
}

type Kernel<'k, T> = dyn Fn(&[T], Filter<'_>) -> Result<f64, Error> + 'k;

/// The same line by line with the flat kernels.
fn line_by_line<T>(job: Job<'_>, source: Source<'_, T>, floats: bool) -> Vec<String>
where
    T: Element + Debug + Default,
{
    let lines = source.lines;
    let all: Vec<_> = (0..lines.count())
        .map(|line| source.line(line / lines.inner, line % lines.inner))
        .collect();
    let each = |kernel: &Kernel<'_, T>| {
        let results: Result<Vec<f64>, Error> = all
            .iter()
            .map(|(values, mask)| kernel(values, Filter { mask: mask.as_deref(), ..source.filter }))
            .collect();
        results
    };
    let elements = |wanted: Wanted| {
        let results: Result<Vec<T>, Error> = all
            .iter()
            .map(|(values, mask)| {
                flat(job, values, Filter { mask: mask.as_deref(), ..source.filter }, wanted)
            })
            .collect();
        results.map_or_else(|error| error.to_string(), |values| format!("{values:?}"))
    };
    let text = |result: Result<Vec<f64>, Error>| {
        result.map_or_else(|error| error.to_string(), |values| bits(&values))
    };
    let index = |result: Result<Vec<f64>, Error>| {
        result.map_or_else(
            |error| error.to_string(),
            |values| format!("{:?}", values.iter().map(|&i| i as u32).collect::<Vec<_>>()),
        )
    };
    let mut results = Vec::new();
    if !floats {
        // Exact, so the order makes no difference.
        for (ddof, root) in [(0, false), (1, true)] {
            results.push(text(each(&|v, f| Ok(T::variance(job, v, f, ddof, root)?))));
        }
        results.insert(0, text(each(&|v, f| Ok(T::mean(job, v, f)?))));
    }
    for wanted in [Wanted::Least, Wanted::Greatest, Wanted::Range] {
        results.push(elements(wanted));
    }
    results.push(index(each(&|v, f| Ok(arg_extreme::<T, false>(job, v, f)? as f64))));
    results.push(index(each(&|v, f| Ok(arg_extreme::<T, true>(job, v, f)? as f64))));
    results
}

fn levels() -> impl Iterator<Item = Isa> {
    Level::ALL.into_iter().filter_map(Isa::of)
}

fn check<T: Element + Default>(make: impl Fn(u64) -> T, floats: bool) {
    let token = Token::new();
    for (number, lines) in shapes().into_iter().enumerate() {
        let n = lines.count() * lines.length;
        let values: Vec<T> = (0..n).map(|i| make(scrambled(i + number))).collect();
        let mask: Vec<u8> =
            (0..n).map(|i| u8::from(!scrambled(i ^ 5).is_multiple_of(3)) * 9).collect();
        for (mask, nan) in [
            (None, NanPolicy::Propagate),
            (None, NanPolicy::Omit),
            (Some(&*mask), NanPolicy::Propagate),
            (Some(&*mask), NanPolicy::Omit),
        ] {
            let source = Source { values: &values, filter: Filter { mask, nan }, lines };
            let mut at_levels = levels().map(|isa| {
                let job = Job { token: &token, isa };
                (everything(job, source), enter(|| everything(job, source)))
            });
            let (scalar, on_pool) = at_levels.next().unwrap();
            assert_eq!(scalar, on_pool, "{lines:?}");
            for (other, on_pool) in at_levels {
                assert_eq!(other, scalar, "{lines:?}");
                assert_eq!(on_pool, scalar, "{lines:?}");
            }
            let expected = line_by_line(Job::new(&token), source, floats);
            let skip = scalar.len() - expected.len();
            assert_eq!(scalar[skip..], expected, "{lines:?} {nan} {}", mask.is_some());
        }
    }
}

#[test]
fn columns_of_integers_give_what_the_flat_kernels_give() {
    check(|x| x as u8 % 50, false);
    check(|x| x as i8, false);
    check(|x| x as u16, false);
    check(|x| x as i16, false);
    check(|x| x as u32, false);
    check(|x| x as i32, false);
    check(|x| x, false);
    check(|x| x as i64, false);
}

#[test]
fn columns_of_floats_have_the_extremes_of_the_flat_kernels_at_every_level() {
    let value = |x: u64| match x % 97 {
        0 => f64::NAN,
        1 => f64::INFINITY,
        2 => f64::NEG_INFINITY,
        3 => -0.0,
        4 => 0.0,
        _ => (x as i32 % 1000) as f64 * 0.37,
    };
    check(value, true);
    check(|x| value(x) as f32, true);
    check(|x| f16::from_f64(value(x)), true);
    let zero = |x: u64| if x.is_multiple_of(3) { -0.0 } else { 0.0 };
    check(zero, true);
    // Lines of nothing but NaN, and of nothing but the largest key.
    check(|x| if x.is_multiple_of(7) { f32::INFINITY } else { f32::NAN }, true);
    check(|x| if x.is_multiple_of(2) { f64::NAN } else { f64::NEG_INFINITY }, true);
}

/// Sums against plain ones, in all of the memory that the lanes of a leaf have.
fn sums_are_exact<T: Element + Into<i128>>(make: impl Fn(u64) -> T) {
    let token = Token::new();
    let mut shapes = shapes();
    shapes.push(Lines { outer: 1, length: 255, inner: 70 });
    shapes.push(Lines { outer: 2, length: 257, inner: 20 });
    for lines in shapes {
        let n = lines.count() * lines.length;
        let values: Vec<T> = (0..n).map(|i| make(scrambled(i))).collect();
        let mask: Vec<u8> = (0..n).map(|i| u8::from(!scrambled(i ^ 9).is_multiple_of(4))).collect();
        for mask in [None, Some(&*mask)] {
            let source = Source { values: &values, filter: Filter { mask, ..Filter::ALL }, lines };
            let expected: Vec<f64> = (0..lines.count())
                .map(|line| {
                    let (values, mask) = source.line(line / lines.inner, line % lines.inner);
                    let kept = |index: usize| mask.as_ref().is_none_or(|mask| mask[index] != 0);
                    let parts = values.iter().enumerate().filter(|&(index, _)| kept(index));
                    parts.map(|(_, &value)| value.into()).sum::<i128>() as f64
                })
                .collect();
            for isa in levels() {
                let mut sums = vec![0.5; lines.count()];
                let job = Job { token: &token, isa };
                T::sum_along(job, source, Precision::Pairwise, &mut sums).unwrap();
                assert_eq!(sums, expected, "{lines:?} {}", mask.is_some());
            }
        }
    }
}

#[test]
fn sums_of_integers_are_exact_at_the_ends_of_their_range() {
    sums_are_exact(|_| u8::MAX);
    sums_are_exact(|_| i8::MIN);
    sums_are_exact(|_| u16::MAX);
    sums_are_exact(|_| i16::MIN);
    sums_are_exact(|_| u32::MAX);
    sums_are_exact(|_| i32::MIN);
    sums_are_exact(|x| u64::MAX - x % 2);
    sums_are_exact(|x| i64::MIN + (x % 2) as i64);
    sums_are_exact(|x| i64::MAX - (x % 2) as i64);
    sums_are_exact(|x| x as i64);
}

#[test]
fn means_of_large_totals_are_rounded_once() {
    let totals: Vec<i64> = (0..4000)
        .map(|i| scrambled(i) as i64 >> (i % 40))
        .chain([i64::MIN, i64::MAX, (1 << 53) + 1, -(1 << 53) - 1])
        .collect();
    let counts: Vec<u64> = (0..totals.len()).map(|i| scrambled(i ^ 3) % 1000).collect();
    let exactly = |total: i128, count: u64| quotient(Exact::from(total), count.into());
    let bits = |values: &[f64]| values.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    // One after the other, too: a large total must not hide that another one is none.
    let mut together = vec![0.5; totals.len()];
    means(&totals, &counts, &mut together);
    for (index, (&total, &count)) in totals.iter().zip(&counts).enumerate() {
        let (mut signed, mut unsigned) = ([0.5], [0.5]);
        means(&[total], &[count], &mut signed);
        means(&[total.cast_unsigned()], &[count], &mut unsigned);
        let expected = [
            exactly(total.into(), count),
            exactly(total.into(), count),
            exactly(total.cast_unsigned().into(), count),
        ];
        let found = [signed[0], together[index], unsigned[0]];
        assert_eq!(bits(&found), bits(&expected), "{total} / {count}");
    }
}

/// Sum and squared deviations of a line in integers.
fn exact(values: &[i64]) -> (i128, i128) {
    let n = values.len() as i128;
    let sum: i128 = values.iter().map(|&x| i128::from(x)).sum();
    let squares: i128 = values.iter().map(|&x| i128::from(x).pow(2)).sum();
    (sum, n * squares - sum * sum)
}

#[test]
fn sums_means_and_variances_of_floats_are_exact_to_the_last_places() {
    for (offset, spread) in [(0, 1 << 30), (1_000_000_000, 1000), (-12_345, 7)] {
        for lines in shapes() {
            let n = lines.count() * lines.length;
            let integers: Vec<i64> =
                (0..n).map(|i| offset + (scrambled(i) % spread) as i64).collect();
            let some: Vec<u8> =
                (0..n).map(|i| u8::from(!scrambled(i ^ 5).is_multiple_of(3))).collect();
            let all = vec![1; n];
            // By a mask, and because they are NaN.
            for (kept, masked, nan) in [
                (&all, false, NanPolicy::Propagate),
                (&some, true, NanPolicy::Propagate),
                (&some, false, NanPolicy::Omit),
                (&some, true, NanPolicy::Omit),
            ] {
                let filter = Filter { mask: masked.then_some(&**kept), nan };
                float_lines_are_exact(&integers, kept, filter, lines);
            }
        }
    }
}

/// Integers as doubles, of which those are NaN that are not kept.
fn float_lines_are_exact(integers: &[i64], kept: &[u8], filter: Filter<'_>, lines: Lines) {
    let token = Token::new();
    let job = Job::new(&token);
    let double = |(&x, &keep): (&i64, &u8)| if keep != 0 { x as f64 } else { f64::NAN };
    let values: Vec<f64> = integers.iter().zip(kept).map(double).collect();
    let source = Source { values: &values, filter, lines };
    let [mut sums, mut means, mut variances] = [(); 3].map(|()| vec![0.5; lines.count()]);
    f64::sum_along(job, source, Precision::Pairwise, &mut sums).unwrap();
    f64::mean_along(job, source, &mut means).unwrap();
    f64::variance_along(job, source, 0, false, &mut variances).unwrap();
    let integers =
        Source { values: integers, filter: Filter { mask: Some(kept), ..Filter::ALL }, lines };
    for line in 0..lines.count() {
        let (values, kept) = integers.line(line / lines.inner, line % lines.inner);
        let kept = kept.unwrap();
        let column: Vec<i64> =
            values.iter().zip(kept).filter(|(_, keep)| *keep != 0).map(|(&x, _)| x).collect();
        let (sum, deviations) = exact(&column);
        let count = column.len() as f64;
        assert_eq!(sums[line], sum as f64, "{lines:?}");
        let mean = sum as f64 / count;
        assert!(means[line] == mean || column.is_empty() && means[line].is_nan(), "{lines:?}");
        let (variance, expected) = (variances[line], deviations as f64 / count.powi(2));
        let close = (variance - expected).abs() <= 1e-13 * expected;
        assert!(
            close || column.is_empty() && variance.is_nan(),
            "{lines:?}: {variance} {expected}"
        );
    }
}

#[test]
fn columns_at_the_ends_of_the_range_are_scaled() {
    let token = Token::new();
    let job = Job::new(&token);
    let lines = Lines { outer: 2, length: 150, inner: 40 };
    let n = lines.count() * lines.length;
    for scale in [1e-300, 1e300] {
        let plain: Vec<f64> = (0..n).map(|i| (scrambled(i) % 1000) as f64 / 256.0).collect();
        let values: Vec<f64> = plain.iter().map(|x| x * scale).collect();
        let mut expected = vec![0.0; lines.count()];
        let source = Source { values: &plain, filter: Filter::ALL, lines };
        f64::variance_along(job, source, 1, true, &mut expected).unwrap();
        let mut out = vec![0.0; lines.count()];
        let source = Source { values: &values, filter: Filter::ALL, lines };
        f64::variance_along(job, source, 1, true, &mut out).unwrap();
        for (value, expected) in out.into_iter().zip(expected) {
            assert!((value / scale - expected).abs() <= 1e-13 * expected, "{value} {expected}");
        }
    }
    // Columns of zeros, of one value, of an infinity, and of a NaN.
    let values: Vec<f64> = (0..n)
        .map(|i| match (i % 40, i / 40 % 150) {
            (0, _) => 0.0,
            (1, _) => 0.1,
            (2, 77) => f64::INFINITY,
            (3, 77) => f64::NAN,
            (4, _) => 1e300,
            (_, row) => row as f64,
        })
        .collect();
    let mut out = vec![0.0; lines.count()];
    let source = Source { values: &values, filter: Filter::ALL, lines };
    f64::variance_along(job, source, 0, false, &mut out).unwrap();
    assert_eq!(out[..2], [0.0, 0.0]);
    assert!(out[2].is_nan() && out[3].is_nan());
    assert_eq!(out[4], 0.0);
    assert_eq!(out[5], (150.0 * 150.0 - 1.0) / 12.0);
}
