/** Kernels over typed arrays: large ones from memory, and small ones, where the call itself counts. */

import type { Case, Context, Suite } from '../harness/case.ts';
import { axisCases } from './numeric-axis.ts';
import { exactCases } from './numeric-exact.ts';
import { npmCases } from './numeric-npm.ts';
import { orderCases } from './numeric-order.ts';
import { patternCases } from './numeric-patterns.ts';
import { quantileCases } from './numeric-quantile.ts';
import { reductionCases } from './numeric-reductions.ts';
import { NumericSetup } from './numeric-setup.ts';

/** The suite `numeric`. */
export const numeric: Suite = (context: Context): Case[] => {
  const setup = new NumericSetup(context);
  return [reductionCases, axisCases, exactCases, quantileCases, orderCases, patternCases, npmCases].flatMap(
    (family) => family(setup),
  );
};
