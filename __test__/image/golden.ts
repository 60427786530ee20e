/** Golden files of image kernels, and the inputs that they name; scripts/golden/image.py says how those are made. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Raster } from 'allcores/image';

/** How a generated image is made, as the golden files write it. */
export type Input = [
  kind: 'noise' | 'ramp' | 'edges',
  seed: number,
  width: number,
  height: number,
  channels: Raster['channels'],
];

/** The cases of a golden file. */
export function goldenCases<Row>(name: string): Row[] {
  const text = readFileSync(new URL(`../golden/image/${name}.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { cases: Row[] }).cases;
}

/** A generated image, with 8-bit samples in plain memory. */
export function generated([kind, seed, width, height, channels]: Input): Raster<Uint8Array> {
  const data = new Uint8Array(width * height * channels);
  let state = seed;
  for (let i = 0; i < data.length; i++) {
    const [c, x, y] = [i % channels, Math.floor(i / channels) % width, Math.floor(i / channels / width)];
    if (kind === 'noise') {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      data[i] = state >>> 24;
    } else if (kind === 'ramp') {
      data[i] = x * 7 + y * 3 + c * 50 + seed;
    } else {
      data[i] = 255 * ((Math.floor(x / 5) + Math.floor(y / 3) + c + seed) & 1);
    }
  }
  return { data, width, height, channels };
}

/** The same bytes in shared memory that begins three bytes earlier. */
export function sharedBytes(bytes: Uint8Array): Uint8Array {
  const placed = new Uint8Array(new SharedArrayBuffer(bytes.length + 3), 3);
  placed.set(bytes);
  return placed;
}

/** The same image in such memory. */
export function shared(raster: Raster<Uint8Array>): Raster<Uint8Array> {
  return { ...raster, data: sharedBytes(raster.data) };
}

/** 16-bit noise over the whole range of values. */
export function noise16(
  width: number,
  height: number,
  channels: Raster['channels'],
  seed = 1,
): Raster<Uint16Array> {
  const bytes = generated(['noise', seed, width, height, channels]).data;
  const high = generated(['noise', seed + 1, width, height, channels]).data;
  return { data: Uint16Array.from(bytes, (low, i) => low + 256 * (high[i] ?? 0)), width, height, channels };
}

/** Float noise from -0.5 to 1.5. */
export function noiseFloat(
  width: number,
  height: number,
  channels: Raster['channels'],
  seed = 1,
): Raster<Float32Array> {
  const { data } = noise16(width, height, channels, seed);
  return { data: Float32Array.from(data, (value) => value / 32_767.5 - 0.5), width, height, channels };
}

/** The SHA-256 of the samples. */
export function hashOf({ data }: Raster): string {
  return createHash('sha256').update(data).digest('hex');
}
