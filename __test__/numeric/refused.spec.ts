import { describe, expect, test } from 'vitest';
import { numericRows } from '../kernels/table-numeric.ts';
import { type AnyKernel, everyKernel } from './every-kernel.ts';

const LENGTH = 3;

/** What an array of numbers may not hold, and where it stands. */
const broken: readonly (readonly [what: string, list: unknown, index: number])[] = [
  ['a hole', Object.assign(new Array(LENGTH), { 0: 1, 2: 3 }), 1],
  ['null', [1, 2, null], 2],
  ['a string', [1, '2', 3], 1],
];

/** An error that both forms give. */
async function refused(kernel: AnyKernel, args: readonly unknown[]): Promise<Error> {
  let thrown: unknown;
  try {
    kernel(...args);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(Error);
  // (Which options it takes differs by `signal`.)
  const { name, message } = thrown as Error;
  const [start = ''] = message.split('; it takes ');
  const same = { name, message: expect.stringContaining(start) };
  await expect(kernel.async(...args)).rejects.toMatchObject(same);
  return thrown as Error;
}

describe.each(everyKernel)('$name', ({ kernel, args, name }) => {
  test.each(broken)('names the place of %s in any of its arrays', async (_, list, index) => {
    const given = args([1, 2, 3]);
    const arrays = given.flatMap((argument, position) => (Array.isArray(argument) ? [position] : []));
    expect(arrays.length).toBeGreaterThan(0);
    for (const position of arrays) {
      const error = await refused(kernel, given.with(position, list));
      expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
      expect(error.message).toMatch(new RegExp(`^Expected \`\\w+\\[${index}\\]\` to be a number, got `));
    }
    if (!Object.hasOwn(numericRows[name]?.options ?? {}, 'weights')) return;
    const error = await refused(kernel, [new Uint8Array([1, 2, 3]), { weights: list }]);
    expect(error.message).toContain(`\`weights[${index}]\``);
  });
});

/** The kernels that write into an array of the caller. */
const writing = everyKernel.filter(({ name }) => Object.hasOwn(numericRows[name]?.options ?? {}, 'out'));

test('fourteen kernels write into an array of the caller', () => {
  expect(writing.map(({ name }) => name).sort()).toEqual(
    ['argmax', 'argmin', 'argsort', 'cumprod', 'cumsum', 'max', 'mean', 'min', 'prod', 'ptp'].concat([
      'sort',
      'std',
      'sum',
      'variance',
    ]),
  );
});

describe.each(writing)('the `out` of $name', ({ kernel, name }) => {
  const row = numericRows[name];
  const { good = [], beside } = row?.options['out'] ?? {};
  const out = (good[0] as Float64Array).slice();

  test('is as it was after every call that is refused', async () => {
    const given = row?.args() ?? [];
    const calls = [
      ...(row?.bad ?? []).map(([args]) => [...args, { ...beside, out }]),
      ...Object.entries(row?.options ?? {})
        .filter(([option]) => option !== 'out')
        .flatMap(([option, { bad, beside: others }]) =>
          bad.map(([value]) => [...given, { ...beside, ...others, out, [option]: value }]),
        ),
      [...given, { ...beside, out, nonsense: 1 }],
    ];
    expect(calls.length).toBeGreaterThan(15);
    out.fill(7);
    for (const call of calls) await refused(kernel, call);
    expect(Array.from(out)).toEqual(Array(out.length).fill(7));
  });
});
