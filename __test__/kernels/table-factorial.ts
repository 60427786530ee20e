import { integer, type KernelRow, type OptionRow, RANGE, VALUE, WRONG } from './rows.js';

/** No call of the rows needs as little as a byte: an option that is ignored gives no error. */
const bytes = integer(0, Number.MAX_SAFE_INTEGER, [1e9]);
const maxMemory: OptionRow = { ...bytes, bad: [...bytes.bad, [1, RANGE], [0, RANGE]] };
export const common = { options: { maxMemory }, asyncOptions: ['onProgress'] } as const;

const noIntegers = [undefined, null, '5', true, {}, [5], Symbol('n'), new Number(5)];
const fractions = [0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
/** What no bigint has as a factor. */
const tooLarge = [2 ** 53, 2n ** 64n, 10n ** 30n];

/** A kernel of one integer from 0 to `max`. */
function wholeNumber(max: number): KernelRow {
  const outside = [-1, -1n, ...fractions, max + 1, BigInt(max) + 1n, 2 ** 53, 10n ** 30n];
  return {
    ...common,
    args: () => [25],
    bad: [...noIntegers.map((n) => [[n], WRONG] as const), ...outside.map((n) => [[n], RANGE] as const)],
  };
}

/** A kernel of two integers, of which the second is not negative, and the first may be. */
function twoIntegers(good: readonly unknown[], negative: boolean): KernelRow {
  const [n, k] = good;
  const outside = [...fractions, ...tooLarge, -(2 ** 53), -(2n ** 64n)];
  return {
    ...common,
    args: () => [...good],
    bad: [
      ...noIntegers.flatMap((wrong) => [[[wrong, k], WRONG] as const, [[n, wrong], WRONG] as const]),
      ...outside.flatMap((wrong) => [[[wrong, k], RANGE] as const, [[n, wrong], RANGE] as const]),
      ...[-1, -1n].map((wrong) => [[n, wrong], RANGE] as const),
      ...(negative ? [] : [-1, -1n].map((wrong) => [[wrong, k], RANGE] as const)),
      // More than 2^30 bits, for which there is no bigint.
      [[2n ** 63n, 2 ** 40], RANGE],
    ],
  };
}

const noLists = [undefined, null, 5, 5n, 'text', true, {}, new Set([1]), { length: 2 }];

/** A kernel of a list of integers from 0 to `max`. */
function listOf(max: bigint): KernelRow {
  const outside = [-1, -1n, ...fractions, max + 1n, 2 ** 53];
  return {
    ...common,
    args: () => [[4, 2n, 3, 4]],
    bad: [
      ...noLists.map((ks) => [[ks], WRONG] as const),
      ...noIntegers.map((wrong) => [[[1, wrong]], WRONG] as const),
      ...outside.map((wrong) => [[[1, wrong]], RANGE] as const),
    ],
  };
}

const noBigints = [undefined, null, 5, '5', true, {}, [5n], Symbol('x')];

/** Every kernel of `allcores/factorial` whose result is a bigint or a text. */
export const factorialRows: Record<string, KernelRow> = {
  factorial: wholeNumber(44_787_927),
  factorialString: wholeNumber(72_306_956),
  factorialAll: listOf(44_787_927n),
  doubleFactorial: wholeNumber(86_181_405),
  primorial: wholeNumber(744_287_446),
  fallingFactorial: twoIntegers([20, 5], true),
  risingFactorial: twoIntegers([20, 5n], true),
  binomial: twoIntegers([40n, 7], false),
  multinomial: (() => {
    const row = listOf(2n ** 64n - 1n);
    const sums = [
      [2n ** 63n, 2n ** 63n],
      [2n ** 63n, 2 ** 40],
    ];
    return { ...row, bad: [...row.bad, ...sums.map((ks) => [[ks], RANGE] as const)] };
  })(),
  multiply: {
    ...common,
    args: () => [-(7n ** 50n), 3n],
    bad: [
      ...noBigints.flatMap((wrong) => [[[wrong, 3n], WRONG] as const, [[3n, wrong], WRONG] as const]),
      [[1n << (2n ** 29n), 1n << (2n ** 29n)], RANGE],
    ],
  },
  bigintToString: {
    ...common,
    args: () => [-(7n ** 50n)],
    bad: noBigints.map((wrong) => [[wrong], WRONG] as const),
  },
  bigintFromString: {
    ...common,
    args: () => ['-0012345678901234567890'],
    bad: [
      ...[undefined, null, 5, 5n, true, {}, ['5'], new String('5')].map((wrong) => [[wrong], WRONG] as const),
      ...[
        '',
        '-',
        '+',
        ' 5',
        '5 ',
        '5n',
        '0x10',
        '1e3',
        '1_000',
        '--5',
        '+-5',
        '٣',
        '\u0130',
        '5\0',
        '1.5',
      ].map((wrong) => [[wrong], VALUE] as const),
    ],
  },
};
