/** The task that the pool's workers run for each photograph. */

import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { decode, encode, gaussianBlur, resize } from 'allcores/image';

/** One photograph to develop. */
export interface Photo {
  /** Its name, for messages. */
  readonly name: string;
  readonly input: string;
  readonly output: string;
}

/** Decodes, shrinks, blurs and saves one photograph; gives the size of the new file in bytes. */
export async function develop({ input, output }: Photo): Promise<number> {
  const raster = decode(await readFile(input));
  const smaller = resize(raster, { width: 2000, withoutEnlargement: true });
  const blurred = gaussianBlur(smaller, { radius: 15 });
  const jpeg = encode(blurred, { format: 'jpeg', quality: 85 });
  await save(output, jpeg);
  return jpeg.length;
}

/** Does nothing: a worker that answers has loaded this module. */
export function ready(): void {}

/** The end of the names of files that are being written. */
export const UNFINISHED = '.part';

/** Writes a file whole or not at all: under another name first, then by a rename. */
async function save(path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${path}.${process.pid}${UNFINISHED}`;
  try {
    await writeFile(unfinished, bytes);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
