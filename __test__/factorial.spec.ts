import { threadActivity } from 'allcores/diagnostics';
import { factorial, factorialString } from 'allcores/factorial';
import { describe, expect, test } from 'vitest';

/** The product of the integers from `low` to `high`, by halves. */
function product(low: bigint, high: bigint): bigint {
  if (high - low < 16n) {
    let result = 1n;
    for (let factor = low; factor <= high; factor++) result *= factor;
    return result;
  }
  const middle = (low + high) / 2n;
  return product(low, middle) * product(middle + 1n, high);
}

describe('factorial', () => {
  test('is the product of the integers up to n, for every n up to 2,000', () => {
    let expected = 1n;
    for (let n = 0; n <= 2000; n++) {
      if (n > 0) expected *= BigInt(n);
      // A plain comparison: a matcher would print thousands of digits, and costs more than the kernel.
      if (factorial(n) !== expected) throw new Error(`factorial(${n}) is wrong`);
    }
    expect(expected > 0n).toBe(true);
  });

  test.each([5000, 12_345, 20_011, 65_536, 100_003])('is right for %d', async (n) => {
    const expected = product(1n, BigInt(n));
    expect(factorial(n) === expected).toBe(true);
    expect((await factorial.async(n)) === expected).toBe(true);
  });

  test('satisfies n! = n · (n - 1)! around powers of two', () => {
    for (const border of [4096, 16_384, 65_536]) {
      for (let n = border - 2; n <= border + 2; n++) {
        expect(factorial(n) === BigInt(n) * factorial(n - 1), `${n}`).toBe(true);
      }
    }
  });

  test('takes a bigint as well as a number', async () => {
    for (const n of [0, 1, 20, 21, 34, 35, 1000]) {
      expect(factorial(BigInt(n))).toBe(factorial(n));
      expect(await factorial.async(BigInt(n))).toBe(factorial(n));
    }
    expect(factorial(-0)).toBe(1n);
  });
});

describe('factorialString', () => {
  test('is the decimal text of the factorial, for every n up to 2,000', () => {
    for (let n = 0; n <= 2000; n++) {
      if (factorialString(n) !== String(factorial(n))) throw new Error(`factorialString(${n}) is wrong`);
    }
  });

  test.each([5000, 12_345, 20_011, 65_536])('is the decimal text for %d', async (n) => {
    const expected = String(factorial(n));
    expect(factorialString(n) === expected).toBe(true);
    expect(factorialString(BigInt(n)) === expected).toBe(true);
    expect((await factorialString.async(n)) === expected).toBe(true);
  });

  test.each([
    [1000, 2568],
    [10_000, 35_660],
    [100_000, 456_574],
  ])('of %d has %d digits, and only digits', (n, digits) => {
    const text = factorialString(n);
    expect(text).toHaveLength(digits);
    expect(/^[1-9][0-9]*$/.test(text)).toBe(true);
    // As many zeros at the end as n! has factors of five.
    let zeros = 0;
    for (let power = 5; power <= n; power *= 5) zeros += Math.floor(n / power);
    expect(/0*$/.exec(text)?.[0]).toHaveLength(zeros);
  });
});

describe('the largest argument', () => {
  const limits = [
    ['factorial', factorial, 44_787_927, /44787928.*factorialString\(\)/],
    ['factorialString', factorialString, 72_306_956, /72306957.*string/],
  ] as const;

  test.each(limits)('of %s is accepted: the work begins', async (_, kernel, limit) => {
    const controller = new AbortController();
    const before = threadActivity(0).blocks;
    const promise = kernel.async(limit, { signal: controller.signal });
    while (threadActivity(0).blocks < before + 3) await new Promise((done) => setTimeout(done, 1));
    controller.abort('enough');
    await expect(promise).rejects.toBe('enough');
  });

  test.each(limits)(
    'of %s is the last: one more is a RangeError before any work',
    async (_, kernel, limit, says) => {
      const before = threadActivity(0);
      for (const n of [limit + 1, BigInt(limit) + 1n]) {
        const refused = {
          name: 'RangeError',
          code: 'ERR_OUT_OF_RANGE',
          message: expect.stringMatching(says),
        };
        expect(() => kernel(n)).toThrow(expect.objectContaining(refused));
        const promise = kernel.async(n);
        expect(threadActivity(0)).toEqual(before);
        await expect(promise).rejects.toMatchObject(refused);
      }
      expect(threadActivity(0)).toEqual(before);
    },
  );
});

describe('an asynchronous factorial', () => {
  test('can be cancelled in mid-call, after which the next one works', async () => {
    for (const kernel of [factorial, factorialString]) {
      const controller = new AbortController();
      const before = threadActivity(0).blocks;
      const promise = kernel.async(10_000_000, { signal: controller.signal });
      while (threadActivity(0).blocks < before + 10) await new Promise((done) => setTimeout(done, 1));
      const reason = new Error('changed my mind');
      controller.abort(reason);
      await expect(promise).rejects.toBe(reason);
      expect(await kernel.async(5)).toEqual(kernel === factorial ? 120n : '120');
    }
  });

  test('leaves the event loop free', async () => {
    const controller = new AbortController();
    const promise = factorial.async(20_000_000, { signal: controller.signal });
    let ticks = 0;
    // Twenty turns of a timer while one call runs; it would take much longer than they do.
    const timer = setInterval(() => {
      if (++ticks === 20) controller.abort('seen');
    }, 1);
    await expect(promise).rejects.toBe('seen');
    clearInterval(timer);
    expect(ticks).toBeGreaterThanOrEqual(20);
  });
});
