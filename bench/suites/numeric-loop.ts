/**
 * How long the event loop is held up while a numeric kernel runs asynchronously: the greatest delay
 * that Node's own monitor sees during one call on 50 million doubles. The peer is the limit that
 * this package sets itself, 20 ms: a ratio below 1 breaks it.
 *
 * Every export of `allcores/numeric` has a row: a new kernel gets one by itself.
 */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import * as numeric from 'allcores/numeric';
import { identical } from '../harness/agreement.ts';
import type { Case, Contender, Context, Suite } from '../harness/case.ts';
import { sink } from '../harness/contenders.ts';
import { lazy } from '../harness/lazy.ts';
import { noise } from './numeric-setup.ts';

const LENGTH = 50_000_000;
const LIMIT_MS = 20;

/** The monitor's timer, in milliseconds: a loop with nothing to do is never later than about this. */
const RESOLUTION_MS = 1;

type Arguments = readonly unknown[];
type Asynchronous = (...args: Arguments) => Promise<unknown>;

/** The suite `numeric-loop`. */
export const numericLoop: Suite = ({ quick }: Context): Case[] => {
  const n = quick ? 20_000 : LENGTH;
  const x = lazy(() => noise(n, 1));
  const y = lazy(() => noise(n, 2));
  const whole = lazy(() => Int32Array.from(x(), (value) => value * 1000));
  const sorted = lazy(() => noise(1000, 3).sort());
  /** What a kernel is called with, when it is not one array. */
  const given: Readonly<Record<string, () => Arguments>> = {
    // With a single one it would end there.
    any: () => [new Float64Array(n)],
    dot: () => [x(), y()],
    covariance: () => [x(), y()],
    correlation: () => [x(), y()],
    quantile: () => [x(), [0.01, 0.5, 0.99]],
    histogram: () => [x(), { bins: 256 }],
    searchsorted: () => [sorted(), x()],
    bincount: () => [whole()],
    unique: () => [whole()],
  };
  return Object.entries(numeric as unknown as Record<string, { readonly async?: Asynchronous }>).flatMap(
    ([name, { async: run }]): Case[] =>
      run === undefined
        ? []
        : [
            {
              task: `${name}.async, longest delay`,
              n,
              unit: 'ms',
              async open() {
                const args = given[name]?.() ?? [x()];
                return {
                  ours: delayed(() => run(...args)),
                  rivals: [{ peer: 'limit', agreement: identical, settings: [limit] }],
                };
              },
            },
          ],
  );
};

/** Its "time" is the longest delay of the loop during the call. */
function delayed(run: () => Promise<unknown>): Contender {
  return {
    name: 'allcores',
    answer: () => LIMIT_MS,
    async time() {
      globalThis.gc?.();
      const monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
      monitor.enable();
      // The monitor has to see the loop before the call and after it.
      await pause(5 * RESOLUTION_MS);
      monitor.reset();
      sink.last = await run();
      await pause(5 * RESOLUTION_MS);
      monitor.disable();
      sink.last = undefined;
      return [monitor.max / 1e9];
    },
  };
}

const limit: Contender = {
  name: `${LIMIT_MS} ms`,
  answer: () => LIMIT_MS,
  time: async () => [LIMIT_MS / 1000],
};
