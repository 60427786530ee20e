/** What the rows of image kernels are made of. */

import { type Code, integer, type KernelRow, type OptionRow, RANGE, WRONG } from './rows.js';

const shape = { width: 5, height: 4, channels: 3 };

/** A raster with something in it. */
export function raster(over: object = {}): { data: Uint8Array; width: number; height: number; channels: 3 } {
  return { data: Uint8Array.from({ length: 60 }, (_, i) => (i * 37) % 256), ...shape, ...over } as never;
}

/** What is no raster, as the only argument. */
export const noRasters: KernelRow['bad'] = [
  ...[undefined, null, 1, 'text', () => raster()].map((value) => [[value], WRONG] as const),
  [[{}], WRONG],
  [[raster({ data: undefined })], WRONG],
  [[raster({ data: [1, 2, 3] })], WRONG],
  [[raster({ data: new ArrayBuffer(60) })], WRONG],
  [[raster({ data: new Uint8Array(59) })], RANGE],
  [[raster({ data: new Uint8Array(0) })], RANGE],
  ...['width', 'height', 'channels'].flatMap((name) => [
    ...[0, -1, 1.5, Number.NaN, 2 ** 53].map((value) => [[raster({ [name]: value })], RANGE] as const),
    ...['5', 5n, null, undefined].map((value) => [[raster({ [name]: value })], WRONG] as const),
  ]),
  [[raster({ channels: 5 })], RANGE],
  [[raster({ width: 2 ** 40, height: 2 ** 40 })], RANGE],
];

/** Outputs of `length` samples, and what is no such output. */
export function out(length: number): OptionRow {
  return {
    good: [
      new Uint8Array(length),
      new Uint8ClampedArray(length),
      new Uint8Array(new SharedArrayBuffer(length)),
      undefined,
    ],
    bad: [
      [new Uint8Array(length + 1), RANGE],
      [new Uint8Array(0), RANGE],
      [new Int8Array(length), WRONG],
      [new ArrayBuffer(length), WRONG],
      [Array(length).fill(0), WRONG],
      [null, WRONG],
    ],
  };
}

/** A width or height of a result. */
export const side = integer(1, 2 ** 31 - 1, [1, 3, 7]);
/** What is no radius. */
export const noRadii: readonly (readonly [unknown, Code])[] = [
  ...['1', 1n, null, [1], true].map((value) => [value, WRONG] as const),
  ...[-1, Number.NaN, Number.POSITIVE_INFINITY, 1_000_001].map((value) => [value, RANGE] as const),
];
