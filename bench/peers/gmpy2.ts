/**
 * GMP 6.3 through gmpy2 2.3: `gmpy2.fac(n)`, its `.digits()` for text, and its remainder.
 *
 * Why this is its best: GMP's factorial is prime swing over its own multiplication, with code
 * chosen for the processor at run time (the wheel is built "fat"). It has no settings and no
 * threads. The time includes gmpy2's object, as ours includes the bigint.
 */

import type { Contender } from '../harness/case.ts';
import type { Remote } from '../harness/remote.ts';
import type { Resources } from '../harness/resources.ts';
import { readText, startPython } from './python-peer.ts';

/** The process that runs gmpy2. */
export class Gmpy2 {
  readonly #process: Remote;

  constructor(resources: Resources) {
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
}
