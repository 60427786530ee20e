//! Times.
use allcores_image::{Depth, Pixels, PixelsMut, Step, View};
use allcores_parallel::Token;
use std::time::Instant;
fn main() {
    let (w, h) = (4000usize, 3000usize);
    let only = std::env::args().nth(1).unwrap_or_default();
    let mut s = 1u32;
    let d8: Vec<u8> = (0..w * h * 3)
        .map(|i| {
            s = s.wrapping_mul(1664525).wrapping_add(1013904223);
            (128.0
                + 50.0 * (((i / 3 % w) as f64 / 97.0).sin() + ((i / 3 / w) as f64 / 61.0).cos())
                + f64::from(s >> 28)) as u8
        })
        .collect();
    let d16: Vec<u16> = d8.iter().map(|&x| u16::from(x) * 257).collect();
    let df: Vec<f32> = d8.iter().map(|&x| f32::from(x) / 255.0).collect();
    let (mut o8, mut o16, mut of) =
        (vec![0u8; d8.len()], vec![0u16; d8.len()], vec![0f32; d8.len()]);
    let k5 = format!(
        r#"{{"convolve":{{"kernel":[-1,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1,25,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1],"width":5,"height":5,"scale":1,"offset":0,"border":"replicate"}}}}"#
    );
    let k9 = format!(
        r#"{{"convolve":{{"kernel":{:?},"width":9,"height":9,"scale":1,"offset":0,"border":"replicate"}}}}"#,
        (0..81).map(|i| (i * i % 17) as f64 / 700.0).collect::<Vec<_>>()
    );
    let k9s = format!(
        r#"{{"convolve":{{"kernel":{:?},"width":9,"height":9,"scale":1,"offset":0,"border":"replicate"}}}}"#,
        vec![0.0123; 81]
    );
    let mut list: Vec<(String, String)> = Vec::new();
    for k in [3, 5, 7, 9, 11, 15, 21, 31, 61, 101] {
        list.push((format!("median {k}"), format!(r#"{{"median":{{"size":{k}}}}}"#)));
    }
    for k in [3, 15, 41] {
        list.push((
            format!("erode {k}"),
            format!(r#"{{"erode":{{"width":{k},"height":{k},"iterations":1}}}}"#),
        ));
    }
    list.push(("sobel dx".into(), r#"{"sobel":{"orders":[1,0]}}"#.into()));
    list.push(("sobel dy".into(), r#"{"sobel":{"orders":[0,1]}}"#.into()));
    list.push(("sobel length".into(), r#"{"sobel":{"orders":null}}"#.into()));
    list.push(("convolve 5".into(), k5));
    list.push(("convolve 9".into(), k9));
    list.push(("convolve 9 sep".into(), k9s));
    println!("threads {} {:?}", allcores_parallel::threads(), allcores_cpu::level());
    for (name, json) in list {
        for depth in [Depth::U8, Depth::U16, Depth::F32] {
            let label = format!("{name} {depth:?}");
            if !label.contains(&only) {
                continue;
            }
            let step = Step::parse(&json).unwrap();
            let mut best = f64::INFINITY;
            let begin = Instant::now();
            for _ in 0..7 {
                let t = Instant::now();
                let (src, out) = match depth {
                    Depth::U8 => {
                        (Pixels::U8(View::new(&d8, w, h, 3).unwrap()), PixelsMut::U8(&mut o8))
                    }
                    Depth::U16 => {
                        (Pixels::U16(View::new(&d16, w, h, 3).unwrap()), PixelsMut::U16(&mut o16))
                    }
                    Depth::F32 => {
                        (Pixels::F32(View::new(&df, w, h, 3).unwrap()), PixelsMut::F32(&mut of))
                    }
                };
                step.run(&Token::new(), src, out).unwrap();
                best = best.min(t.elapsed().as_secs_f64() * 1e3);
                if begin.elapsed().as_secs_f64() > 1.0 {
                    break;
                }
            }
            println!("{best:9.2} ms  {label}");
        }
    }
}
