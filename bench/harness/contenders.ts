/** Contenders of this process, timed by Benchmark.js. */

import Benchmark from 'benchmark';
import type { Answer, Budget, Contender } from './case.ts';

/** Long enough for the clock, short enough for rounds that alternate. */
const MIN_SECONDS_PER_SAMPLE = 0.02;

/** What the timed calls gave last, so that no call is dead code. */
export const sink: { last: unknown } = { last: undefined };

interface Options {
  readonly items?: number;
}

/** A call that gives its result. The answer is taken from the very call that is timed, unless `answer` is given. */
export function blocking<T>(
  name: string,
  run: () => T,
  answer: () => Answer | Promise<Answer>,
  options: Options = {},
): Contender {
  const fn = () => {
    sink.last = run();
  };
  return { name, ...options, answer, time: rounds({ name, fn }, fn) };
}

/** A call that gives a promise; the next one is made when it has settled. */
export function promised<T>(
  name: string,
  run: () => Promise<T>,
  answer: () => Answer | Promise<Answer>,
  options: Options = {},
): Contender {
  let failure: { readonly error: unknown } | undefined;
  // Benchmark.js knows no rejection: a failed call is kept, and the next ones end at once.
  const fn = (deferred: Benchmark.Deferred) => {
    const call = failure === undefined ? run() : Promise.resolve();
    call
      .then(
        (result) => {
          sink.last = result;
        },
        (error: unknown) => {
          failure ??= { error };
        },
      )
      .then(() => deferred.resolve());
  };
  const time = rounds({ name, fn, defer: true }, async () => {
    try {
      if (failure === undefined) await run();
    } catch (error) {
      failure ??= { error };
    }
  });
  return {
    name,
    ...options,
    answer,
    async time(budget) {
      const samples = await time(budget);
      if (failure !== undefined) throw failure.error;
      return samples;
    },
  };
}

/**
 * Runs a benchmark for one round at each call: the seconds of one call of `fn`, for each sample.
 *
 * A call that is not timed goes before, as in the peers' servers. Without it the first sample would
 * pay for what lay idle meanwhile: on a virtual machine whose host takes unused pages back, the
 * memory of one large result costs more than it takes to sort it.
 */
function rounds(options: Benchmark.Options, warmUp: () => unknown): (budget: Budget) => Promise<number[]> {
  // Calls in one sample: found in the first round, kept for the next ones.
  let initCount = 1;
  // The first round is itself only a trial, and what takes much longer than a round needs no warm-up.
  let secondsOfCall = Number.POSITIVE_INFINITY;
  return async ({ seconds, samples }) => {
    if (secondsOfCall < 5 * seconds) await warmUp();
    sink.last = undefined;
    const found = await new Promise<number[]>((resolve, reject) => {
      const benchmark = new Benchmark({
        ...options,
        initCount,
        minTime: MIN_SECONDS_PER_SAMPLE,
        maxTime: seconds,
        minSamples: samples,
      });
      benchmark.on('complete', () => {
        const found = benchmark.stats.sample as number[];
        initCount = benchmark.count;
        if (benchmark.error !== undefined) reject(benchmark.error);
        else if (found.length === 0) reject(new Error(`${options.name} gave no sample`));
        else resolve([...found]);
      });
      globalThis.gc?.();
      benchmark.run({ async: true });
    });
    secondsOfCall = Math.min(...found);
    return found;
  };
}
