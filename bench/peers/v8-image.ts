/**
 * Plain JavaScript on pixels: what a program does without a package, on one thread.
 *
 * Why this is its best: typed arrays, integer arithmetic that V8 keeps in registers, running sums
 * (a blur's cost does not depend on its radius), rows and columns one pass at a time. The
 * definitions are Pillow's, so the bytes are Pillow's too: these loops are also an oracle that
 * shares no code with the native kernels.
 */

interface Raster {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Luma of RGB in 16-bit fixed point. */
export function grayscaleLoop({ data }: Raster): Uint8Array {
  const out = new Uint8Array(data.length / 3);
  for (let i = 0, at = 0; i < out.length; i++, at += 3) {
    const luma =
      19595 * (data[at] as number) + 38470 * (data[at + 1] as number) + 7471 * (data[at + 2] as number);
    out[i] = (luma + 0x8000) >> 16;
  }
  return out;
}

/** Gaussian blur as three box blurs in each direction, each rounded to bytes. */
export function gaussianBlurLoop({ data, width, height, channels }: Raster, sigma: number): Uint8Array {
  const box = boxOf(sigma);
  const from = Uint8Array.from(data);
  const to = new Uint8Array(data.length);
  for (let pass = 0; pass < 3; pass++) {
    for (let line = 0; line < height; line++) {
      for (let channel = 0; channel < channels; channel++) {
        boxLine(from, to, line * width * channels + channel, channels, width, box);
      }
    }
    from.set(to);
  }
  for (let pass = 0; pass < 3; pass++) {
    for (let column = 0; column < width * channels; column++)
      boxLine(from, to, column, width * channels, height, box);
    from.set(to);
  }
  return from;
}

interface Box {
  readonly radius: number;
  readonly whole: number;
  readonly edge: number;
}

/** The box whose three passes have the variance of the Gaussian, in the 32-bit floats of the definition. */
function boxOf(sigma: number): Box {
  const f = Math.fround;
  const s2 = f(f(f(sigma) * f(sigma)) / 3);
  const length = f(Math.sqrt(12 * s2 + 1));
  const l = f(Math.floor((length - 1) / 2));
  const numerator = f(f(f(2 * l) + 1) * f(f(l * f(l + 1)) - f(3 * s2)));
  const next = f(l + 1);
  const denominator = f(6 * f(s2 - f(next * next)));
  const size = f(l + f(numerator / denominator));
  const radius = Math.trunc(size);
  const whole = Math.trunc(f(2 ** 24 / f(f(size * 2) + 1)));
  return { radius, whole, edge: Math.trunc((2 ** 24 - (radius * 2 + 1) * whole) / 2) };
}

/** One box pass over one line of samples that stand `step` apart; the ends are repeated outwards. */
function boxLine(
  from: Uint8Array,
  to: Uint8Array,
  start: number,
  step: number,
  length: number,
  { radius, whole, edge }: Box,
): void {
  const last = length - 1;
  const at = (index: number) => from[start + Math.min(Math.max(index, 0), last) * step] as number;
  let sum = 0;
  for (let i = -radius; i <= radius; i++) sum += at(i);
  for (let i = 0; i < length; i++) {
    // Below 2^53, above 2^31: doubles, and a division where C shifts.
    const value = sum * whole + (at(i - radius - 1) + at(i + radius + 1)) * edge + 2 ** 23;
    to[start + i * step] = Math.floor(value / 2 ** 24);
    sum += at(i + radius + 1) - at(i - radius);
  }
}
