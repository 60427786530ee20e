/**
 * OpenCV 5.0 (headless wheel): `cv2.GaussianBlur(image, (0, 0), sigma)`, `cv2.resize`, `cv2.cvtColor`,
 * `cv2.imdecode` and `cv2.imencode`.
 *
 * Why this is its best: its loops choose the instruction set at run time; its threads are set by
 * `setNumThreads` and tried with one and with all cores, the fastest counts. A size of (0, 0) lets
 * OpenCV choose the kernel's size for the sigma, which is the same effective blur as Pillow's
 * (14.85 against 14.98 for 15); its bytes are its own, so answers are compared by their distance.
 * Of its ways to resize only INTER_AREA, the mean of the covered pixels, looks at every source pixel.
 */

import type { Agreement } from '../harness/agreement.ts';
import type { Rival } from '../harness/case.ts';
import type { Remote } from '../harness/remote.ts';
import type { Resources } from '../harness/resources.ts';
import { load, readBytes, startPython } from './python-peer.ts';

/** The process that runs OpenCV. */
export class OpenCV {
  readonly #process: Remote;
  readonly #cores: number;

  constructor(resources: Resources, cores: number) {
    this.#process = startPython(resources, 'OpenCV', 'opencv_tasks');
    this.#cores = cores;
    this.load = (name, bytes, shape) => load(resources, this.#process, name, bytes, shape);
  }

  /** Gives OpenCV the samples of an image, or the bytes of a file. */
  readonly load: (name: string, bytes: Uint8Array, shape?: readonly number[]) => Promise<void>;

  /** One of the tasks in opencv_tasks.py, on one thread and on all. */
  rival(task: string, work: Readonly<Record<string, unknown>>, agreement: Agreement): Rival {
    const settings = [...new Set([1, this.#cores])].map((threads) => {
      const name = threads === 1 ? '1 thread' : `${threads} threads`;
      const timed = this.#process.contender(name, { task, threads, ...work }, readBytes);
      const checked = this.#process.contender(name, { task: `${task}, answer`, threads, ...work }, readBytes);
      return { ...timed, answer: () => checked.answer() };
    });
    return { peer: 'opencv', agreement, settings };
  }
}
