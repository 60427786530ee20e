/**
 * numpy-ts 1.7: NumPy's names on WebAssembly with SIMD instructions, in a process of its own.
 *
 * Why this is its best: it needs Node 22 or newer, so an older Node runs it on the Node 24 that
 * `npm run bench:peers` installs. Its memory is set to 1 GiB, which is given only before the first
 * array: at its default of 256 MiB it soon turns to slower JavaScript arrays. Both the function and
 * the method are tried where there are two. Its arrays live in its own memory: the rows work on one
 * that is there already, and what copying in costs (`array`, or `frombuffer`, which copies bytes at
 * once) has a row of its own. It runs on one thread.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agreement } from '../harness/agreement.ts';
import type { Rival } from '../harness/case.ts';
import { Remote } from '../harness/remote.ts';
import type { Resources } from '../harness/resources.ts';
import { modernNode, numpyTsServer } from './installed.ts';
import { readAnswer } from './python-peer.ts';

/** The process of numpy-ts. */
export class NumpyTs {
  readonly #process: Remote;
  readonly #resources: Resources;

  constructor(resources: Resources) {
    this.#resources = resources;
    this.#process = new Remote(resources, {
      name: 'numpy-ts',
      command: modernNode(),
      args: ['--expose-gc', numpyTsServer],
    });
  }

  /** Gives it an array. */
  async load(name: string, x: Float64Array): Promise<void> {
    const path = join(this.#resources.folder(), `${name}.bin`);
    writeFileSync(path, new Uint8Array(x.buffer, x.byteOffset, x.byteLength));
    await this.#process.request({ op: 'load', name, path });
  }

  /** numpy-ts doing one of the tasks in workers/numpy-ts.mjs, whichever is fastest. */
  rival(tasks: readonly string[], x: string, agreement: Agreement): Rival {
    const settings = tasks.map((task) => this.#process.contender(task, { task, x }, readAnswer));
    return { peer: 'numpy-ts', agreement, settings };
  }
}
