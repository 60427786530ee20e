/** Pools of workers: the cost of a task, and what is left of it when many travel together. */

import type { Case, Context, Suite } from '../harness/case.ts';
import { applyCases, submitCase } from './pool-calls.ts';
import { imapCases } from './pool-imap.ts';
import { integersCase, peopleCase } from './pool-maps.ts';
import { pendingCase } from './pool-pending.ts';
import { poolSides } from './pool-sides.ts';
import { startCase } from './pool-start.ts';
import { typedCases } from './pool-typed.ts';

/** The suite `pool`. */
export const pool: Suite = (context: Context): Case[] => {
  const sides = poolSides(context);
  const { threads, processes, size } = sides;
  const inTurn = size(5_000, 20);
  const submitted = size(20_000, 200);
  return [
    ...applyCases(sides, threads, { atOnce: size(50_000, 200), inTurn }),
    submitCase(sides, threads, submitted),
    pendingCase(sides, threads),
    integersCase(sides, threads),
    peopleCase(sides, threads),
    ...imapCases(sides, threads),
    ...typedCases(sides, threads),
    startCase(sides),
    ...applyCases(sides, processes, { atOnce: submitted, inTurn }),
    submitCase(sides, processes, submitted),
    integersCase(sides, processes),
    peopleCase(sides, processes),
  ];
};
