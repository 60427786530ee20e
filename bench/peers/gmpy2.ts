/**
 * GMP 6.3 through gmpy2 2.3: `gmpy2.fac(n)`, its `.digits()` for text, and its remainder.
 *
 * Why this is its best: GMP's factorial is prime swing over its own multiplication, with code
 * chosen for the processor at run time (the wheel is built "fat"). It has no settings and no
 * threads. The time includes gmpy2's object, as ours includes the bigint.
 */

import { identical } from '../harness/agreement.ts';
import type { Contender, Rival } from '../harness/case.ts';
import type { Remote } from '../harness/remote.ts';
import type { Resources } from '../harness/resources.ts';
import { load, readText, startPython } from './python-peer.ts';

/** The process that runs gmpy2. */
export class Gmpy2 {
  readonly #process: Remote;
  readonly #resources: Resources;

  constructor(resources: Resources) {
    this.#resources = resources;
    this.#process = startPython(resources, 'gmpy2', 'gmpy2_tasks');
  }

  /** `factorialString` answers in base 10, the others in base 16. */
  contender(
    task: 'factorial' | 'factorialString' | 'factorialMod',
    ns: readonly number[],
    n: number,
    more: Readonly<Record<string, unknown>> = {},
  ): Contender {
    const timed = this.#process.contender('gmpy2.fac', { task, ns, ...more }, readText);
    const checked = this.#process.contender('gmpy2.fac', { task: `${task}, answer`, n, ...more }, readText);
    return { ...timed, answer: () => checked.answer() };
  }

  /** Python's own `math.factorial`. Its answer is in base 16. */
  mathRival(ns: readonly number[], n: number): Rival {
    const timed = this.#process.contender('math.factorial', { task: 'math factorial', ns }, readText);
    const checked = this.#process.contender(
      'math.factorial',
      { task: 'math factorial, answer', n },
      readText,
    );
    const setting = { ...timed, answer: () => checked.answer() };
    return { peer: 'cpython', agreement: identical, settings: [setting] };
  }

  /** The decimal text of n!, which is made before. */
  textRival(n: number): Rival {
    const setting = this.#process.contender('digits()', { task: 'text of factorial', n }, readText);
    return { peer: 'gmpy2', agreement: identical, settings: [setting] };
  }

  /** The product of two numbers, given by their bytes, least significant first. Its answer is in base 16. */
  async multiplyRival(a: Uint8Array, b: Uint8Array): Promise<Rival> {
    await load(this.#resources, this.#process, 'a', a);
    await load(this.#resources, this.#process, 'b', b);
    const timed = this.#process.contender('a * b', { task: 'multiply' }, readText);
    const checked = this.#process.contender('a * b', { task: 'multiply, answer' }, readText);
    const setting = { ...timed, answer: () => checked.answer() };
    return { peer: 'gmpy2', agreement: identical, settings: [setting] };
  }

  /**
   * `fac` mapped over a `multiprocessing.Pool`, by fork, with its default chunks and single items. The answer
   * is each result modulo `modulus`.
   */
  poolRival(ns: readonly number[], workers: number, modulus: bigint): Rival {
    const settings = [null, 1].map((chunk) => {
      const name = `${workers} processes, ${chunk === null ? 'default chunks' : 'chunksize 1'}`;
      const work = { ns, workers, chunk };
      const timed = this.#process.contender(name, { task: 'map', ...work }, readText);
      const m = modulus.toString(16);
      const checked = this.#process.contender(name, { task: 'map, answer', ...work, m }, readText);
      return { ...timed, answer: () => checked.answer() };
    });
    return { peer: 'gmpy2-pool', agreement: identical, settings };
  }
}
