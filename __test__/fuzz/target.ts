/** What a fuzz target is: properties with a name, and one way to run them. */

import fc from 'fast-check';

/** One statement about a kernel, for all values that its arbitrary draws. */
export interface Property {
  readonly name: string;
  /** Draws values until one fails, the runs are done or the time is over; the report when one failed. */
  run(limits: Limits): Promise<Outcome>;
}

/** How long one run of a property lasts. */
export interface Limits {
  readonly seed: number;
  readonly runs: number;
  /** Milliseconds after which no further value is drawn. */
  readonly timeLimit?: number;
}

/** How a run ended. */
export interface Outcome {
  readonly runs: number;
  /** The shrunk value, its error and how to repeat it; undefined when nothing failed. */
  readonly failure: string | undefined;
}

/** The properties of one family of kernels. */
export interface Target {
  readonly name: string;
  readonly properties: readonly Property[];
}

/** Shrinking starts a failing property again and again: enough to be readable, not for ever. */
const SHRINKING_MS = 20_000;

/** A property; `check` throws (or rejects) when the value breaks it. */
export function property<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  check: (value: T) => void | Promise<void>,
): Property {
  return {
    name,
    async run({ seed, runs, timeLimit }) {
      const asserted = fc.asyncProperty(arbitrary, async (value) => check(value));
      const limit = timeLimit === undefined ? {} : { interruptAfterTimeLimit: timeLimit };
      const found = await fc.check(asserted, { seed, numRuns: runs, endOnFailure: true, ...limit });
      if (found.counterexamplePath === null) return { runs: found.numRuns, failure: undefined };
      const path = found.counterexamplePath;
      const shrunk = await fc.check(asserted, { seed, path, interruptAfterTimeLimit: SHRINKING_MS });
      const details = shrunk.failed ? shrunk : found;
      const report = await fc.asyncDefaultReportMessage(details);
      return { runs: found.numRuns, failure: `${report}\n${String(details.errorInstance)}` };
    },
  };
}
