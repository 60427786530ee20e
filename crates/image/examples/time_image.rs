//! Times of the kernels on a picture of 4000 x 3000 RGB pixels, best of a few runs.
//!
//! `ALLCORES_THREADS=1 cargo run --release -p allcores-image --example time_image [picture] [--only TEXT] [--runs N]`
//!
//! With the path of a JPEG or PNG file that picture is used, beside and below its own mirror images; else a
//! generated one. `--only` names rows by a part of their name, several by `|`.

use std::error::Error;
use std::time::Instant;

use allcores_image::pipeline::{Input, Pipeline};
use allcores_image::{
    DEFAULT_PIXEL_LIMIT, Embedded, Encoding, JpegSettings, Pixels, PixelsMut, PngSettings, Sample,
    Scale, Step, Subsampling, View, WebpSettings, decode_into, encode, probe,
};
use allcores_parallel::Token;

const WIDTH: usize = 4000;
const HEIGHT: usize = 3000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut rows = Rows { only: Vec::new(), runs: 5, token: Token::new() };
    let mut pixels = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("Expected a value for {argument}"));
        match argument.as_str() {
            "--only" => rows.only = value()?.split('|').map(str::to_owned).collect(),
            "--runs" => rows.runs = value()?.parse()?,
            path => pixels = Some(tiled(path)?),
        }
    }
    let pixels = pixels.unwrap_or_else(waves);
    println!(
        "{WIDTH} x {HEIGHT} x 3, {} threads, {:?}",
        allcores_parallel::threads(),
        allcores_cpu::level()
    );
    rows.filters(&pixels)?;
    rows.deeper(&pixels)?;
    rows.files(&pixels)?;
    rows.job(&pixels)?;
    Ok(())
}

struct Rows {
    only: Vec<String>,
    runs: usize,
    token: Token,
}

