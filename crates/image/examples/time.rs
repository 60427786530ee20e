//! Times of the kernels on a picture of 4000 x 3000 RGB pixels, best of a few runs.
//!
//! `ALLCORES_THREADS=1 cargo run --release -p allcores-image --example time [picture]`
//!
//! With the path of a JPEG or PNG file that picture is used, else a generated one.

use std::error::Error;
use std::time::Instant;

use allcores_image::{
    Area, DEFAULT_PIXEL_LIMIT, Embedded, Encoding, Filter, JpegSettings, Pixels, PixelsMut,
    PngSettings, Scale, Subsampling, View, WebpSettings, decode_into, encode, gaussian_blur,
    grayscale, probe, resize,
};
use allcores_parallel::Token;

const RUNS: usize = 7;

fn main() -> Result<(), Box<dyn Error>> {
    let token = &Token::new();
    let (pixels, width, height, channels) = match std::env::args().nth(1) {
        Some(path) => {
            let file = std::fs::read(path)?;
            let info = probe(&file)?;
            let mut pixels = vec![0; info.width * info.height * info.channels];
            let target = PixelsMut::U8(&mut pixels);
            decode_into(token, &file, DEFAULT_PIXEL_LIMIT, Scale::Full, target)?;
            (pixels, info.width, info.height, info.channels)
        }
        None => (waves(4000, 3000), 4000, 3000, 3),
    };
    let view = View::new(&pixels, width, height, channels)?;
    println!(
        "{width} x {height} x {channels}, {} threads, {:?}",
        allcores_parallel::threads(),
        allcores_cpu::level()
    );
    let mut out = vec![0; pixels.len()];
    for radius in [2.0, 15.0, 100.0] {
        time(&format!("blur {radius}"), || gaussian_blur(token, view, radius, radius, &mut out))?;
    }
    let grey = &mut out[..width * height];
    time("grayscale", || grayscale(token, view, grey))?;
    let small = &mut out[..800 * 600 * channels];
    for filter in Filter::ALL {
        time(&format!("resize to 800 x 600, {filter:?}"), || {
            resize(token, view, Area::whole(view), (800, 600), filter, small)
        })?;
    }
    let jpeg = |quality, progressive, optimize| {
        let subsampling = Subsampling::S420;
        Encoding::Jpeg(JpegSettings { quality, subsampling, progressive, optimize })
    };
    let webp = |settings| Encoding::Webp(settings);
    for (name, encoding) in [
        ("JPEG 90", jpeg(90, false, false)),
        ("JPEG 90, optimised", jpeg(90, false, true)),
        ("JPEG 90, progressive", jpeg(90, true, false)),
        ("PNG, level 1", Encoding::Png(PngSettings { level: 1 })),
        ("PNG, level 6", Encoding::Png(PngSettings { level: 6 })),
        ("WebP 80", webp(WebpSettings::Lossy { quality: 80 })),
        ("WebP, lossless", webp(WebpSettings::Lossless {})),
    ] {
        let write = || encode(token, Pixels::U8(view), &encoding, Embedded::default());
        let file = write()?;
        time(&format!("encode {name} ({} bytes)", file.len()), write)?;
        for scale in Scale::ALL {
            let shape = probe(&file)?.scaled(scale);
            if scale != Scale::Full && shape == view.shape() {
                continue;
            }
            let out = &mut out[..shape.samples()?];
            time(&format!("decode {name} at {scale:?}"), || {
                decode_into(token, &file, DEFAULT_PIXEL_LIMIT, scale, PixelsMut::U8(out))
            })?;
        }
    }
    Ok(())
}

fn time<R>(
    name: &str,
    mut run: impl FnMut() -> Result<R, allcores_image::Error>,
) -> Result<(), allcores_image::Error> {
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        let start = Instant::now();
        run()?;
        best = best.min(start.elapsed().as_secs_f64() * 1e3);
    }
    println!("{best:9.2} ms  {name}");
    Ok(())
}

/// A smooth picture with some noise, so that it compresses like a photograph.
fn waves(width: usize, height: usize) -> Vec<u8> {
    let mut state = 1u32;
    let mut pixels = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            for c in 0..3 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let wave = ((x * (c + 1)) as f64 / 97.0).sin() + (y as f64 / 61.0).cos();
                pixels.push((128.0 + 50.0 * wave + f64::from(state >> 28)) as u8);
            }
        }
    }
    pixels
}
