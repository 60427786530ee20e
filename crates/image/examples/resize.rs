//! Times of resize on an image of 12 megapixels, best of seven runs, by sample type, mode and channels:
//!
//!     cargo run --release -p allcores-image --example resize [part of a name]

use std::error::Error;
use std::time::Instant;

use allcores_image::{Pixels, PixelsMut, Shape, Step, View};
use allcores_parallel::Token;

const RUNS: usize = 7;
const SHAPE: Shape = Shape { width: 4000, height: 3000, channels: 3 };

fn main() -> Result<(), Box<dyn Error>> {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    println!("{SHAPE:?}, {} threads, {:?}", allcores_parallel::threads(), allcores_cpu::level());
    let bytes = noise(4 * SHAPE.width * SHAPE.height);
    let words: Vec<u16> = bytes.iter().map(|&byte| u16::from(byte) * 257).collect();
    let floats: Vec<f32> = bytes.iter().map(|&byte| f32::from(byte) / 255.0).collect();
    for (width, height) in [(800, 600), (1600, 1200), (8000, 6000)] {
        for channels in [1, 3, 4] {
            let len = SHAPE.width * SHAPE.height * channels;
            let (w, h) = (SHAPE.width, SHAPE.height);
            for (name, src, mode) in [
                ("8 bits", Pixels::U8(View::new(&bytes[..len], w, h, channels)?), "pillow"),
                ("8 bits, fast", Pixels::U8(View::new(&bytes[..len], w, h, channels)?), "fast"),
                ("16 bits", Pixels::U16(View::new(&words[..len], w, h, channels)?), "pillow"),
                ("16 bits, fast", Pixels::U16(View::new(&words[..len], w, h, channels)?), "fast"),
                ("floats", Pixels::F32(View::new(&floats[..len], w, h, channels)?), "pillow"),
            ] {
                let name = format!("{width} x {height} x {channels}, {name}");
                if name.contains(&wanted) {
                    println!("{:9.2} ms  {name}", time(src, width, height, mode)?);
                }
            }
        }
    }
    Ok(())
}

fn time(src: Pixels<'_>, width: usize, height: usize, mode: &str) -> Result<f64, Box<dyn Error>> {
    let step = Step::parse(&format!(
        r#"{{"resize":{{"width":{width},"height":{height},"fit":"fill","filter":"lanczos3","position":[0,0],
        "background":[0],"withoutEnlargement":false,"mode":"{mode}"}}}}"#
    ))?;
    let len = width * height * src.shape().channels;
    let (mut bytes, mut words, mut floats) = (vec![0; len], vec![0; len], vec![0.0; len]);
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        let start = Instant::now();
        let out = match src {
            Pixels::U8(_) => PixelsMut::U8(&mut bytes),
            Pixels::U16(_) => PixelsMut::U16(&mut words),
            Pixels::F32(_) => PixelsMut::F32(&mut floats),
        };
        step.run(&Token::new(), src, out)?;
        best = best.min(start.elapsed().as_secs_f64() * 1e3);
    }
    Ok(best)
}

fn noise(len: usize) -> Vec<u8> {
    let mut state = 1u32;
    (0..len)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect()
}
