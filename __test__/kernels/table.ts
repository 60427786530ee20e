import * as diagnostics from 'allcores/diagnostics';
import * as factorial from 'allcores/factorial';
import * as image from 'allcores/image';
import * as numeric from 'allcores/numeric';
import { boolean, type KernelRow, noNumbers, RANGE, WRONG } from './rows.js';
import { factorialRows } from './table-factorial.js';
import { factorialNumberRows } from './table-factorial-numbers.js';
import { imageRows } from './table-image.js';
import { numericRows } from './table-numeric.js';

/** Every kernel of `allcores/diagnostics`. */
const diagnosticsRows: Record<string, KernelRow> = {
  readMemory: {
    args: () => [new Uint8Array(20)],
    options: {},
    bad: [...noNumbers, [], [1]].map((value) => [[value], WRONG] as const),
  },
  exercise: {
    args: () => [2],
    options: { panic: { ...boolean, good: [false, undefined] } },
    bad: [
      ...[undefined, null, '2', 2n].map((value) => [[value], WRONG] as const),
      ...[-1, 0.5, Number.NaN, 2 ** 32].map((value) => [[value], RANGE] as const),
    ],
  },
};

/** The modules of kernels with a row for each kernel. */
export const modules: readonly {
  readonly name: string;
  readonly exported: Readonly<Record<string, unknown>>;
  readonly rows: Readonly<Record<string, KernelRow>>;
  /** Exports that are plain functions. */
  readonly plain: readonly string[];
}[] = [
  { name: 'allcores/numeric', exported: { ...numeric }, rows: numericRows, plain: [] },
  {
    name: 'allcores/factorial',
    exported: { ...factorial },
    rows: { ...factorialRows, ...factorialNumberRows },
    plain: [],
  },
  { name: 'allcores/image', exported: { ...image }, rows: imageRows, plain: ['pipeline'] },
  {
    name: 'allcores/diagnostics',
    exported: { ...diagnostics },
    rows: diagnosticsRows,
    plain: ['machine', 'threadActivity', 'cancelThreadKernels'],
  },
];
