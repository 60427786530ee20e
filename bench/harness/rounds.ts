/** Short rounds in turn: what slows the machine down for a while meets both sides. */

import type { Budget, Case, Contender, MeasuredRow, Rival, Sides, Unit } from './case.ts';
import { median } from './stats.ts';

/** How a case is measured. */
export interface Schedule {
  readonly rounds: number;
  /** After so many seconds for one case, `leastRounds` are enough. */
  readonly caseSeconds: number;
  readonly leastRounds: number;
  readonly budget: Budget;
}

/** Thorough enough for figures. */
export const fullSchedule: Schedule = {
  rounds: 7,
  caseSeconds: 12,
  leastRounds: 3,
  budget: { seconds: 0.2, samples: 1 },
};

/** Enough to see that everything runs. */
export const quickSchedule: Schedule = {
  rounds: 1,
  caseSeconds: 0,
  leastRounds: 1,
  budget: { seconds: 0.02, samples: 1 },
};

const perSecond: Record<Unit, number> = { ms: 1e3, us: 1e6, 'ns/item': 1e9 };

/** Times our side and the fastest setting of each rival in rounds that alternate; one row for each rival. */
export async function measure(
  suite: string,
  { task, n, unit }: Pick<Case, 'task' | 'n' | 'unit'>,
  { ours, rivals }: Sides,
  { rounds, caseSeconds, leastRounds, budget }: Schedule,
): Promise<MeasuredRow[]> {
  const fastest = await inTurn(rivals, (rival) => fastestSetting(rival, budget));
  const contenders = [ours, ...fastest];
  await ours.time(budget);
  const samples: number[][] = contenders.map(() => []);
  const end = performance.now() + caseSeconds * 1000;
  for (let round = 0; round < rounds && (round < leastRounds || performance.now() < end); round++) {
    for (const [index, contender] of contenders.entries()) {
      samples[index]?.push(...(await contender.time(budget)));
    }
  }
  const timeOf = (index: number) => {
    const seconds = median(samples[index] ?? []);
    return (seconds * perSecond[unit]) / (unit === 'ns/item' ? (contenders[index]?.items ?? n) : 1);
  };
  return rivals.map((rival, index) => {
    const [mine, theirs] = [timeOf(0), timeOf(index + 1)];
    return {
      suite,
      task,
      n,
      ours: mine,
      peer: rival.peer,
      theirs,
      ratio: theirs / mine,
      checked: true,
      unit,
      setting: fastest[index]?.name ?? '',
      agreement: rival.agreement.label,
    };
  });
}

/** The setting with the least time per item; its trial run is its warm-up too. */
async function fastestSetting({ peer, settings }: Rival, budget: Budget): Promise<Contender> {
  const times = await inTurn(
    settings,
    async (setting) => median(await setting.time(budget)) / (setting.items ?? 1),
  );
  const best = settings[times.indexOf(Math.min(...times))];
  if (best === undefined) throw new Error(`${peer} has no settings that can be timed`);
  return best;
}

async function inTurn<T, R>(items: readonly T[], fn: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await fn(item));
  return results;
}
