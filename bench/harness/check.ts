/** Every contender answers before it is timed. */

import type { Answer, Contender, Rival, Sides } from './case.ts';
import { lazy } from './lazy.ts';

/** A contender whose answer is not ours. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer';
}

/**
 * Compares our answer with that of every setting of every rival.
 *
 * @param plant Spoils our answers first: the check must then fail.
 * @throws {WrongAnswer} at the first answer that does not agree.
 */
export async function checkAnswers({ ours, rivals }: Sides, plant: boolean): Promise<void> {
  const answer = lazy(() => ours.answer());
  for (const { oursForCheck = answer, ...rival } of rivals) {
    const expected = await oursForCheck();
    const given = plant ? rival.agreement.spoil(expected) : expected;
    for (const setting of rival.settings) await checkOne(rival, setting, given);
  }
}

async function checkOne(rival: Rival, setting: Contender, ours: Answer): Promise<void> {
  const difference = rival.agreement.compare(ours, await setting.answer());
  if (difference !== undefined) {
    throw new WrongAnswer(`wrong answer against ${rival.peer} (${setting.name}): ${difference}`);
  }
}
