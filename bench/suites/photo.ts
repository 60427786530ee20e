/** The picture that the image suite works on. */

import { existsSync, readFileSync } from 'node:fs';
import { decode, type Raster } from 'allcores/image';

const source = new URL('../../examples/photos/astronaut.png', import.meta.url);

/** A photograph of any size: astronaut.png beside and below its own mirror images. */
export function photo(width: number, height: number): Raster<Uint8Array> & { readonly channels: 3 } {
  const tile = existsSync(source) ? decode(readFileSync(source)) : waves(512, 512);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    const row = mirrored(y, tile.height) * tile.width;
    for (let x = 0; x < width; x++) {
      const from = (row + mirrored(x, tile.width)) * tile.channels;
      for (let channel = 0; channel < 3; channel++) data[at++] = tile.data[from + channel] as number;
    }
  }
  return { data, width, height, channels: 3 };
}

/** 0, 1, … n−1, n−1, …, 1, 0, 0, 1, … */
function mirrored(position: number, n: number): number {
  const inPair = position % (2 * n);
  return inPair < n ? inPair : 2 * n - 1 - inPair;
}

/** Waves of three colours, when there is no photograph. */
function waves(width: number, height: number): Raster<Uint8Array> {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    return 128 + 120 * Math.sin((x * (1 + (i % 3)) + y * 0.7) / 9);
  });
  return { data, width, height, channels: 3 };
}
