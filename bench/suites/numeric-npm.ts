/** Cases of the suite `numeric`: what packages of npm do too. */

import { histogram, median, sort, sum, variance } from 'allcores/numeric';
import { type Agreement, identical, within } from '../harness/agreement.ts';
import type { Answer, Case, Rival } from '../harness/case.ts';
import { lazy } from '../harness/lazy.ts';
import { NumpyTs } from '../peers/numpy-ts.ts';
import { simpleStatistics } from '../peers/simple-statistics.ts';
import { stdlib } from '../peers/stdlib.ts';
import { type Input, type NumericSetup, noise } from './numeric-setup.ts';

/** Elements for the jobs that take an npm package seconds on more. */
const MILLION = 1_000_000;
const BINS = 256;

/** The cases of this family; all of them run with `--peers` only. */
export const npmCases = (setup: NumericSetup): Case[] => {
  const { context, n } = setup;
  if (!context.peers) return [];
  const large = setup.input('random', () => noise(n, 1));
  const numpyTs = lazy(() => new NumpyTs(context.resources));
  const middling = setup.input('million', () => noise(context.quick ? n : MILLION, 10));
  const loaded = new Map<string, Promise<void>>();

  const rivals = async (
    x: Input,
    agreement: Agreement,
    { packages, tasks }: { packages: string; tasks: readonly string[] },
  ): Promise<Rival[]> => {
    if (!loaded.has(x.key)) loaded.set(x.key, numpyTs().load(x.key, x()));
    await loaded.get(x.key);
    const all = [numpyTs().rival(tasks, x.key, agreement)];
    if (packages === '') return all;
    const others = [await simpleStatistics(packages, x(), agreement), stdlib(packages, x(), agreement)];
    return [...all, ...others.filter(({ settings }) => settings.length > 0)];
  };

  const npmCase = <Result extends Answer>(
    task: string,
    x: Input,
    ours: () => Result,
    agreement: Agreement,
    peers: { packages: string; tasks: readonly string[] },
  ): Case =>
    setup.case({
      task: `${task}, npm`,
      n: x === middling && !context.quick ? MILLION : n,
      inputs: [x],
      ours,
      peers: () => rivals(x, agreement, peers),
    });

  // Every package adds in an order of its own.
  const close = within(1e-10);
  return [
    npmCase('sum', large, () => sum(large()), close, { packages: 'sum', tasks: ['sum', 'sum()'] }),
    npmCase('sum of an array that is copied in', large, () => sum(large()), close, {
      packages: '',
      tasks: ['array, then sum', 'frombuffer, then sum'],
    }),
    npmCase('variance', large, () => variance(large()), close, {
      packages: 'variance',
      tasks: ['var', 'var()'],
    }),
    npmCase('median', middling, () => median(middling()), identical, {
      packages: 'median',
      tasks: ['median'],
    }),
    npmCase(
      `histogram of ${BINS} bins`,
      middling,
      () => histogram(middling(), { bins: BINS, range: [0, 1] }).counts,
      identical,
      { packages: '', tasks: [`histogram, ${BINS}`] },
    ),
    npmCase('sort', middling, () => sort(middling()), identical, { packages: 'sort', tasks: ['sort'] }),
  ];
};
