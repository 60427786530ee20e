/**
 * Pillow 12.3: `ImageFilter.GaussianBlur`, `Image.resize`, `Image.convert('L')`, JPEG through its
 * libjpeg-turbo.
 *
 * Why this is its best: Pillow works on one thread and has no settings for these calls. The image
 * is in Pillow's own memory before the clock starts, and results stay there: no conversion to
 * bytes is timed. JPEG files are read from and written to memory.
 */

import type { Agreement } from '../harness/agreement.ts';
import type { Rival } from '../harness/case.ts';
import type { Remote } from '../harness/remote.ts';
import type { Resources } from '../harness/resources.ts';
import { load, readBytes, startPython } from './python-peer.ts';

/** The process that runs Pillow. */
export class Pillow {
  readonly #process: Remote;

  constructor(resources: Resources) {
    this.#process = startPython(resources, 'Pillow', 'pillow_tasks');
    this.load = (name, bytes, shape) => load(resources, this.#process, name, bytes, shape);
  }

  /** Gives Pillow the samples of an image, or the bytes of a file. */
  readonly load: (name: string, bytes: Uint8Array, shape?: readonly number[]) => Promise<void>;

  /** One of the tasks in pillow_tasks.py. */
  rival(task: string, work: Readonly<Record<string, unknown>>, agreement: Agreement): Rival {
    const timed = this.#process.contender('one thread', { task, ...work }, readBytes);
    const checked = this.#process.contender('one thread', { task: `${task}, answer`, ...work }, readBytes);
    return { peer: 'pillow', agreement, settings: [{ ...timed, answer: () => checked.answer() }] };
  }
}
