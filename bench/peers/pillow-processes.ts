/**
 * Pillow 12.3 in CPython's `multiprocessing.Pool`: as many processes as cores, made by fork, files in and
 * files out.
 *
 * Why this is its best: Pillow works on one thread, so processes are its way to all cores; they are started
 * before the clock, and each takes the next file as it gets free. With scaled decoding, `draft` asks the JPEG
 * decoder for the smallest size that is large enough. Lanczos and GaussianBlur are the filters that ours equal.
 */

import type { Agreement } from '../harness/agreement.ts';
import type { Rival } from '../harness/case.ts';
import type { Remote } from '../harness/remote.ts';
import type { Resources } from '../harness/resources.ts';
import { readBytes, startPython } from './python-peer.ts';

/** What is done with each photograph. */
export interface PillowJob {
  readonly inputs: readonly string[];
  readonly out: string;
  /** Pixels across and down, or none to keep the size. */
  readonly size: readonly [number, number] | null;
  readonly radius: number;
  readonly quality: number;
  /** Whether files are decoded at a fraction of their size. */
  readonly draft: boolean;
}

/** The process that owns the pool. */
export class PillowProcesses {
  readonly #process: Remote;
  readonly #workers: number;

  constructor(resources: Resources, workers: number) {
    this.#process = startPython(resources, 'Pillow in processes', 'photo_job_tasks');
    this.#workers = workers;
  }

  /** The whole job; its answer are the pixels of the first file. */
  rival(job: PillowJob, agreement: Agreement): Rival {
    const name = `${this.#workers} processes`;
    const work = { ...job, workers: this.#workers };
    const timed = this.#process.contender(name, { task: 'job', ...work }, readBytes, job.inputs.length);
    const checked = this.#process.contender(name, { task: 'job, answer', ...work }, readBytes);
    return { peer: 'pillow', agreement, settings: [{ ...timed, answer: () => checked.answer() }] };
  }
}