impl Rows {
    fn wanted(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|part| name.contains(part.as_str()))
    }

    fn time<R, E>(&self, name: &str, mut run: impl FnMut() -> Result<R, E>) -> Result<(), E> {
        if !self.wanted(name) {
            return Ok(());
        }
        let mut best = f64::INFINITY;
        for _ in 0..self.runs {
            let start = Instant::now();
            run()?;
            best = best.min(start.elapsed().as_secs_f64() * 1e3);
        }
        println!("{best:9.2} ms  {name}");
        Ok(())
    }

    fn step<T: Sample>(&self, name: &str, json: &str, pixels: &[T]) -> Result<(), Box<dyn Error>> {
        if !self.wanted(name) {
            return Ok(());
        }
        let step = Step::parse(json)?;
        let src = View::new(pixels, WIDTH, HEIGHT, 3)?;
        let mut out = vec![T::default(); step.shape(src.shape(), T::DEPTH)?.samples()?];
        self.time(name, || step.run(&self.token, T::pixels(src), T::pixels_mut(&mut out)))?;
        Ok(())
    }

    fn filters(&self, pixels: &[u8]) -> Result<(), Box<dyn Error>> {
        for radius in [2, 15, 100] {
            self.step(&format!("blur {radius}"), &blur(radius), pixels)?;
        }
        for radius in [2, 15] {
            let json =
                format!(r#"{{"gaussianBlur":{{"x":{radius},"y":{radius},"mode":"opencv"}}}}"#);
            self.step(&format!("blur {radius}, mode opencv"), &json, pixels)?;
        }
        self.step("boxBlur 15", r#"{"boxBlur":{"x":15,"y":15}}"#, pixels)?;
        for size in [3, 5, 7, 9, 15, 31, 61] {
            self.step(
                &format!("median {size}"),
                &format!(r#"{{"median":{{"size":{size}}}}}"#),
                pixels,
            )?;
        }
        for size in [3, 15, 61] {
            let json = format!(r#"{{"erode":{{"width":{size},"height":{size},"iterations":1}}}}"#);
            self.step(&format!("erode {size}"), &json, pixels)?;
        }
        self.step("sobel along rows", r#"{"sobel":{"orders":[1,0]}}"#, pixels)?;
        self.step("sobel, length", r#"{"sobel":{}}"#, pixels)?;
        let whole = |i| if i == 12 { 25.0 } else { -1.0 };
        let uneven = |i| f64::from(1 + i * 7 % 13) / 163.0;
        self.step("convolve 5 x 5, whole weights", &convolve(whole), pixels)?;
        self.step("convolve 5 x 5, uneven weights", &convolve(uneven), pixels)?;
        self.step("grayscale", r#"{"grayscale":{}}"#, pixels)?;
        for radius in [2, 20] {
            let json =
                format!(r#"{{"unsharpMask":{{"radius":{radius},"percent":150,"threshold":3}}}}"#);
            self.step(&format!("unsharpMask {radius}"), &json, pixels)?;
        }
        let points = [
            r#"{"gamma":{"gamma":1.8}}"#,
            r#"{"saturation":{"factor":1.3}}"#,
            r#"{"brightness":{"factor":1.1}}"#,
            r#"{"contrast":{"factor":0.9}}"#,
            r#"{"invert":{}}"#,
        ];
        for json in points {
            self.step(&format!("point filter {json}"), json, pixels)?;
        }
        let steps = points.map(Step::parse).into_iter().collect::<Result<Vec<_>, _>>()?;
        let src = Pixels::U8(View::new(pixels, WIDTH, HEIGHT, 3)?);
        let mut out = vec![0; pixels.len()];
        self.time("point filters, five chained", || {
            let steps: Vec<_> = steps.iter().collect();
            Step::run_points(&self.token, &steps, src, PixelsMut::U8(&mut out))
        })?;
        Ok(())
    }

    fn deeper(&self, pixels: &[u8]) -> Result<(), Box<dyn Error>> {
        let words: Vec<u16> = pixels.iter().map(|&sample| u16::from(sample) * 257).collect();
        let floats: Vec<f32> = pixels.iter().map(|&sample| f32::from(sample) / 255.0).collect();
        for radius in [2, 15, 100] {
            self.step(&format!("blur {radius} of 16 bits"), &blur(radius), &words)?;
            self.step(&format!("blur {radius} of floats"), &blur(radius), &floats)?;
        }
        self.step("boxBlur 15 of floats", r#"{"boxBlur":{"x":15,"y":15}}"#, &floats)?;
        self.step("median 15 of 16 bits", r#"{"median":{"size":15}}"#, &words)
    }

    fn files(&self, pixels: &[u8]) -> Result<(), Box<dyn Error>> {
        let view = View::new(pixels, WIDTH, HEIGHT, 3)?;
        let jpeg = |quality, progressive, optimize| {
            let subsampling = Subsampling::S420;
            Encoding::Jpeg(JpegSettings { quality, subsampling, progressive, optimize })
        };
        for (name, encoding) in [
            ("JPEG 90", jpeg(90, false, false)),
            ("JPEG 90, optimised", jpeg(90, false, true)),
            ("JPEG 90, progressive", jpeg(90, true, false)),
            ("PNG, level 1", Encoding::Png(PngSettings { level: 1 })),
            ("PNG, level 6", Encoding::Png(PngSettings { level: 6 })),
            ("WebP 80", Encoding::Webp(WebpSettings::Lossy { quality: 80 })),
            ("WebP, lossless", Encoding::Webp(WebpSettings::Lossless {})),
        ] {
            if !self.wanted(&format!("decode {name} encode {name}")) {
                continue;
            }
            let write = || encode(&self.token, Pixels::U8(view), &encoding, Embedded::default());
            let file = write()?;
            self.time(&format!("encode {name} ({} bytes)", file.len()), write)?;
            let mut out = vec![0; pixels.len()];
            for scale in Scale::ALL {
                let shape = probe(&file)?.scaled(scale);
                if scale != Scale::Full && shape == view.shape() {
                    continue;
                }
                let out = &mut out[..shape.samples()?];
                self.time(&format!("decode {name} at {scale:?}"), || {
                    decode_into(&self.token, &file, DEFAULT_PIXEL_LIMIT, scale, PixelsMut::U8(out))
                })?;
            }
        }
        Ok(())
    }

    /// One photograph of the job, on all cores.
    fn job(&self, pixels: &[u8]) -> Result<(), Box<dyn Error>> {
        let view = View::new(pixels, WIDTH, HEIGHT, 3)?;
        let settings =
            r#"{"quality":85,"subsampling":"4:2:0","progressive":false,"optimize":false}"#;
        let resize = r#"{"resize":{"width":1600,"height":null,"fit":"cover","filter":"lanczos3","withoutEnlargement":false}}"#;
        for (name, steps, shrink) in [
            ("job, scaled decoding", format!("{resize},{}", blur(2)), true),
            ("job, full decoding", format!("{resize},{}", blur(2)), false),
            ("job, blur 15 at full size", blur(15), false),
        ] {
            if !self.wanted(name) {
                continue;
            }
            let json = format!(
                r#"{{"steps":[{steps}],"output":{{"jpeg":{settings}}},"shrinkOnLoad":{shrink}}}"#
            );
            let pipeline = Pipeline::parse(&json)?;
            let photograph = Encoding::Jpeg(JpegSettings {
                quality: 90,
                subsampling: Subsampling::S420,
                progressive: false,
                optimize: false,
            });
            let file = encode(&self.token, Pixels::U8(view), &photograph, Embedded::default())?;
            self.time(name, || pipeline.run(&self.token, Input::File(&file), |_| {}))?;
        }
        Ok(())
    }
}

fn blur(radius: u32) -> String {
    format!(r#"{{"gaussianBlur":{{"x":{radius},"y":{radius}}}}}"#)
}

fn convolve(weight: impl Fn(u32) -> f64) -> String {
    let kernel: Vec<String> = (0..25).map(|i| format!("{:?}", weight(i))).collect();
    let kernel = kernel.join(",");
    format!(
        r#"{{"convolve":{{"kernel":[{kernel}],"width":5,"height":5,"scale":1,"offset":0,"border":"reflect101"}}}}"#
    )
}

/// A photograph of the right size: the picture of a file beside and below its own mirror images.
fn tiled(path: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let file = std::fs::read(path)?;
    let info = probe(&file)?;
    let mut tile = vec![0; info.width * info.height * info.channels];
    let target = PixelsMut::U8(&mut tile);
    decode_into(&Token::new(), &file, DEFAULT_PIXEL_LIMIT, Scale::Full, target)?;
    let mirrored = |at: usize, n: usize| (at % (2 * n)).min(2 * n - 1 - at % (2 * n));
    let mut pixels = Vec::with_capacity(WIDTH * HEIGHT * 3);
    for y in 0..HEIGHT {
        let row = mirrored(y, info.height) * info.width;
        for x in 0..WIDTH {
            let from = (row + mirrored(x, info.width)) * info.channels;
            let [first, last] = [0, info.channels.saturating_sub(1).min(2)];
            pixels.extend([tile[from + first], tile[from + last.min(1)], tile[from + last]]);
        }
    }
    Ok(pixels)
}

/// A smooth picture with some noise, so that it compresses like a photograph.
fn waves() -> Vec<u8> {
    let mut state = 1u32;
    let mut pixels = Vec::with_capacity(WIDTH * HEIGHT * 3);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            for c in 0..3 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let wave = ((x * (c + 1)) as f64 / 97.0).sin() + (y as f64 / 61.0).cos();
                pixels.push((128.0 + 50.0 * wave + f64::from(state >> 28)) as u8);
            }
        }
    }
    pixels
}
