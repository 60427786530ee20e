/**
 * @stdlib: its functions for strided arrays of doubles, in this process.
 *
 * Why this is its best: each is tried as its native addon, which `npm run bench:peers` compiles for
 * this machine (`-O3 -march=native`; the packages bring C sources and use the addon once it is
 * there), and as plain JavaScript. Sums: plain with unrolled additions (dsumors), pairwise (dsumpw),
 * compensated (dsum). Variances: one pass about a trial mean (dvariancech), two passes
 * (dvariancepn), and the recommended one. Sorts: heap sort and shell sort, which are all that it
 * has; a median is such a sort and `dmediansorted`. Sorting is in place, so the copy that keeps
 * the input is a part of the job, as it is for everybody. It has no histogram.
 */

import { createRequire } from 'node:module';
import type { Agreement } from '../harness/agreement.ts';
import type { Answer, Contender, Rival } from '../harness/case.ts';
import { blocking } from '../harness/contenders.ts';

type Strided = (n: number, ...rest: readonly unknown[]) => number;

const require = createRequire(import.meta.url);

/** A package as its native addon (when it was built) and as JavaScript. */
function versions(name: string): readonly (readonly [setting: string, fn: Strided])[] {
  const short = name.replace(/^.*-/, '');
  const script = [`${short}, JavaScript`, require(`@stdlib/${name}/lib/main.js`) as Strided] as const;
  try {
    return [[`${short}, native`, require(`@stdlib/${name}/lib/native.js`) as Strided], script];
  } catch {
    return [script];
  }
}

/** Ways to do a job: packages, and what each call of one is. */
const jobs: Readonly<
  Record<string, readonly (readonly [string, (fn: Strided, x: Float64Array) => Answer])[]>
> = {
  sum: ['dsumors', 'dsumpw', 'dsum'].map((name) => [
    `blas-ext-base-${name}`,
    (fn: Strided, x: Float64Array) => fn(x.length, x, 1),
  ]),
  variance: ['dvariancech', 'dvariancepn', 'dvariance'].map((name) => [
    `stats-base-${name}`,
    (fn: Strided, x: Float64Array) => fn(x.length, 0, x, 1),
  ]),
  sort: ['dsorthp', 'dsortsh'].map((name) => [`blas-ext-base-${name}`, sorted]),
  median: [
    ['blas-ext-base-dsorthp', (fn: Strided, x: Float64Array) => medianOf()(x.length, sorted(fn, x), 1)],
  ],
};

function sorted(fn: Strided, x: Float64Array): Float64Array {
  const copy = x.slice();
  fn(copy.length, 1, copy, 1);
  return copy;
}

function medianOf(): Strided {
  return versions('stats-base-dmediansorted')[0]?.[1] as Strided;
}

/** @stdlib doing a job that is named above. */
export function stdlib(job: string, x: Float64Array, agreement: Agreement): Rival {
  const settings = (jobs[job] ?? []).flatMap(([name, work]) =>
    versions(name).map(([setting, fn]): Contender => {
      const run = () => work(fn, x);
      return blocking(setting, run, run);
    }),
  );
  return { peer: '@stdlib', agreement, settings };
}
