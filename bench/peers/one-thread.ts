/**
 * allcores itself with `ALLCORES_THREADS=1`, in a child process: the ratio of its rows is what
 * the second thread (and the others) bring. With a lower instruction set it is a side of its own.
 */

import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { identical } from '../harness/agreement.ts';
import type { Contender, Rival } from '../harness/case.ts';
import { Remote } from '../harness/remote.ts';
import type { Resources } from '../harness/resources.ts';
import { readBytes, readText } from './python-peer.ts';

// Not beside this file: the peers have a package.json, which hides the package's own name.
const server = join(dirname(dirname(fileURLToPath(import.meta.url))), 'workers', 'one-thread.mjs');

/** The process with one native thread. */
export class OneThread {
  readonly #process: Remote;
  readonly #resources: Resources;

  /** @param level The instruction set that is forced; the best when left out. */
  constructor(resources: Resources, level?: string) {
    this.#resources = resources;
    this.#process = new Remote(resources, {
      name: 'allcores, 1 thread',
      command: process.execPath,
      args: ['--expose-gc', server],
      env: { ALLCORES_THREADS: '1', ...(level !== undefined && { ALLCORES_SIMD: level }) },
    });
  }

  /** Gives it a raster, by the name `x`. */
  async load(
    x: string,
    { data, ...shape }: { data: Uint8Array; width: number; height: number; channels: number },
  ): Promise<void> {
    const path = join(this.#resources.folder(), `${x}.raw`);
    writeFileSync(path, data);
    await this.#process.request({ op: 'load', name: x, path, shape });
  }

  /** Factorials: `factorial` answers in base 16, `factorialString` in base 10. */
  factorialRival(task: 'factorial' | 'factorialString', ns: readonly number[], n: number): Rival {
    return this.#rival(this.factorialContender(task, ns, n));
  }

  /** The same as a contender. */
  factorialContender(task: 'factorial' | 'factorialString', ns: readonly number[], n: number): Contender {
    return this.#process.contender('ALLCORES_THREADS=1', { task, ns, n }, readText);
  }

  /** The product of two numbers, given by their bytes, least significant first. Its answer is in base 16. */
  async multiplyRival(a: Uint8Array, b: Uint8Array): Promise<Rival> {
    const names = ['a', 'b'];
    for (const [at, data] of [a, b].entries()) {
      await this.load(names[at] as string, { data, width: data.length, height: 1, channels: 1 });
    }
    return this.#rival(this.#process.contender('ALLCORES_THREADS=1', { task: 'multiply', names }, readText));
  }

  /** A filter of `allcores/image` on a loaded raster. */
  filterRival(task: string, x: string, options: Readonly<Record<string, unknown>>): Rival {
    return this.#rival(this.#process.contender('ALLCORES_THREADS=1', { task, x, options }, readBytes));
  }

  #rival(setting: Rival['settings'][number]): Rival {
    return { peer: 'one-thread', agreement: identical, settings: [setting] };
  }
}
