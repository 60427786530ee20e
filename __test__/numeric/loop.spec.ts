import * as numeric from 'allcores/numeric';
import { describe, expect, test } from 'vitest';

type Asynchronous = (...args: unknown[]) => Promise<unknown>;

const LENGTH = 20_000_000;

/**
 * The suite `numeric-loop` of the bench measures the promise, 20 ms on a machine that does nothing
 * else. Here other programs may hold both cores for a while, so the margin is wide: far less than a
 * heavy kernel would hold up the loop, and more than a scheduler does.
 */
const LONGEST_GAP_MS = 250;

const x = new Float64Array(LENGTH);
// None of them is 0, which would end `all` at once.
for (let i = 0; i < LENGTH; i++) x[i] = ((Math.imul(i, 0x9e3779b9) >>> 0) + 1) / 2 ** 32;
const whole = Int32Array.from(x.subarray(0, LENGTH / 2), (value) => value * 1000);

/** What a kernel is called with, when it is not one array of doubles. */
const given: Readonly<Record<string, readonly unknown[]>> = {
  any: [new Float64Array(LENGTH)],
  dot: [x, x],
  covariance: [x, x],
  correlation: [x, x],
  quantile: [x, [0.01, 0.5, 0.99]],
  histogram: [x, { bins: 256 }],
  searchsorted: [x.slice(0, 1000).sort(), x],
  bincount: [whole],
  unique: [whole],
};

const kernels = Object.entries(numeric as unknown as Record<string, { readonly async?: Asynchronous }>)
  .filter(([, { async: run }]) => run !== undefined)
  .map(([name, { async: run }]) => [name, run as Asynchronous] as const);

describe('while the asynchronous form of a kernel works on 20 million doubles', () => {
  test.each(kernels)('the event loop goes on: %s', async (name, run) => {
    let [turns, longest, last, running] = [0, 0, performance.now(), true];
    const turn = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      turns += 1;
      if (running) setImmediate(turn);
    };
    setImmediate(turn);
    await run(...(given[name] ?? [x]));
    // A call that did its work before it gave the promise would have let no turn pass.
    const during = turns;
    running = false;
    await new Promise((resolve) => setImmediate(resolve));
    expect(during, 'turns of the loop').toBeGreaterThanOrEqual(3);
    expect(longest, 'longest time without a turn, in ms').toBeLessThan(LONGEST_GAP_MS);
  });
});
