/**
 * simple-statistics 7.12: its functions on a typed array, in this process.
 *
 * Why this is its best: it has no settings. `sum` compensates for rounding (Kahan), `sumSimple` is the
 * plain loop; both are tried. `median` and `quantile` at 0.5 select without sorting (they copy the
 * array first, which is a part of the call). `numericSort` copies and sorts. It has no histogram.
 */

import type { Agreement } from '../harness/agreement.ts';
import type { Answer, Rival } from '../harness/case.ts';
import { blocking } from '../harness/contenders.ts';
import { importPeer } from './installed.ts';

interface Functions {
  sum(x: Float64Array): number;
  sumSimple(x: Float64Array): number;
  variance(x: Float64Array): number;
  median(x: Float64Array): number;
  quantile(x: Float64Array, p: number): number;
  numericSort(x: Float64Array): Float64Array;
}

/** Its ways to do each job. */
const jobs: Readonly<Record<string, Readonly<Record<string, (own: Functions, x: Float64Array) => Answer>>>> =
  {
    sum: { sum: (own, x) => own.sum(x), sumSimple: (own, x) => own.sumSimple(x) },
    variance: { variance: (own, x) => own.variance(x) },
    median: { median: (own, x) => own.median(x), 'quantile(0.5)': (own, x) => own.quantile(x, 0.5) },
    sort: { numericSort: (own, x) => own.numericSort(x) },
  };

/** simple-statistics doing a job that is named above. */
export async function simpleStatistics(job: string, x: Float64Array, agreement: Agreement): Promise<Rival> {
  const own = (await importPeer('simple-statistics')) as Functions;
  const settings = Object.entries(jobs[job] ?? {}).map(([name, way]) => {
    const run = () => way(own, x);
    return blocking(name, run, run);
  });
  return { peer: 'simple-statistics', agreement, settings };
}
