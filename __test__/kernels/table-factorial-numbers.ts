import { type KernelRow, noNumbers, RANGE, VALUE, WRONG } from './rows.js';
import { common } from './table-factorial.js';

/** What is neither a number nor a bigint. */
const noInteger = [undefined, null, '5', true, {}, [5], Symbol('n'), new Number(5), () => 5];

/** Numbers and bigints that no kernel takes as an integer from 0 to `max`. */
function outOfRange(max: bigint): (number | bigint)[] {
  return [-1, -1n, 0.5, Number.NaN, Number.POSITIVE_INFINITY, max + 1n, 10n ** 30n];
}

/** The kernels of `allcores/factorial` that give a number, or a residue. */
export const factorialNumberRows: Record<string, KernelRow> = {
  factorialMod: {
    ...common,
    args: () => [25, 101n],
    bad: [
      ...noInteger.flatMap((value) => [[[value, 7], WRONG] as const, [[5, value], WRONG] as const]),
      ...[...outOfRange(2n ** 64n - 1n), 2 ** 53].map((value) => [[value, 7], RANGE] as const),
      ...[...outOfRange(2n ** 63n), 0, 0n, -0, 2 ** 53].map((value) => [[5, value], RANGE] as const),
    ],
  },
  trailingZeros: {
    args: () => [25, 10],
    options: {},
    bad: [
      ...noInteger.map((value) => [[value, 10], WRONG] as const),
      // Without a base it is 10.
      ...noInteger.slice(1).map((value) => [[25, value], WRONG] as const),
      ...[...outOfRange(2n ** 53n - 1n), 2 ** 53].map((value) => [[value, 10], RANGE] as const),
      ...[...outOfRange(2n ** 53n - 1n), 0, 1, 1n, 2 ** 53].map((value) => [[25, value], RANGE] as const),
    ],
  },
  digitCount: {
    args: () => [25],
    options: {},
    bad: [
      ...noInteger.map((value) => [[value], WRONG] as const),
      ...[...outOfRange(627_109_151_413_468n), 2 ** 53].map((value) => [[value], RANGE] as const),
    ],
  },
  logFactorial: {
    args: () => [new Int32Array([3, 0, 700])],
    options: {
      out: {
        good: [
          new Float64Array(3),
          new Float64Array(5).subarray(1, 4),
          new Float64Array(new SharedArrayBuffer(24)),
          undefined,
        ],
        bad: [
          ...[null, 1, 'out', {}, [1, 2, 3], new Float32Array(3), new ArrayBuffer(24)].map(
            (value) => [value, WRONG] as const,
          ),
          ...[2, 4].map((length) => [new Float64Array(length), RANGE] as const),
        ],
      },
    },
    bad: [
      // Single integers, and arrays of bigints, are no mistake here.
      ...noNumbers
        .filter((value) => typeof value !== 'number' && typeof value !== 'bigint')
        .filter((value) => !(Array.isArray(value) && typeof value[0] === 'bigint'))
        .map((value) => [[value], WRONG] as const),
      ...outOfRange(2n ** 64n).flatMap((value) => [
        [[value], RANGE] as const,
        [[[7, value]], RANGE] as const,
      ]),
      [[new Float64Array([0.5])], RANGE],
      [[new Int8Array([-1])], RANGE],
      [[5, { out: new Float64Array(1) }], VALUE],
    ],
  },
};
