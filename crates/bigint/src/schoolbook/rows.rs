//! Binary products row by row: a row adds the product of one factor and two limbs of the
//! other to the result.
//!
//! Two limbs at once, because each limb of the result is then read and written once for
//! both, and their carries are independent chains. That takes three quarters of the time of
//! one limb at once; with four, compilers begin to shuffle.

/// `out = a * b`. `out` has as many limbs as both together; `b` is not empty, and not
/// longer than `a`.
pub(crate) fn multiply(out: &mut [u64], a: &[u64], b: &[u64]) {
    debug_assert!(out.len() == a.len() + b.len() && a.len() >= b.len());
    out[..a.len()].fill(0);
    let (twos, rest) = b.as_chunks::<2>();
    for (i, limbs) in twos.iter().enumerate() {
        add_row(&mut out[2 * i..], a, limbs, 0);
    }
    if let &[limb] = rest {
        add_row(&mut out[b.len() - 1..], a, &[limb], 0);
    }
}

/// `out = a * a`, with about half the limb products of [`multiply`]. `a` is not empty.
pub(crate) fn square(out: &mut [u64], a: &[u64]) {
    debug_assert!(out.len() == 2 * a.len() && !a.is_empty());
    // First the products of different limbs, each pair once.
    out[..a.len()].fill(0);
    let (twos, rest) = a.as_chunks::<2>();
    for (i, limbs) in twos.iter().enumerate() {
        let start = 2 * i;
        let (low, high) = multiply_add(limbs[0], limbs[1], out[2 * start + 1], 0);
        out[2 * start + 1] = low;
        add_row(&mut out[2 * start + 2..], &a[start + 2..], limbs, high);
    }
    if !rest.is_empty() {
        out[2 * a.len() - 1] = 0;
    }
    // Then twice that, and the squares.
    let (mut shifted_out, mut carry) = (0, false);
    for (pair, &limb) in out.as_chunks_mut::<2>().0.iter_mut().zip(a) {
        let square = u128::from(limb) * u128::from(limb);
        let sum = u128::from(pair[1]) << 64 | u128::from(pair[0]);
        let doubled = sum << 1 | shifted_out;
        shifted_out = sum >> 127;
        let (total, first) = doubled.overflowing_add(square);
        let (total, second) = total.overflowing_add(u128::from(carry));
        carry = first | second;
        *pair = [total as u64, (total >> 64) as u64];
    }
}

/// `out += a * limbs + carry`, where the first `a.len()` limbs of `out` are read and the
/// `ROWS` limbs after them are only written.
#[inline(always)]
fn add_row<const ROWS: usize>(out: &mut [u64], a: &[u64], limbs: &[u64; ROWS], carry: u64) {
    let (body, top) = out.split_at_mut(a.len());
    let mut carries = [0; ROWS];
    carries[0] = carry;
    // The limbs of `a` that meet `limbs` at the place of `out`, one for each row.
    let mut window = [0; ROWS];
    let mut place = |x: u64, sum: u64| {
        window.rotate_right(1);
        window[0] = x;
        let mut sum = sum;
        for ((&x, &limb), carry) in window.iter().zip(limbs).zip(&mut carries) {
            (sum, *carry) = multiply_add(x, limb, sum, *carry);
        }
        sum
    };
    for (out, &x) in body.iter_mut().zip(a) {
        *out = place(x, *out);
    }
    for out in &mut top[..ROWS] {
        *out = place(0, 0);
    }
}

/// `x * y + z + carry`, which always fits, as a low and a high limb.
#[inline(always)]
fn multiply_add(x: u64, y: u64, z: u64, carry: u64) -> (u64, u64) {
    let wide = u128::from(x) * u128::from(y) + u128::from(z) + u128::from(carry);
    (wide as u64, (wide >> 64) as u64)
}
