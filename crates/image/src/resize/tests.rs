use super::run;
use crate::simd::Isa;
use crate::{Area, Error, Filter, Region, View};
use allcores_parallel::Token;

fn noise(len: usize) -> Vec<u8> {
    let mut state = 7u32;
    (0..len)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect()
}

fn resized(isa: Isa, view: View<'_>, size: (usize, usize), filter: Filter) -> Vec<u8> {
    let mut out = vec![1; size.0 * size.1 * view.channels()];
    run(isa, &Token::new(), view, Area::whole(view), size, filter, &mut out).unwrap();
    out
}

#[test]
fn every_instruction_set_gives_the_same_bytes_and_a_crop_counts_as_an_image_of_its_own() {
    let (width, height) = (1300, 45);
    for channels in 1..=4 {
        let data = noise(width * height * channels);
        let region = Region { left: 7, top: 3, width: 1201, height: 37 };
        let crop = View::new(&data, width, height, channels).unwrap().crop(region).unwrap();
        let copy: Vec<u8> = (0..region.height).flat_map(|y| crop.row(y)).copied().collect();
        let whole = View::new(&copy, region.width, region.height, channels).unwrap();
        for filter in Filter::ALL {
            for size in [(1, 37), (1201, 5), (50, 80), (1300, 20), (3, 1), (1201, 37)] {
                let expected = resized(Isa::all().next().unwrap(), whole, size, filter);
                for isa in Isa::all() {
                    let got = resized(isa, crop, size, filter);
                    assert!(got == expected, "{isa:?} {channels} {filter:?} {size:?}");
                }
            }
        }
    }
}

#[test]
fn many_bands_give_the_same_bytes_inside_and_outside_the_pool() {
    let (width, height) = (700, 600);
    let data = noise(width * height * 4);
    let view = View::new(&data, width, height, 4).unwrap();
    for filter in Filter::ALL {
        let outside = resized(Isa::current(), view, (333, 411), filter);
        let inside = allcores_parallel::enter(|| resized(Isa::current(), view, (333, 411), filter));
        assert!(outside == inside, "{filter:?}");
        // The rows of a band do not know of the others: a taller image begins the same.
        let narrow = resized(Isa::current(), view, (333, height), filter);
        let part = view.crop(Region { left: 0, top: 0, width, height: 21 }).unwrap();
        assert!(narrow.starts_with(&resized(Isa::current(), part, (333, 21), filter)));
    }
}

#[test]
fn a_constant_image_stays_constant_at_every_size_and_filter() {
    let data = vec![200; 31 * 17 * 3];
    let view = View::new(&data, 31, 17, 3).unwrap();
    for filter in Filter::ALL {
        for size in [(1, 1), (100, 3), (31, 40), (7, 17)] {
            let out = resized(Isa::current(), view, size, filter);
            assert!(out.iter().all(|&sample| sample == 200), "{filter:?} {size:?}");
        }
    }
}

#[test]
fn a_bad_size_or_output_is_refused_and_a_cancelled_token_stops_the_call() {
    let data = noise(64 * 64 * 4);
    let view = View::new(&data, 64, 64, 4).unwrap();
    let call = |token: &Token, size, len: usize, filter| {
        run(Isa::current(), token, view, Area::whole(view), size, filter, &mut vec![0; len])
    };
    let live = Token::new();
    for (size, len) in [((0, 1), 0), ((1, 0), 0), ((2, 2), 15), ((usize::MAX, 8), 16)] {
        assert!(call(&live, size, len, Filter::Box).is_err(), "{size:?}");
    }
    let token = Token::new();
    token.cancel();
    for filter in Filter::ALL {
        assert_eq!(call(&token, (5, 5), 100, filter), Err(Error::Cancelled));
    }
}

#[test]
fn an_area_that_is_empty_or_reaches_outside_is_refused() {
    let data = noise(12);
    let view = View::new(&data, 4, 3, 1).unwrap();
    let call = |left, top, right, bottom| {
        let area = Area { left, top, right, bottom };
        run(Isa::current(), &Token::new(), view, area, (1, 1), Filter::Box, &mut [0])
    };
    assert_eq!(call(0.0, 0.0, 4.0, 3.0), Ok(()));
    for (left, top, right, bottom) in [
        (-0.1, 0.0, 4.0, 3.0),
        (0.0, 0.0, 4.1, 3.0),
        (2.0, 0.0, 2.0, 3.0),
        (0.0, 3.0, 4.0, 2.0),
        (f64::NAN, 0.0, 4.0, 3.0),
        (0.0, 0.0, f64::INFINITY, 3.0),
    ] {
        assert!(matches!(call(left, top, right, bottom), Err(Error::InvalidArgument(_))));
    }
}
