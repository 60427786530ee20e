/** What a row of the table of kernels is made of. */

/** Node's code of a refused argument. */
export type Code = 'ERR_INVALID_ARG_TYPE' | 'ERR_INVALID_ARG_VALUE' | 'ERR_OUT_OF_RANGE';

/** Values that an option takes, and values that it refuses with the code of the error. */
export interface OptionRow {
  readonly good: readonly unknown[];
  readonly bad: readonly (readonly [value: unknown, code: Code])[];
  /** What must stand beside a good value to make the call valid. */
  readonly beside?: object;
}

/** One exported function: how to call it, and everything that its options take. */
export interface KernelRow {
  /** Arguments of a valid call, without options. */
  readonly args: () => unknown[];
  /** Options without which the call is not valid. */
  readonly required?: object;
  readonly options: Readonly<Record<string, OptionRow>>;
  /** What the asynchronous form takes beside the options and `signal`. */
  readonly asyncOptions?: readonly string[];
  /** Of image kernels: the array types that the samples may have, when not all four. */
  readonly samples?: readonly string[];
  /** The codes with which some other types are refused, when it is not the type that is wrong. */
  readonly otherSamples?: Readonly<Record<string, Code>>;
  /** Lists of arguments that are refused. */
  readonly bad: readonly (readonly [args: readonly unknown[], code: Code])[];
}

export const WRONG = 'ERR_INVALID_ARG_TYPE';
export const VALUE = 'ERR_INVALID_ARG_VALUE';
export const RANGE = 'ERR_OUT_OF_RANGE';

/** An option that is true or false. */
export const boolean: OptionRow = {
  good: [true, false, undefined],
  bad: [1, 0, 'true', null, {}].map((value) => [value, WRONG] as const),
};

/** An option that takes the integers from `min` to `max`. */
export function integer(min: number, max: number, good: readonly number[]): OptionRow {
  return {
    good: [...good, undefined],
    bad: [
      ...['1', 1n, true, null, {}, [1]].map((value) => [value, WRONG] as const),
      ...[min - 1, max + 1, 1.5, Number.NaN, Number.POSITIVE_INFINITY].map(
        (value) => [value, RANGE] as const,
      ),
    ],
  };
}

/** An option that takes one of some strings. */
export function choice(...good: readonly string[]): OptionRow {
  const bad = ['', 'nonsense', 1, null, {}, [good[0]]].map((value) => [value, VALUE] as const);
  return { good: [...good, undefined], bad };
}

/** What is no array of numbers. */
export const noNumbers = [
  undefined,
  null,
  1,
  1n,
  true,
  'text',
  Symbol('x'),
  {},
  { length: 2 },
  new Map(),
  new ArrayBuffer(8),
  new SharedArrayBuffer(8),
  new DataView(new ArrayBuffer(8)),
  ['1'],
  [1, null],
  [1n],
  [[1]],
  () => 1,
];
