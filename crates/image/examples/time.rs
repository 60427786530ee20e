//! Times of the kernels.

use std::time::Instant;
use allcores_image::*;
use allcores_parallel::Token;
fn main(){
    let (w,h,c)=(4000usize,3000usize,3usize);
    let mut s=1u32; let data:Vec<u8>=(0..w*h*c).map(|_|{s=s.wrapping_mul(1664525).wrapping_add(1013904223);(s>>24) as u8}).collect();
    let v=View::new(&data,w,h,c).unwrap(); let mut out=vec![0;data.len()];
    let n:usize=std::env::args().nth(1).map_or(5,|a|a.parse().unwrap());
    for r in [15.0f32,2.0,100.0] { for _ in 0..n { let t=Instant::now(); gaussian_blur(&Token::new(),v,r,r,&mut out).unwrap(); print!("{:.1} ",t.elapsed().as_secs_f64()*1e3);} println!("ms blur {r}"); 
     for _ in 0..n { let t=Instant::now(); gaussian_blur(&Token::new(),v,r,0.0,&mut out).unwrap(); print!("{:.1} ",t.elapsed().as_secs_f64()*1e3);} println!("ms blur x {r}"); }
    let mut g=vec![0;w*h]; for _ in 0..n { let t=Instant::now(); grayscale(&Token::new(),v,&mut g).unwrap(); print!("{:.2} ",t.elapsed().as_secs_f64()*1e3);} println!("gray");
    let mut o=vec![0;800*600*3]; for f in Filter::ALL { for _ in 0..n { let t=Instant::now(); resize(&Token::new(),v,800,600,f,&mut o).unwrap(); print!("{:.2} ",t.elapsed().as_secs_f64()*1e3);} println!("resize {f:?}"); }
}
