/** Finds the photographs, and makes large ones out of small ones. */

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { decode, encode, type Raster } from 'allcores/image';
import type { Photo } from './develop.ts';

const EXTENSIONS = new Set(['.jpg', '.jpeg', '.png']);
/** Of the photographs that come with the repository, these are tiled to 12 megapixels. */
const TILED = new Set(['astronaut.png', 'coffee.png', 'retina.jpg', 'rocket.jpg']);
const WIDTH = 4000;
const HEIGHT = 3000;

/** The photographs of a folder, by name. */
export async function findPhotos(folder: string, outFolder: string): Promise<Photo[]> {
  const entries = await readdir(folder).catch((cause: unknown) => {
    throw new Error(`The folder ${folder} cannot be read`, { cause });
  });
  const names = entries.filter((name) => EXTENSIONS.has(extname(name).toLowerCase())).sort();
  const taken = new Set<string>();
  return names.map((name) => {
    const short = `${basename(name, extname(name))}.jpg`;
    const output = taken.has(short) ? `${name}.jpg` : short;
    taken.add(output);
    return { name, input: join(folder, name), output: join(outFolder, output) };
  });
}

/** Replaces some small photographs by files of 12 megapixels, made by mirroring them. */
export async function enlarge(photos: readonly Photo[], workFolder: string): Promise<Photo[]> {
  await mkdir(workFolder, { recursive: true });
  return Promise.all(
    photos.map(async (photo) => {
      if (!TILED.has(photo.name)) return photo;
      const large = mirrorTile(await decode.async(await readFile(photo.input)), WIDTH, HEIGHT);
      const input = join(workFolder, `${photo.name}.jpg`);
      await writeFile(input, await encode.async(large, { format: 'jpeg', quality: 92 }));
      return { ...photo, input };
    }),
  );
}

/** Repeats an image in both directions, every second time mirrored, so that no seam shows. */
export function mirrorTile(raster: Raster, width: number, height: number): Raster<Uint8Array> {
  const { channels } = raster;
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < Math.min(height, raster.height); y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * raster.width + mirrored(x, raster.width)) * channels;
      const to = (y * width + x) * channels;
      for (let c = 0; c < channels; c++) data[to + c] = raster.data[from + c] as number;
    }
  }
  const row = width * channels;
  for (let y = raster.height; y < height; y++) {
    const from = mirrored(y, raster.height) * row;
    data.copyWithin(y * row, from, from + row);
  }
  return { data, width, height, channels };
}

function mirrored(index: number, length: number): number {
  const inside = index % (2 * length);
  return inside < length ? inside : 2 * length - 1 - inside;
}
