/**
 * Every behaviour that CPython's tests of processes, pools, futures and executors check, and the tests that
 * prove it here; see `../parity.spec.ts`.
 */

import { beyondLines } from './beyond-lines.js';
import { executorLines } from './executor-lines.js';
import { futureLines } from './future-lines.js';
import type { Line } from './line.js';
import { poolLines } from './pool-lines.js';
import { processLines } from './process-lines.js';

/** A part of the list, with the numbers that make sure that nothing gets lost. */
export interface Section {
  readonly name: string;
  /** How many behaviours it lists. */
  readonly count: number;
  /** How many names of CPython's tests stand with them. */
  readonly names: number;
  readonly lines: readonly Line[];
}

/** By the numbers of the list's sections. */
export const sections: readonly Section[] = [
  { name: '1. Process', count: 34, names: 46, lines: processLines },
  { name: '6. Pool', count: 28, names: 30, lines: poolLines },
  { name: '11. Future', count: 7, names: 14, lines: futureLines },
  { name: '12. Executors', count: 24, names: 70, lines: executorLines },
  { name: '13. Beyond CPython', count: 6, names: 0, lines: beyondLines },
];
