/** Where the files of a batch go. */

import { mkdir } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { ImageError } from '../../errors.ts';
import { argumentError } from '../../internal/check.ts';
import { extensions, type Format } from './encoders.ts';
import type { Target } from './job.ts';
import { ownTag, removeLeftovers } from './leftovers.ts';
import { pathOf, sourceOf } from './source.ts';

/** How outputs are named. */
export interface Naming {
  readonly outDir: string | undefined;
  readonly output: ((input: unknown, index: number) => unknown) | undefined;
  readonly overwrite: boolean;
  /** The format of the files. */
  readonly format: Format;
}

/** Gives each input its output, and refuses a second input with the same one. */
export class Targets {
  readonly #naming: Naming;
  /** The input of each output that was given out. */
  readonly #owners = new Map<string, number>();
  /** The outputs of a list, which were found before the batch. */
  readonly #known = new Map<number, Target>();
  readonly #folders = new Map<string, Promise<void>>();

  /**
   * @param inputs All inputs, when they are known. Refused when two of them would be written to one file, or one
   *   over another that is still to be read.
   */
  constructor(naming: Naming, inputs: readonly unknown[] = []) {
    this.#naming = naming;
    const readers = new Map<string, number>();
    for (const [index, input] of inputs.entries()) {
      const source = attempt(() => sourceOf(input));
      if (source === undefined) continue; // fails by itself when its turn comes
      if (source.kind === 'path') readers.set(keyOf(source.path), index);
      this.#known.set(index, this.#give(input, index));
    }
    for (const [key, writer] of this.#owners) {
      const reader = readers.get(key);
      if (reader === undefined || reader === writer) continue;
      const message = `The output of input ${writer} would be written over input ${reader}, which is to be read`;
      throw argumentError('ERR_INVALID_ARG_VALUE', message);
    }
  }

  /** The output of an input. */
  of(input: unknown, index: number): Target {
    const known = this.#known.get(index);
    this.#known.delete(index);
    return known ?? this.#give(input, index);
  }

  #give(input: unknown, index: number): Target {
    const { outDir, output, overwrite } = this.#naming;
    const path =
      output === undefined
        ? join(outDir as string, this.#nameOf(input, index))
        : pathOf('output', output(input, index));
    const key = keyOf(path);
    const owner = this.#owners.get(key);
    if (owner !== undefined) {
      const message = `The inputs ${owner} and ${index} would both be written to ${path}`;
      throw argumentError('ERR_INVALID_ARG_VALUE', message);
    }
    this.#owners.set(key, index);
    return { path, overwrite, tag: ownTag };
  }

  /** Makes the folder of an output, once, and frees it of what killed runs have left there. */
  async prepare({ path }: Target): Promise<void> {
    const folder = dirname(path);
    let made = this.#folders.get(folder);
    if (made === undefined) {
      made = mkdir(folder, { recursive: true }).then(() => removeLeftovers(folder));
      made.catch(() => {}); // each input tells of it
      this.#folders.set(folder, made);
    }
    try {
      await made;
    } catch (cause) {
      const message = `${path} could not be written: ${(cause as Error).message}`;
      throw new ImageError('ALLCORES_ERR_IMAGE_IO', message, { cause, path });
    }
  }

  #nameOf(input: unknown, index: number): string {
    const source = sourceOf(input);
    const [usual, ...others] = extensions[this.#naming.format];
    if (source.kind !== 'path') return `image-${index}${usual}`;
    const extension = extname(source.path);
    const name = basename(source.path);
    if ([usual, ...others].includes(extension.toLowerCase())) return name;
    return `${name.slice(0, name.length - extension.length)}${usual}`;
  }
}

const ignoresCase = process.platform === 'win32' || process.platform === 'darwin';

/** The same for two spellings of one path. */
function keyOf(path: string): string {
  const whole = resolve(path);
  return ignoresCase ? whole.toLowerCase() : whole;
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
